"""Copy as code, for every widget: click, copy, restart, paste, run all: the same account and the same answer.

A notebook is played in a shell of IPython: an import cell, a cell with the account, and the cell with the widget. What
is copied after the clicks takes the place of the widget's cell in a shell that has forgotten everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from hands import controls, fill, find, press, seen
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Dropdown

import iamlab.widgets
from iamlab import Account
from iamlab.widgets import PolicyEditor, PolicyPage
from iamlab.widgets.base import Panel
from iamlab.widgets.choices import Choices
from iamlab.widgets.code import CopyAsCode
from iamlab.widgets.rich import CheckGroups, Rows

ACCOUNT = "from iamlab import Account\nlab = Account.example()"
SALES = "arn:aws:s3:::northwind-reports/q3.csv"
READ = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": 'arn:aws:s3:::a/It\'s "<b>"\\*'},
}

Clicks = Callable[[Any], None]


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, *cells: str) -> Any:
    """Run cells; what the last one shows."""
    for cell in cells:
        done = shell.run_cell(cell, store_history=True)  # type: ignore[no-untyped-call]
        assert done.success, done.error_in_exec or done.error_before_exec
    return done.result


def press_row(panel: Any, first_cell: str, action: str) -> None:
    """Press a button in the row that begins with these words."""
    for table in controls(panel):
        for number, row in enumerate(table.rows if isinstance(table, Rows) else ()):
            if row.cells[0] == first_cell and action in row.actions:
                table.press(number, action)
                return
    raise AssertionError(f"no row {first_cell!r} has a button {action!r}")


def inside(panel: Any, kind: type[Any]) -> Any:
    """The first control of a kind."""
    return next(control for control in controls(panel) if isinstance(control, kind))


def create(editor: Any) -> None:
    """List one bucket, from the first tick to the group, and a second policy that stays alone."""
    fill(editor, "Service", "s3")
    inside(editor, CheckGroups).choose(["ListBucket"])
    fill(editor, "Bucket name", "northwind-logs")
    press(editor, "Add ARNs")
    press(editor, "Next")
    fill(editor, "Policy name", "Mine")
    fill(editor, "Description - optional", 'It\'s "<b>"\\')
    fill(editor, "Key", "team")
    fill(editor, "Value - optional", "blue")
    press(editor, "Add new tag")
    press(editor, "Create policy")
    for kind, name in (("user", "alice"), ("group", "Accounting"), ("role", "DeployRole")):
        fill(editor, "Entity type", kind)
        fill(editor, "Entity name", name)
        press(editor, "Attach policy")
    press(editor, "Write another")
    editor.write(json.dumps(READ))
    press(editor, "Next")
    fill(editor, "Policy name", "Another")
    press(editor, "Create policy")


def edit(editor: Any) -> None:
    """Two versions, of which the second does not count."""
    editor.write(json.dumps(READ))
    press(editor, "Next")
    press(editor, "Save changes")
    press(editor, "Write another")
    inside(editor, CheckGroups).choose(["GetObject", "ListAllMyBuckets"])
    press(editor, "Next")
    fill(editor, "Set this new version as the default", False)
    press(editor, "Save changes")


def leave(editor: Any) -> None:
    """Something that is not created yet."""
    editor.write(json.dumps(READ, indent=4))


def leave_broken(editor: Any) -> None:
    """A text that is no policy."""
    editor.write('{\n    "Version": "2012-10-17"\n    "Statement": "\\"\n}')


def leave_review(editor: Any) -> None:
    """All is filled in, and not created."""
    leave(editor)
    press(editor, "Next")
    fill(editor, "Policy name", "Mine")
    fill(editor, "Description - optional", 'It\'s "<b>"\\')
    for tag in ("team", "gone"):
        fill(editor, "Key", tag)
        fill(editor, "Value - optional", "blue")
        press(editor, "Add new tag")
    press_row(editor, "gone", "Remove")


def leave_review_for_more(editor: Any) -> None:
    """A name is given already, and the permissions are looked at again."""
    leave_review(editor)
    press(editor, "Previous")


def leave_review_of_edit(editor: Any) -> None:
    """A new version that shall not count is not saved."""
    press(editor, "Next")
    fill(editor, "Set this new version as the default", False)


def turn_pages(page: Any) -> None:
    """Everything that can be clicked on a policy's page, and its editor twice."""
    for action in ("GetObjectAcl", "GetObjectTagging"):
        press(page, "Edit")
        editor = inside(page, PolicyEditor)
        editor.write(json.dumps(READ).replace("GetObject", action))
        editor.next()
        editor.save()
    titles = inside(page, type(page._tabs))
    titles.selected_index = 2
    press_row(page, "v1", "Set as default")
    press_row(page, "v3", "Delete version")
    titles.selected_index = 1
    press_row(page, "Accounting", "Detach")
    fill(page, "Entity type", "user")
    fill(page, "Entity name", "erin")
    press(page, "Attach policy")


