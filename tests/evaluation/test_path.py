"""The path through the chart agrees with the decision it tells of, in every conformance case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import iamlab
from iamlab import Account, AttachedPolicy, Decision, PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation import Level, results
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


ACCOUNT, OTHER = "111122223333", "444455556666"
ALICE, ROOT = f"arn:aws:iam::{ACCOUNT}:user/alice", f"arn:aws:iam::{ACCOUNT}:root"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Reader"
READER, LINKED = (f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/s1" for role in ("Reader", "AWSServiceRoleForX"))
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
OBJECT, QUEUE = "arn:aws:s3:::reports/q3.csv", f"arn:aws:sqs:eu-west-1:{OTHER}:jobs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd"
ASSUME = Request(ALICE, "sts:AssumeRole", ROLE)
SEND = Request(ALICE, "sqs:SendMessage", QUEUE)
DECRYPT = Request(ALICE, "kms:Decrypt", KEY)


def policy(name: str, *statements: dict[str, Any]) -> AttachedPolicy:
    filled = [{"Effect": "Allow", "Action": "*", "Resource": "*", **one} for one in statements or ({},)]
    return AttachedPolicy(PolicyDocument.parse({"Version": "2012-10-17", "Statement": filled}), name)


def of_resource(*names: str, **more: Any) -> AttachedPolicy:
    return policy("resource's policy", {"Principal": {"AWS": list(names)}, **more})


def get(principal: str, **more: Any) -> Request:
    return Request(principal, "s3:GetObject", OBJECT, **more)


ALL, ONLY_EC2 = policy("all"), policy("only EC2", {"Action": "ec2:*"})
MFA = policy("mfa", {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})
NOT_BLUE = {"Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "blue"}}}
GUARD = {"Sid": "Guard", "Effect": "Deny", "Resource": "arn:aws:s3:::secret/*"}
RCP = policy("rcp", {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"})
ORGANIZATION = [Level("Root", [ALL], [RCP]), Level("Sandbox"), Level("Account", [ALL])]
SIGNS = {"passed": "→", "skipped": "·", "granted": "✔", "denied": "✘", "open": "?"}
NOTHING_THERE = [
    "→ Deny evaluation: No: no Deny speaks of this action",
    "· Organizations RCPs: There are no RCPs here",
    "· Organizations SCPs: There are no SCPs here",
    "· Resource-based policies: The resource has no policy of its own",
    "· Permissions boundary: No boundary is set",
    "· Session policies: No session policy was passed",
]


def told(request: Request, policies: PolicySet, *, partial: bool = False) -> list[str]:
    """The boxes the request came to, but for those where nothing is."""
    steps = path(evaluate(request, policies, partial=partial))
    lines = [f"{SIGNS[step.state]} {step.name}: {step.answer}" for step in steps if step.state != "unreached"]
    return [line for line in lines if line not in NOTHING_THERE]


@pytest.mark.parametrize(
    ("request_", "policies", "lines"),
    [
        (get(ALICE), PolicySet(ALL), ["✔ Identity-based policies: Yes: all (statement 1)"]),
        (get(ALICE), PolicySet(), ["✘ Identity-based policies: No: the identity has no policies"]),
        (get(ALICE), PolicySet(ONLY_EC2), ["✘ Identity-based policies: No: nothing there allows it"]),
        (
            get(ALICE),
            PolicySet(policy("guarded", {}, GUARD)),
            ["→ Deny evaluation: No Deny matches", "✔ Identity-based policies: Yes: guarded (statement 1)"],
        ),
        (
            get(ALICE),
            PolicySet(policy("guarded", {}, {**GUARD, "Resource": "*"})),
            ["✘ Deny evaluation: Yes: guarded (Guard, identity-based policy)"],
        ),
        (
            get(ALICE),
            PolicySet(ALL, organization=ORGANIZATION),
            [
                "→ Organizations RCPs: Yes: none of them denies it",
                "→ Organizations SCPs: Yes, at every level: Root, Account",
                "✔ Identity-based policies: Yes: all (statement 1)",
            ],
        ),
        (
            get(LINKED),
            PolicySet(ALL, organization=ORGANIZATION),
            [
                "· Organizations RCPs: RCPs do not bind this request",
                "· Organizations SCPs: SCPs do not bind this caller",
                "✔ Identity-based policies: Yes: all (statement 1)",
            ],
        ),
        (
            get(ALICE),
            PolicySet(ALL, organization=[Level("Root", [ALL]), Level("Sandbox", [ONLY_EC2])]),
            ["✘ Organizations SCPs: No: no SCP at Sandbox allows it"],
        ),
        (
            get(ALICE),
            PolicySet(ALL, vpc_endpoint=of_resource("*")),
            [
                "→ VPC endpoint policy: Yes: resource's policy (statement 1)",
                "✔ Identity-based policies: Yes: all (statement 1)",
            ],
        ),
        (
            get(ALICE),
            PolicySet(ALL, vpc_endpoint=of_resource("*", Action="sqs:*")),
            ["✘ VPC endpoint policy: No: the endpoint's policy does not allow it"],
        ),
        (
            get("anonymous", resource_account=ACCOUNT),
            PolicySet(resource=of_resource("*")),
            ["✔ Resource-based policies: Yes: resource's policy (statement 1): this caller needs nothing more"],
        ),
        (
            get("logs.amazonaws.com"),
            PolicySet(),
            ["✘ Resource-based policies: No: the resource has no policy, and this caller has no other permissions"],
        ),
        (
            SEND,
            PolicySet(ALL),
            ["✘ Resource-based policies: No: the resource has no policy, and across accounts it must"],
        ),
        (
            SEND,
            PolicySet(ALL, of_resource(ALICE, Action="sqs:GetQueueUrl")),
            ["✘ Resource-based policies: No: it does not allow it, and across accounts it must"],
        ),
        (
            SEND,
            PolicySet(ALL, of_resource(ALICE), boundary=ALL, session=ALL),
            [
                "→ Resource-based policies: Yes: resource's policy (statement 1)",
                "✔ Identity-based policies: Yes: all (statement 1)",
                "→ Permissions boundary: Yes: all (statement 1)",
                "→ Session policies: Yes: all (statement 1)",
            ],
        ),
        (
            SEND,
            PolicySet((), of_resource(ALICE)),
            [
                "→ Resource-based policies: Yes: resource's policy (statement 1)",
                "✘ Identity-based policies: No: the identity has no policies",
            ],
        ),
        (
            DECRYPT,
            PolicySet(ALL),
            ["✘ Resource-based policies: No: the resource has no policy, and a KMS key's policy must"],
        ),
        (
            DECRYPT,
            PolicySet(ALL, of_resource(ROOT)),
            [
                "→ Resource-based policies: Yes, for the account: the identity's own policies must allow it too",
                "✔ Identity-based policies: Yes: all (statement 1)",
            ],
        ),
        (ASSUME, PolicySet(ALL), ["✘ Role trust policy: No: the trust policy does not let this caller in"]),
        (
            ASSUME,
            PolicySet((), of_resource(ALICE), boundary=ALL),
            [
                "✔ Role trust policy: Yes: resource's policy (statement 1)",
                "· Identity-based policies: Not needed: the resource's policy has allowed it",
                "→ Permissions boundary: Yes: all (statement 1)",
            ],
        ),
        (
            ASSUME,
            PolicySet((), of_resource(ALICE), boundary=ONLY_EC2),
            [
                "→ Role trust policy: Yes: resource's policy (statement 1)",
                "· Identity-based policies: Not needed: the resource's policy has allowed it",
                "✘ Permissions boundary: No: only EC2 does not allow it",
            ],
        ),
        (
            Request(READER, "sts:AssumeRole", ROLE),
            PolicySet((), of_resource(READER), boundary=ONLY_EC2, session=ONLY_EC2),
            [
                "✔ Role trust policy: Yes: resource's policy (statement 1)",
                "· Identity-based policies: Not needed: the resource's policy has allowed it",
                "· Permissions boundary: Not needed: the resource's policy names the caller itself",
                "· Session policies: Not needed: the resource's policy names the caller itself",
            ],
        ),
        (
            get(READER),
            PolicySet((), of_resource(ROLE), boundary=ALL, session=ALL),
            [
                "✔ Resource-based policies: Yes, for whom the session is of: resource's policy (statement 1)",
                "· Identity-based policies: Not needed: the resource's policy has allowed it",
                "→ Permissions boundary: Yes: all (statement 1)",
                "→ Session policies: Yes: all (statement 1)",
            ],
        ),
        (
            get(READER),
            PolicySet((), of_resource(ROLE), session=ONLY_EC2),
            [
                "→ Resource-based policies: Yes, for whom the session is of: resource's policy (statement 1)",
                "· Identity-based policies: Not needed: the resource's policy has allowed it",
                "✘ Session policies: No: no session policy allows it",
            ],
        ),
        (
            get(ALICE),
            PolicySet(ALL, of_resource(ROLE), boundary=ALL),
            [
                "→ Resource-based policies: No, but within one account it need not",
                "✔ Identity-based policies: Yes: all (statement 1)",
                "→ Permissions boundary: Yes: all (statement 1)",
            ],
        ),
        (
            get(ALICE),
            PolicySet((), of_resource(ALICE), boundary=ONLY_EC2),
            ["✔ Resource-based policies: Yes: resource's policy (statement 1): final within one account"],
        ),
        (
            get(FEDERATED),
            PolicySet(ALL),
            [
                "→ Identity-based policies: Yes: all (statement 1)",
                "✘ Session policies: No: a federated user without one has no permissions of its own",
            ],
        ),
        (
            get(ROOT),
            PolicySet(),
            ["✔ Identity-based policies: Yes, because the root user has every permission of its account"],
        ),
        (
            Request(READER, "sts:GetSessionToken"),
            PolicySet(ALL),
            ["✘ Credentials: No: sts:GetSessionToken cannot be called with this kind of credential"],
        ),
        (
            Request(ALICE, "sts:GetCallerIdentity"),
            PolicySet(),
            ["✔ Credentials: Yes, because no policy can control this action"],
        ),
    ],
)
def test_every_box_says_what_it_found(request_: Request, policies: PolicySet, lines: list[str]) -> None:
    assert told(request_, policies) == lines


IF_MFA = "It depends: allowed if Bool aws:MultiFactorAuthPresent = true"


@pytest.mark.parametrize(
    ("request_", "policies", "lines"),
    [
        (get(ALICE), PolicySet(MFA), [f"? Identity-based policies: {IF_MFA}"]),
        (
            get(ALICE),
            PolicySet(ALL, boundary=MFA),
            ["→ Identity-based policies: Yes: all (statement 1)", f"? Permissions boundary: {IF_MFA}"],
        ),
        (  # what allows it for sure is named, not what may allow it
            get(ALICE),
            PolicySet([policy("not blue", NOT_BLUE), ALL]),
            ["✔ Identity-based policies: Yes: all (statement 1)"],
        ),
        (
            get(ALICE),
            PolicySet(ALL, of_resource(ALICE, **NOT_BLUE)),
            [
                "→ Resource-based policies: No, but within one account it need not",
                "✔ Identity-based policies: Yes: all (statement 1)",
            ],
        ),
        (
            get(ALICE),
            PolicySet(MFA, boundary=ONLY_EC2),
            [
                "→ Identity-based policies: Yes, depending on unknown keys",
                "✘ Permissions boundary: No: only EC2 does not allow it",
            ],
        ),
        (
            SEND,
            PolicySet((), of_resource(ALICE, **NOT_BLUE)),
            [
                "→ Resource-based policies: Yes, depending on unknown keys",
                "✘ Identity-based policies: No: the identity has no policies",
            ],
        ),
        (
            get(ALICE),
            PolicySet(ALL, boundary=policy("no deny for others", {}, {**GUARD, "Resource": "*", **NOT_BLUE})),
            [
                "? Deny evaluation: It depends: allowed if StringEquals aws:PrincipalTag/team = blue",
            ],
        ),
    ],
)
def test_what_unknown_keys_leave_open_is_not_called_sure(
    request_: Request, policies: PolicySet, lines: list[str]
) -> None:
    agrees(evaluate(request_, policies, partial=True))
    assert told(request_, policies, partial=True) == lines


def test_the_whole_way_of_an_ordinary_request() -> None:
    steps = path(evaluate(get(ALICE), PolicySet(ALL)))
    assert [f"{SIGNS[step.state]} {step.name}: {step.answer}" for step in steps if step.state != "granted"] == (
        NOTHING_THERE
    )
    assert [(step.question, step.exit) for step in steps if step.name == "Resource-based policies"] == [
        ("Does the resource itself allow it?", "Allow")
    ]
    assert {step.exit for step in steps if step.name != "Resource-based policies"} == {"Deny"}
    assert path(evaluate(get(ALICE), PolicySet()))[-1].state == "unreached"


@pytest.mark.parametrize(
    ("request_", "question"), [(SEND, "itself"), (DECRYPT, "itself"), (ASSUME, "let this caller in")]
)
def test_where_the_resource_must_allow_the_box_leads_to_a_denial(request_: Request, question: str) -> None:
    (step,) = [
        one
        for one in path(evaluate(request_, PolicySet(ALL, of_resource(ACCOUNT))))
        if "resource" in one.name.lower() or "trust" in one.name
    ]
    assert (step.exit, question in step.question) == ("Deny", True)
