"""Deciding with unknown keys: never contradicted by any completion."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab import PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation import Level

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


def true(effect, keys):
    return {**ALLOW, "Effect": effect, "Condition": {"Bool": dict.fromkeys(keys.split(), "true")}}


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
            "StringEquals aws:RequestedRegion = eu-west-1",
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
    thrice = ["arn:aws:s3:::other/${aws:username}/*", *["arn:aws:s3:::reports/${aws:username}/*"] * 2]
    assert partly({**ALLOW, "Resource": thrice}).condition == decision.condition


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


@pytest.mark.parametrize(
    ("statements", "condition"),
    [
        (
            [when("Allow", "StringEquals", "aws:username", ["a", "b"])],
            "StringEquals aws:username = a or b",
        ),
        (
            [{**ALLOW, "NotResource": "arn:aws:s3:::${aws:username}/*", "Resource": None}],
            f"NotResource: {OBJECT} is arn:aws:s3:::${{aws:username}}/*",
        ),
        (
            [{**ALLOW, "Resource": ["arn:aws:s3:::${aws:username}", "arn:aws:s3:::${aws:userid}"]}],
            f"Resource: {OBJECT} is arn:aws:s3:::${{aws:username}} or {OBJECT} is arn:aws:s3:::${{aws:userid}}",
        ),
        ([when("Allow", "StringEquals", "aws:x", "${aws:y}${aws:known}")], "StringEquals aws:x = ${aws:y}${aws:known}"),
        (
            [when("Allow", "StringEquals", "aws:known", ["other", "${aws:known}x", "${aws:y}"])],
            "StringEquals aws:known = other or ${aws:known}x or ${aws:y}",
        ),
        (
            [when("Allow", "Bool", "aws:a", "true"), when("Deny", "Bool", "aws:b", "true"), ALLOW],
            "BoolIfExists aws:b = false",
        ),
        (
            [
                {**ALLOW, "Condition": {"Bool": {"aws:a": "true", "aws:b": "true"}}},
                {**ALLOW, "Condition": {"Bool": {"aws:a": "true", "aws:c": "true"}}},
            ],
            "Bool aws:a = true and Bool aws:b = true or Bool aws:a = true and Bool aws:c = true",
        ),
        (
            [when("Allow", "StringEquals", "aws:known", ["${aws:known}${aws:y}"])],
            "StringEquals aws:known = ${aws:known}${aws:y}",
        ),
        (
            [{**ALLOW, "Resource": "arn:aws:s3:::${aws:known}/${aws:userid}"}],
            f"Resource: {OBJECT} is arn:aws:s3:::${{aws:known}}/${{aws:userid}}",
        ),
        (  # one or the other, but not both
            [
                when("Allow", "Bool", "aws:a", "true"),
                when("Allow", "Bool", "aws:b", "true"),
                true("Deny", "aws:a aws:b"),
            ],
            "Bool aws:a = true and BoolIfExists aws:b = false or BoolIfExists aws:a = false and Bool aws:b = true",
        ),
        (
            [when("Allow", "Bool", "aws:a", "true"), true("Deny", "aws:b aws:c")],
            "BoolIfExists aws:b = false and Bool aws:a = true or BoolIfExists aws:c = false and Bool aws:a = true",
        ),
        (  # a greedy choice of longer terms would need four of them
            [true("Allow", "aws:d"), true("Allow", "aws:a aws:b"), true("Deny", "aws:b aws:c aws:d")],
            "BoolIfExists aws:b = false and Bool aws:d = true or BoolIfExists aws:c = false and Bool aws:d = true "
            "or Bool aws:b = true and BoolIfExists aws:d = false and Bool aws:a = true",
        ),
        (  # who is between 3 and 7 is less than 9
            [
                when("Allow", "NumericLessThan", "aws:x", "7"),
                when("Deny", "NumericLessThan", "aws:x", "3"),
                when("Deny", "NumericGreaterThan", "aws:x", "9"),
            ],
            "NumericGreaterThanEqualsIfExists aws:x = 3 and NumericLessThan aws:x = 7",
        ),
        (  # wildcards may overlap in ways that are not tried, be it in one of two conditions or one of two values
            [when("Allow", "StringLike", "aws:x", "a*"), when("Deny", "StringEquals", "aws:x", "b")],
            "StringNotEquals aws:x = b and StringLike aws:x = a*",
        ),
        (
            [when("Allow", "StringLike", "aws:x", ["q", "a*c"]), when("Deny", "StringNotLike", "aws:x", ["p", "*b*"])],
            "(StringLike aws:x = p or *b*) and (StringLike aws:x = q or a*c)",
        ),
        (
            [
                when("Allow", "Bool", "aws:a", "true"),
                when("Allow", "Bool", "aws:b", "true"),
                when("Deny", "Null", "aws:c", "true"),
            ],
            "Null aws:c = false and Bool aws:a = true or Null aws:c = false and Bool aws:b = true",
        ),
    ],
)
def test_conditions_are_as_short_as_they_can_be(statements, condition):
    cleaned = [{name: value for name, value in one.items() if value is not None} for one in statements]
    assert partly(*cleaned, context={"aws:known": "k"}).condition == condition


NOT_RESOURCE = {key: value for key, value in ALLOW.items() if key != "Resource"}


@pytest.mark.parametrize(
    ("statements", "outcome"),
    [
        ([when("Allow", "StringMatches", "aws:x", "a")], "implicitDeny"),
        ([ALLOW, when("Deny", "StringMatches", "aws:x", "a")], "explicitDeny"),
        ([when("Allow", "StringEquals", "aws:known", "${aws:known}")], "allowed"),
        ([when("Allow", "StringEquals", "aws:known", "plain")], "implicitDeny"),
        ([{**ALLOW, "Resource": ["arn:aws:s3:::${aws:username}", "arn:aws:s3:::reports/*"]}], "allowed"),
        ([{**ALLOW, "Resource": "arn:aws:s3:::${aws:known}/*"}], "implicitDeny"),
        ([{**ALLOW, "Resource": "arn:aws:s3:::other/${aws:username}/*"}], "implicitDeny"),
        ([{**NOT_RESOURCE, "NotResource": "arn:aws:iam::*:user/${aws:username}"}], "allowed"),
        ([ALLOW, {**ALLOW, "Effect": "Deny", "Resource": "arn:aws:sqs:*:*:${aws:username}"}], "allowed"),
        ([ALLOW, {**when("Deny", "Bool", "aws:a", "true"), "Resource": "arn:aws:s3:::other"}], "allowed"),
        ([when("Deny", "Bool", "aws:a", "true"), {**ALLOW, "Action": "ec2:*"}], "implicitDeny"),
        ([when("Allow", "Null", "aws:x", "true"), when("Allow", "Null", "aws:x", "true"), ALLOW], "allowed"),
        # never both, or always one of the two
        (
            [when("Allow", "StringEquals", "aws:x", "1"), when("Deny", "StringNotEquals", "aws:x", "2")],
            "explicitDeny",
        ),
        ([when("Allow", "Null", "aws:x", "true"), when("Allow", "Null", "aws:x", "false")], "allowed"),
        (
            [when("Allow", "NumericLessThan", "aws:x", "5"), when("Deny", "NumericLessThan", "aws:x", "7")],
            "explicitDeny",
        ),
    ],
)
def test_what_is_settled_is_no_condition(statements, outcome):
    decision = partly(*statements, context={"aws:known": "k"})
    assert (decision.outcome, decision.condition) == (outcome, "")


def test_many_conditions_are_listed():
    many = [when("Allow", "Bool", f"aws:{letter}", "true") for letter in "abcdefghi"]
    assert partly(*many[:8]).condition == " or ".join(f"Bool aws:{letter} = true" for letter in "abcdefgh")
    assert partly(*many).condition == "these 9 conditions let it: " + "; ".join(
        f"Bool aws:{letter} = true" for letter in "abcdefghi"
    )


@pytest.mark.parametrize(
    "layer", ["resource", "boundary", "session", "vpc_endpoint", "service_control", "resource_control"]
)
def test_every_layer_may_be_what_it_depends_on(layer):
    principal = {"Principal": "*"} if layer in ("resource", "vpc_endpoint", "resource_control") else {}
    deny = document({**ALLOW, **principal}, {**when("Deny", "Bool", "aws:a", "true"), **principal})
    layers = {layer: deny} if "control" not in layer else {"organization": [Level("Root", **{layer: deny})]}
    decision = partly(ALLOW, **layers)
    assert (decision.outcome, decision.condition) == ("conditional", "BoolIfExists aws:a = false")


def test_keys_known_to_be_absent_are_not_open():
    request = Request(SESSION, "s3:GetObject", OBJECT, absent={"aws:a", "aws:principaltag/"})
    policies = PolicySet(document(when("Allow", "Null", "aws:a", "true")))
    assert evaluate(request, policies, partial=True).outcome == "allowed"
    tag = PolicySet(document(when("Allow", "StringEquals", "aws:PrincipalTag/x", "y")))
    assert evaluate(request, tag, partial=True).outcome == "implicitDeny"


def test_of_lists_with_more_values_than_are_tried_nothing_is_excluded():
    """One list meets it that has four of the values and not the fifth."""
    asked = {"StringEquals": "a", "StringEqualsIgnoreCase": "b", "StringLike": "c"}
    condition = {f"ForAnyValue:{operator}": {"aws:TagKeys": value} for operator, value in asked.items()}
    decision = partly(
        {**ALLOW, "Condition": condition},
        when("Deny", "ForAllValues:StringNotEquals", "aws:TagKeys", "d"),
        when("Deny", "ForAnyValue:StringEquals", "aws:TagKeys", "e"),
    )
    assert decision.outcome == "conditional"