def open_edit(page: Any) -> None:
    """The editor is opened, and nothing is written."""
    press(page, "Edit")
    press_row(page, "Accounting", "Detach")


def leave_edit(page: Any) -> None:
    """What is written in the page's editor outlives a click on the page."""
    press(page, "Edit")
    leave(inside(page, PolicyEditor))
    press_row(page, "Accounting", "Detach")


def leave_new(listed: Any) -> None:
    """A policy is begun in the list, and not created."""
    press(listed, "Create policy")
    editor = inside(listed, PolicyEditor)
    leave(editor)
    press(editor, "Next")
    fill(editor, "Policy name", "Mine")


def leave_edit_of_one(listed: Any) -> None:
    """A page is opened in the list, and the editor in the page."""
    press_row(listed, "ReportsReader", "Open")
    press(listed, "Edit")
    leave(inside(listed, PolicyEditor))


def delete(page: Any) -> None:
    """Nothing is left of the policy."""
    for name in ("Accounting", "ReportFunctionRole"):
        press_row(page, name, "Detach")
    press_row(page, "v1", "Delete version")
    press(page, "Delete policy")


def browse(listed: Any) -> None:
    """Create in the list, attach on a page, and narrow the list."""
    press(listed, "Create policy")
    create(inside(listed, PolicyEditor))
    press(listed, "Back to policies")
    fill(listed, "Search", "iamread")
    press_row(listed, "IAMReadOnlyAccess", "Open")
    fill(inside(listed, PolicyPage), "Entity name", "dave")
    press(listed, "Attach policy")
    press(listed, "Back to policies")
    fill(listed, "Filter by Type", "aws")


def open_one(listed: Any) -> None:
    """Stay on a page."""
    press_row(listed, "ReportsReader", "Open")
    press(listed, "Edit")
    inside(listed, PolicyEditor).write(json.dumps(READ))
    press(listed, "Next")
    press(listed, "Save changes")


def ask(simulator: Any) -> None:
    """Questions with condition keys, a policy to try, with and without a principal, and one that is refused."""
    fill(simulator, "Principal", "bob")
    fill(simulator, "Action", "s3:GetObject")
    fill(simulator, "Resource", SALES)
    press(simulator, "Ask")
    press(simulator, "Show condition keys and a policy to try")
    for key, value in (("aws:SourceIp", "192.0.2.7"), ("aws:TagKeys", '["a", "b"]')):
        fill(simulator, "Condition key", key)
        fill(simulator, "Value", value)
        press(simulator, "Add key")
    press(simulator, "Ask")
    fill(simulator, "Policy to try besides (JSON)", json.dumps(READ))
    press(simulator, "Ask")
    fill(simulator, "Principal", "")
    fill(simulator, "Other keys are unknown: say what the answer depends on", True)
    press(simulator, "Ask")
    fill(simulator, "Principal", "nobody")
    press(simulator, "Ask")
    simulator._questions.press(3, "Ask again")


def answer(quiz: Any) -> None:
    """A wrong answer and a right one to every question of the lesson."""
    for number, question in enumerate(quiz.questions, 1):
        if number != 2:
            quiz.answer(number, question.key)
    quiz.answer(1, "a")


def choose(quiz: Any) -> None:
    """Choices of each kind that are not checked, also over an answer; one is chosen and taken back."""
    quiz.answer(1, "b")
    inside(quiz, Choices).choose([2])
    press(quiz, "Next")
    slots = [control for control in controls(quiz) if isinstance(control, Dropdown)]
    slots[1].value = "b"
    press(quiz, "Next")
    inside(quiz, Choices).choose([2, 0])
    press(quiz, "Next")
    inside(quiz, Choices).choose([1])
    press(quiz, "Next")
    press(quiz, "Next")
    inside(quiz, Choices).choose([3, 0, 1, 2])
    for _ in range(3):
        press(quiz, "Previous")


