"""Reach: whatever a pattern matches, it can name; and what it certainly cannot, it does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from iamlab.catalog import index, managed, services
from iamlab.policy import PolicyDocument
from iamlab.policy.actions import expand
from iamlab.policy.matching import compile_resource
from iamlab.policy.reach import (
    formats,
    kinds_reached,
    names_every_resource,
    open_pattern,
    reach,
    resource_patterns,
    resource_types_named,
    statement_reach,
)


def reached(pattern: str, *actions: str) -> list[str]:
    return index.names_of(reach([pattern], expand(actions)))


def test_objects_are_no_buckets():
    assert reached("arn:aws:s3:::reports/*", "s3:GetObject", "s3:ListBucket", "s3:ListAllMyBuckets") == ["s3:GetObject"]
    assert reached("arn:aws:s3:::reports", "s3:ListBucket", "s3:GetObject") == ["s3:ListBucket"]
    assert reached("arn:aws:s3:::reports*", "s3:ListBucket", "s3:GetObject") == ["s3:GetObject", "s3:ListBucket"]
    assert resource_types_named("arn:aws:s3:::*/*", "s3") == ("object",)


def test_a_star_names_everything():
    assert reach(["*"], index.all_bits()) == index.all_bits()
    assert reach(["**"], index.all_bits()) == index.all_bits()
    assert reached("arn:aws:s3:::*", "s3:ListAllMyBuckets") == []
    assert reach(["?"], index.all_bits()) == index.all_bits()  # which is the one character of `*`


def test_the_first_action_of_a_service_is_no_exception():
    assert index.names_of(expand(["s3:*"]))[0] == "s3:AbortMultipartUpload"
    assert reached("arn:aws:s3:::reports", "s3:AbortMultipartUpload") == []
    assert reached("arn:aws:s3:::reports/*", "s3:AbortMultipartUpload") == ["s3:AbortMultipartUpload"]
    assert reached("arn:aws:s3:::reports/*", index.action_names()[0]) == []  # nor is the first of all


def test_actions_of_other_services_on_the_same_arns():
    assert reached("arn:aws:ec2:us-east-1:111122223333:instance/i-1", "ssm:StartSession", "ec2:StopInstances") == [
        "ec2:StopInstances",
        "ssm:StartSession",
    ]
    assert reached("arn:aws:ec2:us-east-1:111122223333:instance/i-1", "sqs:*", "iam:*") == []


def test_regions_and_accounts_with_stars():
    found = resource_types_named("arn:aws:ec2:*:*:network-interface/*", "ec2")
    assert "network-interface" in found
    assert "instance" not in found
    found = resource_types_named("arn:aws:dynamodb:*:*:table/books/index/*", "dynamodb")
    assert "index" in found
    assert "table" not in found
    assert "table" in resource_types_named("arn:*", "dynamodb")
    assert "queue" in resource_types_named("arn:aws:sqs:*:jobs", "sqs")  # a star may run on beyond colons
    assert resource_types_named("arn:aws:sqs:us-east-1:111122223333:jobs:more", "sqs") == ()


def test_another_partition():
    assert "user" in resource_types_named("arn:aws-cn:iam::111122223333:user/*", "iam")
    assert "user" in resource_types_named("arn:*:iam::111122223333:user/*", "iam")


@pytest.mark.parametrize(
    ("pattern", "opened"),
    [
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/*/*"),
        ("arn:aws:s3:::home/${aws:username, 'none'}", "arn:aws:s3:::home/*"),
        ("arn:aws:s3:::home/${*}", "arn:aws:s3:::home/*"),
        ("arn:aws:s3:::home/plain", "arn:aws:s3:::home/plain"),
    ],
)
def test_variables(pattern, opened):
    assert open_pattern(pattern, variables=True) == opened
    assert open_pattern(pattern, variables=False) == pattern


def test_a_variable_without_a_value_matches_nothing():
    tagged = statement(Resource=["arn:aws:s3:::home/${aws:PrincipalTag/team}/*", "arn:aws:s3:::all/*"])
    assert resource_patterns(tagged) == ["arn:aws:s3:::home/*/*", "arn:aws:s3:::all/*"]
    assert resource_patterns(tagged, {"aws:principaltag/team"}) == ["arn:aws:s3:::all/*"]
    defaulted = statement(Resource="arn:aws:s3:::home/${aws:PrincipalTag/team, 'x'}/*")
    assert statement_reach(defaulted, expand(["s3:GetObject"]), {"aws:principaltag/team"})
    only = statement(Resource="arn:aws:s3:::home/${aws:PrincipalTag/team}/*")
    assert statement_reach(only, expand(["s3:GetObject"]), {"aws:principaltag/team"}) == 0


def test_a_pattern_that_aws_does_not_know_only_denies():
    assert statement_reach(statement(Resource="arn:aws:s*:::reports/*"), expand(["s3:GetObject"])) == 0
    assert statement_reach(statement(Resource="arn:aws:s*:::reports/*", Effect="Deny"), expand(["s3:GetObject"]))


def statement(version: str = "2012-10-17", **elements: object):
    policy = {"Version": version, "Statement": {"Effect": "Allow", "Action": "s3:*", **elements}}
    return PolicyDocument.parse(policy).statements[0]


def test_statements():
    bits = expand(["s3:*"])
    assert statement_reach(statement(Resource="*"), bits) == bits
    assert statement_reach(statement(Resource=["arn:aws:s3:::b", "*"]), bits) == bits
    assert statement_reach(statement(NotResource="*"), bits) == 0
    assert statement_reach(statement(NotResource="arn:aws:s3:::b"), bits) == bits
    assert statement_reach(statement(Principal="*"), bits) == bits
    assert statement_reach(statement(Resource="arn:aws:s3:::${aws:username}"), bits) & expand(["s3:ListBucket"])
    assert names_every_resource(statement(Resource=["arn:aws:s3:::b", "*"]))
    assert names_every_resource(statement(Principal="*"))
    assert not names_every_resource(statement(NotResource="arn:aws:s3:::b"))
    assert not names_every_resource(statement(Resource="arn:aws:s3:::*"))


_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_KNOWN = {
    "Partition": st.just("aws"),
    "Region": st.sampled_from(["us-east-1", "eu-west-1"]),
    "Account": st.sampled_from(["111122223333", "444455556666"]),
    "BucketName": st.sampled_from(["reports", "a.b-c"]),
    "TableName": st.just("Books"),
    "IndexName": st.just("by_title"),
    "FunctionName": st.just("resize"),
    "Alias": st.just("live"),
    "Version": st.just("7"),
    "LogGroupName": st.sampled_from(["/aws/lambda/resize", "app"]),
    "LogStreamName": st.sampled_from(["2026/[$LATEST]x", "s"]),
    "QueueName": st.just("jobs"),
    "Qualifier": st.just("live"),
    "TopicName": st.just("news"),
}
_ANY_NAME = st.sampled_from(["alice", "a/b", "team:blue", "x*y", "i-0123456789abcdef0", "us-east-1:1a-2b", "a:b/c:d"])
_ID = st.just("i-0123456789abcdef0")
_FORMATS = [
    (prefix, kind.name, arn)
    for prefix in (
        "s3",
        "ec2",
        "iam",
        "dynamodb",
        "logs",
        "lambda",
        "sqs",
        "sns",
        "ssm",
        "execute-api",
        "backup",
        "kms",
    )
    for kind in services.service(prefix).resource_types.values()
    for arn in (*kind.arns, *kind.further_arns)
]


def _fill(draw: st.DrawFn, arn: str) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.endswith("Id") and ":ec2:" in arn:
            return draw(_ID)
        return draw(_KNOWN.get(name, _ANY_NAME))

    return _PLACEHOLDER.sub(value, arn)


@st.composite
def arns_and_patterns(draw: st.DrawFn):
    """A service, a resource type, an ARN of it, and a pattern cut out of the ARN with wildcards."""
    prefix, kind, arn_format = draw(st.sampled_from(_FORMATS))
    arn = _fill(draw, arn_format)
    pattern = arn
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(pattern)))
        end = draw(st.integers(start, min(len(pattern), start + 25)))
        pattern = pattern[:start] + draw(st.sampled_from(["*", "?", "**"])) + pattern[end:]
    # A name with a colon that a star swallows in part is what nobody means, and is left out.
    assume(not arn.count(":") > arn_format.count(":") == pattern.count(":"))
    return prefix, kind, arn, pattern


@settings(max_examples=400, deadline=None)
@given(arns_and_patterns())
def test_what_a_pattern_matches_it_can_name(case):
    prefix, kind, arn, pattern = case
    if not compile_resource(pattern)(arn):
        return
    assert kind in resource_types_named(pattern, prefix)
    bits = index.service_bits(prefix)
    found = reach([pattern], bits)
    for number, action in zip(index.span(prefix), services.service(prefix).actions.values(), strict=True):
        if kind in {use.name for use in action.resource_types}:
            assert found >> number & 1, (pattern, arn, action.name)


def test_every_format_is_kept_with_the_actions_that_work_on_it():
    for prefix in services.service_names():
        actions = list(services.service(prefix).actions.values())
        for arn_format in formats(prefix):
            works = [any(use.name in arn_format.kinds for use in action.resource_types) for action in actions]
            assert [bool(arn_format.actions >> place & 1) for place in range(len(actions))] == works
        kinds = {kind for arn_format in formats(prefix) for kind in arn_format.kinds}
        assert kinds == {kind.name for kind in services.service(prefix).resource_types.values()}


def test_every_managed_policy_can_be_reached_through():
    names_something = 0
    for name in managed.managed_policy_names()[::20]:
        for one in PolicyDocument.parse(managed.managed_policy_text(name)).statements:
            names_something += bool(statement_reach(one, index.all_bits()))
    assert names_something > 200


@pytest.mark.parametrize(
    ("pattern", "prefix", "kind", "can"),
    [
        ("arn:aws:logs:eu-west-1:111122223333:log-group:app:log-stream:s", "logs", "log-stream", True),
        ("arn:aws:logs:*:log-stream:s", "logs", "log-stream", True),
        ("arn:aws:logs:eu-west-1:111122223333:log-group:app", "logs", "log-stream", False),
        ("arn:aws:logs:*:111122223333:log-group:app:*", "logs", "log-stream", True),
        ("arn:aws:lambda:*:*:function:resize:live", "lambda", "function alias", True),
        ("arn:aws:lambda:eu-west-1:111122223333:function:resize", "lambda", "function alias", False),
        ("arn:aws:lambda:*:live", "lambda", "function alias", True),
        ("arn:aws:sqs:::jobs", "sqs", "queue", False),
        ("arn:aws:sqs:eu-*:1*:jobs", "sqs", "queue", True),
        ("arn:aws:sqs", "sqs", "queue", False),
        ("arn:aws:s3:::a/b:c", "s3", "object", True),
        ("arn:aws:l*function:a:b:c", "lambda", "function alias", False),  # only a star at a part's end runs on
        ("arn:aws:l*:function:a:b", "lambda", "function alias", True),
        ("arn:arn:aws:lambda:*:live", "lambda", "function alias", False),  # no part of an ARN is taken twice
        ("arn:aws:lambda*:a:b", "lambda", "function alias", True),
        ("arn:aws:lambda*:111122223333:function:a:b", "lambda", "function alias", True),
        # AWS writes this format with a star, which may be anything.
        ("arn:aws:amplifybackend:eu-west-1:111122223333:/backend/a/b", "amplifybackend", "created-backend", True),
        ("arn:aws:s3:::a:b", "s3", "bucket", False),
    ],
)
def test_colons_and_stars_that_run_on(pattern, prefix, kind, can):
    assert (kind in resource_types_named(pattern, prefix)) is can


@pytest.mark.parametrize(
    ("pattern", "prefix", "kinds"),
    [
        ("arn:aws:iam::*:role/*", "iam", {"role", "role-template"}),
        ("arn:aws:rds:*:*:db:*", "rds", {"db", "snapshot-tenant-database"}),  # whose format takes anything
        ("arn:aws:sqs:*:*:jobs", "sqs", {"queue"}),
        # formats that the reference does not list
        ("arn:aws:lambda:us-east-1:111122223333:function:f:prod", "lambda", {"function", "function alias"}),
        ("arn:aws:logs:us-east-1:111122223333:log-group:/app:*", "logs", {"log-group", "log-stream"}),
        ("arn:aws:logs:us-east-1:111122223333:log-group:/app:log-stream:x", "logs", {"log-stream"}),
        ("arn:aws:ssm:us-east-1::document/AWS-RunShellScript", "ssm", {"document"}),
    ],
)
def test_a_pattern_of_one_kind_names_no_other(pattern, prefix, kinds):
    """A star in place of Region or account takes in no other kind's name."""
    assert set(resource_types_named(pattern, prefix)) - {"function version"} == kinds


