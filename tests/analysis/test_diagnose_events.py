"""What CloudTrail tells of a denied call: who, which actions, which resources, and what it leaves open."""

from __future__ import annotations

from datetime import datetime

import pytest

from iamlab import Account, analysis
from iamlab.analysis.diagnosis.formats import Place, arn_named, arns_of, form_of, needs_resource
from iamlab.analysis.diagnosis.parameters import about, resources_of
from iamlab.catalog.operations import operation_of_event

HOME = "arn:aws:iam::111122223333"
HERE = ":eu-west-1:111122223333:"
IRELAND = Place("111122223333", "eu-west-1")
STRANGER = "arn:aws:iam::999988887777:user/z"
PROVIDER = f"{HOME}:oidc-provider/token.actions.githubusercontent.com"
BRANCH = "repo:org/app:ref:refs/heads/main"


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str, resource: str = "*") -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


@pytest.fixture
def lab() -> Account:
    lab = Account(start=datetime.fromisoformat("2026-03-02T09:00:00+00:00"), seed=1)
    lab.create_user("bob")
    lab.create_user("carol", path="/eng/")
    lab.create_bucket("reports")
    lab.create_bucket("copies")
    return lab


def denied(service: str, name: str, parameters: dict | None = None, **more: object) -> dict:
    return {
        "userIdentity": {"type": "IAMUser", "arn": f"{HOME}:user/bob", "accountId": "111122223333", "userName": "bob"},
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "errorCode": "AccessDenied",
        "requestParameters": parameters,
        **more,
    }


# Which resource


