"""The policy editor without a browser: each click, and what it does to the text, the findings and the account."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hands import controls, fill, find, press, seen, told

from iamlab import Account, PolicyDocument
from iamlab.catalog.managed import managed_policy_text
from iamlab.errors import InvalidInput
from iamlab.widgets import PolicyEditor
from iamlab.widgets.code import call
from iamlab.widgets.controls import is_shown
from iamlab.widgets.rich import CheckGroups, Rows

LETTER = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}],
}


@pytest.fixture
def lab() -> Account:
    return Account.example()


def statements(editor: PolicyEditor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(editor.text)["Statement"]
    return found


def tables(editor: PolicyEditor) -> list[Rows]:
    return [control for control in controls(editor) if isinstance(control, Rows)]


def press_in_table(editor: PolicyEditor, first_cell: str, action: str) -> None:
    for table in tables(editor):
        for number, row in enumerate(table.rows):
            if row.cells[0].startswith(first_cell):
                table.press(number, action)
                return
    raise AssertionError(f"no row begins with {first_cell!r}: {[row.cells for t in tables(editor) for row in t.rows]}")


def boxes(editor: PolicyEditor) -> CheckGroups:
    return next(control for control in controls(editor) if isinstance(control, CheckGroups))


def turn_to(editor: PolicyEditor, tab: str) -> None:
    tabs = next(control for control in controls(editor) if hasattr(control, "titles"))
    tabs.selected_index = tabs.titles.index(tab)


def write(editor: PolicyEditor) -> None:
    """S3: read one bucket's objects, by hand in the visual editor."""
    fill(editor, "Service", "s3")
    boxes(editor).choose(["GetObject"])
    fill(editor, "Bucket name", "reports")
    press(editor, "Add ARNs")


def test_ticking_writes_the_policy(lab: Account) -> None:
    editor = PolicyEditor(lab)
    assert json.loads(editor.text) == {"Version": "2012-10-17", "Statement": []}
    write(editor)
    assert json.loads(editor.text) == LETTER
    assert "0 errors" not in seen(editor)
    assert "Errors: 0" in seen(editor)
    assert f"{6144 - PolicyDocument.parse(LETTER).size} of 6144 characters remaining" in seen(editor)