def test_each_naming_rule_keeps_slashes_or_colons_out():
    for arn, prefix, kind in (
        ("arn:aws:s3:::a/b", "s3", "bucket"),
        ("arn:aws:dynamodb:eu-west-1:111122223333:table/a/b", "dynamodb", "table"),
        ("arn:aws:dynamodb:eu-west-1:111122223333:table/a/index/b/c", "dynamodb", "index"),
        ("arn:aws:ec2:eu-west-1:111122223333:instance/a/b", "ec2", "instance"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:a:b:c", "lambda", "function"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:a:b:c", "lambda", "function alias"),
        ("arn:aws:logs:eu-west-1:111122223333:log-group:a:log-stream:b", "logs", "log-group"),
        ("arn:aws:sqs:eu-west-1:111122223333:a/b", "sqs", "queue"),
        ("arn:aws:sns:eu-west-1:111122223333:a:b", "sns", "topic"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:a:b:c", "lambda", "function version"),
        ("arn:aws:logs:eu-west-1:111122223333:log-group:a:log-stream:b:c", "logs", "log-stream"),
        ("arn:aws:sqs:eu/west:111122223333:a", "sqs", "queue"),
        ("arn:aws:sqs:eu-west-1:11112222/3333:a", "sqs", "queue"),
        ("arn:a/ws:sqs:eu-west-1:111122223333:a", "sqs", "queue"),
    ):
        assert kind not in resource_types_named(arn, prefix), arn


def test_the_kinds_that_a_pattern_can_name_are_told_one_by_one():
    found = list(kinds_reached("arn:aws:sqs:*:*:jobs"))
    queue = services.service("sqs").resource_types["queue"].name
    actions = services.service("sqs").actions.values()
    named = {f"sqs:{one.name}" for one in actions if queue in {use.name for use in one.resource_types}}
    assert [set(index.names_of(bits)) for bits in found if bits & index.service_bits("sqs")] == [named]
    assert not list(kinds_reached("arn:aws:sqs:us-east-1:111122223333"))
