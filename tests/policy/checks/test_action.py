"""Actions: which was meant, when the service or the name is wrong."""

import re

import pytest
from check_cases import ALLOW, document
from hypothesis import given
from hypothesis import strategies as st

from iamlab.catalog import index
from iamlab.catalog.operations import actions_of
from iamlab.policy.checks.meant import action_meant, service_called
from iamlab.policy.validate import validate


def said(action):
    """Code and message of every error that is found, and what the repairs write."""
    source = document({**ALLOW, "Action": action})
    return [
        (finding.code, finding.message, finding.repair and finding.repair.value(source)["Statement"]["Action"])
        for finding in validate(source)
        if finding.type == "ERROR"
    ]


@pytest.mark.parametrize(
    ("written", "code", "meant"),
    [
        # one service has an action of this name
        ("CreateLoginProfile", "INVALID_ACTION", "iam:CreateLoginProfile"),
        ("CreateNetworkProfile", "INVALID_ACTION", None),
        ("Delete", "INVALID_ACTION", None),
        # an API operation that needs one action, or several
        ("s3:CreateMultipartUpload", "INVALID_ACTION", "s3:PutObject"),
        ("s3:ListObjects", "INVALID_ACTION", "s3:ListBucket"),
        ("s3:listObjectsV2", "INVALID_ACTION", "s3:ListBucket"),
        ("S3:ListBuckets", "INVALID_ACTION", "s3:ListAllMyBuckets"),
        ("s3:HeadObject", "INVALID_ACTION", "s3:GetObject"),
        ("lambda:Invoke", "INVALID_ACTION", "lambda:InvokeFunction"),
        ("opensearch:CreateDomain", "INVALID_ACTION", "es:CreateDomain"),
        ("s3:CopyObject", "INVALID_ACTION", None),
        # a slip of the hand
        ("s3:GetObjekt", "INVALID_ACTION", "s3:GetObject"),
        ("ec2:StratInstances", "INVALID_ACTION", "ec2:StartInstances"),
        ("ec2:TerminateInstance", "INVALID_ACTION", "ec2:TerminateInstances"),
        ("iam:CreateUsers", "INVALID_ACTION", "iam:CreateUser"),
        # what reads the same
        ("ec2:ListInstances", "INVALID_ACTION", "ec2:DescribeInstances"),
        ("s3:DescribeBucket", "INVALID_ACTION", "s3:ListBucket"),
        # another name of a service
        ("efs:*", "INVALID_SERVICE_IN_ACTION", "elasticfilesystem:*"),
        ("monitoring:PutMetricData", "INVALID_SERVICE_IN_ACTION", "cloudwatch:PutMetricData"),
        ("StepFunctions:Start*", "INVALID_SERVICE_IN_ACTION", "states:Start*"),
        ("vpc:CreateVpc", "INVALID_SERVICE_IN_ACTION", "ec2:CreateVpc"),
        ("Cognito:AdminCreateUser", "INVALID_SERVICE_IN_ACTION", "cognito-idp:AdminCreateUser"),
        # a slip in a prefix whose service has the action
        ("s4:GetObject", "INVALID_SERVICE_IN_ACTION", "s3:GetObject"),
        ("dynamob:GetItem", "INVALID_SERVICE_IN_ACTION", "dynamodb:GetItem"),
    ],
)
def test_the_action_that_was_meant(written, code, meant):
    (found,) = said(written)
    assert (found[0], found[2]) == (code, meant)
    assert meant is None or f"{meant}" in found[1]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("s3:CopyObject", "needs s3:GetObject on the source object and s3:PutObject on the target object."),
        ("sqs:SendMessageBatch", "The API operation of this name needs sqs:SendMessage."),
        ("dynamodb:ExecuteStatement", "or dynamodb:PartiQLDelete, as the statement says."),
        ("s3:getobjekt", "Did you mean s3:GetObject?"),
        ("s3:setobject", "Did you mean s3:GetObject?"),
        ("lambda:ListVersions", "Did you mean lambda:ListVersionsByFunction?"),
        ("secretsmanager:GetSecret", "Did you mean secretsmanager:GetSecretValue?"),
        ("iam:DescribeUser", "Did you mean iam:GetUser?"),
        ("lambda:DescribeFunction", "Did you mean lambda:GetFunction?"),
        ("s3:CreateLoginProfile", "Another service has it: iam:CreateLoginProfile."),
        ("nosuch:CreateLoginProfile", "Another service has it: iam:CreateLoginProfile."),
        ("ec2:PassRole", "Another service has it: iam:PassRole."),
        ("documentdb:*", "Did you mean rds:*?"),
        ("elbv2:NoSuchThing", "Did you mean elasticloadbalancing?"),
        ("dynamob:Get*", "Did you mean dynamodb?"),
        ("ses2:*", "Did you mean ses?"),
    ],
)
def test_what_is_less_sure_is_only_said(written, hint):
    assert said(written)[0][1].endswith(hint)
    if "operation of this name needs sqs" not in hint:
        assert said(written)[0][2] is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Get*",
        "CreateTags",
        "s3:Fetch*",
        "s3:Delete",  # API Gateway has one
        "s3:PetObject",  # GetObject and PutObject are as near
        "s3:setObject",
        "kms:Schedule",
        "ec2:CreateVpn",  # another word, not a misspelt Vpc
        "iam:ListCreate",
        "apigateway:Foo",
        "apigateway:Describe",
        "s3:GetObjectOf",  # it goes on in no name
        "iam:DeleteUserP",
        "dynamo:Get*",
        "abc:Get*",
        "s4:Get*",
        "cognito:*",
        "monitron:PutMetricData",
    ],
)
def test_nothing_is_made_up_where_there_is_nothing_to_go_by(written):
    (found,) = said(written)
    assert found[2] is None
    assert not re.search("Did you mean|Another service|operation", found[1])


