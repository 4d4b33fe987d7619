"""Two policies compared: every witness is the truth, and a complete answer overlooks nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation.difference import CALLER, difference


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


READ = document(allow("s3:Get*", "arn:aws:s3:::reports/*"))


def test_the_same_said_otherwise_is_alike():
    split = document(allow("s3:GetObject*", "arn:aws:s3:::reports/*"), allow("s3:Get*", "arn:aws:s3:::reports/*"))
    answer = difference(READ, split)
    assert (answer.alike, answer.complete) == (True, True)
    assert repr(answer) == "They decide alike."


def test_more_actions_are_seen_and_only_those_the_resource_can_have():
    more = document(allow(["s3:Get*", "s3:DeleteObject"], "arn:aws:s3:::reports/*"))
    (witness,) = difference(READ, more).witnesses
    assert (witness.allowed_by, witness.action) == ("second", "s3:DeleteObject")
    assert witness.resource.startswith("arn:aws:s3:::reports/")


def test_a_narrower_resource_is_seen():
    narrow = document(allow("s3:Get*", "arn:aws:s3:::reports/public/*"))
    witnesses = difference(READ, narrow).witnesses
    assert witnesses
    assert all(w.allowed_by == "first" and "public" not in w.resource for w in witnesses)


def test_the_key_that_matters_is_named():
    guard = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    guard["Condition"] = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    guarded = document(allow("s3:Get*", "arn:aws:s3:::reports/*"), guard)
    (witness,) = difference(READ, guarded).witnesses
    assert witness.context == {"aws:multifactorauthpresent": None}
    assert "without aws:multifactorauthpresent" in repr(witness)


def test_odd_patterns_make_it_incomplete():
    answer = difference(document(allow("s3:GetObject", "arn:aws:s3:::a?c/*")), READ)
    assert not answer.complete
    assert "a?c" in repr(answer)


@pytest.mark.parametrize("versions", [("s3:*", "s3:Get*"), ("s3:Madeup", "s3:Other"), ("*", "iam:*")])
def test_each_way_is_shown(versions):
    first, second = (document(allow(action)) for action in versions)
    assert {w.allowed_by for w in difference(first, second).witnesses} >= {"first"}
    assert {w.allowed_by for w in difference(second, first).witnesses} >= {"second"}


actions = st.sampled_from(["s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:*", "*"])
resources = st.sampled_from(
    ["*", "arn:aws:s3:::reports/*", "arn:aws:s3:::reports/a/*", "arn:aws:s3:::reports/a/x", "arn:aws:s3:::*.csv"]
)
conditions = st.sampled_from(
    [
        {},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"NumericLessThan": {"s3:max-keys": "10"}}},
        {"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}}},
        {"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}},
    ]
)
effects = st.sampled_from(["Allow", "Allow", "Deny"])
documents = st.lists(
    st.builds(
        lambda e, a, r, c: {"Effect": e, "Action": a, "Resource": r, **c}, effects, actions, resources, conditions
    ),
    min_size=1,
    max_size=3,
).map(lambda made: document(*made))
requests = st.tuples(
    st.sampled_from(["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"]),
    st.sampled_from(
        ["arn:aws:s3:::reports/a/x", "arn:aws:s3:::reports/b.csv", "arn:aws:s3:::reports/a/b", "arn:aws:s3:::z/q"]
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "aws:SecureTransport": st.sampled_from(["true", "false"]),
            "s3:max-keys": st.sampled_from(["5", "10", "50"]),
            "aws:RequestedRegion": st.sampled_from(["eu-west-1", "us-east-1"]),
            "aws:TagKeys": st.sampled_from([["a"], ["a", "b"], ["c"], []]),
        },
    ),
)


@settings(max_examples=60, deadline=None)
@given(documents, documents, st.lists(requests, max_size=20))
def test_it_is_sound_and_where_it_says_so_complete(first, second, asked):
    answer = difference(first, second)
    one, two = PolicySet(identity=first), PolicySet(identity=second)
    for witness in answer.witnesses:
        context = {key: value for key, value in witness.context.items() if value is not None}
        request = Request(CALLER, witness.action, witness.resource, context)
        allowed = evaluate(request, one).allowed, evaluate(request, two).allowed
        assert allowed == ((True, False) if witness.allowed_by == "first" else (False, True))
    if answer.alike and answer.complete:
        for action, resource, context in asked:
            request = Request(CALLER, action, resource, context)
            assert evaluate(request, one).allowed == evaluate(request, two).allowed