@pytest.mark.parametrize(
    ("action", "parameters", "arns"),
    [
        ("rds:DeleteDBInstance", {"dBInstanceIdentifier": "prod"}, [f"rds{HERE}db:prod"]),
        ("rds:DeleteDBCluster", {"dBClusterIdentifier": "prod"}, [f"rds{HERE}cluster:prod"]),
        ("rds:DeleteDBSnapshot", {"dBSnapshotIdentifier": "old"}, [f"rds{HERE}snapshot:old"]),
        ("ssm:GetParameter", {"name": "/app/db", "withDecryption": True}, [f"ssm{HERE}parameter/app/db"]),
        ("ssm:GetParameters", {"names": ["/a", "b"]}, [f"ssm{HERE}parameter/a", f"ssm{HERE}parameter/b"]),
        ("s3:DeleteObject", {"bucketName": "reports", "delete": ""}, ["s3:::reports/*"]),
        ("s3:ListBucket", {"bucketName": "reports"}, ["s3:::reports"]),
        ("cloudformation:DeleteStack", {"stackName": "web"}, [f"cloudformation{HERE}stack/web/*"]),
        (
            "cloudformation:DeleteStack",
            {"stackName": f"arn:aws:cloudformation{HERE}stack/web/1-2"},
            [f"cloudformation{HERE}stack/web/1-2"],
        ),
        ("ecs:DeleteService", {"service": "api", "cluster": "c"}, [f"ecs{HERE}service/c/api"]),
        ("ecs:DeleteService", {"service": "api"}, [f"ecs{HERE}service/*/api"]),
        (
            "ecs:DeleteService",
            {"service": "api", "cluster": f"arn:aws:ecs{HERE}cluster/c"},
            [f"ecs{HERE}service/c/api"],
        ),
        ("ecs:RunTask", {"taskDefinition": "web:3", "cluster": "c"}, [f"ecs{HERE}task-definition/web:3"]),
        ("ecs:RunTask", {"taskDefinition": "web"}, [f"ecs{HERE}task-definition/web:*"]),
        (
            "autoscaling:UpdateAutoScalingGroup",
            {"autoScalingGroupName": "g"},
            [f"autoscaling{HERE}autoScalingGroup:*:autoScalingGroupName/g"],
        ),
        ("eks:DescribeCluster", {"name": "c"}, [f"eks{HERE}cluster/c"]),
        ("eks:DescribeNodegroup", {"clusterName": "c", "nodegroupName": "n"}, [f"eks{HERE}nodegroup/c/n/*"]),
        (
            "ec2:AuthorizeSecurityGroupIngress",
            {"groupId": "sg-1", "ipPermissions": {"items": [{"groups": {"items": [{"groupId": "sg-2"}]}}]}},
            [f"ec2{HERE}security-group/sg-1"],
        ),
        ("ec2:DeleteSecurityGroup", {"groupId": "sg-1"}, [f"ec2{HERE}security-group/sg-1"]),
        ("ec2:CreateVolume", {"size": "1"}, [f"ec2{HERE}volume/*"]),
        ("events:DeleteRule", {"name": "r"}, [f"events{HERE}rule/r"]),
        ("events:DeleteRule", {"name": "r", "eventBusName": "default"}, [f"events{HERE}rule/r"]),
        ("events:DeleteRule", {"name": "r", "eventBusName": "bus"}, [f"events{HERE}rule/bus/r"]),
        ("route53:ChangeResourceRecordSets", {"hostedZoneId": "Z1"}, ["route53:::hostedzone/Z1"]),
        ("route53:GetHostedZone", {"id": "/hostedzone/Z1"}, ["route53:::hostedzone/Z1"]),
        ("lambda:InvokeFunction", {"functionName": "111122223333:function:f:live"}, [f"lambda{HERE}function:f"]),
        ("secretsmanager:GetSecretValue", {"secretId": "db"}, [f"secretsmanager{HERE}secret:db-??????"]),
        ("kms:CreateAlias", {"aliasName": "alias/x", "targetKeyId": "1"}, [f"kms{HERE}alias/x", f"kms{HERE}key/1"]),
        (
            "kms:CreateAlias",
            {"aliasName": "alias/x", "targetKeyId": f"arn:aws:kms{HERE}key/1"},
            [f"kms{HERE}alias/x", f"kms{HERE}key/1"],
        ),
        ("kms:Decrypt", {"keyId": "alias/x"}, []),
        ("kms:Decrypt", {"keyId": f"arn:aws:kms{HERE}alias/x"}, []),
        (
            "glue:GetTable",
            {"databaseName": "d", "name": "t"},
            [f"glue{HERE}database/d", f"glue{HERE}catalog", f"glue{HERE}table/d/t"],
        ),
        ("cloudtrail:StopLogging", {"name": "t"}, [f"cloudtrail{HERE}trail/t"]),
        ("iam:AttachRolePolicy", {"roleName": "r", "policyArn": f"{HOME}:policy/P"}, ["iam::111122223333:role/r"]),
        ("ec2:CreateTags", {"resourcesSet": {"items": [{"resourceId": "i-1"}]}}, []),
        ("iam:CreateAccessKey", {}, []),
        ("iam:ListUsers", {"userName": "bob"}, []),
        ("geo-maps:GetStaticMap", {}, ["geo-maps:eu-west-1::provider/default"]),
        ("glue:ListTables", {}, []),
        ("made:Up", {"name": "x"}, []),
    ],
)
def test_parameters_become_arns(action, parameters, arns):
    assert resources_of(action, [], parameters, IRELAND) == [f"arn:aws:{arn}" for arn in arns]


@pytest.mark.parametrize(
    ("url", "arn"),
    [
        ("https://sqs.us-east-1.amazonaws.com/999988887777/orders", "us-east-1:999988887777"),
        ("https://us-west-2.queue.amazonaws.com/999988887777/orders", "us-west-2:999988887777"),
        ("https://queue.amazonaws.com/999988887777/orders", "eu-west-1:999988887777"),
    ],
)
def test_a_queue_is_where_its_url_says(url, arn):
    assert resources_of("sqs:SendMessage", [], {"queueUrl": url}, IRELAND) == [f"arn:aws:sqs:{arn}:orders"]