def test_all_actions_patterns_and_deny(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    fill(editor, "Actions by name or pattern", "List*, s3:PutObject")
    press(editor, "Add actions")
    assert statements(editor)[0]["Action"] == ["s3:GetObject", "s3:List*", "s3:PutObject"]
    press_in_table(editor, "s3:List*", "Remove")
    fill(editor, "Actions by name or pattern", "ec2:RunInstances")
    press(editor, "Add actions")
    assert editor.verdict.kind == "error"
    assert "ec2:RunInstances is not of s3" in editor.verdict.text
    press(editor, "Switch to deny permissions")
    assert statements(editor)[0] == {
        **LETTER["Statement"][0],
        "Effect": "Deny",
        "Action": ["s3:GetObject", "s3:PutObject"],
    }
    find(editor, "All actions (s3:*)").value = True
    assert statements(editor)[0]["Action"] == "s3:*"
    find(editor, "All actions (s3:*)").value = False
    assert statements(editor) == [], "a block without actions is in no policy"
    assert "Block 1: Amazon S3 (Deny)" in seen(editor), "and still there"


def test_conditions_are_added_edited_and_removed(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Add another condition")
    press(editor, "Add condition")
    assert editor.verdict.text == "Choose a condition key first."
    fill(editor, "Condition key", "aws:TagKeys")
    assert find(editor, "Qualifier").value == "ForAnyValue:", "it holds several values"
    fill(editor, "Condition key", "s3:prefix")
    fill(editor, "Operator", "StringLike")
    fill(editor, "Value (one a line)", "home/${aws:username}/*\na, b")
    fill(editor, "If exists", True)
    press(editor, "Add condition")
    written = {"StringLikeIfExists": {"s3:prefix": ["home/${aws:username}/*", "a, b"]}}
    assert statements(editor)[0]["Condition"] == written
    press_in_table(editor, "s3:prefix", "Edit")
    assert find(editor, "Operator").value == "StringLike"
    assert find(editor, "If exists").value is True
    fill(editor, "Value (one a line)", "home/")
    press(editor, "Add condition")
    assert statements(editor)[0]["Condition"] == {"StringLikeIfExists": {"s3:prefix": "home/"}}
    press_in_table(editor, "s3:prefix", "Remove")
    assert "Condition" not in statements(editor)[0]


def test_blocks_are_added_duplicated_opened_and_removed(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Add more permissions")
    assert "Block 2: no service yet (Allow)" in seen(editor)
    fill(editor, "Service", "sqs (Amazon SQS)")
    boxes(editor).choose(["SendMessage"])
    fill(editor, "Specific or all", "all")
    assert [one["Action"] for one in statements(editor)] == ["s3:GetObject", "sqs:SendMessage"]
    press_in_table(editor, "1. Amazon S3", "Duplicate")
    assert [one["Action"] for one in statements(editor)] == ["s3:GetObject", "s3:GetObject", "sqs:SendMessage"]
    press_in_table(editor, "3. Amazon SQS", "Open")
    assert "Block 3: Amazon SQS (Allow)" in seen(editor)
    press_in_table(editor, "1. Amazon S3", "Remove")
    assert "Block 2: Amazon SQS (Allow)" in seen(editor)
    press(editor, "Remove this block")
    assert [one["Action"] for one in statements(editor)] == ["s3:GetObject"]


def test_both_editors_follow_each_other(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    turn_to(editor, "JSON")
    find(editor, "Policy document (JSON)").value = editor.text.replace("GetObject", "PutObject")
    turn_to(editor, "Visual")
    assert boxes(editor).selected == ["PutObject"]
    boxes(editor).choose(["PutObject", "DeleteObject"])
    turn_to(editor, "JSON")
    assert find(editor, "Policy document (JSON)").value == editor.text
    assert statements(editor)[0]["Action"] == ["s3:PutObject", "s3:DeleteObject"]


def test_what_the_visual_editor_cannot_show_is_kept(lab: Account) -> None:
    odd = {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Sid": "Odd"}
    editor = PolicyEditor(
        lab, document={"Version": "2012-10-17", "Id": "mine", "Statement": [odd, *LETTER["Statement"]]}
    )
    assert "edit it as JSON" in seen(editor)
    assert "NotAction" in seen(editor)
    press_in_table(editor, "2. Amazon S3", "Open")
    boxes(editor).choose(["GetObject", "PutObject"])
    assert statements(editor)[0] == odd
    assert json.loads(editor.text)["Id"] == "mine"


def test_a_finding_stands_at_its_line_and_block_and_is_repaired(lab: Account) -> None:
    editor = PolicyEditor(lab, document=json.dumps(LETTER).replace("GetObject", "GetObjekt"))
    assert "Errors: 1" in seen(editor)
    assert "<strong>Error:</strong> s3 has no action GetObjekt." in seen(editor), "in the block"
    turn_to(editor, "JSON")
    (marker,) = editor._json.rich.findings
    assert (marker["line"], marker["severity"], marker["repair"]) == (6, "error", "Write s3:GetObject")
    press(editor, "Next")
    assert editor.step == 1
    assert editor.verdict.text.startswith("Repair the errors first.")
    press_in_table(editor, "Line 6, statement 1", "Show")
    assert editor._json.rich.cursor[:2] == [6, 23]
    press_in_table(editor, "Line 6, statement 1", "Write s3:GetObject")
    assert json.loads(editor.text) == LETTER
    assert "Errors: 0" in seen(editor)


def test_a_repair_chosen_in_the_text_is_made(lab: Account) -> None:
    editor = PolicyEditor(lab, document=json.dumps(LETTER).replace("GetObject", "GetObjekt"))
    (finding,) = editor._json.rich.findings
    chosen = {"repair": 0, "message": finding["message"]}
    editor._json.rich._handle_custom_msg(chosen | {"message": "of what was typed before"}, [])
    assert json.loads(editor.text) != LETTER
    editor._json.rich._handle_custom_msg(chosen, [])
    assert json.loads(editor.text) == LETTER
    editor._json.rich._handle_custom_msg(chosen, [])  # it is gone by now
    assert json.loads(editor.text) == LETTER


def test_a_text_that_is_no_policy_is_no_trouble(lab: Account) -> None:
    editor = PolicyEditor(lab, document='{"Version": "2012-10-17",\n "Statement": [')
    assert "The visual editor cannot show this text. Line 2" in seen(editor)
    turn_to(editor, "JSON")
    press(editor, "Next")
    assert "cannot be read" in editor.verdict.text
    fill(editor, "Policy document (JSON)", json.dumps(LETTER))
    turn_to(editor, "Visual")
    assert boxes(editor).selected == ["GetObject"]


def test_create_with_description_and_tags_then_attach(lab: Account) -> None:
    editor = PolicyEditor(lab)
    press(editor, "Next")
    assert "nothing in the policy yet" in editor.verdict.text
    write(editor)
    press(editor, "Next")
    assert "Limited: Read" in seen(editor)
    fill(editor, "Description - optional", "To read")
    fill(editor, "Key", "team")
    fill(editor, "Value - optional", "blue")
    press(editor, "Add new tag")
    press(editor, "Create policy")
    assert editor.verdict.kind == "error", "it has no name"
    fill(editor, "Policy name", "ReportsReader")
    press(editor, "Create policy")
    assert editor.verdict.text.endswith("already exists. Duplicate names are not allowed. (EntityAlreadyExists)")
    fill(editor, "Policy name", "ReadReports")
    press(editor, "Create policy")
    made = lab.policies["ReadReports"]
    assert (made.document.to_dict(), made.description, made.tags) == (LETTER, "To read", {"team": "blue"})
    fill(editor, "Entity type", "role")
    fill(editor, "Entity name", "Nobody")
    press(editor, "Attach policy")
    assert editor.verdict.text == "The role with name Nobody cannot be found. (NoSuchEntity)"
    fill(editor, "Entity name", "DeployRole")
    press(editor, "Attach policy")
    assert made.attached_roles == (lab.roles["DeployRole"],)


def test_an_unfinished_block_is_not_forgotten_on_the_way(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Add more permissions")
    fill(editor, "Service", "sqs")
    press(editor, "Next")
    assert editor.step == 1
    assert "Block 2: Amazon SQS is not finished" in editor.verdict.text
    press(editor, "Remove this block")
    press(editor, "Next")
    assert editor.step == 2
    press(editor, "Previous")
    assert editor.step == 1


def test_what_is_missing_is_said_by_what_is_there(lab: Account) -> None:
    editor = PolicyEditor(lab)
    for typed, said in (
        ("", "nothing in the policy yet"),
        ("nonsense", "There is no service 'nonsense'"),
        ("lamb", "'lamb' may be "),
        ("amazon sqs", "Amazon SQS is not finished: choose actions and resources"),
    ):
        fill(editor, "Service", typed)
        press(editor, "Next")
        assert said in editor.verdict.text
    assert find(editor, "Service").value == "sqs (Amazon SQS)"


def test_editing_makes_a_version(lab: Account) -> None:
    policy = lab.policies["ReportsReader"]
    editor = PolicyEditor(lab, "ReportsReader")
    assert json.loads(editor.text) == policy.document.to_dict()
    boxes(editor).choose(["ListBucket", "ListBucketVersions"])
    press(editor, "Next")
    press(editor, "Save changes")
    assert policy.default_version.version_id == "v3"
    assert policy.document.statements[0].actions == ("s3:ListBucket", "s3:ListBucketVersions")
    press(editor, "Write another")
    boxes(editor).choose(["ListBucket"])
    press(editor, "Next")
    fill(editor, "Set this new version as the default", False)
    press(editor, "Save changes")
    assert [version.version_id for version in policy.versions] == ["v4", "v3", "v2", "v1"]
    assert policy.default_version.version_id == "v3"
    again = Account.example()
    exec(editor.code.source, {"lab": again})
    assert [v.document for v in again.policies["ReportsReader"].versions] == [v.document for v in policy.versions]
    assert again.policies["ReportsReader"].default_version.version_id == "v3"


def test_another_policy_has_a_name_description_and_tags_of_its_own(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Next")
    fill(editor, "Policy name", "Read")
    fill(editor, "Key", "team")
    press(editor, "Add new tag")
    press(editor, "Create policy")
    press(editor, "Write another")
    editor.write(json.dumps(LETTER))
    press(editor, "Next")
    assert find(editor, "Policy name").value == ""
    fill(editor, "Policy name", "ReadToo")
    press(editor, "Create policy")
    assert lab.policies["Read"].tags == {"team": ""}
    assert lab.policies["ReadToo"].tags == {}


def test_code_is_offered_as_soon_as_there_is_any(lab: Account) -> None:
    editor = PolicyEditor(lab)
    assert not is_shown(editor.code)
    editor.write(json.dumps(LETTER))
    assert is_shown(editor.code)
    assert "step" not in editor.code.source
    press(editor, "Copy as code")
    press(editor, "Next")
    fill(editor, "Policy name", "Read")
    assert 'name="Read", step=2)' in find(editor, "Python that does the same").value
    press(editor, "Create policy")
    assert find(editor, "Python that does the same").value == call("lab.create_policy", "Read", LETTER)
    press(editor, "Write another")
    assert "not saved yet" not in find(editor, "Python that does the same").value


def test_an_edit_that_was_saved_is_not_offered_again(lab: Account) -> None:
    editor = PolicyEditor(lab, "ReportsReader", document=LETTER, keep_default=True, step=2)
    press(editor, "Save changes")
    assert lab.policies["ReportsReader"].default_version.version_id == "v2"
    press(editor, "Write another")
    assert "not saved yet" not in editor.code.source
    editor.write(json.dumps(LETTER).replace("reports", "photos"))
    assert "not saved yet" in editor.code.source


def test_a_review_that_is_not_ready_yet_says_why(lab: Account) -> None:
    editor = PolicyEditor(lab, name="Read", step=2)
    assert (editor.step, editor.verdict.kind) == (1, "error")
    editor.write(json.dumps(LETTER))
    press(editor, "Next")
    assert find(editor, "Policy name").value == "Read"
    with pytest.raises(InvalidInput, match="keeps its name, description and tags"):
        PolicyEditor(lab, "ReportsReader", tags={"team": "blue"})


def test_markup_is_shown_and_not_obeyed(lab: Account) -> None:
    sneaky = "<img src=x onerror=alert(1)>"
    document = json.loads(json.dumps(LETTER).replace("reports", sneaky).replace("GetObject", "Get<b>"))
    document["Statement"][0] |= {"Sid": "A", "Condition": {"StringEquals": {f"aws:{sneaky}": sneaky}}}
    editor = PolicyEditor(lab, document=document)
    for tab in ("Visual", "JSON"):
        turn_to(editor, tab)
        assert sneaky not in seen(editor)
        assert "Get<b>" not in seen(editor)
    assert sneaky not in editor._repr_mimebundle_()["text/html"]


def test_the_longest_policy_and_one_character_more(lab: Account) -> None:
    room = 6144 - PolicyDocument.parse(LETTER).size
    for extra, words in (
        (0, "0 of 6144 characters remaining"),
        (1, "1 too many: a managed policy may have 6144 characters"),
    ):
        document = json.loads(json.dumps(LETTER).replace("reports", "reports" + "x" * (room + extra)))
        editor = PolicyEditor(lab, document=document)
        assert words in seen(editor)
        press(editor, "Next")
        if extra:
            assert editor.verdict.text == f"The policy is too long: {words}."
        else:
            fill(editor, "Policy name", "Long")
            press(editor, "Create policy")
            assert editor.verdict.kind == "success"


def test_a_policy_of_152_thousand_characters_and_one_of_20_statements(lab: Account) -> None:
    text = managed_policy_text("AWSSupportServiceRolePolicy")
    editor = PolicyEditor(lab, document=text)
    assert json.loads(editor.text) == json.loads(text)
    assert "too many: a managed policy may have 6144 characters" in seen(editor)
    assert len(editor._json.rich.findings) <= 30
    many = {"Version": "2012-10-17", "Statement": [{**LETTER["Statement"][0], "Sid": f"S{n}"} for n in range(20)]}
    editor = PolicyEditor(lab, document=many)
    (rows,) = [table for table in tables(editor) if table.rich.label == "Blocks below the open one"]
    assert len(rows.rows) == 19
    assert rows.rows[0].cells[0] == "2. Amazon S3 (S1): 1 suggestion"


def test_a_page_without_anywidgets_has_everything_it_needs(lab: Account) -> None:
    editor = PolicyEditor(lab)
    turn_to(editor, "JSON")
    fill(editor, "Policy document (JSON)", json.dumps(LETTER).replace("GetObject", "GetObjekt"))
    assert "s3 has no action GetObjekt" in seen(editor), "findings as a plain table"
    fill(editor, "Policy document (JSON)", json.dumps(LETTER))
    turn_to(editor, "Visual")
    find(editor, "Access level").value = ["GetObject", "PutObject"]
    assert statements(editor)[0]["Action"] == ["s3:GetObject", "s3:PutObject"]
    for control in (editor._json, boxes(editor)):
        control.rich.ready = True
        assert control.plain.layout.display == "none"


def test_a_click_tells_each_control_once_and_first_what_is_looked_at(lab: Account) -> None:
    editor = PolicyEditor(lab, "ReportsReader")
    for control in (editor._json, *(one for one in controls(editor) if isinstance(one, CheckGroups | Rows))):
        control.rich.ready = True
    ticks = boxes(editor).rich
    for wanted in (["ListBucket", "PutObject"], ["ListBucket"]):
        with told() as messages:
            ticks.set_state({"selected": wanted})
        assert "characters remaining" in messages[0][1]["value"]
        assert ticks not in [control for control, _ in messages]  # the page has what it sent
        assert len({id(control) for control, _ in messages}) == len(messages)
    with told() as messages:
        press(editor, "Switch to deny permissions")
    assert "(Deny)" in messages[0][1]["value"]
    assert len({id(control) for control, _ in messages}) == len(messages)


def test_it_says_what_it_holds_without_a_kernel_and_without_addresses(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    plain = editor._repr_mimebundle_()["text/plain"]
    assert json.dumps(LETTER, indent=4) in plain
    assert "Security: 0   Errors: 0   Warnings: 0   Suggestions: 0" in plain
    assert repr(editor) == "<PolicyEditor: Create policy>"
    for part in (editor._json, editor._found, *tables(editor)):
        assert "0x" not in repr(part)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("Policy name", " ", "Policy name is required."),
        ("Policy name", "x" * 129, "Policy name has 129 characters; 128 at the most are allowed."),
        (
            "Policy name",
            "a b",
            "The specified value for Policy name is invalid. It must contain only alphanumeric characters and/or the "
            "following: +=,.@_- (ValidationError)",
        ),
        ("Description - optional", "x" * 1001, "Description has 1001 characters; 1000 at the most are allowed."),
    ],
)
def test_what_cannot_be_a_name_or_description_is_said_by_its_label(
    lab: Account, field: str, typed: str, said: str
) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Next")
    fill(editor, "Policy name", "Good")
    fill(editor, field, typed)
    press(editor, "Create policy")
    assert (editor.verdict.kind, editor.verdict.text) == ("error", said)
    assert find(editor, field).value == typed
    assert "Good" not in lab.policies


def test_what_is_left_empty_is_asked_for(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Next")
    press(editor, "Add new tag")
    assert editor.verdict.text == "Key is required."
    fill(editor, "Policy name", "Good")
    press(editor, "Create policy")
    press(editor, "Attach policy")
    assert editor.verdict.text == "Entity name is required."


def test_a_resource_needs_all_parts_of_an_arn(lab: Account) -> None:
    editor = PolicyEditor(lab)
    fill(editor, "Service", "s3")
    for typed in ("reports", "arn:aws:s3"):
        fill(editor, "Resource ARN", typed)
        press(editor, "Add ARNs")
        assert f"'{typed}' is not an ARN: expected arn:partition:service" in editor.verdict.text


def faulty(count: int, last: str = "s3:GetObjekt") -> str:
    """A policy with a misspelt action in each of so many statements."""
    actions = [*["s3:GetObjekt"] * (count - 1), last]
    statements = [
        {"Effect": "Allow", "Action": one, "Resource": f"arn:aws:s3:::b{n}/*"} for n, one in enumerate(actions)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=4)


def test_every_line_leads_to_a_repair_also_where_none_was_looked_for_yet(lab: Account) -> None:
    editor = PolicyEditor(lab, document=faulty(20))
    table = editor._found._rows
    assert {row.actions[1] for row in table.rows[:10]} == {"Write s3:GetObject"}
    assert {row.actions[1] for row in table.rows[10:]} == {"Look for a repair"}
    table.press(19, "Look for a repair")
    assert editor.verdict.text == "Write s3:GetObject."
    assert json.loads(editor.text)["Statement"][19]["Action"] == "s3:GetObject"
    assert len(table.rows) == 19


def test_where_there_is_no_repair_it_is_said(lab: Account) -> None:
    editor = PolicyEditor(lab, document=faulty(12, "s3:Zzzzzzzzzz"))
    table = editor._found._rows
    table.press(11, "Look for a repair")
    assert editor.verdict.kind == "info"
    assert editor.verdict.text.startswith("No repair is known for this one: s3 has no action Zzzzzzzzzz.")


def test_of_very_many_findings_the_gravest_are_shown_and_the_rest_is_counted(lab: Account) -> None:
    document = json.loads(faulty(31))
    for statement in document["Statement"][:-1]:
        statement["Action"] = ["s3:Get*", "s3:GetObject"]
    editor = PolicyEditor(lab, document=json.dumps(document, indent=4))
    table = editor._found._rows
    assert len(table.rows) == 20
    assert [row.cells[1] for row in table.rows] == ["Suggestion"] * 19 + ["Error"]
    assert f"… and {len(editor.findings) - 20} more" in table.rich.more


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("lambdda", "✘ There is no service &#x27;lambdda&#x27;. Search by its prefix or name, such as s3 or Lambda."),
        ("amazon sqs", "Press Enter to choose sqs (Amazon SQS)."),
        ("elastic", "services match: choose one."),
        ("s3", ""),
        ("", ""),
    ],
)
def test_what_can_come_of_a_typed_service_is_said_while_it_is_typed(lab: Account, typed: str, said: str) -> None:
    editor = PolicyEditor(lab)
    fill(editor, "Service", typed)
    hints = [one.value for one in controls(editor) if "iamlab-hint" in getattr(one, "_dom_classes", ())]
    assert len(hints) == 1
    assert said in hints[0]
    assert (said == "") == hints[0].endswith("></div>"), hints[0]


def type_action(editor: PolicyEditor) -> None:
    fill(editor, "Actions by name or pattern", "PutObject")


def type_arn(editor: PolicyEditor) -> None:
    fill(editor, "Bucket name", "drafts")


def type_condition(editor: PolicyEditor) -> None:
    press(editor, "Add another condition")
    fill(editor, "Condition key", "aws:SourceIp")


@pytest.mark.parametrize(
    ("type_something", "words", "button"),
    [
        (type_action, "PutObject", "Add actions"),
        (type_arn, "arn:aws:s3:::drafts/*", "Add ARNs"),
        (type_condition, "a condition on aws:SourceIp", "Add condition"),
    ],
)
def test_what_is_typed_and_not_added_is_not_lost_on_the_way(
    lab: Account, type_something: Callable[[PolicyEditor], None], words: str, button: str
) -> None:
    editor = PolicyEditor(lab)
    write(editor)
    type_something(editor)
    press(editor, "Next")
    assert editor.step == 1
    assert editor.verdict.text == f"Block 1: {words} is not added yet: press {button}, or take it away."
    press(editor, "Add more permissions")
    press(editor, "Remove this block")
    press(editor, "Next")
    assert editor.step == 2, "another block was opened: what was typed is gone, and nothing waits"


def test_a_tag_that_is_typed_needs_no_button(lab: Account) -> None:
    editor = PolicyEditor(lab, document=LETTER)
    press(editor, "Next")
    fill(editor, "Policy name", "Mine")
    fill(editor, "Value - optional", "blue")
    press(editor, "Create policy")
    assert editor.verdict.kind == "error", "a value without a key"
    assert "Mine" not in lab.policies
    fill(editor, "Key", "team")
    press(editor, "Create policy")
    assert lab.policies["Mine"].tags == {"team": "blue"}


def test_an_old_error_goes_while_other_things_are_done(lab: Account) -> None:
    editor = PolicyEditor(lab)
    fill(editor, "Service", "nothing of the kind")
    press(editor, "Next")
    assert editor.verdict.text.startswith("There is no service")
    fill(editor, "Service", "sq")  # nothing is chosen yet
    assert editor.verdict.text == ""
    fill(editor, "Service", "sqs")
    press(editor, "Add actions")
    assert editor.verdict.kind == "error"
    press(editor, "Add another condition")
    assert editor.verdict.text == ""
    press(editor, "Add condition")
    assert editor.verdict.kind == "error"
    editor._tabs.selected_index = 1
    assert editor.verdict.text == "Not in the JSON yet: block 1 (Amazon SQS), which still needs actions and resources."
