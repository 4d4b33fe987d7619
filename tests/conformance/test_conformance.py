"""Every conformance case, through the product and through the naive oracle.

A case is one line of JSON in a file by topic: `call` holds the parameters of `simulate_custom_policy`, `expect` what
the page of AWS's documentation that it names says: a decision (`EvalDecision`, per resource `Resources`), the policies
of the deciding statements (`MatchedStatements`), keys needed and not given (`MissingContextValues`), a detail (null
where there is none), or the code of an `Error`. `undocumented` marks cases where AWS is silent or contradicts itself;
`why` says how.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from calls import context_of, policies_of, request_of
from naive import decide

import iamlab
from iamlab import evaluate
from iamlab.errors import AwsError
from iamlab.evaluation.boxes import NEVER_REFUSED, why_resource_must_allow
from iamlab.evaluation.policies import RESOURCE, TRUST

HERE = Path(__file__).parent
TOPICS = {
    path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for path in sorted(HERE.glob("*.jsonl"))
}
CASES = [case for cases in TOPICS.values() for case in cases]
ANSWERED = {"MissingContextValues", "EvalDecisionDetails"}
ANSWERED |= {"OrganizationsDecisionDetail", "PermissionsBoundaryDecisionDetail"}
STRICTEST = ("explicitDeny", "implicitDeny", "allowed")


def rules() -> dict[str, tuple[str, str]]:
    """The table in RULES.md: each rule's id, with its pages and the number of its cases."""
    row = re.compile(r"^\| ([A-Z][A-Z0-9-]+) \| .+ \| (.+) \| (.+) \|$", re.MULTILINE)
    return {rule: (pages, cases) for rule, pages, cases in row.findall((HERE / "RULES.md").read_text("utf-8"))}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_product(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "Error" in expect:
        with pytest.raises(AwsError) as caught:
            iamlab.simulate_custom_policy(**case["call"])
        assert caught.value.code == expect["Error"]
        return
    (result,) = iamlab.simulate_custom_policy(**case["call"])["EvaluationResults"]
    assert result["EvalDecision"] == expect["EvalDecision"], case["note"]
    if "Resources" in expect:
        specific = {r["EvalResourceName"]: r["EvalResourceDecision"] for r in result["ResourceSpecificResults"]}
        assert specific == expect["Resources"]
    if "MatchedStatements" in expect:
        assert sorted(s["SourcePolicyId"] for s in result["MatchedStatements"]) == expect["MatchedStatements"]
    for name in expect.keys() & ANSWERED:
        assert result.get(name) == expect[name], name


@pytest.mark.parametrize("case", [c for c in CASES if "Error" not in c["expect"]], ids=lambda case: case["id"])
def test_naive(case: dict[str, Any]) -> None:
    call = case["call"]
    decisions = {r: decide(call, call["ActionNames"][0], r) for r in call.get("ResourceArns", ["*"])}
    assert min(decisions.values(), key=STRICTEST.index) == case["expect"]["EvalDecision"], case["note"]
    assert case["expect"].get("Resources", decisions) == decisions


@pytest.fixture(scope="module")
def model() -> Any:
    """AWS's own model of the operation."""
    iam = botocore.session.get_session().get_service_model("iam")
    return iam.operation_model("SimulateCustomPolicy")


BEYOND_AWS = {"SessionPolicyInputList", "VpcEndpointPolicyInputList", "ManagementAccountId"}


def test_every_call_and_answer_has_the_shape_of_aws_model(model: Any) -> None:
    validator = ParamValidator()
    for case in CASES:
        if "Error" in case["expect"]:
            continue
        call = {name: value for name, value in case["call"].items() if name not in BEYOND_AWS}
        levels = call.get("OrderedOrganizationPolicyInputList", [])
        scps = [{name: level[name] for name in level if name == "ServiceControlPolicyInputList"} for level in levels]
        call |= {"OrderedOrganizationPolicyInputList": scps} if levels else {}
        question = validator.validate(call, model.input_shape)
        assert not question.has_errors(), f"{case['id']}: {question.generate_report()}"
        answer = validator.validate(iamlab.simulate_custom_policy(**case["call"]), model.output_shape)
        assert not answer.has_errors(), f"{case['id']}: {answer.generate_report()}"


def test_answers_come_in_pages() -> None:
    call = {"PolicyInputList": [], "ActionNames": ["s3:GetObject", "s3:PutObject", "ec2:RunInstances"]}
    first = iamlab.simulate_custom_policy(**call, MaxItems=2)
    assert [result["EvalActionName"] for result in first["EvaluationResults"]] == call["ActionNames"][:2]
    assert first["IsTruncated"] is True
    rest = iamlab.simulate_custom_policy(**call, MaxItems=2, Marker=first["Marker"])
    assert [result["EvalActionName"] for result in rest["EvaluationResults"]] == call["ActionNames"][2:]
    assert rest["IsTruncated"] is False
    assert "Marker" not in rest
    with pytest.raises(AwsError):
        iamlab.simulate_custom_policy(**call, Marker="nonsense")


def test_ids_are_unique_and_every_rule_is_in_the_table() -> None:
    assert [i for i, times in Counter(case["id"] for case in CASES).items() if times > 1] == []
    assert {case["rule"] for case in CASES} == rules().keys()


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_rule_has_cases_that_allow_and_cases_that_do_not(rule: str) -> None:
    outcomes = [case["expect"].get("EvalDecision", "error") for case in CASES if case["rule"] == rule]
    assert len(outcomes) >= 3
    assert "allowed" in outcomes
    assert set(outcomes) != {"allowed"}


@pytest.mark.parametrize("rule", sorted(rules()))
def test_the_table_has_the_pages_and_the_number_of_a_rules_cases(rule: str) -> None:
    pages, counts = rules()[rule]
    counted = []
    for topic, cases in TOPICS.items():
        in_doubt = [case["undocumented"] for case in cases if case["rule"] == rule]
        if in_doubt:
            counted.append(f"{topic}: {len(in_doubt)}" + (f" ({sum(in_doubt)})" if any(in_doubt) else ""))
    assert counts == ", ".join(counted)
    assert {case["page"] for case in CASES if case["rule"] == rule} <= set(pages.split(", "))


def test_a_case_names_its_page_and_says_why_it_is_in_doubt() -> None:
    for case in CASES:
        assert case["page"], case["id"]
        assert case["note"], case["id"]
        assert bool(case.get("why")) == case["undocumented"], case["id"]


@pytest.mark.parametrize("case", [c for c in CASES if "Error" not in c["expect"]], ids=lambda case: case["id"])
def test_the_resource_must_allow_exactly_where_there_is_a_reason(case: dict[str, Any]) -> None:
    """The chart asks for itself, for speed, whether the resource must allow; explanations ask for the reason."""
    call = case["call"]
    policies = policies_of(call)
    for resource in call.get("ResourceArns", ["*"]):
        request = request_of({**call, "ResourceArns": [resource]}, context_of(call))
        rules = policies.rules(request.action)
        if rules.resource.allow or rules.resource.deny:
            continue
        why = why_resource_must_allow(request, policies, rules)
        if not why and request.caller.has_identity:
            assert evaluate(request, policies).layer not in (RESOURCE, TRUST)
        elif why:
            assert not evaluate(request, policies).allowed or request.caller.kind in NEVER_REFUSED.get(rules.action, ())
