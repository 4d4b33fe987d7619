"""Repairs: edits at JSON paths, made from the last to the first."""

import json

import pytest

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy import PolicyDocument
from iamlab.policy.repairs import Edit, Repair, put, remove, rename, steps

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], "Resource": "*"}],
}
ACTIONS = "$.Statement[0].Action"


def test_steps_of_a_path():
    assert steps("$") == []
    assert steps("$.Statement[12].Action[0]") == ["Statement", 12, "Action", 0]
    assert steps(r'$.Statement.Condition["ForAnyValue:StringLike"]["aws:RequestTag/a\"b]"]') == [
        "Statement",
        "Condition",
        "ForAnyValue:StringLike",
        'aws:RequestTag/a"b]',
    ]


@pytest.mark.parametrize("source", [POLICY, json.dumps(POLICY), PolicyDocument.parse(POLICY)])
def test_the_source_stays_as_it_is(source):
    changed = put("Write *", ACTIONS, "*").value(source)
    assert changed["Statement"][0]["Action"] == "*"
    assert POLICY["Statement"][0]["Action"] == ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
    if isinstance(source, PolicyDocument):
        assert source == PolicyDocument.parse(POLICY)


def test_put_into_a_list_and_a_new_element_comes_last():
    assert put("", f"{ACTIONS}[1]", "s3:*").value(POLICY)["Statement"][0]["Action"][1] == "s3:*"
    assert list(put("", "$.Statement[0].Sid", "A").value(POLICY)["Statement"][0])[-1] == "Sid"
    assert put("", "$", {"Statement": []}).value(POLICY) == {"Statement": []}


def test_first_puts_a_new_element_before_the_others():
    added = Repair("", (Edit("first", "$.Id", "reports"),)).value(POLICY)
    assert list(added.items()) == [("Id", "reports"), *POLICY.items()]
    moved = Repair("", (Edit("first", "$.Statement", []),)).value(POLICY)
    assert list(moved.items()) == [("Statement", []), ("Version", "2012-10-17")]
    replaced = Repair("", (Edit("first", f"{ACTIONS}[1]", "s3:*"),)).value(POLICY)
    assert replaced["Statement"][0]["Action"] == ["s3:GetObject", "s3:*", "s3:ListBucket"]


def test_rename_keeps_the_place():
    renamed = rename("", "$.Statement[0].Action", "NotAction").value(POLICY)["Statement"][0]
    assert list(renamed) == ["Effect", "NotAction", "Resource"]
    assert renamed["NotAction"] == POLICY["Statement"][0]["Action"]


def test_edits_are_made_from_the_last_to_the_first():
    """So two elements of one list can be taken out by the positions they have."""
    both = Repair("", (*remove("", f"{ACTIONS}[0]").edits, *remove("", f"{ACTIONS}[1]").edits))
    assert both.value(POLICY)["Statement"][0]["Action"] == ["s3:ListBucket"]


def test_what_is_no_policy_afterwards_is_not_applied():
    assert remove("", f"{ACTIONS}[2]").apply(POLICY).statements[0].actions == ("s3:GetObject", "s3:PutObject")
    with pytest.raises(MalformedPolicyDocument):
        remove("", "$.Statement[0].Effect").apply(POLICY)
