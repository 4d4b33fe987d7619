"""Deciding with unknown keys: never contradicted by any completion."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab import PolicyDocument, PolicySet, Request, evaluate

SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/alice"
OBJECT = "arn:aws:s3:::reports/alice/q3.csv"


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def partly(*statements, context=None, **layers):
    request = Request(SESSION, "s3:GetObject", OBJECT, context)
    return evaluate(request, PolicySet(identity=document(*statements), **layers), partial=True)


ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def when(effect, operator, key, value):
    return {**ALLOW, "Effect": effect, "Condition": {operator: {key: value}}}


def test_what_does_not_depend_is_plain():
    assert partly(ALLOW).outcome == "allowed"
    assert (
        partly({**ALLOW, "Effect": "Deny"}, when("Allow", "Bool", "aws:SecureTransport", "true")).outcome
        == "explicitDeny"
    )
    assert partly({**ALLOW, "Action": "sqs:*"}).outcome == "implicitDeny"


@pytest.mark.parametrize(
    ("statements", "condition"),
    [
        ([when("Allow", "Bool", "aws:MultiFactorAuthPresent", "true")], "Bool aws:MultiFactorAuthPresent = true"),
        (
            [ALLOW, when("Deny", "StringNotEquals", "aws:RequestedRegion", "eu-west-1")],
            "not (StringNotEquals aws:RequestedRegion = eu-west-1)",
        ),
        (
            [when("Allow", "StringEquals", "aws:username", "a"), when("Allow", "StringEquals", "aws:username", "b")],
            "StringEquals aws:username = a or StringEquals aws:username = b",
        ),
    ],
)
def test_the_condition_is_readable(statements, condition):
    decision = partly(*statements)
    assert (decision.outcome, decision.condition) == ("conditional", condition)
    assert not decision.allowed
    assert condition in repr(decision)


def test_a_variable_in_a_resource_is_a_condition():
    decision = partly({**ALLOW, "Resource": "arn:aws:s3:::reports/${aws:username}/*"})
    assert decision.condition == f"Resource: {OBJECT} is arn:aws:s3:::reports/${{aws:username}}/*"


def test_a_known_key_is_used():
    needs = when("Allow", "Bool", "aws:MultiFactorAuthPresent", "true")
    assert partly(needs, context={"aws:MultiFactorAuthPresent": "true"}).outcome == "allowed"
    assert partly(needs, context={"aws:MultiFactorAuthPresent": "false"}).outcome == "implicitDeny"


KEYS = {"aws:username": ["alice", "bob", None], "aws:SecureTransport": ["true", "false", None]}
conditions = st.sampled_from(
    [
        None,
        {"StringEquals": {"aws:username": "alice"}},
        {"StringNotEquals": {"aws:username": ["alice", "carol"]}},
        {"StringLikeIfExists": {"aws:username": "b*"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"BoolIfExists": {"aws:SecureTransport": "false"}},
        {"Null": {"aws:username": "true"}},
        {"ForAllValues:StringEquals": {"aws:username": "bob"}},
        {"StringEquals": {"aws:username": "${aws:SecureTransport}"}},
    ]
)
resources = st.sampled_from(
    ["*", "arn:aws:s3:::reports/*", "arn:aws:s3:::reports/${aws:username}/*", "arn:aws:s3:::other/*"]
)


@st.composite
def statements(draw):
    effect, resource, condition = draw(st.sampled_from(["Allow", "Deny"])), draw(resources), draw(conditions)
    return {**ALLOW, "Effect": effect, "Resource": resource, **({"Condition": condition} if condition else {})}


documents = st.lists(statements(), min_size=1, max_size=4).map(lambda made: document(*made))


@given(documents, st.one_of(st.just(()), documents), st.one_of(st.none(), documents), st.sampled_from(list(KEYS)))
def test_no_completion_contradicts_it(identity, boundary, session, known):
    policies = PolicySet(identity=identity, boundary=boundary, session=session)
    for value in KEYS[known]:
        context = {known: value} if value else {}
        decision = evaluate(Request(SESSION, "s3:GetObject", OBJECT, context), policies, partial=True)
        free = [key for key in KEYS if key not in context]
        answers = set()
        for values in product(*(KEYS[key] for key in free)):
            full = {**context, **{k: v for k, v in zip(free, values, strict=True) if v is not None}}
            answers.add(evaluate(Request(SESSION, "s3:GetObject", OBJECT, full), policies).allowed)
        if decision.outcome == "allowed":
            assert answers == {True}
        elif decision.outcome != "conditional":
            assert answers == {False}


def test_a_pattern_that_aws_does_not_know_allows_nothing_here_either():
    odd = {**ALLOW, "Resource": "arn:aws:s*:::reports/*"}
    assert partly(odd).outcome == "implicitDeny"
    assert partly(ALLOW, {**odd, "Effect": "Deny"}).outcome == "explicitDeny"


def test_where_the_same_condition_allows_and_denies_it_is_denied():
    mfa = ("Bool", "aws:MultiFactorAuthPresent", "true")
    decision = partly(when("Allow", *mfa), when("Deny", *mfa))
    assert (decision.outcome, decision.condition) == ("explicitDeny", "")
