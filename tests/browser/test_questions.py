"""Simulator, effective permissions, quiz and prediction in a browser, by mouse and by keyboard alone; each state is
clean for axe-core, in light and dark, wide and narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jupyterlab_page import Keyboard, Mouse, open_widgets, use_theme
from playwright.sync_api import Locator, Page, expect
from running_lab import RunningLab

pytestmark = pytest.mark.browser

SETUP = """from iamlab import Account
from iamlab.widgets import EffectivePermissions, PolicySimulator, Predict, Quiz
lab = Account.example()
"""
SALES = "arn:aws:s3:::northwind-reports/q3.csv"
PREDICT = f"Predict('May `bob` read it?', lab.decide('bob', 's3:GetObject', '{SALES}'))"

Violations = Callable[[Page, Locator], list[str]]
by_every_hand = pytest.mark.parametrize("hand", [Mouse, Keyboard])


@by_every_hand
def test_the_simulator_says_why_a_write_is_denied(
    hand: type[Mouse], page: Page, running_lab: RunningLab, violations: Violations, screenshots: Path
) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    (simulator,) = open_widgets(page, running_lab, f"simulator-{hand.__name__}", f"{SETUP}PolicySimulator(lab)")
    do = hand(page, simulator)
    assert violations(page, simulator) == [], "no question yet"

    do.write("Principal", "bob")
    do.press("button", "Ask")
    expect(simulator.get_by_role("status").get_by_text("Choose an action first")).to_be_visible()
    assert violations(page, simulator) == [], "an error"

    do.write("Action", "iam:CreateUser")
    do.press("button", "Ask")
    expect(simulator.get_by_role("status").get_by_text("no identity-based policy allows it").first).to_be_visible()
    expect(simulator.get_by_text("is not authorized to perform: iam:CreateUser")).to_be_visible()
    expect(simulator.get_by_role("img", name="Identity-based policies: ✘ this decides")).to_be_visible()
    assert violations(page, simulator) == [], "a denial with its picture"
    page.screenshot(path=screenshots / f"simulator-{hand.__name__}.png")

    do.press("tab", "Every statement")
    expect(simulator.get_by_role("cell").filter(has_text="NotAction iam:*").first).to_be_visible()
    do.press("group", "Compare each element")
    expect(simulator.get_by_role("listitem").filter(has_text="Resource *").first).to_be_visible()
    do.press("button", "What would allow this?")
    expect(simulator.get_by_text("add to an identity-based policy")).to_be_visible()
    assert violations(page, simulator) == [], "statements and suggestions"

    do.press("button", "Show condition keys and a policy to try")
    do.write("Condition key", "aws:SourceIp")
    do.write("Value", "192.0.2.7")
    do.press("button", "Add key")
    expect(simulator.get_by_role("cell", name="aws:SourceIp", exact=True)).to_be_visible()
    do.write("Policy to try besides (JSON)", '{"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}')
    do.press("button", "Ask")
    expect(simulator.get_by_text("by pasted policy").first).to_be_visible()
    assert violations(page, simulator) == [], "condition keys and a pasted policy"
    expect(simulator.get_by_role("row").filter(has_text="✘ denied: no identity-based policy allows it")).to_be_visible()
    page.screenshot(path=screenshots / f"simulator-more-{hand.__name__}.png")


@by_every_hand
def test_effective_permissions_are_filtered_explained_and_compared(
    hand: type[Mouse], page: Page, running_lab: RunningLab, violations: Violations, screenshots: Path
) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    change = (
        "EffectivePermissions(lab, 'dave', service='s3', change=lambda: lab.groups['Developers'].remove_user('dave'))"
    )
    table, changed = open_widgets(
        page, running_lab, f"effective-{hand.__name__}", f"{SETUP}EffectivePermissions(lab, 'carol')", change
    )
    do = hand(page, table)
    assert violations(page, table) == [], "a page of the whole table"
    do.press("button", "Next page")
    expect(table.get_by_text("Rows 26 to 50 of")).to_be_visible()

    do.write("Service", "s3")
    do.write("Search", "putobject")
    expect(table.get_by_role("cell", name="s3:PutObject", exact=True)).to_be_visible()
    do.press("button", "Explain: s3:PutObject")
    expect(table.get_by_text("because of PowerUserAccess, attached to group Developers")).to_be_visible()
    assert violations(page, table) == [], "an explained row"
    page.screenshot(path=screenshots / f"effective-{hand.__name__}.png")
    do.write("Search", "no such action")
    expect(table.get_by_text("Nothing matches.")).to_be_visible()
    assert violations(page, table) == [], "an empty table"

    expect(changed.get_by_role("row", name="s3:CreateBucket Write ✔ allowed ✘ not allowed")).to_be_visible()
    do = hand(page, changed)
    do.press("button", "Forget before")
    expect(changed.get_by_role("columnheader", name="Outcome")).to_be_visible()
    assert violations(page, changed) == [], "after the comparison"


@by_every_hand
def test_a_quiz_is_answered_and_a_guess_committed(
    hand: type[Mouse], page: Page, running_lab: RunningLab, violations: Violations, screenshots: Path
) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    quiz, predict = open_widgets(page, running_lab, f"quiz-{hand.__name__}", f"{SETUP}Quiz('06')", PREDICT)
    do = hand(page, quiz)
    do.press("button", "Check")
    expect(quiz.get_by_role("status").get_by_text("Choose an answer first")).to_be_visible()
    assert violations(page, quiz) == [], "nothing chosen"
    do.press("radio", "IAMFullAccess")
    do.press("button", "Check")
    expect(quiz.get_by_text("That one allows IAM and hardly anything else.")).to_be_visible()
    assert violations(page, quiz) == [], "a wrong choice"
    do.press("radio", "PowerUserAccess")
    do.press("button", "Check")
    expect(quiz.get_by_text("1 of 7 answered right")).to_be_visible()

    do.press("button", "Next")
    bucket, photo = "arn:aws:s3:::photos", "arn:aws:s3:::photos/cat.jpg"
    do.choose(f"s3:GetObject on {photo}", "allowed")
    do.choose(f"s3:ListBucket on {bucket}", "implicit deny")
    do.choose(f"s3:PutObject on {photo}", "explicit deny")
    do.press("button", "Check")
    expect(quiz.get_by_text("There is no Deny in this policy.")).to_be_visible()
    assert violations(page, quiz) == [], "a decision column"

    do.press("button", "Next")
    do.press("checkbox", "Create an administrator")
    do.press("button", "Check")
    expect(quiz.get_by_text("(not chosen) Delete every object in every bucket")).to_be_visible()
    assert violations(page, quiz) == [], "several choices"
    page.screenshot(path=screenshots / f"quiz-{hand.__name__}.png")

    for _ in range(3):
        do.press("button", "Next")
    expect(quiz.get_by_text("Question 6 of 7")).to_be_visible()
    steps = quiz.locator("li .iamlab-choice-words")
    expect(steps.first).to_have_text("Delete the careless version")
    for _ in range(3):
        do.press("button", "Down: Delete the careless version")
    expect(steps.last).to_have_text("Delete the careless version")
    do.press("button", "Check")
    assert violations(page, quiz) == [], "steps in order"

    do = hand(page, predict)
    expect(predict.get_by_text("PowerUserAccess")).to_have_count(0)
    do.press("radio", "denied")
    do.press("button", "Commit and see")
    expect(predict.get_by_role("status").get_by_text("you expected denied; it is allowed.")).to_be_visible()
    expect(predict.get_by_text("PowerUserAccess")).to_be_visible()
    assert violations(page, predict) == [], "a committed guess"


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (900, 700)])
def test_every_theme_and_width_is_clean(
    theme: str, width: int, height: int, page: Page, running_lab: RunningLab, violations: Violations, screenshots: Path
) -> None:
    use_theme(running_lab, theme)
    page.set_viewport_size({"width": width, "height": height})
    cells = {
        "simulator": f"{SETUP}PolicySimulator(lab, 'bob', 'iam:CreateUser')",
        "effective": "EffectivePermissions(lab, 'bob', 'erin', lab.roles['DeployRole'])",
        "quiz": "Quiz('06', answers={1: 'a'})",
        "predict": PREDICT,
    }
    panels = open_widgets(page, running_lab, f"questions-{theme}-{width}", *cells.values())
    for name, panel in zip(cells, panels, strict=True):
        panel.scroll_into_view_if_needed()
        assert violations(page, panel) == [], name
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth"), "nothing sticks out"
        page.screenshot(path=screenshots / f"{name}-{theme}-{width}.png")
        if name == "predict":
            expect(panel.get_by_role("button", name="Copy as code")).to_be_hidden()  # nothing is committed yet
            continue
        Mouse(page, panel).press("button", "Copy as code")
        expect(panel.get_by_label("Python that does the same")).to_be_visible()
        assert violations(page, panel) == [], f"the code of {name}"
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth"), "nothing sticks out"
    use_theme(running_lab, "Light")


def test_each_panel_has_choices_of_its_own(page: Page, running_lab: RunningLab) -> None:
    ask = "from iamlab.widgets import Predict\nPredict('One?', True)"
    first, second = open_widgets(page, running_lab, "choices", ask, "Predict('Two?', True)")
    first.get_by_role("radio", name="yes").check()
    second.get_by_role("radio", name="no").check()
    expect(first.get_by_role("radio", name="yes")).to_be_checked()
    expect(second.get_by_role("radio", name="yes")).not_to_be_checked()