def guess(predict: Any) -> None:
    inside(predict, Choices).choose([1])
    press(predict, "Commit and see")


def narrow(table: Any) -> None:
    """Every filter, a resource and a situation, and two principals side by side."""
    fill(table, "Principals", ("bob", "erin"))
    fill(table, "Situation", {"aws:MultiFactorAuthPresent": "true"})
    fill(table, "Resource - optional", SALES)
    fill(table, "Service", "s3")
    fill(table, "Access level", "Read")
    fill(table, "Outcome", ())
    fill(table, "Search", "object")


def compare(table: Any) -> None:
    """Before and after; the filters were turned since."""
    fill(table, "Service", "")
    fill(table, "Search", "queue")
    fill(table, "Differences only", False)


LINE = 'Predict("In which line is the mistake?", "5:9", lesson="06")'

STORIES: dict[str, tuple[str, Clicks]] = {
    "PolicyEditor, create and attach": ("PolicyEditor(lab)", create),
    "PolicyEditor, edit": ('PolicyEditor(lab, "ReportsReader")', edit),
    "PolicyEditor, written": ("PolicyEditor(lab)", leave),
    "PolicyEditor, an edit written": ('PolicyEditor(lab, "ReportsReader")', leave),
    "PolicyEditor, broken": ("PolicyEditor(lab)", leave_broken),
    "PolicyEditor, a review": ("PolicyEditor(lab)", leave_review),
    "PolicyEditor, a review left": ("PolicyEditor(lab)", leave_review_for_more),
    "PolicyEditor, a review of an edit": ('PolicyEditor(lab, "ReportsReader")', leave_review_of_edit),
    "PolicyList": ("PolicyList(lab)", browse),
    "PolicyList, a page": ("PolicyList(lab)", open_one),
    "PolicyList, a policy begun": ("PolicyList(lab)", leave_new),
    "PolicyList, an edit written": ("PolicyList(lab)", leave_edit_of_one),
    "PolicyPage": ('PolicyPage(lab, "ReportsReader")', turn_pages),
    "PolicyPage, edit opened": ('PolicyPage(lab, "ReportsReader")', open_edit),
    "PolicyPage, an edit written": ('PolicyPage(lab, "ReportsReader")', leave_edit),
    "PolicyPage, deleted": ('PolicyPage(lab, "ReportsReader")', delete),
    "PolicySimulator": ("PolicySimulator(lab)", ask),
    "PolicySimulator, asked at once": (f'PolicySimulator(lab, "erin", "s3:GetObject", "{SALES}")', ask),
    "EffectivePermissions": ("EffectivePermissions(lab)", narrow),
    "EffectivePermissions, differences": (
        'EffectivePermissions(lab, "bob", "erin", service="sqs")',
        lambda table: fill(table, "Differences only", True),
    ),
    "EffectivePermissions, before and after": (
        'def leave():\n    lab.groups["Developers"].remove_user("dave")\n\n\n'
        'EffectivePermissions(lab, "dave", service="sqs", change=leave)',
        compare,
    ),
    "Quiz": ('Quiz("06")', answer),
    "Quiz, not checked": ('Quiz("06")', choose),
    "Predict": (f'Predict("May bob read it?", lab.decide("bob", "s3:GetObject", "{SALES}"))', guess),
    "Predict, of a lesson": (LINE, guess),
}

DONE = {"PolicyEditor, create and attach", "PolicyEditor, edit", "PolicyPage, deleted"}
"""Where nothing is left to be shown."""

WITH_AN_EDITOR = {"PolicyList, a page", "PolicyPage"}
"""Where an editor that has done its work still stands open in a page."""

JUST_SAID = {"PolicyPage, edit opened", "PolicyPage, an edit written"}
"""Where the page still says what was done last; the copied code does that before it opens the page."""


def widget_of(story: str) -> str:
    """Which widget a story is about."""
    return story.partition(",")[0]


def state_of(panel: Any) -> dict[str, Any]:
    """What a panel holds, beyond what it shows without a kernel."""
    names = ("text", "step", "answers", "unchecked", "number", "guess", "principals")
    found = {name: getattr(panel, name) for name in names if hasattr(panel, name)}
    if hasattr(panel, "filters"):
        found["filters"] = (panel.filters(), panel.resource, panel._situation.value)
        found["rows"] = (panel._rows.rich.columns, panel._rows.rows)
    if hasattr(panel, "asked"):
        found["asked"] = [(one.principal, one.context, decision.outcome) for one, decision in panel.asked]
    return found


