"""A pasted denial is read whatever stands around it, and decided again like the request it came from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab import Account, Decision, Request, analysis
from iamlab.analysis.diagnosis.denials import LAYERS, read_message
from iamlab.analysis.diagnosis.formats import Place
from iamlab.analysis.diagnosis.lessons import TITLES, lesson_for
from iamlab.analysis.diagnosis.parameters import condition_keys_of, resources_of
from iamlab.errors import AccessDenied, InvalidInput
from iamlab.evaluation.verdict import access_denied_message

BUCKET = "arn:aws:s3:::reports"
OBJECT = f"{BUCKET}/q3.csv"
HOME = "arn:aws:iam::111122223333"
IRELAND = Place("111122223333", "eu-west-1")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str = "s3:*", resource: str = "*", **more: object) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str = "s3:*", resource: str = "*", **more: object) -> dict:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(**principal: str) -> dict:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


@pytest.fixture
def lab() -> Account:
    lab = Account(start=datetime.fromisoformat("2026-03-02T09:00:00+00:00"), seed=1)
    lab.create_user("alice").create_policy("own", document(allow()))
    lab.create_user("bob")
    lab.create_bucket("reports")
    return lab


# Every layer: make a denial, read it back


def identity_implicit(lab: Account) -> Decision:
    return lab.decide("bob", "s3:GetObject", OBJECT)


def identity_explicit(lab: Account) -> Decision:
    lab.users["alice"].attach_policy(lab.create_policy("No", document(deny())))
    return lab.decide("alice", "s3:GetObject", OBJECT)


def identity_explicit_inline(lab: Account) -> Decision:
    lab.users["alice"].create_policy("no", document(deny("s3:Get*")))
    return lab.decide("alice", "s3:GetObject", OBJECT)


def without_a_resource(lab: Account) -> Decision:
    return lab.decide("bob", "s3:ListAllMyBuckets")


def resource_explicit(lab: Account) -> Decision:
    lab.buckets["reports"].put_policy(document({**deny(resource=f"{BUCKET}/*"), "Principal": "*"}))
    return lab.decide("alice", "s3:GetObject", OBJECT)


def resource_implicit(lab: Account) -> Decision:
    key = "arn:aws:kms:us-east-1:111122223333:key/k"
    lab.create_resource(key, policy=document({**allow("kms:Decrypt"), "Principal": {"AWS": lab.users["alice"].arn}}))
    lab.users["bob"].create_policy("keys", document(allow("kms:*")))
    return lab.decide("bob", "kms:Decrypt", key)


def boundary_implicit(lab: Account) -> Decision:
    lab.users["alice"].put_permissions_boundary(lab.create_policy("Frontier", document(allow("sqs:*"))))
    return lab.decide("alice", "s3:GetObject", OBJECT)


def boundary_explicit(lab: Account) -> Decision:
    frontier = lab.create_policy("Frontier", document(allow(), deny("s3:Get*")))
    lab.users["alice"].put_permissions_boundary(frontier)
    return lab.decide("alice", "s3:GetObject", OBJECT)


def session_of(lab: Account, *statements: dict):
    role = lab.create_role("Reader", trust(AWS=lab.users["alice"].arn))
    role.create_policy("read", document(allow()))
    return lab.assume_role("alice", role, "tuesday", policy=document(*statements))


def session_implicit(lab: Account) -> Decision:
    return session_of(lab, allow("sqs:*")).decide("s3:GetObject", OBJECT)


def session_explicit(lab: Account) -> Decision:
    return session_of(lab, allow(), deny("s3:Get*")).decide("s3:GetObject", OBJECT)


def scp_explicit(lab: Account) -> Decision:
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("Guard", document(deny("s3:Get*")))
    organization.levels[-1].attach_policy("Guard")
    return lab.decide("alice", "s3:GetObject", OBJECT)


def scp_implicit(lab: Account) -> Decision:
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("Queues", document(allow("sqs:*")))
    organization.levels[-1].attach_policy("Queues")
    organization.levels[-1].detach_policy("FullAWSAccess")
    return lab.decide("alice", "s3:GetObject", OBJECT)


def rcp_explicit(lab: Account) -> Decision:
    organization = lab.create_organization(management_account="999988887777")
    rcp = document({**deny("s3:Get*"), "Principal": "*"})
    organization.create_policy("Guard", rcp, policy_type="RESOURCE_CONTROL_POLICY")
    organization.levels[0].attach_policy("Guard")
    return lab.decide("alice", "s3:GetObject", OBJECT)


def trust_implicit(lab: Account) -> Decision:
    role = lab.create_role("Reader", trust(Service="ec2.amazonaws.com"))
    lab.users["alice"].create_policy("become", document(allow("sts:AssumeRole")))
    return lab.decide("alice", "sts:AssumeRole", role)


def trust_explicit(lab: Account) -> Decision:
    no = {"Effect": "Deny", "Principal": {"AWS": lab.users["alice"].arn}, "Action": "sts:AssumeRole"}
    role = lab.create_role("Reader", document(no))
    return lab.decide("alice", "sts:AssumeRole", role)


def credentials(lab: Account) -> Decision:
    lab.users["alice"].create_policy("federate", document(allow("sts:GetFederationToken")))
    token = lab.get_federation_token("alice", "guest", policy=document(allow("*")))
    return token.decide("iam:ListUsers")


CASES: dict[Callable[[Account], Decision], tuple[str, str, str]] = {
    identity_implicit: ("implicitDeny", "identity-based policy", "06"),
    identity_explicit: ("explicitDeny", "identity-based policy", "07"),
    identity_explicit_inline: ("explicitDeny", "identity-based policy", "07"),
    without_a_resource: ("implicitDeny", "identity-based policy", "06"),
    resource_explicit: ("explicitDeny", "resource-based policy", "07"),
    resource_implicit: ("implicitDeny", "resource-based policy", "07"),
    boundary_implicit: ("implicitDeny", "permissions boundary", "10"),
    boundary_explicit: ("explicitDeny", "permissions boundary", "10"),
    session_implicit: ("implicitDeny", "session policy", "10"),
    session_explicit: ("explicitDeny", "session policy", "10"),
    scp_implicit: ("implicitDeny", "service control policy", "10"),
    scp_explicit: ("explicitDeny", "service control policy", "10"),
    rcp_explicit: ("explicitDeny", "resource control policy", "10"),
    trust_implicit: ("implicitDeny", "role trust policy", "08"),
    trust_explicit: ("explicitDeny", "role trust policy", "08"),
    credentials: ("implicitDeny", "kind of credential", "04"),
}


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_denial_of_every_layer_is_diagnosed_as_what_it_was(lab, make):
    outcome, layer, lesson = CASES[make]
    decision = make(lab)
    assert (decision.outcome, decision.layer) == (outcome, layer)
    found = analysis.diagnose(lab, decision.message)
    assert found.problem == ""
    assert (found.denial.principal, found.denial.action, found.denial.resource) == (
        decision.request.principal,
        decision.request.action,
        decision.request.resource,
    )
    assert (found.denial.outcome, found.denial.layer) == (outcome, layer)
    assert (found.decision.outcome, found.decision.layer) == (outcome, layer)
    assert found.agrees is True
    assert found.layer == layer
    assert found.lesson.number == lesson
    assert found.notes == []
    assert all(suggestion.decision.allowed for suggestion in found.suggestions)
    assert bool(found.suggestions) == (make is not credentials)


# What stands around a message


MESSAGE = (
    "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: s3:GetObject on resource: "
    "arn:aws:s3:::reports/q3.csv because no identity-based policy allows the s3:GetObject action"
)


@pytest.mark.parametrize(
    "text",
    [
        MESSAGE,
        f"ClientError: An error occurred (AccessDenied) when calling the GetObject operation: {MESSAGE}",
        f"aws: [ERROR]: An error occurred (AccessDenied) when calling the GetObject operation: {MESSAGE}\n\nmore",
        MESSAGE.replace(OBJECT, f'"{OBJECT}"'),
        MESSAGE.replace("on resource: " + OBJECT, f'on "{OBJECT}"'),
        f"<Error><Message>{MESSAGE.replace(OBJECT, '&quot;' + OBJECT + '&quot;')}</Message></Error>",
        f"{MESSAGE} (Service: AmazonS3; Status Code: 403; Error Code: AccessDenied; Request ID: 1)",
        MESSAGE.replace(" on resource", "\n on resource").replace(" because", "\n because"),
        f"{MESSAGE}. Go to https://us-east-1.console.aws.amazon.com/iam/home#/authorization-details/x1 for complete "
        "details, or call the GetRequestAuthorizationDetails API with the following authorization id: x1",
        MESSAGE.replace("identity-based policy", "identity-based policies"),
        f"(AccessDenied) {MESSAGE}",
        f"[ERROR] {MESSAGE}",
        f"You are not authorized to perform this operation. {MESSAGE}. Encoded authorization failure message: abc",
    ],
)
def test_a_message_is_found_in_what_stands_around_it(lab, text):
    found = analysis.diagnose(lab, text)
    assert (found.denial.principal, found.denial.action, found.denial.resource, found.denial.layer) == (
        f"{HOME}:user/bob",
        "s3:GetObject",
        OBJECT,
        "identity-based policy",
    )
    assert found.agrees is True


def test_without_a_reason_any_denial_agrees(lab):
    head = MESSAGE.partition(" because")[0]
    for text in (head, f"{head} with an explicit deny", f"{head}\nTraceback", f"'{head}'", f"{head} (Service: S3)"):
        found = analysis.diagnose(lab, text)
        assert found.denial.resource == OBJECT
        assert found.denial.layer == ""
        assert found.agrees is ("explicit" not in text)
    assert analysis.diagnose(lab, head).lesson.number == "06"


def test_a_policy_arn_is_told(lab):
    lab.users["alice"].attach_policy(lab.create_policy("No", document(deny())))
    message = lab.decide("alice", "s3:GetObject", OBJECT).message
    assert message.endswith(f"in an identity-based policy: {HOME}:policy/No")
    for end in ("", ".", ". Go to https://example.com"):
        assert analysis.diagnose(lab, message + end).denial.policy_arn == f"{HOME}:policy/No"
    assert f"({HOME}:policy/No)" in repr(analysis.diagnose(lab, message))


def test_kms_does_not_name_the_key(lab):
    text = (
        "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: kms:Decrypt on the resource associated "
        "with this ciphertext because the resource does not exist in this Region, no resource-based policies allow "
        "access, or a resource-based policy explicitly denies access"
    )
    found = analysis.diagnose(lab, text)
    assert (found.denial.action, found.denial.resource, found.denial.outcome) == ("kms:Decrypt", "*", "")
    assert "which key" in found.notes[0]


resources = st.from_regex(r"arn:aws:s3:::[a-z]{3,8}/[A-Za-z0-9 _.!&/=-]{0,20}[A-Za-z0-9]", fullmatch=True)
principals = st.sampled_from(
    [
        f"{HOME}:user/eng/alice",
        "arn:aws:sts::111122223333:assumed-role/Reader/tuesday@example.com",
        f"{HOME}:root",
        "arn:aws:sts::111122223333:federated-user/guest",
        "anonymous",
        "ec2.amazonaws.com",
    ]
)
arns = st.sampled_from([None, f"{HOME}:policy/No", "arn:aws:organizations::1:policy/o-a/service_control_policy/p-b"])


@given(principals, st.one_of(st.just("*"), resources), st.sampled_from(["implicitDeny", "explicitDeny"]), st.data())
def test_our_own_sentences_are_read_back(principal, resource, outcome, data):
    layer, arn = data.draw(st.sampled_from(LAYERS)), data.draw(arns)
    message = access_denied_message(Request(principal, "s3:GetObject", resource), outcome, layer, arn)
    before, after = data.draw(st.sampled_from([("", ""), ("An error occurred: ", "\nmore"), ("'", "'"), ("", ".")]))
    denial = read_message(before + message + after)
    assert (denial.principal, denial.action, denial.resource) == (principal, "s3:GetObject", resource)
    assert (denial.outcome, denial.layer) == (outcome, layer)
    assert denial.policy_arn == (arn if outcome == "explicitDeny" else None)


# When they differ


def test_the_lab_allows_what_was_denied(lab):
    lab.users["bob"].create_policy(
        "own", document(allow(), deny(Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))
    )
    message = MESSAGE.replace(
        "because no identity-based policy allows the s3:GetObject action", "with an explicit deny"
    )
    found = analysis.diagnose(lab, message, {"aws:SourceIp": "192.0.2.7"})
    assert found.agrees is False
    assert found.decision.allowed
    assert not found.suggestions
    assert "They differ: the lab allows it." in repr(found)
    assert analysis.diagnose(lab, message).agrees is True  # without an address, the Deny applies


def test_parameters_inside_of_others_name_the_resource_too():
    def instance(parameters: dict) -> list[str]:
        return resources_of("ec2:StopInstances", [], parameters, IRELAND)

    home = "arn:aws:ec2:eu-west-1:111122223333:instance"
    items = {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}
    assert instance({"instancesSet": items}) == [f"{home}/i-1", f"{home}/i-2"]
    assert instance({"instancesSet": items, "instanceId": "i-3"}) == [f"{home}/i-3"]
    assert instance({"instancesSet": {"items": [{"id": "i-1"}]}}) == []
    bus = "arn:aws:events:eu-west-1:111122223333:event-bus/b"
    put = {"entries": [{"detailType": "x", "eventBusName": bus}]}
    assert resources_of("events:PutEvents", [], put, IRELAND) == [bus]


def test_parameters_are_condition_keys_where_the_action_has_such():
    def keys(action: str, **parameters: object) -> dict[str, str]:
        return dict(condition_keys_of(action, parameters))

    assert keys("s3:PutObject", **{"x-amz-acl": "private", "key": "a", "prefix": "b"}) == {"s3:x-amz-acl": "private"}
    assert keys("ec2:RunInstances", instanceType="t3.micro", ebsOptimized=True, subnetId=["a"]) == {
        "ec2:InstanceType": "t3.micro",
        "ec2:EbsOptimized": "true",
    }
    assert keys("sts:AssumeRole", externalId="x", roleSessionName="y", durationSeconds=900) == {
        "sts:ExternalId": "x",
        "sts:RoleSessionName": "y",
    }
    assert keys("s3:ListBucket", **{"max-keys": 0}) == {"s3:max-keys": "0"}
    assert keys("made:Up", prefix="a") == keys("s3:MadeUp", prefix="a") == {}


def test_an_event_is_decided_with_what_its_parameters_say(lab: Account):
    lab.users["bob"].create_policy(
        "home", document(allow("s3:ListBucket", BUCKET, Condition={"StringLike": {"s3:prefix": "bob/*"}}))
    )
    denied = {
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListObjects",
        "errorCode": "AccessDenied",
        "userIdentity": {"type": "IAMUser", "arn": f"{HOME}:user/bob", "accountId": "111122223333"},
    }
    mine, others = (
        analysis.diagnose(lab, {**denied, "requestParameters": {"bucketName": "reports", "prefix": prefix}})
        for prefix in ("bob/x", "alice/x")
    )
    assert (mine.agrees, others.agrees) == (False, True)
    assert repr(others.suggestions[0]) == "ask with s3:prefix = bob/ (like bob/*)"


def test_what_the_message_does_not_tell_is_said(lab):
    lab.users["bob"].create_policy("own", document(allow(), deny(Condition={"Bool": {"aws:ViaAWSService": "true"}})))
    lab.users["bob"].create_policy("away", document(deny(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})))
    found = analysis.diagnose(
        lab, MESSAGE.partition(" because")[0] + " with an explicit deny in an identity-based policy"
    )
    assert found.agrees is False
    assert found.condition == "NotIpAddress aws:SourceIp = 203.0.113.0/24"
    assert any(found.condition in note for note in found.notes)


@pytest.mark.parametrize(
    ("reason", "note"),
    [
        ("with an explicit deny in a service control policy", "no organization above this account"),
        ("because no resource control policy allows the s3:GetObject action", "no organization above this account"),
        ("with an explicit deny in a resource-based policy", "no policy of this resource"),
        ("because no VPC endpoint policy allows the s3:GetObject action", "VPC endpoints"),
        ("because no session policy allows the s3:GetObject action", "does not know this session"),
        (f"with an explicit deny in an identity-based policy: {HOME}:policy/Gone", "does not have the policy"),
        ("because no magic policy allows the s3:GetObject action", "not known here: magic policy"),
    ],
)
def test_why_they_differ_is_said(lab, reason, note):
    lab.users["bob"].create_policy("own", document(allow()))
    found = analysis.diagnose(lab, f"{MESSAGE.partition(' because')[0]} {reason}")
    assert found.agrees is False
    assert any(note in one for one in found.notes)


def test_both_deny_but_for_different_reasons(lab):
    found = analysis.diagnose(lab, MESSAGE.replace("identity-based policy", "permissions boundary"))
    assert found.agrees is False
    assert found.layer == "permissions boundary"
    assert "Both deny it, but for different reasons." in repr(found)
    assert found.lesson.number == "10"


def test_a_denial_for_want_of_mfa_is_taught_by_the_lesson_on_mfa(lab):
    without = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    lab.users["alice"].create_policy("mfa", document(deny(Condition=without)))
    found = analysis.diagnose(lab, lab.decide("alice", "s3:GetObject", OBJECT).message)
    assert found.lesson.number == "02"
    assert any("aws:MultiFactorAuthPresent = true" in repr(suggestion) for suggestion in found.suggestions)


@pytest.mark.parametrize(
    ("principal", "problem"),
    [
        (f"{HOME}:user/zoe", "user with name zoe cannot be found"),
        ("arn:aws:iam::444455556666:user/bob", "account 444455556666 is not known here"),
        ("arn:aws:s3:::reports", "is not a principal"),
        ("somebody", "somebody"),
    ],
)
def test_somebody_whom_the_account_does_not_know(lab, principal, problem):
    found = analysis.diagnose(lab, MESSAGE.replace(f"{HOME}:user/bob", principal))
    assert found.decision is None
    assert found.agrees is None
    assert problem in found.problem
    assert found.denial.principal == principal
    assert found.lesson.number == "06"


# Events


def event(**more: object) -> dict:
    return {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "arn": f"{HOME}:user/bob", "accountId": "111122223333", "userName": "bob"},
        "eventTime": "2026-03-01T10:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli",
        "errorCode": "AccessDenied",
        "errorMessage": "Access Denied",
        "requestParameters": {"bucketName": "reports", "key": "q3.csv"},
        **more,
    }


@pytest.mark.parametrize(
    "around",
    [
        lambda one: one,
        lambda one: {"Records": [event(errorCode=None), one]},
        lambda one: [one],
        lambda one: {"Events": [{"EventName": "GetObject", "CloudTrailEvent": json.dumps(one)}]},
        lambda one: {"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": one},
    ],
)
def test_an_event_is_found_in_what_stands_around_it(lab, around):
    found = analysis.diagnose(lab, "\n" + json.dumps(around(event()), indent=2))
    assert found.denial.source == "event"
    assert (found.denial.action, found.denial.resource) == ("s3:GetObject", OBJECT)
    assert found.agrees is True
    assert found.denial.context == {
        "aws:SourceIp": "192.0.2.7",
        "aws:UserAgent": "aws-cli",
        "aws:RequestedRegion": "eu-west-1",
        "aws:CurrentTime": "2026-03-01T10:00:00Z",
        "aws:EpochTime": "1772359200",
    }


def test_what_an_event_tells_is_decided_with(lab):
    lab.users["bob"].create_policy(
        "own", document(allow(Condition={**MFA, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))
    )
    assert analysis.diagnose(lab, json.dumps(event())).agrees is True
    attributes = {"attributes": {"mfaAuthenticated": "true", "creationDate": "2026-03-01T09:00:00Z"}}
    with_mfa = event(userIdentity={**event()["userIdentity"], "sessionContext": attributes})
    assert analysis.diagnose(lab, json.dumps(with_mfa)).agrees is False
    with_mfa["sourceIPAddress"] = "cloudformation.amazonaws.com"
    assert analysis.diagnose(lab, json.dumps(with_mfa)).agrees is True


def test_the_message_in_an_event_comes_first(lab):
    told = MESSAGE.replace("s3:GetObject", "s3:GetObjectTagging")
    found = analysis.diagnose(lab, json.dumps(event(errorMessage=told)))
    assert (found.denial.source, found.denial.action) == ("event", "s3:GetObjectTagging")
    assert found.denial.layer == "identity-based policy"


@pytest.mark.parametrize(
    ("source", "name", "parameters", "action", "resource"),
    [
        ("s3", "ListObjectsV2", {"bucketName": "reports"}, "s3:ListBucket", BUCKET),
        ("iam", "DeleteUser", {"userName": "carol"}, "iam:DeleteUser", f"{HOME}:user/carol"),
        (
            "sts",
            "AssumeRole",
            {"roleArn": f"{HOME}:role/R", "roleSessionName": "s"},
            "sts:AssumeRole",
            f"{HOME}:role/R",
        ),
        (
            "dynamodb",
            "GetItem",
            {"tableName": "T"},
            "dynamodb:GetItem",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/T",
        ),
        (
            "sqs",
            "SendMessage",
            {"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"},
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:111122223333:orders",
        ),
        ("monitoring", "PutMetricData", {}, "cloudwatch:PutMetricData", "*"),
        ("tagging", "GetResources", {}, "tag:GetResources", "*"),
        ("cloudcontrolapi", "ListResources", {}, "cloudformation:ListResources", "*"),
        (
            "rdsdataapi",
            "ExecuteStatement",
            {"resourceArn": "arn:aws:rds:eu-west-1:111122223333:cluster:c"},
            "rds-data:ExecuteStatement",
            "arn:aws:rds:eu-west-1:111122223333:cluster:c",
        ),
    ],
)
def test_operation_and_parameters_become_action_and_resource(lab, source, name, parameters, action, resource):
    made = event(eventSource=f"{source}.amazonaws.com", eventName=name, requestParameters=parameters)
    found = analysis.diagnose(lab, json.dumps(made))
    assert (found.denial.action, found.denial.resource) == (action, resource)
    assert found.agrees is True
    assert found.notes == []


def test_the_arns_of_an_event_come_before_its_parameters(lab):
    listed = [{"ARN": BUCKET, "type": "AWS::S3::Bucket"}, {"ARN": f"{BUCKET}/other.csv", "type": "AWS::S3::Object"}]
    found = analysis.diagnose(lab, json.dumps(event(resources=listed)))
    assert found.denial.resource == f"{BUCKET}/other.csv"


def test_an_action_that_the_catalog_does_not_have_takes_the_first_arn():
    assert resources_of("new:Action", ["arn:aws:new:::x"], {}, IRELAND) == ["arn:aws:new:::x"]
    assert resources_of("new:Action", [], {}, IRELAND) == []


def test_the_labs_own_events_are_decided_by_the_session_they_came_from(lab):
    session = session_of(lab, allow("sqs:*"))
    with pytest.raises(AccessDenied):
        session.call("s3:GetObject", OBJECT, source_ip="192.0.2.7")
    found = analysis.diagnose(lab, json.dumps(lab.events[-1]))
    assert (found.decision.outcome, found.decision.layer) == ("implicitDeny", "session policy")
    assert found.agrees is True
    lab.clock.advance(hours=2)
    late = analysis.diagnose(lab, json.dumps(lab.events[-1]))
    assert late.agrees is False  # the session has ended, and its policy with it
    assert any("does not know this session" in note for note in late.notes)


def test_a_key_of_somebody_else_does_not_change_who_asked(lab):
    session = session_of(lab, allow())
    key = {**event()["userIdentity"], "accessKeyId": session.access_key_id}
    found = analysis.diagnose(lab, json.dumps(event(userIdentity=key)))
    assert found.decision.request.principal == f"{HOME}:user/bob"


def test_callers_that_are_no_users(lab):
    anonymous = event(userIdentity={"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"})
    assert analysis.diagnose(lab, json.dumps(anonymous)).denial.principal == "anonymous"
    service = event(userIdentity={"type": "AWSService", "invokedBy": "logging.s3.amazonaws.com"})
    assert analysis.diagnose(lab, json.dumps(service)).denial.principal == "logging.s3.amazonaws.com"
    old = event(userIdentity={"type": "IAMUser", "accountId": "111122223333", "userName": "bob"})
    assert analysis.diagnose(lab, json.dumps(old)).denial.principal == f"{HOME}:user/bob"


def test_a_decoded_message(lab):
    decoded = {
        "allowed": False,
        "explicitDeny": True,
        "matchedStatements": {"items": []},
        "failures": {"items": []},
        "context": {
            "principal": {"id": "AIDA", "arn": f"{HOME}:user/alice"},
            "action": "s3:GetObject",
            "resource": OBJECT,
            "conditions": {
                "items": [
                    {"key": "aws:SourceIp", "values": {"items": [{"value": "203.0.113.9"}]}},
                    {"key": "aws:TagKeys", "values": {"items": [{"value": "a"}, {"value": "b"}]}},
                ]
            },
        },
    }
    lab.users["alice"].create_policy("no", document(deny(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})))
    for text in (json.dumps(decoded), json.dumps({"DecodedMessage": json.dumps(decoded)})):
        found = analysis.diagnose(lab, text)
        assert found.denial.source == "decoded message"
        assert found.denial.context == {"aws:SourceIp": "203.0.113.9", "aws:TagKeys": ["a", "b"]}
        assert found.agrees is True
    assert "was allowed" in analysis.diagnose(lab, json.dumps({**decoded, "allowed": True})).problem


# What cannot be read


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Expected an AccessDenied message"),
        ("hello", "Expected an AccessDenied message"),
        ("{}", "Expected an AccessDenied message"),
        ("[1, null]", "Expected an AccessDenied message"),
        ("{not json", "Expected an AccessDenied message"),
        (
            "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
            "names the operation GetObject",
        ),
        (
            "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized "
            "to perform this operation. Encoded authorization failure message: abc",
            "decode-authorization-message",
        ),
        (json.dumps(event(errorCode=None)), "GetObject was not denied"),
        (json.dumps(event(userIdentity={})), "does not say who asked"),
        (json.dumps(event(eventSource="nowhere.amazonaws.com")), "GetObject of nowhere.amazonaws.com"),
        (json.dumps({"allowed": False, "context": {}}), "does not say who asked"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(lab, text, problem):
    found = analysis.diagnose(lab, text)
    assert problem in found.problem
    assert found.denial is None
    assert found.agrees is None
    assert found.lesson is None
    assert found.to_dict()["problem"] == found.problem
    assert repr(found) == f"Not diagnosed: {found.problem}"
    assert "Not diagnosed" in found._repr_html_()


values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.just("AccessDenied"),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*event(), "arn", "Records", "context", "allowed", "principal", "conditions", "items", "ARN"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(list(event())), values))
def test_no_event_however_odd_is_more_than_a_problem(changes):
    found = analysis.diagnose(Account(), json.dumps({**event(), **changes}))
    assert repr(found)
    assert json.dumps(found.to_dict())


@given(values)
def test_no_json_however_odd_is_more_than_a_problem(value):
    assert repr(analysis.diagnose(Account(), json.dumps(value)))


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_however_odd_is_more_than_a_problem(one, two):
    text = f"{one}User: {two} is not authorized to perform: s3:GetObject on resource: {one}{two}"
    assert repr(analysis.diagnose(Account(), text))
    assert repr(analysis.diagnose(Account(), one))


def test_hostile_text_takes_no_time():
    for text in ("User: " * 5_000, "User: a is not authorized to perform: s3:Get on " + "because no " * 5_000):
        assert analysis.diagnose(Account(), text).decision is None


# Showing itself


def test_everything_is_escaped(lab):
    found = analysis.diagnose(lab, MESSAGE.replace("q3.csv", "<script>alert(1)</script>"))
    assert "<script>" not in found._repr_html_()
    assert "&lt;script&gt;" in found._repr_html_()


def test_data_is_plain_json(lab):
    found = analysis.diagnose(lab, MESSAGE).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["told"] == {"outcome": "implicitDeny", "layer": "identity-based policy", "policy": None}
    assert found["decision"]["message"] == MESSAGE
    assert found["suggestions"] == [[f"add to an identity-based policy: Allow s3:GetObject on {OBJECT}"]]
    assert found["lesson"] == {"number": "06", "title": "Policies"}


def test_lessons_are_called_as_they_call_themselves():
    sources = sorted((Path(__file__).parents[2] / "notebooks" / "source").glob("[0-9]*.md"))
    assert sources
    for source in sources:
        heading = re.match(r"# (\d\d) · (.+)\n", source.read_text("utf-8"))
        assert heading is not None
        assert TITLES[heading[1]] == heading[2]


def test_lessons_by_action_and_layer():
    assert lesson_for("iam:PassRole", "implicitDeny", "identity-based policy").number == "08"
    assert lesson_for("sts:AssumeRoleWithSAML", "implicitDeny", "role trust policy").number == "09"
    assert lesson_for("sts:AssumeRole", "", "").number == "08"
    assert lesson_for("sts:AssumeRole", "explicitDeny", "service control policy").number == "10"
    assert lesson_for("s3:GetObject", "", "").number == "07"


def test_a_message_is_needed_to_be_read():
    with pytest.raises(InvalidInput, match="Expected an AccessDenied message"):
        read_message("Access Denied")


def test_a_misspelt_action_is_told_and_the_resource_is_awss_own(lab):
    message = f"User: {HOME}:user/bob is not authorized to perform: s3:GetObjekt on resource: {BUCKET}"
    found = analysis.diagnose(lab, message)
    assert [note for note in found.notes if "Did you mean s3:GetObject?" in note]
    queues = "arn:aws:sqs:us-east-1:111122223333:"
    message = f"User: {HOME}:user/bob is not authorized to perform: sqs:ListQueues on resource: {queues}"
    assert not [note for note in analysis.diagnose(lab, message).notes if "works on" in note]
