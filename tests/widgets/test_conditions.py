"""Request conditions: what is edited and not changed stays the JSON that it was, whatever it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hands import fill, find, press
from hypothesis import given
from hypothesis import strategies as st

from iamlab import Account
from iamlab.catalog import managed
from iamlab.policy import PolicyDocument
from iamlab.policy.blocks import Block, RequestCondition, from_blocks, to_blocks
from iamlab.widgets.editor.conditions import condition, put, taken_apart, texts, written
from iamlab.widgets.editor.panel import PolicyEditor
from iamlab.widgets.rich import Rows

values = st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.sampled_from(["true", "1", " x ", "", "a\nb"]))


def edited(one: RequestCondition, typed: list[str] | None = None) -> RequestCondition:
    """A condition after it was opened and closed in the visual editor, with its text as it was or as typed."""
    lines = "\n".join(texts(one) if typed is None else typed).split("\n")
    return condition(one.key, written(*taken_apart(one.operator)), lines, one)


@given(st.lists(values, min_size=1, max_size=5))
def test_values_whose_text_did_not_change_stay_what_they_were(given_values: list[Any]) -> None:
    one = RequestCondition("StringEquals", "aws:PrincipalTag/team", tuple(given_values))
    assert json.dumps(edited(one).values) == json.dumps(one.values)
    longer = edited(one, [*texts(one), "new"])
    assert json.dumps(longer.values) == json.dumps((*one.values, "new"))


def test_a_changed_value_becomes_a_text_and_its_neighbours_stay() -> None:
    one = RequestCondition("NumericLessThan", "s3:max-keys", (10, "20", True))
    assert edited(one, ["true", "11", "20"]).values == (True, "11", "20")
    assert edited(one, ["10", "10"]).values == (10, "10")


def test_every_condition_of_aws_can_be_opened_and_closed() -> None:
    seen = 0
    for name in managed.managed_policy_names():
        text = managed.managed_policy_text(name)
        if '"Condition"' not in text:
            continue
        document = PolicyDocument.parse(text)
        blocks = to_blocks(document)
        after = [replace(block, conditions=_all_edited(block)) for block in blocks]
        assert from_blocks(after, document) == document, name
        seen += sum(len(block.conditions) for block in blocks)
    assert seen > 1000


def _all_edited(block: Block) -> tuple[RequestCondition, ...]:
    found = block.conditions
    for one in block.conditions:
        found = put(found, edited(one), one)
    return found


CONDITIONS: dict[str, Any] = {
    "Bool": {"aws:MultiFactorAuthPresent": True},
    "NumericLessThan": {"aws:MultiFactorAuthAge": 3600},
    "StringEquals": {"aws:PrincipalTag/team": ["data"], "aws:RequestedRegion": ["eu-west-1", "eu-central-1"]},
}


@pytest.mark.parametrize("actions", ["s3:GetObject", ["s3:GetObject", "sqs:SendMessage"]])
def test_what_is_written_around_a_changed_condition_stays(actions: Any) -> None:
    statement = {"Effect": "Allow", "Action": actions, "Resource": ["*"], "Condition": CONDITIONS}
    document = PolicyDocument.parse({"Version": "2012-10-17", "Statement": [statement]})
    blocks = to_blocks(document)
    new = RequestCondition("Bool", "aws:SecureTransport", ("true",))
    blocks[0] = replace(blocks[0], conditions=put(blocks[0].conditions, new))
    first, *others = from_blocks(blocks, document).to_dict()["Statement"]
    assert json.dumps(first["Condition"]) == json.dumps(
        {**CONDITIONS, "Bool": {**CONDITIONS["Bool"], "aws:SecureTransport": "true"}}
    )
    assert first["Resource"] == ["*"]
    assert all(json.dumps(other["Condition"]) == json.dumps(CONDITIONS) for other in others)


def test_by_hand_in_the_editor() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": CONDITIONS}
    editor = PolicyEditor(Account(), document={"Version": "2012-10-17", "Statement": statement})
    before = editor.text
    table: Rows = editor._visual._form._conditions._rows
    for place, row in enumerate(table.rows):
        table.press(place, "Edit")
        assert find(editor, "Value (one a line)").value.replace("\n", ", ") == row.cells[2]
        press(editor, "Add condition")
        assert editor.text == before
    table.press(1, "Edit")
    fill(editor, "Value (one a line)", "900")
    press(editor, "Add condition")
    changed = {**CONDITIONS, "NumericLessThan": {"aws:MultiFactorAuthAge": "900"}}
    assert json.dumps(json.loads(editor.text)["Statement"]["Condition"]) == json.dumps(changed)
