"""Hostile input: an answer or one of AWS's errors, never a crash."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_cases import random_call

import iamlab
from iamlab.errors import AwsError

ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
GOOD = {"PolicyInputList": [ALLOW_ALL], "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/k"]}
GOOD_CALLER = {"CallerArn": "arn:aws:iam::111122223333:user/alice"}
texts = st.text(st.characters(exclude_categories=()), max_size=30)  # every code point, lone surrogates too
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=10
)
WORDS = ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource"]
WORDS += ["NotResource", "Condition", "Allow", "Deny", "2012-10-17", "*", "s3:*", "AWS", "StringEquals", "aws:username"]
words = st.sampled_from(WORDS)
policies = st.recursive(
    words | scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=15,
)
examples = settings(max_examples=300, deadline=None)


def answer(call: dict[str, Any]) -> str:
    """The decision, or the code of AWS's error; everything else is raised."""
    try:
        results = iamlab.simulate_custom_policy(**call)["EvaluationResults"]
    except AwsError as error:
        return error.code
    return str(results[0]["EvalDecision"]) if results else "nothing"


@examples
@given(policies)
def test_any_json_as_a_policy(policy: Any) -> None:
    text = json.dumps(policy)
    for call in (
        {**GOOD, "PolicyInputList": [text]},
        {**GOOD, **GOOD_CALLER, "ResourcePolicy": text},
        {**GOOD, **GOOD_CALLER, "OrderedOrganizationPolicyInputList": [{"ServiceControlPolicyInputList": [text]}]},
    ):
        assert answer(call) in ("allowed", "explicitDeny", "implicitDeny", "InvalidInput", "ValidationError")


@examples
@given(texts)
def test_any_text_as_a_policy(text: str) -> None:
    assert answer({**GOOD, "PolicyInputList": [text]}) in ("InvalidInput", "ValidationError")


PARAMETERS = [
    "PolicyInputList", "ActionNames", "ResourceArns", "ContextEntries", "ResourcePolicy", "ResourceOwner", "CallerArn",
    "PermissionsBoundaryPolicyInputList", "OrderedOrganizationPolicyInputList", "SessionPolicyInputList", "MaxItems",
    "VpcEndpointPolicyInputList", "ManagementAccountId", "Marker", "ResourceHandlingOption",
]  # fmt: skip


@examples
@given(st.sampled_from(PARAMETERS), values | st.lists(values, max_size=3))
def test_wrong_types_everywhere(name: str, value: Any) -> None:
    assert answer({**GOOD, **GOOD_CALLER, name: value})


@examples
@given(st.dictionaries(st.sampled_from(["ContextKeyName", "ContextKeyValues", "ContextKeyType", "x"]), values))
def test_wrong_context_entries(entry: dict[str, Any]) -> None:
    assert answer({**GOOD, "ContextEntries": [entry]})


@examples
@given(st.integers(0, 2**64), texts, texts)
def test_every_character_in_values(seed: int, value: str, asked: str) -> None:
    call = random_call(Random(seed))
    entry = {"ContextKeyName": "x:Anything", "ContextKeyValues": [value], "ContextKeyType": "string"}
    condition = {"StringLikeIfExists": {"x:Anything": asked}, "ArnNotLike": {"x:Anything": asked}}
    policy = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}}
    call["ContextEntries"] = [*call["ContextEntries"], entry]
    call["PolicyInputList"] = [*call["PolicyInputList"], json.dumps({"Version": "2012-10-17", **policy})]
    assert answer(call) in ("allowed", "explicitDeny", "implicitDeny", "InvalidInput", "ValidationError")


@pytest.mark.parametrize("depth", [100, 1_000, 10_000, 60_000])
@pytest.mark.parametrize("opening", ["[", '{"Statement":', '{"Statement":['])
def test_deep_nesting(depth: int, opening: str) -> None:
    closing = {"[": "]", '{"Statement":': "}", '{"Statement":[': "]}"}[opening]
    nested = (opening * depth + "0" + closing * depth)[:131_072]
    assert answer({**GOOD, "PolicyInputList": [nested]}) in ("InvalidInput", "ValidationError")
    condition = ALLOW_ALL.replace('"Resource":"*"', f'"Resource":"*","Condition":{nested}')
    assert answer({**GOOD, "PolicyInputList": [condition]}) in ("InvalidInput", "ValidationError")


@pytest.mark.parametrize(
    "text",
    [
        "9" * 10_000,
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999999",
        '"\\ud800"',
        "\ufeff" + ALLOW_ALL,
        ALLOW_ALL * 2,
        "",
        " ",
        "\0",
    ],
)
def test_odd_json(text: str) -> None:
    assert answer({**GOOD, "PolicyInputList": [text]}) in ("InvalidInput", "ValidationError")


def test_the_largest_document() -> None:
    statement = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*a*a*a*a*a*a*a*a*a*b"}
    many = (131_072 - 200) // (len(json.dumps(statement, separators=(",", ":"))) + 1)
    statements = [statement] * many + [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    assert len(text) > 130_000
    resource = "arn:aws:s3:::b/" + "a" * 1_000
    assert answer({**GOOD, "PolicyInputList": [text], "ResourceArns": [resource]}) == "allowed"
    assert answer({**GOOD, "PolicyInputList": [text + " " * 2_000]}) == "ValidationError"


@pytest.mark.parametrize("asked", ["*a" * 5_000, "*?" * 5_000, "*a?" * 3_333, "a*" * 5_000 + "b", "*" * 10_000 + "b"])
@pytest.mark.parametrize("operator", ["StringLike", "StringNotLike", "ArnLike", "ForAnyValue:StringLike"])
def test_patterns_that_could_hang(asked: str, operator: str) -> None:
    prefix = "arn:aws:s3:::" if operator == "ArnLike" else ""
    condition = {operator: {"aws:SomeKey": prefix + asked}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    entry = {"ContextKeyName": "aws:SomeKey", "ContextKeyValues": [prefix + "a" * 10_000], "ContextKeyType": "string"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    matches = not asked.endswith("b")
    expected = "allowed" if matches != ("Not" in operator) else "implicitDeny"
    assert answer({**GOOD, "PolicyInputList": [policy], "ContextEntries": [entry]}) == expected


def test_many_stars_in_action_and_resource() -> None:
    statement = {"Effect": "Allow", "Action": "s3:" + "*e" * 3_000, "Resource": "arn:aws:s3:::b/" + "*k" * 5_000}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert answer({**GOOD, "PolicyInputList": [policy]}) in ("implicitDeny", "InvalidInput")