def test_a_new_instance_has_no_id_yet():
    items = [{"imageId": "ami-1", "keyName": "k", "minCount": 1}]
    groups = {"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]}
    parameters = {"instancesSet": {"items": items}, "groupSet": groups, "subnetId": "subnet-1"}
    assert resources_of("ec2:RunInstances", [], parameters, IRELAND) == [
        "arn:aws:ec2:eu-west-1::image/ami-1",
        f"arn:aws:ec2{HERE}instance/*",
        f"arn:aws:ec2{HERE}network-interface/*",
        f"arn:aws:ec2{HERE}security-group/sg-1",
        f"arn:aws:ec2{HERE}security-group/sg-2",
        f"arn:aws:ec2{HERE}subnet/subnet-1",
        f"arn:aws:ec2{HERE}key-pair/k",
    ]


def test_arns_are_made_in_the_partition_of_the_caller(lab):
    arn = "arn:aws-us-gov:iam::111122223333:user/bob"
    event = denied("ec2", "StopInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}]}})
    found = analysis.diagnose(lab, {**event, "userIdentity": {"type": "IAMUser", "arn": arn, "accountId": "1" * 12}})
    assert found.denial.resource.startswith("arn:aws-us-gov:ec2:")


def test_no_more_arns_are_made_than_can_be_looked_at():
    many = {"instanceid": [f"i-{number}" for number in range(500)]}
    assert len(arns_of("ec2:StopInstances", [], many, IRELAND)) == 50


def test_the_plainest_form_that_says_most_is_taken():
    assert arn_named("cloudformation:DeleteStack", "web", IRELAND) == f"arn:aws:cloudformation{HERE}stack/web/*"
    assert arn_named("ecs:DeleteService", "api", Place()) == "arn:aws:ecs:*:*:service/*/api"
    assert arn_named("geo-maps:GetStaticMap", "default", IRELAND) == ""
    assert arns_of("made:Up", [f"{HOME}:role/r"], {}, IRELAND) == []


def test_what_an_action_works_on():
    assert needs_resource("s3:GetObject")
    assert needs_resource("made:Up")
    assert not needs_resource("cloudwatch:PutMetricData")
    assert form_of("s3:GetObject") == "arn:aws:s3:::${BucketName}/${ObjectName}"
    assert form_of("iam:ListUsers") == form_of("made:Up") == ""


def test_a_resource_that_is_not_told_is_not_suggested(lab):
    found = analysis.diagnose(lab, denied("kms", "Decrypt", {"keyId": "alias/x"}))
    assert found.denial.resource == "*"
    assert found.denial.context["kms:RequestAlias"] == "alias/x"
    assert not found.suggestions
    assert any("describe-key --key-id alias/x" in note for note in found.notes)
    assert any("no Resource is suggested; a policy would name arn:aws:kms" in note for note in found.notes)
    lab.users["bob"].create_policy("no", document({**allow("kms:*"), "Effect": "Deny"}))
    found = analysis.diagnose(lab, denied("kms", "Decrypt"))
    assert not any("on *" in repr(suggestion) for suggestion in found.suggestions)


def test_a_star_that_stands_for_what_is_not_told_is_said_to(lab):
    found = analysis.diagnose(lab, denied("s3", "DeleteObjects", {"bucketName": "reports", "delete": ""}))
    assert repr(found.suggestions[0]).endswith("Allow s3:DeleteObject on arn:aws:s3:::reports/*")
    assert any("stand for what the event does not tell" in note for note in found.notes)


def test_the_account_knows_the_path_of_a_user_and_the_suffix_of_a_secret(lab):
    assert analysis.diagnose(lab, denied("iam", "DeleteUser", {"userName": "carol"})).denial.resource == (
        f"{HOME}:user/eng/carol"
    )
    event = denied("secretsmanager", "GetSecretValue", {"secretId": "db"})
    assert analysis.diagnose(lab, event).denial.resource.endswith("secret:db-??????")
    secret = f"arn:aws:secretsmanager{HERE}secret:db-AbCdEf"
    lab.create_resource(secret)
    assert analysis.diagnose(lab, event).denial.resource == secret
    lab.create_resource(secret[:-6] + "GhIjKl")
    assert analysis.diagnose(lab, event).denial.resource.endswith("secret:db-??????")


def test_who_names_no_user_means_itself(lab):
    for name in ("CreateAccessKey", "GetUser", "ChangePassword"):
        assert analysis.diagnose(lab, denied("iam", name)).denial.resource == f"{HOME}:user/bob"


# Calls that ask for several things


def copy_event(**more: object) -> dict:
    parameters = {"bucketName": "copies", "key": "q3.csv", "x-amz-copy-source": "/reports/2026%2Fq3.csv?versionId=1"}
    listed = [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::copies/q3.csv"}]
    return denied("s3", "CopyObject", parameters, resources=listed, **more)


def test_a_copy_reads_the_source_and_writes_the_target(lab):
    read, write = ("s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv"), ("s3:PutObject", "arn:aws:s3:::copies/q3.csv")
    found = analysis.diagnose(lab, copy_event())
    assert (found.denial.action, found.denial.resource) == read
    assert found.denial.others == [write]
    assert found.to_dict()["others"] == [list(write)]
    assert any("which of 2 requests" in note and "s3:PutObject on arn:aws:s3:::copies" in note for note in found.notes)

    lab.users["bob"].create_policy("read", document(allow("s3:GetObject")))
    found = analysis.diagnose(lab, copy_event())
    assert (found.denial.action, found.denial.resource) == write
    assert found.agrees is True
    assert any("denies this one alone" in note for note in found.notes)

    lab.users["bob"].create_policy("write", document(allow("s3:PutObject")))
    found = analysis.diagnose(lab, copy_event())
    assert found.agrees is False
    assert any("the lab allows s3:GetObject on" in note for note in found.notes)


def test_what_the_message_names_is_the_one(lab):
    asked = f"User: {HOME}:user/bob is not authorized to perform: s3:PutObject"
    told = analysis.diagnose(lab, copy_event(errorMessage=f"{asked} on resource: arn:aws:s3:::copies/other"))
    assert (told.denial.action, told.denial.resource) == ("s3:PutObject", "arn:aws:s3:::copies/other")
    assert told.denial.others == []
    told = analysis.diagnose(lab, copy_event(errorMessage=asked))
    assert (told.denial.action, told.denial.resource) == ("s3:PutObject", "arn:aws:s3:::copies/q3.csv")


def test_one_instance_of_many_may_be_the_one(lab):
    items = [{"instanceId": f"i-{number}"} for number in range(1, 9)]
    event = denied("ec2", "TerminateInstances", {"instancesSet": {"items": items}}, errorCode="Client.AccessDenied")
    found = analysis.diagnose(lab, event)
    assert found.denial.resource.endswith("instance/i-1")
    assert any("which of 8 requests" in note and "instance/i-5 and 3 more" in note for note in found.notes)
    mine = f"arn:aws:ec2{HERE}instance/i-"
    but_seven = [allow("ec2:*", f"{mine}{number}") for number in range(1, 9) if number != 7]
    lab.users["bob"].create_policy("mine", document(*but_seven))
    assert analysis.diagnose(lab, event).denial.resource == f"{mine}7"


def test_the_request_that_was_denied_for_the_reason_told_comes_first(lab):
    lab.users["bob"].create_policy("no", document({**allow("s3:PutObject"), "Effect": "Deny"}))
    found = analysis.diagnose(lab, copy_event())
    assert found.denial.action == "s3:GetObject"
    message = f"User: {HOME}:user/bob is not authorized to perform: ec2:RunInstances with an explicit deny"
    event = denied("ec2", "RunInstances", {"subnetId": "subnet-1"}, errorMessage=message)
    lab.users["bob"].create_policy(
        "subnets", document({**allow("ec2:*", "arn:aws:ec2:*:*:subnet/*"), "Effect": "Deny"})
    )
    assert analysis.diagnose(lab, event).denial.resource.endswith("subnet/subnet-1")


def test_what_is_needed_only_now_and_then_is_said_to_be(lab):
    found = analysis.diagnose(lab, denied("dynamodb", "TransactWriteItems", {"tableName": "T"}))
    assert (found.denial.action, len(found.denial.others)) == ("dynamodb:PutItem", 3)
    assert "dynamodb:DeleteItem is needed only as the item says." in found.notes


def test_the_two_keys_of_a_re_encryption():
    parameters = {"sourceKeyId": "1", "destinationKeyId": "2", "destinationEncryptionAlgorithm": "S"}
    assert about(parameters, "source key") == {"keyId": "1"}
    assert about(parameters, "target key") == {"keyId": "2"}
    assert about(parameters, "replication role") is parameters
    access_point = "arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/k"
    assert about({"x-amz-copy-source": access_point, "key": "k"}, "source object") == {"source": access_point}
    assert about({"x-amz-copy-source": access_point, "key": "k"}, "target object") == {"key": "k"}


# Which operation, and who


def test_lambda_writes_the_date_of_its_api(lab):
    for name in ("CreateFunction20150331", "UpdateFunctionCode20150331v2", "PutFunctionConcurrency20171031"):
        found = analysis.diagnose(lab, denied("lambda", name, {"functionName": "f"}))
        assert found.denial.action == f"lambda:{name.partition('20')[0]}"
        assert found.denial.resource == f"arn:aws:lambda{HERE}function:f"
    assert operation_of_event("GetThing20159931") == "GetThing20159931"


def web_event(**more: object) -> dict:
    identity = {
        "type": "WebIdentityUser",
        "principalId": f"{PROVIDER}:sts.amazonaws.com:{BRANCH}",
        "userName": BRANCH,
        "identityProvider": PROVIDER,
    }
    asked = {"roleArn": f"{HOME}:role/ci", "roleSessionName": "s"}
    return denied("sts", "AssumeRoleWithWebIdentity", asked, userIdentity={**identity, **more}, errorMessage="unknown")


def ci_role(lab: Account, subject: str) -> None:
    lab.create_open_id_connect_provider("https://token.actions.githubusercontent.com")
    name = "token.actions.githubusercontent.com"
    condition = {"StringEquals": {f"{name}:aud": "sts.amazonaws.com"}, "StringLike": {f"{name}:sub": subject}}
    trust = {"Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithWebIdentity"}
    lab.create_role("ci", document({**trust, "Condition": condition}))


@pytest.mark.parametrize(("subject", "agrees"), [("repo:org/other:*", True), ("repo:org/app:*", False)])
def test_a_token_is_held_against_the_trust_policy(lab, subject, agrees):
    ci_role(lab, subject)
    found = analysis.diagnose(lab, web_event())
    assert found.denial.principal == PROVIDER
    assert found.agrees is agrees
    assert found.lesson.number == "09"
    assert found.denial.context["aws:FederatedProvider"] == PROVIDER
    assert found.denial.context["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert found.denial.context["token.actions.githubusercontent.com:sub"] == BRANCH


def test_a_provider_of_another_account_may_ask_too(lab):
    ci_role(lab, "repo:org/*")
    foreign = PROVIDER.replace("111122223333", "999988887777")
    found = analysis.diagnose(lab, web_event(identityProvider=foreign, principalId="odd"))
    assert (found.decision.layer, found.agrees) == ("role trust policy", True)
    assert "token.actions.githubusercontent.com:aud" not in found.denial.context


def test_a_provider_that_aws_knows_by_itself(lab):
    trust = {"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}}
    lab.create_role("ci", document({**trust, "Action": "sts:AssumeRoleWithWebIdentity"}))
    google = web_event(identityProvider="accounts.google.com", principalId="accounts.google.com:app:7", userName="7")
    found = analysis.diagnose(lab, google)
    assert (found.denial.principal, found.agrees) == ("accounts.google.com", False)
    assert found.denial.context["accounts.google.com:aud"] == "app"
    assert "not a principal" in analysis.diagnose(lab, web_event(identityProvider="nobody knows")).problem


def test_an_assertion_names_the_provider_in_the_parameters(lab):
    lab.create_role("app", document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}))
    identity = {"type": "SAMLUser", "principalId": "q=:zoe", "userName": "zoe", "identityProvider": "q="}
    asked = {"roleArn": f"{HOME}:role/app", "principalArn": f"{HOME}:saml-provider/corp"}
    found = analysis.diagnose(lab, denied("sts", "AssumeRoleWithSAML", asked, userIdentity=identity))
    assert found.denial.principal == f"{HOME}:saml-provider/corp"
    assert (found.denial.context["saml:sub"], found.denial.context["saml:namequalifier"]) == ("zoe", "q=")
    assert (found.decision.layer, found.agrees) == ("role trust policy", True)
    nobody = denied("sts", "AssumeRoleWithSAML", None, userIdentity=identity)
    assert "does not say who asked" in analysis.diagnose(lab, nobody).problem


def test_a_session_and_a_service_in_between_are_told(lab):
    lab.create_role(
        "R", document({"Effect": "Allow", "Principal": {"AWS": f"{HOME}:root"}, "Action": "sts:AssumeRole"})
    )
    context = {"sourceIdentity": "zoe", "attributes": {"mfaAuthenticated": "false"}}
    identity = {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/R/s", "sessionContext": context}
    event = denied("s3", "ListBuckets", userIdentity={**identity, "invokedBy": "athena.amazonaws.com"})
    told = analysis.diagnose(lab, event).denial.context
    assert (told["aws:SourceIdentity"], told["aws:ViaAWSService"]) == ("zoe", "true")
    assert told["aws:MultiFactorAuthPresent"] == "false"


def test_a_user_of_an_account_that_is_not_known_stays_as_it_is(lab):
    message = f"User: {STRANGER} is not authorized to perform: iam:GetUser on resource: user z"
    found = analysis.diagnose(lab, message)
    assert found.denial.resource == STRANGER
    assert "account 999988887777 is not known here" in found.problem


def test_a_vpc_endpoint_may_deny(lab):
    parameters = {"bucketName": "reports", "key": "a"}
    said = {"errorCode": "VpceAccessDenied", "errorMessage": "The request was denied due to a VPC endpoint policy"}
    lab.users["bob"].create_policy("all", document(allow("s3:*")))
    found = analysis.diagnose(lab, denied("s3", "GetObject", parameters, **said))
    assert (found.layer, found.agrees, found.lesson.number) == ("VPC endpoint policy", False, "10")
    assert "a VPC endpoint policy does not allow it, or denies it" in repr(found)
    assert any("Policies of VPC endpoints" in note for note in found.notes)


def test_of_a_caller_from_outside_only_the_account_may_be_told(lab):
    identity = {"type": "AWSAccount", "principalId": "AIDA", "accountId": "999988887777"}
    lab.create_role("app", document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:TagSession"}))
    event = denied("sts", "AssumeRole", {"roleArn": f"{HOME}:role/app"}, userIdentity=identity)
    found = analysis.diagnose(lab, event)
    assert found.denial.principal == "arn:aws:iam::999988887777:user/AIDA"
    assert (found.decision.layer, found.agrees) == ("role trust policy", True)
    assert any("names only the caller's account" in note for note in found.notes)
    odd = {**identity, "accountId": "x"}
    assert "does not say who asked" in analysis.diagnose(lab, {**event, "userIdentity": odd}).problem


# What AWS calls a resource


@pytest.mark.parametrize(
    ("action", "named", "arn"),
    [
        ("iam:GetUser", "user carol", f"{HOME}:user/eng/carol"),
        ("iam:GetUser", "user zoe", f"{HOME}:user/zoe"),
        ("iam:GetRole", "role app", f"{HOME}:role/app"),
        ("iam:GetInstanceProfile", "instance profile web", f"{HOME}:instance-profile/web"),
        (
            "secretsmanager:GetSecretValue",
            "db-password",
            "arn:aws:secretsmanager:*:111122223333:secret:db-password-??????",
        ),
    ],
)
@pytest.mark.parametrize("end", ["", ".", " because no identity-based policy allows the {} action"])
def test_a_name_becomes_an_arn(lab, action, named, arn, end):
    message = f"User: {HOME}:user/bob is not authorized to perform: {action} on resource: {named}{end.format(action)}"
    found = analysis.diagnose(lab, message)
    assert found.denial.resource == arn
    assert repr(found.suggestions[0]).endswith(f"Allow {action} on {arn}")
    assert any(f"AWS calls the resource {named}." in note for note in found.notes)


def test_the_region_of_an_event_is_where_its_names_are(lab):
    message = f"User: {HOME}:user/bob is not authorized to perform: secretsmanager:GetSecretValue on resource: db"
    found = analysis.diagnose(lab, denied("secretsmanager", "GetSecretValue", {"secretId": "db"}, errorMessage=message))
    assert found.denial.resource == f"arn:aws:secretsmanager{HERE}secret:db-??????"


@pytest.mark.parametrize(
    ("action", "named"),
    [("s3:GetObject", "thing"), ("iam:GetRole", "a role"), ("iam:ListUsers", "user path /"), ("made:Up", "x")],
)
def test_a_name_that_may_be_anything_is_not_suggested(lab, action, named):
    message = f"User: {HOME}:user/bob is not authorized to perform: {action} on resource: {named}"
    found = analysis.diagnose(lab, message)
    assert found.denial.resource == named
    assert not found.suggestions
    assert any(f"{named} is not an ARN" in note for note in found.notes)
    assert arn_named(action, named, IRELAND) == ""


def test_an_arn_that_aws_gives_stays_as_it_is(lab):
    for action in ("iam:GetUser", "iam:PassRole", "s3:GetObject"):
        for arn in (f"{HOME}:user/carol", f"arn:aws:secretsmanager{HERE}secret:db-*"):
            message = f"User: {HOME}:user/bob is not authorized to perform: {action} on resource: {arn}"
            found = analysis.diagnose(lab, message)
            assert found.denial.resource == arn
            assert not any("stand for" in note for note in found.notes)


# What the account does not know


def test_a_key_that_is_not_known_is_said_to_be_although_both_deny(lab):
    lab.users["bob"].create_policy("keys", document(allow("kms:*")))
    message = (
        f"User: {HOME}:user/bob is not authorized to perform: kms:Decrypt on resource: arn:aws:kms{HERE}key/1 because "
        "no resource-based policy allows the kms:Decrypt action"
    )
    found = analysis.diagnose(lab, message)
    assert found.agrees is True
    assert found.notes == ["The lab knows no such key, nor its policy, without which nobody may use a key."]
    owner = {"Effect": "Allow", "Principal": {"AWS": f"{HOME}:root"}, "Action": "kms:CreateGrant", "Resource": "*"}
    lab.create_resource(f"arn:aws:kms{HERE}key/1", policy=document(owner))
    assert analysis.diagnose(lab, message).notes == []


def test_a_bucket_without_a_policy_is_said_to_be_although_both_deny(lab):
    message = (
        f"User: {HOME}:user/bob is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::reports/a with an "
        "explicit deny in a resource-based policy"
    )
    assert any("knows no policy of this resource" in note for note in analysis.diagnose(lab, message).notes)


def test_a_trust_policy_that_does_not_let_a_stranger_in_is_reason_enough(lab):
    trust = {"Effect": "Allow", "Principal": {"AWS": f"{HOME}:root"}, "Action": "sts:AssumeRole"}
    lab.create_role("app", document(trust))
    message = f"User: {STRANGER} is not authorized to perform: sts:AssumeRole on resource: {HOME}:role/app"
    found = analysis.diagnose(lab, message)
    assert (found.decision.layer, found.agrees, found.problem) == ("role trust policy", True, "")
    assert found.notes == ["The account 999988887777 is not known here, and neither are its policies."]


def test_of_a_stranger_who_is_let_in_the_account_has_to_be_known(lab):
    lab.create_role("app", document({"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "sts:AssumeRole"}))
    message = f"User: {STRANGER} is not authorized to perform: sts:AssumeRole on resource: {HOME}:role/app"
    found = analysis.diagnose(lab, message)
    assert found.decision is None
    assert "account 999988887777 is not known here" in found.problem
    assert found.problem.endswith("What is known here lets it in.")


def test_a_bucket_policy_that_does_not_let_a_stranger_in_is_reason_enough(lab):
    message = f"User: {STRANGER} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::reports/a"
    assert analysis.diagnose(lab, message).decision is None  # whether the bucket has a policy is not known
    mine = {"Effect": "Allow", "Principal": {"AWS": f"{HOME}:root"}, "Action": "s3:*", "Resource": "*"}
    lab.buckets["reports"].put_policy(document({**mine, "Resource": "arn:aws:s3:::reports/*"}))
    assert analysis.diagnose(lab, message).decision.layer == "resource-based policy"
