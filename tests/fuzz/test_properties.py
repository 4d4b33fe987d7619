"""What holds for every decision, whatever the policies say.

Each property changes a random call in a way that AWS's rules give a meaning to, and compares the two decisions.
"""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
from calls import context_of, policies_of, request_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_cases import CONTEXT, IDENTITIES, SESSIONS, random_call, random_document, random_statement

import iamlab
from iamlab.policy import PolicyDocument

LISTS = (
    "PolicyInputList",
    "PermissionsBoundaryPolicyInputList",
    "SessionPolicyInputList",
    "VpcEndpointPolicyInputList",
)
rngs = st.integers(0, 2**64).map(Random)
examples = settings(max_examples=400, deadline=None)


def outcome(call: dict[str, Any]) -> str:
    """The decision on the call's only action and resource."""
    (result,) = iamlab.simulate_custom_policy(**call)["EvaluationResults"]
    return str(result["EvalDecision"])


def statements_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements, also where there is one without a list."""
    statements = document["Statement"]
    return statements if isinstance(statements, list) else [statements]


def changed(call: dict[str, Any], change: Any) -> dict[str, Any]:
    """A copy in which `change` was applied to every policy document (as a dict) and to every list of documents."""

    def document(text: str) -> str:
        return json.dumps(change(json.loads(text)))

    call = copy.deepcopy(call)
    for name in LISTS:
        if name in call:
            call[name] = [document(text) for text in call[name]]
    if "ResourcePolicy" in call:
        call["ResourcePolicy"] = document(call["ResourcePolicy"])
    for level in call.get("OrderedOrganizationPolicyInputList", []):
        for name, documents in level.items():
            level[name] = [document(text) for text in documents]
    return call


def shuffled(value: Any, rng: Random) -> Any:
    """The same JSON with keys and list items in another order (in a policy no list has an order)."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, rng) for item in rng.sample(value, len(value))]
    return value


@examples
@given(rngs)
def test_order_never_matters(rng: Random) -> None:
    call = random_call(rng)
    other = changed(call, lambda document: shuffled(document, rng))
    for name in (*LISTS, "ContextEntries"):
        if name in other:
            rng.shuffle(other[name])
    assert outcome(other) == outcome(call)


@examples
@given(rngs)
def test_adding_a_deny_never_allows_more(rng: Random) -> None:
    call = random_call(rng)
    kinds = {"ResourcePolicy": "resource", "VpcEndpointPolicyInputList": "endpoint"}
    name = rng.choice([name for name in (*LISTS, "ResourcePolicy") if call.get(name)] or ["PolicyInputList"])
    deny = {**random_statement(rng, kinds.get(name, "identity"), allow=0)}
    other = copy.deepcopy(call)
    if name == "ResourcePolicy":
        if call["ActionNames"][0].startswith(("sts:Assume", "sts:Tag")):
            deny = random_statement(rng, "trust", allow=0)
        document = json.loads(call[name])
        other[name] = json.dumps({**document, "Statement": [*statements_of(document), deny]})
    elif name == "PermissionsBoundaryPolicyInputList":
        document = json.loads(call[name][0])
        other[name] = [json.dumps({**document, "Statement": [*statements_of(document), deny]})]
    else:
        other[name] = [*call.get(name, []), json.dumps({"Version": "2012-10-17", "Statement": deny})]
    assert outcome(other) != "allowed" or outcome(call) == "allowed"


@examples
@given(rngs)
def test_adding_an_allow_to_an_identity_policy_never_denies_more(rng: Random) -> None:
    call = random_call(rng)
    allow = json.dumps({"Version": "2012-10-17", "Statement": random_statement(rng, "identity", allow=1)})
    other = {**call, "PolicyInputList": [*call["PolicyInputList"], allow]}
    assert outcome(other) == outcome(call) or outcome(call) == "implicitDeny"
    assert outcome(other) in (outcome(call), "allowed")


