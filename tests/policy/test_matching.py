"""What a statement's Action and Resource match, beyond the conformance cases: odd patterns, and many at once."""

import pytest

from iamlab.policy import PolicyDocument
from iamlab.policy.matching import (
    StatementMatcher,
    action_pattern_problem,
    compile_resource,
    compile_resource_text,
    has_early_variable,
    resource_pattern_problem,
)

BUCKET = "arn:aws:s3:::reports"


def statement(version="2012-10-17", effect="Allow", **more):
    document = {"Version": version, "Statement": {"Effect": effect, **more}}
    return PolicyDocument.parse(document).statements[0]


def concerns(action, effect="Allow", **more):
    return statement(effect=effect, Resource="*", **more).concerns(action)


def applies(resource, context=None, effect="Allow", version="2012-10-17", **more):
    made = statement(version, effect, Action="s3:*", **more)
    return made.matcher.applies(resource, context or {})


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("s3:GetObject", ""),
        ("*", ""),
        ("*:*", ""),
        ("s3", "Action s3: expected a service prefix, a colon and a name, such as s3:GetObject"),
        ("s3:", "Action s3:: expected a service prefix, a colon and a name, such as s3:GetObject"),
        ("s?:Get", "Action s?:Get: the service prefix may hold no wildcard"),
        ("*:GetObject", "Action *:GetObject: the service prefix may hold no wildcard"),
    ],
)
def test_what_is_wrong_with_an_action(pattern, problem):
    assert action_pattern_problem(pattern) == problem


@pytest.mark.parametrize("element", ["Action", "NotAction"])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_doubtful_action_only_ever_denies(effect, element):
    """In an Allow it allows nothing; in an Allow's NotAction, which takes away, it takes away what it may mean."""
    for patterns in (["s*:Get*"], ["s*:Get*", "sqs:X"], ["sqs:X", "sqs:Y*", "s*:Get*"], ["s3*", "sqs:X"]):
        listed = concerns("s3:getobject", effect, **{element: patterns})
        assert listed is (effect == "Deny")


def test_every_spelling_of_everything():
    for pattern in ("*", "*:*"):
        assert concerns("s3:getobject", Action=pattern)
        assert concerns("s3:getobject", Action=["sqs:X", pattern])
        assert not concerns("s3:getobject", NotAction=pattern)


@pytest.mark.parametrize(
    "pattern", ["s3:GetObject", "S3:getOBJECT", "s3:Get*", "s3:G?tObject", "s3:GetObjec?", "s3:*etObject"]
)
def test_one_pattern_among_many_is_enough(pattern):
    for patterns in ([pattern], ["sqs:Send*", "sqs:Purge", pattern], [pattern, "sqs:?end*"]):
        assert concerns("s3:getobject", Action=patterns)
        assert not concerns("s3:putobject", Action=patterns)
        assert not concerns("s3:getobject", NotAction=patterns)


def test_a_question_mark_at_the_end_is_one_character():
    assert not concerns("s3:get", Action=["s3:Get?", "sqs:X"])
    assert not concerns("s3:get?", Action=["s3:Get", "sqs:X"])


def test_a_beginning_is_whole():
    assert not concerns("s3:gexobject", Action=["s3:Get*", "sqs:X"])


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        (BUCKET, ""),
        ("*", ""),
        ("arn:aws:s*:::x", "Resource arn:aws:s*:::x: the service may hold no wildcard"),
        ("arn:aws:?3:::x", "Resource arn:aws:?3:::x: the service may hold no wildcard"),
        ("arn:aws:s*", "Resource arn:aws:s*: the service may hold no wildcard"),
        ("arn:*:s3:::x", ""),
        ("a*:b:c*:d", ""),
        ("arn:aws", ""),
    ],
)
def test_what_is_wrong_with_a_resource(pattern, problem):
    assert resource_pattern_problem(pattern) == problem


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_resource_with_a_wildcard_as_service_only_ever_denies(effect, element):
    assert applies(BUCKET, effect=effect, **{element: "arn:aws:s*:::reports"}) is (effect == "Deny")


def test_no_resource_and_a_star_match_everything_without_a_look():
    for more in ({}, {"Resource": "*"}, {"Resource": [BUCKET, "*"]}):
        assert statement(Action="s3:*", **more).matcher.resource is None
    assert not applies(BUCKET, NotResource="*")
    assert not applies(BUCKET, NotResource=[BUCKET, "*"])


def test_one_resource_among_many_is_enough():
    many = ["arn:aws:sqs:::q", "arn:aws:s3:::rep*", "arn:aws:s3:::${aws:username}/*"]
    alice = {"aws:username": "alice"}
    assert applies(BUCKET, alice, Resource=many)
    assert applies("arn:aws:s3:::alice/1", alice, Resource=many)
    assert applies("arn:aws:s3:::alice/1", alice, Resource=many[1:])
    assert not applies("arn:aws:s3:::bob/1", alice, Resource=many)
    assert not applies("arn:aws:s3:::alice/1", alice, NotResource=many)
    assert applies("arn:aws:s3:::bob/1", alice, NotResource=many)
    assert not applies("arn:aws:s3:::other", NotResource="arn:aws:s3:::other")


