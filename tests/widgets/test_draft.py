"""Text and blocks in step: nothing is lost between the JSON editor and the visual editor."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab.catalog.managed import managed_policy_names, managed_policy_text
from iamlab.policy import PolicyDocument
from iamlab.policy.blocks import Block, RequestCondition
from iamlab.widgets.editor.draft import EMPTY, Draft, is_finished

ACTIONS = st.sampled_from(
    ["s3:GetObject", "s3:Get*", "S3:listbucket", "iam:PassRole", "sqs:*", "*", "s*:List*", "ec2:Nope"]
)
RESOURCES = st.sampled_from(
    ["*", "arn:aws:s3:::reports", "arn:aws:s3:::reports/*", "arn:aws:iam::111122223333:role/${aws:username}"]
)


def one_or_list(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return texts | st.lists(texts, min_size=1, max_size=4, unique=True)


STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        "Sid": st.text("abcXYZ019", min_size=1, max_size=5),
        "Condition": st.sampled_from(
            [
                {"Bool": {"aws:SecureTransport": True}},
                {"StringLike": {"aws:username": ["a*", "b"]}, "NumericLessThan": {"s3:max-keys": 10}},
            ]
        ),
    },
).flatmap(
    lambda start: st.tuples(
        st.sampled_from(["Action", "NotAction"]),
        one_or_list(ACTIONS),
        st.sampled_from(["Resource", "NotResource"]),
        one_or_list(RESOURCES),
    ).map(lambda rest: start | {rest[0]: rest[1], rest[2]: rest[3]})
)
POLICIES = st.builds(
    lambda statements, version, single: {
        **({"Version": version} if version else {}),
        "Statement": statements[0] if single else statements,
    },
    st.lists(STATEMENTS, min_size=1, max_size=4),
    st.sampled_from(["2012-10-17", "2008-10-17", None]),
    st.booleans(),
)


@settings(deadline=None)
@given(POLICIES)
def test_what_nobody_touched_stays_as_it_was(policy: dict[str, Any]) -> None:
    draft = Draft(json.dumps(policy))
    text = draft.text
    draft.set_blocks(draft.blocks)
    assert draft.text == text
    draft.set_blocks([*draft.blocks, Block("s3")])  # unfinished: in no policy yet
    assert draft.text == text


@settings(deadline=None)
@given(POLICIES, st.data())
def test_a_changed_block_changes_its_statement_alone(policy: dict[str, Any], data: st.DataObject) -> None:
    draft = Draft(json.dumps(policy))
    before = draft.blocks
    at = data.draw(st.integers(0, len(before) - 1))
    if before[at].json_only:
        return
    wanted = replace(before[at], conditions=(RequestCondition("Bool", "aws:ViaAWSService", ("true",)),))
    draft.set_blocks([*before[:at], wanted, *before[at + 1 :]])
    assert Draft(draft.text).blocks == draft.blocks, "text and blocks say the same"
    after = draft.blocks
    assert len(after) == len(before)
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        expected = wanted if place == at else old
        assert replace(new, origin=None, sid=None) == replace(expected, origin=None, sid=None)


def test_every_managed_policy_passes_through_the_visual_editor_unharmed() -> None:
    for name in managed_policy_names():
        text = managed_policy_text(name)
        draft = Draft(text)
        draft.set_blocks(draft.blocks)
        assert draft.text == text, name
        draft.set_blocks([*draft.blocks, Block("s3", ("GetObject",), ("*",))])
        statements = PolicyDocument.parse(text).to_dict()["Statement"]
        kept = statements if isinstance(statements, list) else [statements]
        assert json.loads(draft.text)["Statement"][:-1] == kept, name


def test_unfinished_blocks_wait_at_their_place_while_the_text_is_edited() -> None:
    draft = Draft()
    draft.set_blocks([Block("s3", ("GetObject",), ("*",)), Block("ec2", (), ()), Block("sqs", ("*",), ("*",))])
    assert "ec2" not in draft.text
    draft.write(draft.text.replace("s3:GetObject", "s3:PutObject"))
    assert [(block.service, block.actions) for block in draft.blocks] == [
        ("s3", ("PutObject",)),
        ("ec2", ()),
        ("sqs", ("*",)),
    ]
    draft.set_blocks(
        [
            replace(block, actions=("RunInstances",), resources=("*",)) if block.service == "ec2" else block
            for block in draft.blocks
        ]
    )
    assert [one["Action"] for one in json.loads(draft.text)["Statement"]] == [
        "s3:PutObject",
        "ec2:RunInstances",
        "sqs:*",
    ]


def test_a_text_that_is_no_policy_has_a_reason_and_no_blocks() -> None:
    draft = Draft('{"Version": "2012-10-17",\n "Statement": [}')
    assert draft.blocks == []
    assert draft.problem.startswith("Line 2, column 16: ")
    assert draft.size == len("".join(draft.text.split()))
    draft.write(EMPTY)
    assert draft.problem == ""
    assert draft.blocks == []


@pytest.mark.parametrize(
    ("path", "block"),
    [("$.Statement[0].Action[0]", 1), ("$.Statement[0].Action[1]", 2), ("$.Statement[1]", 3), ("$.Version", None)],
)
def test_a_place_in_the_text_finds_its_block(path: str, block: int | None) -> None:
    first = {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "*"}
    second = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    draft = Draft(json.dumps({"Version": "2012-10-17", "Statement": [first, second]}))
    draft.set_blocks([Block("ec2"), *draft.blocks])
    assert draft.block_of(path) == block
    assert [is_finished(one) for one in draft.blocks] == [False, True, True, True]