@pytest.mark.parametrize(
    ("word", "called"),
    [
        ("alb", ("elasticloadbalancing", True)),
        ("elb", ("elasticloadbalancing", True)),
        ("elbv2", ("elasticloadbalancing", True)),
        ("efs", ("elasticfilesystem", True)),
        ("emr", ("elasticmapreduce", True)),
        ("cloudwatchevents", ("events", True)),
        ("EventBridge", ("events", True)),
        ("cloudwatchlogs", ("logs", True)),
        ("monitoring", ("cloudwatch", True)),
        ("msk", ("kafka", True)),
        ("sfn", ("states", True)),
        ("stepfunctions", ("states", True)),
        ("systemsmanager", ("ssm", True)),
        ("aurora", ("rds", False)),
        ("documentdb", ("rds", False)),
        ("fargate", ("ecs", False)),
        ("vpc", ("ec2", False)),
        ("cloudcontrolapi", ("cloudformation", False)),
        ("docdb", ("rds", False)),
        ("Certificate-Manager", ("acm", False)),
        ("ManagedGrafana", ("grafana", False)),
        ("tagging", ("tag", False)),
        ("s3", None),
        ("nosuch", None),
    ],
)
def test_services_go_by_several_names(word, called):
    assert service_called(word) == called


@given(st.sampled_from(["ec2", "iam", "s3", "sqs", "lambda"]), st.data())
def test_no_repair_changes_the_verb(prefix, data):
    """Unless it is an API operation of that very name, or both verbs only read."""
    name = data.draw(st.sampled_from(index.names_in(prefix).names))
    verb = data.draw(
        st.sampled_from(["Add", "Create", "Delete", "Get", "List", "Put", "Set", "Start", "Stop", "Update"])
    )
    written = re.sub("^[A-Z][a-z]+", verb, name)
    meant = None if index.is_known(f"{prefix}:{written}") else action_meant(index.names_in(prefix), written).action
    if meant and not actions_of(prefix, written):
        verbs = (verb, "List", "Describe") if verb in ("Get", "List") else (verb,)
        assert meant.startswith(tuple(f"{prefix}:{one}" for one in verbs))


@pytest.mark.parametrize("action", ["*", "s3:*", "S3:getobject", "builderid:CreateInvitation", "deepracer:Add*"])
def test_actions_that_there_are(action):
    """The last two stand in AWS's own policies only."""
    assert said(action) == []


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("s3:Get:Object", "INVALID_ACTION"),
        ("s 3:GetObject", "INVALID_ACTION"),
        ("s3?:GetObject", None),
        ("nosuch:", None),
    ],
)
def test_each_fault_is_said_once(action, code):
    assert [found[0] for found in said(action)] == ([code] if code else [])