def looks_of(panel: Any, *, but: Collection[str] = ()) -> list[tuple[str, dict[str, Any]]]:
    """What the page is told about every control that shows, without the names of other widgets and some kinds."""
    plain = {"layout", "style", "children"}
    return [
        (
            type(control).__name__,
            {
                name: value
                for name, value in control.get_state().items()
                if not name.startswith("_") and name not in plain
            },
        )
        for control in controls(panel)
        if type(control).__name__ not in but
    ]


@pytest.mark.parametrize("story", STORIES)
def test_clicked_copied_restarted_and_pasted_it_is_the_same(story: str, shell: InteractiveShell) -> None:
    cell, clicks = STORIES[story]
    imports = f"from iamlab.widgets import {widget_of(story)}"
    clicked = run(shell, imports, ACCOUNT, cell)
    clicks(clicked)
    account = shell.user_ns["lab"].get_account_authorization_details()
    code = clicked.code.source
    compile(code, "copied", "exec")

    shell.reset()  # type: ignore[no-untyped-call]  # as a restarted kernel
    # What a widget was given that cannot be written as Python stands in its cell: there, only the call is replaced.
    last = cell.rpartition("\n\n\n")
    pasted = run(shell, imports, ACCOUNT, *last[:2], code)
    assert shell.user_ns["lab"].get_account_authorization_details() == account
    assert isinstance(pasted, Panel) != (story in DONE)
    if isinstance(pasted, Panel):
        shown = inside(clicked, type(pasted))
        assert repr(pasted.plain()) == repr(shown.plain())
        assert state_of(pasted) == state_of(shown)
        if story not in WITH_AN_EDITOR:
            passing = {"Verdict"} if story in JUST_SAID else set()
            assert looks_of(pasted, but=passing) == looks_of(shown, but=passing)


def test_every_widget_has_its_story() -> None:
    pictures = {"anatomy", "flow_chart"}
    told = set(map(widget_of, STORIES))
    assert told == set(iamlab.widgets.__all__) - pictures


def test_the_code_says_what_is_not_in_it_yet() -> None:
    editor = PolicyEditor(Account.example())
    leave(editor)
    press(editor, "Add more permissions")
    fill(editor, "Service", "sqs (Amazon SQS)")
    fill(editor, "Actions by name or pattern", "Send*")
    said = [line for line in editor.code.source.splitlines() if line.startswith("#")]
    assert said == [
        "# Written, and not saved yet:",
        "# Not in this code: block 2 (Amazon SQS), which still needs actions and resources",
        "# Not in this code: Send*, which is typed and not added",
    ]
    press(editor, "Add actions")
    fill(editor, "Specific or all", "all")
    assert "Not in this code" not in editor.code.source
    assert "sqs:Send*" in editor.code.source


def test_what_was_done_is_in_the_code_after_its_policy_was_deleted_elsewhere() -> None:
    lab = Account.example()
    policy = lab.create_policy("Mine", READ)
    editor = PolicyEditor(lab, "Mine")
    press(editor, "Next")
    press(editor, "Save changes")
    press(editor, "Write another")
    done = editor.code.source
    assert done.startswith('lab.policies["Mine"].create_version(')
    editor.write(json.dumps(READ).replace("GetObject", "GetObjectAcl"))
    policy.delete_version("v1")
    policy.delete()
    press(editor, "Copy as code")
    assert editor.code.source == find(editor, "Python that does the same").value == done


def test_a_draft_that_cannot_be_written_takes_nothing_with_it() -> None:
    def fail() -> str:
        raise RuntimeError("no\nway")

    code = CopyAsCode()
    code.add("lab.create_user('zoe')")
    code.draft(fail)
    assert code.source == "lab.create_user('zoe')\n# Not in this code, what is only written: no way"


def test_whoever_copies_is_told_that_other_widgets_steps_are_not_in_it() -> None:
    editor = PolicyEditor(Account.example(), document=READ)
    assert "Only what was done in this widget" not in seen(editor)
    press(editor, "Copy as code")
    assert "Only what was done in this widget is in it, not what other widgets and cells did." in seen(editor)


def test_a_tag_that_is_typed_is_in_the_code() -> None:
    editor = PolicyEditor(Account.example(), document=READ, step=2)
    fill(editor, "Key", "team")
    fill(editor, "Value - optional", "blue")
    assert 'tags={"team": "blue"}' in editor.code.source
