"""The path through the chart agrees with the decision it tells of, in every conformance case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import iamlab
from iamlab import Account, Decision, PolicySet, Request, evaluate
from iamlab.evaluation import results
from iamlab.evaluation.chart import follow_chart
from iamlab.evaluation.path import DENIED, GRANTED, OPEN, PASSED, SKIPPED, UNREACHED, Step, path
from iamlab.evaluation.policies import ActionRules

CASES = [
    json.loads(line)
    for file in sorted((Path(__file__).parent.parent / "conformance").glob("*.jsonl"))
    for line in file.read_text("utf-8").splitlines()
]
BOXES = {
    "service control policy": "Organizations SCPs",
    "VPC endpoint policy": "VPC endpoint policy",
    "resource-based policy": "Resource-based policies",
    "role trust policy": "Role trust policy",
    "identity-based policy": "Identity-based policies",
    "permissions boundary": "Permissions boundary",
    "session policy": "Session policies",
    "kind of credential": "Credentials",
}


def agrees(decision: Decision) -> None:
    """What must hold of every path."""
    steps = path(decision)
    ends = [step for step in steps if step.ends]
    reached = [step for step in steps if step.state != UNREACHED]
    assert steps[: len(reached)] == reached
    assert all(step.answer for step in reached)
    assert len([step for step in steps if step.state in (DENIED, OPEN)]) == (0 if decision.allowed else 1)
    if decision.allowed:
        assert len([step for step in steps if step.state == GRANTED]) == 1
        assert all(step.exit == "Allow" for step in ends)
    else:
        (end,) = ends
        assert end is reached[-1]
        assert end.exit == "Deny"
        if decision.outcome == "conditional":
            assert end.name in ("Deny evaluation", BOXES.get(decision.layer))
        else:
            assert end.name == ("Deny evaluation" if decision.outcome == "explicitDeny" else BOXES[decision.layer])


@pytest.mark.parametrize("case", [c for c in CASES if "Error" not in c["expect"]], ids=lambda case: case["id"])
def test_the_path_agrees_with_the_decision(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Decision] = []

    def follow(request: Request, policies: PolicySet, rules: ActionRules) -> Decision:
        seen.append(follow_chart(request, policies, rules))
        return seen[-1]

    monkeypatch.setattr(results, "follow_chart", follow)
    iamlab.simulate_custom_policy(**case["call"])
    assert seen
    for decision in seen:
        agrees(decision)
        agrees(evaluate(decision.request, decision.policies, partial=True))


def state(steps: list[Step], name: str) -> str:
    (step,) = [step for step in steps if step.name == name]
    return step.state


def test_a_direct_grant_of_the_resource_ends_the_way_early() -> None:
    lab = Account()
    alice = lab.create_user("alice")
    bucket = lab.create_bucket("reports")
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket.arn}/*"}
    bucket.put_policy({"Version": "2012-10-17", "Statement": {**statement, "Principal": {"AWS": alice.arn}}})
    steps = path(lab.decide("alice", "s3:GetObject", f"{bucket.arn}/q3.csv"))
    assert state(steps, "Resource-based policies") == GRANTED
    assert [step.name for step in steps if step.ends] == ["Resource-based policies"]
    assert state(steps, "Identity-based policies") == UNREACHED


def test_what_is_not_there_is_skipped_and_what_grants_is_marked() -> None:
    lab = Account()
    lab.create_user("alice").attach_policy(lab.policies["AdministratorAccess"])
    steps = path(lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv"))
    assert state(steps, "Deny evaluation") == PASSED
    assert state(steps, "Organizations SCPs") == SKIPPED
    assert state(steps, "Identity-based policies") == GRANTED
    assert not any(step.ends for step in steps)


def test_an_unknown_key_leaves_the_way_open() -> None:
    lab = Account()
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    lab.create_user("alice").create_policy(
        "mfa",
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, **mfa},
            },
        },
    )
    decision = lab.decide("alice", "s3:GetObject", "*", {"aws:MultiFactorAuthPresent": "true"}, partial=True)
    steps = path(decision)
    assert state(steps, "Identity-based policies") == OPEN
    assert "192.0.2.0/24" in "".join(step.answer for step in steps)


def test_a_deny_with_an_unknown_key_leaves_the_first_box_open() -> None:
    lab = Account()
    everything = {"Action": "*", "Resource": "*"}
    outside = {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    statements = [{"Effect": "Allow", **everything}, {"Effect": "Deny", **everything, "Condition": outside}]
    lab.create_user("alice").create_policy("home", {"Version": "2012-10-17", "Statement": statements})
    steps = path(lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv", partial=True))
    assert state(steps, "Deny evaluation") == OPEN


def test_the_credentials_box_is_there_only_when_it_decides() -> None:
    lab = Account()
    lab.create_user("alice")
    never = path(lab.decide("alice", "sts:GetCallerIdentity"))
    assert [step.name for step in never if step.ends] == ["Credentials"]
    assert "Credentials" not in [step.name for step in path(lab.decide("alice", "s3:ListAllMyBuckets"))]