def test_variables_need_a_version_that_knows_them():
    home = "arn:aws:s3:::${aws:username}"
    assert applies("arn:aws:s3:::alice", {"aws:username": "alice"}, Resource=home)
    assert not applies("arn:aws:s3:::alice", {"aws:username": "alice"}, version="2008-10-17", Resource=home)
    assert applies(home, {"aws:username": "alice"}, version="2008-10-17", Resource=home)


def test_a_variable_before_the_fifth_colon_is_plain_text():
    early, late = "arn:aws:s3:${aws:username}::x", "arn:aws:s3:::${aws:username}"
    assert (has_early_variable(early), has_early_variable(late)) == (True, False)
    assert not has_early_variable("arn:aws:s3:::a:${aws:username}")
    assert compile_resource_text(early, variables=True)(early)
    assert applies(early, {"aws:username": "eu"}, Resource=early)


@pytest.mark.parametrize(
    ("more", "uses"),
    [
        ({"Resource": "*"}, False),
        ({"Resource": "arn:aws:s3:::${aws:username}"}, True),
        ({"NotResource": "arn:aws:s3:::${aws:username}"}, True),
        ({"Resource": BUCKET, "Condition": {"Null": {"aws:username": "true"}}}, True),
        ({"Resource": BUCKET}, False),
    ],
)
def test_it_knows_whether_it_looks_at_the_context(more, uses):
    assert bool(statement(Action="s3:*", **more).matcher.uses_context) is uses
    if "Condition" not in more:
        assert not statement("2008-10-17", Action="s3:*", **more).matcher.uses_context


def test_a_settled_matcher_asks_for_nothing_more():
    odd = statement(Action="s3:*", Resource=BUCKET, Condition={"Null": {"aws:username": "false"}})
    assert not odd.matcher.applies("arn:aws:sqs:::q", {})
    settled = StatementMatcher.settled(odd)
    assert settled.applies("arn:aws:sqs:::q", {})
    assert (settled.statement, settled.uses_context) == (odd, False)


@pytest.mark.parametrize(
    ("pattern", "arn", "fits"),
    [
        ("arn:aws:s3:::*", "arn:aws:s3:::a:b/c", True),
        ("arn:aws:s*s:us-east-1:1:q", "arn:aws:sqs:us-east-1:1:q", True),
        ("arn:aws:s*s:us-east-1:1:q", "arn:aws:s:s:us-east-1:1:q", False),
        ("arn:aws:sqs:*:1:q", "arn:aws:sqs:us:east:1:q", True),
        ("arn:aws:sqs:u*t:1:q", "arn:aws:sqs:us-east:1:q", True),
        ("arn:aws:sqs:u?:1:q", "arn:aws:sqs:us:1:q", True),
        ("arn:aws:sqs:u?:1:q", "arn:aws:sqs:u::1:q", False),
        ("arn:aws:sq?:*:q", "arn:aws:sqs:us-east-1:1:q", True),
        ("arn:aws:sq?:*", "arn:aws:sqs:us-east-1:1:q", True),
        ("arn:aws:sq?", "arn:aws:sqs", True),
        ("arn:aws:sq?", "arn:aws:sqs:us-east-1:1:q", False),
        ("arn:aws:sq?:a:1:q:r", "arn:aws:sqs:a:1:q:r", True),
        ("arn:aws:sq?:a:1:q:r", "arn:aws:sqs:a:1:q", False),
        ("arn:aws:s?s:a*:1:*", "arn:aws:sqs:ab:c:1:q", True),
        ("arn:aws:s?s:a:1:q", "arn:aws", False),
        ("ar?:b", "x:arn:b", False),
        ("a?:b*:b", "ax:b", False),
        ("a?:b*:b", "ax:b:b", True),
        ("arn:aws:s?s:a:1:*", "arn:aws:sqs:a:1", False),
        ("arn:aws:s?s:a:1:*", "arn:aws:sqs:a:1:", True),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_wildcards_stay_in_their_part_and_a_star_that_ends_one_may_run_on(pattern, arn, fits):
    assert compile_resource(pattern)(arn) is fits


@pytest.mark.parametrize(
    ("elements", "may"),
    [
        ({"Resource": "arn:aws:s3:::a"}, [True, False, False]),
        ({"Resource": ["arn:aws:s3:::${aws:username}", "arn:aws:sqs:*"]}, [True, True, False]),
        ({"Resource": ["arn:aws:s3:::?", "*"]}, [True, True, True]),
        ({"Resource": "arn:aws:s3:::?"}, [True, False, False]),
        ({"NotResource": "arn:aws:s3:::a"}, [True, True, True]),
    ],
)
def test_it_knows_which_resources_it_may_name_whatever_its_variables_are(elements, may):
    matcher = statement(Action="*", **elements).matcher
    for _ in range(2):
        assert [matcher.may_name(arn) for arn in ("arn:aws:s3:::a", "arn:aws:sqs:::bb", "arn:aws:kms:::bb")] == may
