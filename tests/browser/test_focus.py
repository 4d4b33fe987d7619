"""Where a click and a key lead: what came of it has the focus and is in view, two clicks are one, and keys lead out."""

from __future__ import annotations

import re

import pytest
from jupyterlab_page import Keyboard, Mouse, open_widgets
from playwright.sync_api import Locator, Page, expect
from running_lab import RunningLab

pytestmark = pytest.mark.browser

SETUP = """from iamlab import Account
from iamlab.widgets import EffectivePermissions, PolicyEditor, PolicyList, PolicyPage, PolicySimulator, Predict
lab = Account.example()
text = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}
"""
PREDICT = "Predict('May bob?', lab.decide('bob', 'iam:CreateUser'))"
EDITOR = "PolicyEditor(lab, document=text)"


@pytest.fixture
def small(page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    return page


def active_cell(page: Page) -> Locator:
    return page.locator(".jp-Notebook:visible .jp-Cell.jp-mod-active")


def test_by_keyboard_from_cell_to_panel_to_cell(small: Page, running_lab: RunningLab) -> None:
    first, _ = open_widgets(small, running_lab, "keys", f"{SETUP}{PREDICT}", PREDICT)
    first.scroll_into_view_if_needed()
    keys = Keyboard(small, first)
    keys.press("radio", "allowed")
    keys.press("button", "Commit and see")
    expect(first.locator(".iamlab-verdict")).to_be_focused()  # the button is disabled now
    small.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Copy as code")).to_be_focused()

    small.keyboard.press("Shift+Enter")
    expect(active_cell(small).locator(".iamlab")).to_contain_text("What do you expect?")
    expect(active_cell(small).locator(".jp-InputPrompt")).to_have_text("[2]:")
    expect(first.get_by_text("you expected allowed; it is denied.")).to_be_visible()  # the cell was not run again
    expect(first.get_by_role("button", name="Copy as code")).to_be_visible()  # nor was the button pressed
    small.keyboard.press("Shift+Enter")
    expect(small.locator(".jp-InputPrompt").nth(1)).to_have_text("[3]:")  # the next cell has the keys: this ran it
    expect(active_cell(small).locator(".jp-InputPrompt")).to_have_text("[ ]:")  # JupyterLab adds a cell at the end

    first.get_by_role("button", name="Copy as code").focus()
    small.keyboard.press("Escape")
    expect(active_cell(small).locator(".jp-InputPrompt")).to_have_text("[1]:")
    small.keyboard.press("ArrowDown")
    expect(active_cell(small).locator(".jp-InputPrompt")).to_have_text("[3]:")


def test_the_focus_goes_on_with_the_next_page_of_a_panel(small: Page, running_lab: RunningLab) -> None:
    (editor,) = open_widgets(small, running_lab, "pages", f"{SETUP}{EDITOR}")
    keys = Keyboard(small, editor)
    keys.press("button", "Next")
    expect(editor.get_by_label("Policy name", exact=True)).to_be_focused()
    keys.press("button", "Create policy")
    expect(editor.get_by_text("Policy name is required.")).to_be_visible()
    expect(editor.get_by_role("button", name="Create policy")).to_be_focused()  # it is still there
    keys.press("button", "Previous")
    expect(editor.get_by_label("Service", exact=True)).to_be_focused()


def test_what_is_said_about_a_click_comes_into_view(small: Page, running_lab: RunningLab) -> None:
    (editor,) = open_widgets(small, running_lab, "view", f"{SETUP}{EDITOR}")
    hand = Mouse(small, editor)
    hand.press("button", "Add another condition")
    hand.press("button", "Add condition")
    expect(editor.get_by_text("Choose a condition key first.")).to_be_in_viewport()
    hand.press("button", "Cancel")
    hand.press("button", "Add actions")
    expect(editor.get_by_text("Type an action first")).to_be_in_viewport()


def test_a_double_click_is_one_click(small: Page, running_lab: RunningLab) -> None:
    versions = """many = lab.create_policy("Many", text)
for number in range(3):
    many.create_version(text)
PolicyPage(lab, "Many")"""
    page, editor = open_widgets(small, running_lab, "double", f"{SETUP}{versions}", EDITOR)
    Mouse(small, page).press("tab", "Policy versions")
    page.get_by_role("button", name="Delete version: v3").dblclick()
    expect(page.get_by_text("Version v3 is deleted.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete version: v3")).not_to_be_attached()

    hand = Mouse(small, editor)
    hand.press("button", "Next")
    hand.write("Policy name", "Once")
    editor.get_by_role("button", name="Create policy").dblclick()
    expect(editor.get_by_role("status").get_by_text("Policy Once is created.")).to_be_visible()
    hand.write("Entity name", "alice")  # answered after both clicks
    hand.press("button", "Attach policy")
    expect(editor.get_by_text("Policy Once is attached to user alice.")).to_be_visible()
    assert page.get_by_role("button", name=re.compile("^Delete version")).count() == 2


def test_the_focus_stays_where_the_work_is_in_the_visual_editor(small: Page, running_lab: RunningLab) -> None:
    (editor,) = open_widgets(small, running_lab, "forms", f"{SETUP}PolicyEditor(lab, document=text)")
    keys = Keyboard(small, editor)
    another = editor.get_by_role("button", name="Add another condition")
    keys.press("button", "Add another condition")
    expect(editor.get_by_label("Condition key", exact=True)).to_be_focused()
    keys.press("button", "Cancel")
    expect(another).to_be_focused()

    keys.press("button", "Add actions")  # an error that has nothing to do with what follows
    expect(editor.locator(".iamlab-error")).to_be_visible()
    keys.press("button", "Add another condition")
    expect(editor.get_by_label("Condition key", exact=True)).to_be_focused()
    expect(editor.locator(".iamlab-error")).to_have_count(0)
    keys.write("Condition key", "aws:SourceIp")
    keys.write("Value (one a line)", "192.0.2.7")
    keys.press("button", "Add condition")
    expect(editor.get_by_role("cell", name="192.0.2.7")).to_be_visible()
    expect(another).to_be_focused()

    keys.choose("Specific or all", "Specific")
    for name in ("arn:aws:s3:::one", "arn:aws:s3:::two"):
        keys.write("Resource ARN", name)
        keys.press("button", "Add ARNs")
        expect(editor.get_by_role("cell", name=name, exact=True)).to_be_visible()
    keys.press("button", "Remove: arn:aws:s3:::two")
    expect(editor.get_by_role("button", name="Remove: arn:aws:s3:::one")).to_be_focused()
    small.keyboard.press("Enter")
    expect(editor.get_by_role("button", name="Add ARNs")).to_be_focused()


def test_edit_leads_into_the_editor_and_a_second_edit_back_to_it(small: Page, running_lab: RunningLab) -> None:
    (panel,) = open_widgets(small, running_lab, "edit", f"{SETUP}PolicyPage(lab, 'ReportsReader')")
    keys = Keyboard(small, panel)
    keys.press("button", "Edit")
    service = panel.get_by_label("Service", exact=True)
    expect(service).to_be_focused()
    expect(panel.get_by_text("Edit policy ReportsReader", exact=True)).to_be_in_viewport()
    keys.press("button", "Switch to deny permissions")
    expect(panel.get_by_text("(Deny)").first).to_be_visible()
    Mouse(small, panel).press("button", "Edit")
    expect(service).to_be_focused()
    expect(panel.get_by_text("(Deny)").first).to_be_visible()
    expect(panel.get_by_text("What is written below is not saved yet.")).to_be_in_viewport()
    keys.press("button", "Cancel editing")
    expect(service).not_to_be_attached()
    expect(panel.get_by_role("button", name="Edit", exact=True)).to_be_focused()


def test_an_explanation_comes_into_view_and_is_read_out(small: Page, running_lab: RunningLab) -> None:
    cell = f"{SETUP}from iamlab.widgets import EffectivePermissions\nEffectivePermissions(lab, 'bob', service='s3')"
    (table,) = open_widgets(small, running_lab, "explain", cell)
    tops = [table.get_by_text(name, exact=True).first.bounding_box() for name in ("Principals", "Situation", "Service")]
    assert len({top["y"] for top in tops if top}) == 1, "labels stand side by side"
    region = table.locator(".iamlab-answer[role=status]").first
    region.evaluate("region => { window.region = region; }")
    table.get_by_role("button", name=re.compile("^Explain")).nth(2).click()
    expect(table.get_by_text("For example on")).to_be_in_viewport(ratio=1)
    assert region.evaluate("region => region === window.region"), "a region that comes with its words is not read out"
    assert table.locator("[role=status] [role=status]").count() == 0

    frame = table.locator(".iamlab-table").first
    frame.evaluate("frame => frame.scrollTo(0, 30)")
    over = """frame => {
      const { x, y, width, height } = frame.querySelector("thead th:last-child").getBoundingClientRect();
      return document.elementFromPoint(x + width / 4, y + height - 3).tagName;
    }"""
    frame.scroll_into_view_if_needed()
    assert frame.evaluate(over) == "TH", "buttons are drawn below the head"


def test_a_page_looks_again_when_somebody_comes_into_it(small: Page, running_lab: RunningLab) -> None:
    first, second = open_widgets(
        small, running_lab, "twice", f"{SETUP}PolicyPage(lab, 'ReportsReader')", "PolicyPage(lab, 'ReportsReader')"
    )
    for panel in (first, second):
        Mouse(small, panel).press("tab", "Policy versions")
    Mouse(small, first).press("button", "Delete version: v1")
    gone = second.get_by_role("button", name="Delete version: v1")
    expect(first.get_by_text("Version v1 is deleted.")).to_be_visible()
    expect(gone).to_be_visible()
    second.get_by_role("button", name="View document: v2").focus()
    expect(gone).not_to_be_attached()


def test_an_opened_policy_is_seen_from_its_start(small: Page, running_lab: RunningLab) -> None:
    (policies,) = open_widgets(small, running_lab, "open", f"{SETUP}PolicyList(lab)")
    Keyboard(small, policies).press("button", "Open: ReportsReader")
    expect(policies.get_by_role("button", name="Back to policies")).to_be_focused()
    expect(policies.get_by_text("Policy ReportsReader")).to_be_in_viewport()


def test_the_focus_goes_with_its_question_when_a_new_one_comes_above(small: Page, running_lab: RunningLab) -> None:
    asked = "[[who, 'iam:CreateUser'] for who in ('alice', 'bob', 'carol', 'dave')]"
    (simulator,) = open_widgets(small, running_lab, "again", f"{SETUP}PolicySimulator(lab, questions={asked})")
    again = simulator.get_by_role("button", name="Ask again: bob")
    again.focus()
    small.keyboard.press("Enter")
    expect(again).to_have_count(2)
    expect(again.last).to_be_focused()
    expect(simulator.locator(".iamlab-verdict .iamlab-message").first).to_be_in_viewport()


def test_another_page_of_a_table_begins_at_its_top(small: Page, running_lab: RunningLab) -> None:
    (table,) = open_widgets(small, running_lab, "top", f"{SETUP}EffectivePermissions(lab, 'carol')")
    window = table.locator(".iamlab-window .iamlab-table").first
    window.evaluate("window => window.scrollTop = window.scrollHeight")
    table.get_by_role("button", name="Next page").click()
    expect(table.get_by_text("Rows 26 to 50 of")).to_be_visible()
    small.wait_for_function("window => window.scrollTop === 0", arg=window.element_handle())


def test_escape_leads_out_of_an_open_group_of_tick_boxes(small: Page, running_lab: RunningLab) -> None:
    (editor,) = open_widgets(small, running_lab, "group", f"{SETUP}{EDITOR}")
    group = editor.locator("summary", has_text="Read")
    group.focus()
    small.keyboard.press("Enter")
    expect(editor.get_by_label("All read actions")).to_be_visible()
    small.keyboard.press("Tab")
    expect(editor.get_by_label("All read actions")).to_be_focused()
    small.keyboard.press("Escape")
    expect(group).to_be_focused()
    small.keyboard.press("Escape")
    expect(active_cell(small)).to_be_focused()


def test_enter_asks_and_what_opens_says_so(small: Page, running_lab: RunningLab) -> None:
    (simulator,) = open_widgets(small, running_lab, "enter", f"{SETUP}PolicySimulator(lab, 'bob')")
    simulator.get_by_label("Action", exact=True).press_sequentially("iam:CreateUser")
    small.keyboard.press("Enter")
    expect(simulator.get_by_text("no identity-based policy allows it").first).to_be_visible()
    more = simulator.get_by_role("button", name="condition keys")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    simulator.get_by_label("Condition key", exact=True).fill("aws:SourceIp")
    simulator.get_by_label("Value", exact=True).press_sequentially("192.0.2.7")
    small.keyboard.press("Enter")
    expect(simulator.get_by_role("cell", name="192.0.2.7")).to_be_visible()
