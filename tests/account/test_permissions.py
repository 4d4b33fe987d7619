"""Policies: managed with versions, inline, boundaries, and what a decision says of where they hang."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from samples import allow, deny, trust

from iamlab import errors
from iamlab.account import Account

S3_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def test_an_aws_managed_policy_is_found_and_cannot_be_changed(lab: Account) -> None:
    policy = lab.policies["AmazonS3ReadOnlyAccess"]
    assert policy.arn == S3_READ
    assert policy.is_aws_managed
    assert lab.policies[S3_READ] == policy
    assert policy.document.statements[0].effect == "Allow"
    for change in (policy.delete, lambda: policy.create_version(allow("s3:*")), lambda: policy.tag({"a": "b"})):
        with pytest.raises(errors.AccessDenied):
            change()
    with pytest.raises(errors.NoSuchEntity):
        lab.policies["NoSuchPolicyAnywhere"]


def test_a_decision_names_where_the_policy_hangs(lab: Account) -> None:
    group = lab.create_group("Developers")
    group.add_user(lab.create_user("alice"))
    group.attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    decision = lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv")
    assert decision.allowed
    assert decision.statements[0].policy.label == "AmazonS3ReadOnlyAccess, attached to group Developers"
    assert decision.credential == "long-term access key"


def test_versions_of_a_customer_managed_policy(lab: Account) -> None:
    policy = lab.create_policy("reader", allow("s3:Get*"), description="reads", tags={"a": "b"})
    assert policy.policy_id.startswith("ANPA")
    for number in range(2, 6):
        policy.create_version(allow(f"s3:List{'x' * number}"))
    with pytest.raises(errors.LimitExceeded, match="up to 5 versions"):
        policy.create_version(allow("s3:*"))
    assert policy.default_version.version_id == "v1"
    policy.set_default_version("v3")
    assert policy.document.statements[0].actions == ("s3:Listxxx",)
    with pytest.raises(errors.DeleteConflict):
        policy.delete_version("v3")
    policy.delete_version("v5")
    assert policy.create_version(allow("s3:*"), set_as_default=True).version_id == "v6"
    assert [v.version_id for v in policy.versions] == ["v6", "v4", "v3", "v2", "v1"]
    with pytest.raises(errors.NoSuchEntity):
        policy.set_default_version("v5")
    with pytest.raises(errors.ValidationError):
        policy.version("five")


def test_a_new_default_version_changes_decisions_at_once(lab: Account) -> None:
    policy = lab.create_policy("reader", allow("s3:GetObject"))
    lab.create_user("alice").attach_policy(policy)
    assert lab.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").allowed
    policy.create_version(deny("s3:GetObject"), set_as_default=True)
    assert lab.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").outcome == "explicitDeny"


def test_a_policy_is_deleted_only_when_detached_and_down_to_one_version(lab: Account) -> None:
    policy = lab.create_policy("reader", allow("s3:Get*"))
    alice = lab.create_user("alice")
    alice.attach_policy(policy)
    with pytest.raises(errors.DeleteConflict, match="alice"):
        policy.delete()
    alice.detach_policy(policy)
    alice.put_permissions_boundary(policy)
    assert policy.permissions_boundary_usage_count == 1
    with pytest.raises(errors.DeleteConflict):
        policy.delete()
    alice.delete_permissions_boundary()
    policy.create_version(allow("s3:*"))
    with pytest.raises(errors.DeleteConflict, match="more than one version"):
        policy.delete()
    policy.delete_version("v2")
    policy.delete()
    with pytest.raises(errors.NoSuchEntity):
        lab.policies["reader"]


def test_policy_names_are_unique_ignoring_case(lab: Account) -> None:
    lab.create_policy("reader", allow("s3:Get*"))
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_policy("READER", allow("s3:Get*"), path="/other/")
    with pytest.raises(errors.ValidationError):
        lab.create_policy("not a name", allow("s3:Get*"))


def test_attaching(lab: Account) -> None:
    alice = lab.create_user("alice")
    with pytest.raises(errors.InvalidInput, match=r"^ARN AmazonS3ReadOnlyAccess is not valid\."):
        alice.attach_policy("AmazonS3ReadOnlyAccess")
    with pytest.raises(errors.NoSuchEntity, match="does not exist or is not attachable"):
        alice.attach_policy("arn:aws:iam::111122223333:policy/nothing")
    with pytest.raises(errors.NoSuchEntity):
        alice.detach_policy(S3_READ)
    names = lab.policies.aws_managed()[:11]
    for name in names[:10]:
        alice.attach_policy(lab.policies[name])
    alice.attach_policy(lab.policies[names[0]])
    with pytest.raises(errors.LimitExceeded, match="PoliciesPerUser: 10"):
        alice.attach_policy(lab.policies[names[10]])
    role = lab.create_role("r", trust({"Service": "ec2.amazonaws.com"}))
    lab.state.quotas["managed_policies_per_role"] = 20
    for name in names:
        role.attach_policy(lab.policies[name])
    assert len(role.attached_policies) == 11
    assert lab.policies[names[0]].attached_users == (lab.users["alice"],)
    assert lab.policies[names[0]].attached_roles == (lab.roles["r"],)


def test_who_has_a_policy(lab: Account) -> None:
    policy = lab.create_policy("reader", allow("s3:Get*"))
    lab.create_group("Devs").attach_policy(policy)
    assert policy.attached_groups == (lab.groups["Devs"],)
    assert policy.attachment_count == 1


@pytest.mark.parametrize(("kind", "most"), [("user", 2048), ("group", 5120), ("role", 10240)])
def test_inline_policies_together_have_a_size(lab: Account, kind: str, most: int) -> None:
    entity = {
        "user": lambda: lab.create_user("x"),
        "group": lambda: lab.create_group("x"),
        "role": lambda: lab.create_role("x", trust({"Service": "ec2.amazonaws.com"})),
    }[kind]()
    frame = len(json.dumps(allow(""), separators=(",", ":")))
    half = allow("s3:" + "x" * (most // 2 - frame - 3))
    entity.create_policy("one", half)
    entity.create_policy("two", json.dumps(half, indent=8))
    entity.create_policy("one", half)
    with pytest.raises(errors.LimitExceeded, match=f"Maximum policy size of {most} bytes exceeded for {kind} x"):
        entity.create_policy("three", allow("s3:*"))
    entity.delete_policy("two")
    entity.create_policy("three", allow("s3:*"))
    assert list(entity.policies) == ["one", "three"]
    with pytest.raises(errors.NoSuchEntity):
        entity.delete_policy("two")


def test_a_managed_policy_has_a_size(lab: Account) -> None:
    frame = len(json.dumps(allow("s3:"), separators=(",", ":")))
    lab.create_policy("fits", json.dumps(allow("s3:" + "x" * (6144 - frame)), indent=4))
    with pytest.raises(errors.LimitExceeded, match="PolicySize: 6144"):
        lab.create_policy("does-not", allow("s3:" + "x" * (6145 - frame)))


@pytest.mark.parametrize(
    "document",
    ["", "{", "[]", "{}", '{"Statement": []}', allow("s3:*", Principal="*"), {"Version": "2012-10-17", "Statement": 3}],
)
def test_a_document_aws_does_not_take(lab: Account, document: object) -> None:
    alice = lab.create_user("alice")
    before = lab.revision
    for attempt in (
        lambda: lab.create_policy("p", document),  # type: ignore[arg-type]
        lambda: alice.create_policy("p", document),  # type: ignore[arg-type]
    ):
        with pytest.raises(errors.MalformedPolicyDocument):
            attempt()
    assert lab.revision == before
    assert not alice.policies


def test_a_document_of_another_kind_or_endless(lab: Account) -> None:
    for document in (7, None, b"{}", "x" * 131_073):
        with pytest.raises(errors.ValidationError):
            lab.create_policy("p", document)  # type: ignore[arg-type]


def test_a_boundary_caps_and_grants_nothing(lab: Account) -> None:
    boundary = lab.create_policy("cap", allow("s3:*"))
    alice = lab.create_user("alice", permissions_boundary=boundary)
    assert not lab.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").allowed
    alice.create_policy("all", allow("*"))
    assert lab.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").allowed
    denied = lab.decide("alice", "iam:CreateUser", "*")
    assert denied.layer == "permissions boundary"
    assert alice.permissions_boundary == boundary
    with pytest.raises(errors.NoSuchEntity):
        lab.create_user("bob").delete_permissions_boundary()


def test_simulating_a_principal(lab: Account) -> None:
    alice = lab.create_user("alice")
    group = lab.create_group("Devs")
    group.add_user(alice)
    alice.create_policy("own", allow("s3:GetObject"))
    group.attach_policy(S3_READ)
    answer = lab.simulate_principal_policy(PolicySourceArn=alice.arn, ActionNames=["s3:GetObject", "s3:PutObject"])
    first, second = answer["EvaluationResults"]
    assert (first["EvalDecision"], second["EvalDecision"]) == ("allowed", "implicitDeny")
    assert [(m["SourcePolicyId"], m["SourcePolicyType"]) for m in first["MatchedStatements"]] == [
        ("user_alice_own", "user"),
        ("AmazonS3ReadOnlyAccess", "aws-managed"),
    ]
    by_group = lab.simulate_principal_policy(
        PolicySourceArn=group.arn, ActionNames=["s3:PutObject"], PolicyInputList=[json.dumps(allow("s3:PutObject"))]
    )
    assert by_group["EvaluationResults"][0]["EvalDecision"] == "allowed"
    capped = lab.simulate_principal_policy(
        PolicySourceArn=alice.arn,
        ActionNames=["s3:GetObject"],
        PermissionsBoundaryPolicyInputList=[json.dumps(allow("ec2:*"))],
    )
    assert capped["EvaluationResults"][0]["EvalDecision"] == "implicitDeny"
    with pytest.raises(errors.ValidationError):
        lab.simulate_principal_policy(PolicySourceArn="alice", ActionNames=["s3:GetObject"])
    with pytest.raises(errors.NoSuchEntity):
        lab.simulate_principal_policy(PolicySourceArn=alice.arn + "x", ActionNames=["s3:GetObject"])
    for wrong in (
        {"PolicySourceArn": lab.arn},
        {"PolicySourceArn": alice.arn, "Nonsense": 1},
        {"PolicySourceArn": alice.arn, "PolicyInputList": ["{"]},
        {"PolicySourceArn": group.arn, "ResourcePolicy": "{}"},
    ):
        with pytest.raises((errors.InvalidInput, errors.ValidationError)):
            lab.simulate_principal_policy(ActionNames=["s3:GetObject"], **wrong)


def inline(name: str, kind: str, holder: str) -> dict[str, object]:
    return {"InlinePolicyIdentifier": {"PolicyName": name, "AttachmentType": kind, "AttachmentName": holder}}


OWN, GROUPS, MANAGED, CUSTOM = "user_alice_own", "group_Devs_own", "AmazonS3ReadOnlyAccess", "custom"
CUSTOM_ARN = "arn:aws:iam::111122223333:policy/custom"


@pytest.mark.parametrize(
    ("exclusions", "left"),
    [
        ([], {OWN, GROUPS, MANAGED, CUSTOM}),
        ([{"PolicyType": "inline"}], {MANAGED, CUSTOM}),
        ([{"PolicyType": "aws-managed"}], {OWN, GROUPS, CUSTOM}),
        ([{"PolicyType": "user-managed"}], {OWN, GROUPS, MANAGED}),
        ([{"PolicyType": "rcp"}], {OWN, GROUPS, MANAGED, CUSTOM}),
        ([{"PolicyArn": CUSTOM_ARN}], {OWN, GROUPS, MANAGED}),
        ([{"PolicyArn": "arn:aws:iam::aws:policy/Amazon*"}], {OWN, GROUPS, CUSTOM}),
        ([{"PolicyArn": CUSTOM_ARN[:-2] + "??"}, {"PolicyType": "aws-managed"}], {OWN, GROUPS}),
        ([{"PolicyArn": CUSTOM_ARN + "er"}], {OWN, GROUPS, MANAGED, CUSTOM}),
        ([inline("own", "user", "alice")], {GROUPS, MANAGED, CUSTOM}),
        ([inline("own", "group", "D?v*")], {OWN, MANAGED, CUSTOM}),
        ([inline("own", "role", "*"), inline("custom", "user", "alice")], {OWN, GROUPS, MANAGED, CUSTOM}),
    ],
)
def test_simulating_without_some_policies(lab: Account, exclusions: list[object], left: set[str]) -> None:
    alice, group = lab.create_user("alice"), lab.create_group("Devs")
    group.add_user(alice)
    group.attach_policy(S3_READ)
    alice.attach_policy(lab.create_policy("custom", allow("s3:GetObject")))
    for holder in (alice, group):
        holder.create_policy("own", allow("s3:GetObject"))
    asked = {"PolicySourceArn": alice.arn, "ActionNames": ["s3:GetObject"], "PolicyExclusionList": exclusions}
    shape = botocore.session.get_session().get_service_model("iam").operation_model("SimulatePrincipalPolicy")
    assert not ParamValidator().validate(asked, shape.input_shape).has_errors()
    (result,) = lab.simulate_principal_policy(**asked)["EvaluationResults"]
    assert {matched["SourcePolicyId"] for matched in result["MatchedStatements"]} == left


def test_simulating_without_the_boundary_or_the_organization(lab: Account) -> None:
    boundary = lab.create_policy("cap", allow("s3:*"))
    alice = lab.create_user("alice", permissions_boundary=boundary)
    alice.create_policy("all", allow("*"))

    def decided(*types: str) -> str:
        excluded = [{"PolicyType": name} for name in types]
        answer = lab.simulate_principal_policy(
            PolicySourceArn=alice.arn, ActionNames=["sqs:ListQueues"], PolicyExclusionList=excluded
        )
        return str(answer["EvaluationResults"][0]["EvalDecision"])

    assert (decided(), decided("permission-boundary")) == ("implicitDeny", "allowed")
    lab.create_organization(management_account="999988887777")
    denial = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    lab.organization.create_policy("no-queues", {"Version": "2012-10-17", "Statement": denial})
    lab.organization.levels[-1].attach_policy("no-queues")
    assert decided("permission-boundary") == "explicitDeny"
    assert decided("permission-boundary", "scp") == "allowed"


@pytest.mark.parametrize(
    "exclusion",
    [
        {"PolicyArn": "no ARN of any policy at all"},
        {"PolicyArn": "arn:aws:s3:::reports/policy/x"},
        {"PolicyArn": "arn:aws:iam::*:policy/custom"},
        {"PolicyArn": "arn:aws:iam::aws:policy/*/custom"},
        {"PolicyArn": "arn:aws:iam::aws:policy/*Access*"},
        inline("o*", "user", "alice"),
        inline("own", "user", "*l*"),
    ],
)
def test_a_malformed_exclusion_is_refused(lab: Account, exclusion: object) -> None:
    alice = lab.create_user("alice")
    with pytest.raises(errors.InvalidInput):
        lab.simulate_principal_policy(
            PolicySourceArn=alice.arn, ActionNames=["s3:GetObject"], PolicyExclusionList=[exclusion]
        )


def test_a_simulated_role_calls_as_itself(lab: Account) -> None:
    role = lab.create_role("Reader", trust({"Service": "ec2.amazonaws.com"}))
    bucket = {"Effect": "Allow", "Principal": {"AWS": role.arn}, "Action": "s3:GetObject", "Resource": "*"}
    answer = lab.simulate_principal_policy(
        PolicySourceArn=role.arn, ActionNames=["s3:GetObject"], ResourcePolicy=json.dumps({"Statement": bucket})
    )
    assert answer["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_session_and_endpoint_policies_are_simulated_for_a_principal_too(lab: Account) -> None:
    alice = lab.create_user("alice")
    alice.create_policy("all", allow("*"))
    endpoint = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    for more in (
        {"SessionPolicyInputList": [json.dumps(allow("sqs:*"))]},
        {"VpcEndpointPolicyInputList": [json.dumps({"Statement": endpoint})]},
    ):
        answer = lab.simulate_principal_policy(
            PolicySourceArn=alice.arn, ActionNames=["sqs:ListQueues", "sns:ListTopics"], **more
        )
        decided = [result["EvalDecision"] for result in answer["EvaluationResults"]]
        assert decided == ["allowed", "implicitDeny"]


LAMBDA = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("AmazonS3FullAccess", "ARN AmazonS3FullAccess is not valid. The policy {} has the ARN arn:aws:iam::aws:{}."),
        ("AmazonS3FulAccess", "ARN AmazonS3FulAccess is not valid. The policy {} has the ARN arn:aws:iam::aws:{}."),
        (
            "Readers",
            "ARN Readers is not valid. The policy Readers has the ARN arn:aws:iam::111122223333:policy/Readers.",
        ),
        ("xyzzy", "ARN xyzzy is not valid."),
        (None, "ARN None is not valid. Expected a policy, or its ARN."),
        (
            LAMBDA.replace("service-role/", ""),
            f"Policy {LAMBDA.replace('service-role/', '')} does not exist or is not attachable. "
            f"The policy AWSLambdaBasicExecutionRole has the ARN {LAMBDA}.",
        ),
    ],
)
def test_a_policy_that_is_not_found_is_told_the_arn_of_what_is_meant(lab: Account, given: Any, said: str) -> None:
    lab.create_policy("Readers", allow("s3:Get*"))
    user = lab.create_user("alice")
    kind = errors.NoSuchEntity if "exist" in said else errors.InvalidInput
    with pytest.raises(kind) as caught:
        user.attach_policy(given)
    assert caught.value.message == said.format("AmazonS3FullAccess", "policy/AmazonS3FullAccess")
    assert user.attached_policies == ()


def test_a_name_that_is_not_there_is_told_what_is_like_it(lab: Account) -> None:
    lab.create_user("alice")
    lab.create_bucket("reports")
    lab.create_role("Deploy", trust({"Service": "ec2.amazonaws.com"}))
    for ask, said in (
        (lambda: lab.users["alcie"], "The user with name alcie cannot be found. Did you mean alice?"),
        (lambda: lab.users["zoe"], "The user with name zoe cannot be found."),
        (lambda: lab.buckets["report"], "The specified bucket does not exist: report. Did you mean reports?"),
        (lambda: lab.policies["ReadOnlyAcess"], "Did you mean ReadOnlyAccess?"),
        (lambda: lab.decide("alcie", "s3:GetObject"), "cannot be found. Did you mean alice?"),
        (lambda: lab.decide("deploy", "s3:GetObject"), f"ask for it by its ARN, {lab.roles['Deploy'].arn}."),
        (lambda: lab.decide("root", "s3:GetObject"), f"asked for by its ARN, {lab.root.arn}."),
    ):
        with pytest.raises(errors.AwsError) as caught:
            ask()
        assert caught.value.message.endswith(said)
    assert "alcie" not in lab.users
    assert lab.buckets.get("report") is None