@examples
@given(rngs, st.sampled_from(["boundary", "level", "session"]))
def test_adding_a_limit_never_allows_more(rng: Random, limit: str) -> None:
    call = random_call(rng)
    policy = random_document(rng, "identity", allow=0.8)
    if limit == "boundary":
        assume(call["CallerArn"] in IDENTITIES and "PermissionsBoundaryPolicyInputList" not in call)
        other = {**call, "PermissionsBoundaryPolicyInputList": [policy]}
    elif limit == "session":
        assume(call["CallerArn"] in SESSIONS and "SessionPolicyInputList" not in call)
        other = {**call, "SessionPolicyInputList": [policy]}
    else:
        levels = call.get("OrderedOrganizationPolicyInputList", [])
        place = rng.randint(0, len(levels))
        new = {"ServiceControlPolicyInputList": [policy]}
        other = {**call, "OrderedOrganizationPolicyInputList": [*levels[:place], new, *levels[place:]]}
    assert outcome(other) != "allowed" or outcome(call) == "allowed"


def split(statement: dict[str, Any], element: str) -> list[dict[str, Any]]:
    """One statement for each value of Action, Resource or Principal."""
    value = statement.get(element)
    if isinstance(value, list):
        return [{**statement, element: item} for item in value]
    if element == "Principal" and isinstance(value, dict):
        pairs = [
            (kind, name) for kind, names in value.items() for name in (names if isinstance(names, list) else [names])
        ]
        return [{**statement, element: {kind: name}} for kind, name in pairs]
    return [statement]


def split_condition(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """One statement for each value under the first positive operator that takes any of several."""
    for operator, keys in statement.get("Condition", {}).items():
        if "Not" in operator or operator.startswith("ForAllValues:"):
            continue
        for key, values in keys.items():
            if isinstance(values, list):
                conditions = [{**statement["Condition"], operator: {**keys, key: value}} for value in values]
                return [{**statement, "Condition": condition} for condition in conditions]
    return [statement]


@examples
@given(rngs, st.sampled_from(["Action", "Resource", "Principal", "Condition"]))
def test_splitting_a_statement_changes_nothing(rng: Random, element: str) -> None:
    call = random_call(rng)

    def divide(document: dict[str, Any]) -> dict[str, Any]:
        parts = [
            part
            for statement in statements_of(document)
            for part in (split_condition(statement) if element == "Condition" else split(statement, element))
        ]
        return {**document, "Statement": parts}

    assert outcome(changed(call, divide)) == outcome(call)


@examples
@given(rngs, st.sampled_from(["identity", "resource", "trust", "rcp"]))
def test_parsing_and_writing_are_inverse(rng: Random, kind: str) -> None:
    text = random_document(rng, kind)
    document = PolicyDocument.parse(text)
    assert document.text == text
    assert document.to_dict() == json.loads(text)
    again = PolicyDocument.parse(document.to_json())
    assert again == document
    assert again.to_json() == document.to_json()
    assert PolicyDocument.parse(document.to_dict()) == document


@examples
@given(rngs)
def test_a_partial_answer_contradicts_no_completion(rng: Random) -> None:
    call = random_call(rng)
    policies = policies_of(call)
    known = {key: value for key, value in context_of(call).items() if rng.random() < 0.6}
    answer = iamlab.evaluate(request_of(call, known), policies, partial=True)
    for _ in range(5):
        complete = dict(known)
        for key in [key for key in CONTEXT if key not in known]:
            if rng.random() < 0.6:
                many = [rng.choice(CONTEXT[key]) for _ in range(rng.choice((0, 2, 3)))]
                complete[key] = many if key == "aws:TagKeys" else rng.choice(CONTEXT[key])
        decision = iamlab.evaluate(request_of(call, complete), policies)
        assert answer.outcome == "conditional" or answer.allowed == decision.allowed


@examples
@given(rngs)
def test_evaluate_and_simulate_agree(rng: Random) -> None:
    call = random_call(rng)
    assert iamlab.evaluate(request_of(call, context_of(call)), policies_of(call)).outcome == outcome(call)


@pytest.mark.parametrize("case", [0, 1, 2, 3])
def test_the_same_call_is_the_same_answer(case: int) -> None:
    call = random_call(Random(case))
    before = copy.deepcopy(call)
    assert iamlab.simulate_custom_policy(**call) == iamlab.simulate_custom_policy(**call)
    assert call == before
