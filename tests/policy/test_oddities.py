"""What is odd about a question: nothing is said of a good one, and of an odd one what would be right."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab.catalog import date, index
from iamlab.catalog.services import service
from iamlab.policy.oddities import oddities, why_not_on_all
from iamlab.policy.reach import formats

CONFORMANCE = Path(__file__).parent.parent / "conformance"
CATALOG = f" (catalog of {date()})"
USER = "arn:aws:iam::111122223333:user/alice"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/q3.csv"),
        ("S3:getobject", "arn:aws:s3:::reports/q3.csv"),
        ("s3:GetObject", "*"),
        ("s3:GetObject", "arn:aws:s3:::reports/*"),
        ("s3:GetObject", "arn:aws:s3:::reports*"),
        ("s3:GetObject", "arn:aws:s3:*"),
        ("s3:ListBucket", "arn:aws:s3:::reports"),
        ("s3:ListAllMyBuckets", "*"),
        ("sns:ListTopics", "arn:aws:sns:us-east-1:111122223333:*"),
        ("iam:GetUser", USER),
        ("iam:GetUser", USER.replace(":aws:", ":aws-cn:")),
        ("iam:GetUser", USER.replace(":aws:", ":aws-us-gov:")),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/team/Deploy"),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:resize"),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:resize:live"),
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/key"),
    ],
)
def test_nothing_is_odd_about_a_good_question(action, resource):
    assert oddities(action, resource) == ()


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("s3:GetObjekt", "*", f"s3 has no action GetObjekt. Did you mean s3:GetObject?{CATALOG}"),
        ("s3:NotYetPublished", "*", f"s3 has no action NotYetPublished.{CATALOG}"),
        ("s4:GetObject", "*", f'There is no service with the prefix "s4". Did you mean s3:GetObject?{CATALOG}'),
        ("bdrock:Xyzzy", "*", f'There is no service with the prefix "bdrock". Did you mean bedrock?{CATALOG}'),
        ("s3:*", "*", "s3:* is a pattern: a request is for one action."),
        ("s3", "*", '"s3" lacks the service: an action is written service:Name, for example s3:GetObject.'),
        ("s3:Get:Object", "*", '"s3:Get:Object" has more than one colon: an action is written service:Name.'),
        ("s3:GetObject", "reports/q3.csv", '"reports/q3.csv" is not an ARN: it must start with "arn:", or be "*".'),
        (
            "s3:GetObject",
            "arn:aws:s3",
            '"arn:aws:s3" has fewer than six parts: arn:partition:service:region:account:resource.',
        ),
        (
            "iam:GetUser",
            USER.replace(":aws:", ":aws-moon:"),
            '"aws-moon" is not a partition: it is aws in most places, aws-cn in China, aws-us-gov in GovCloud.',
        ),
        (
            "s3:GetObject",
            "arn:aws:s3:::reports",
            "s3:GetObject works on object (arn:aws:s3:::${BucketName}/${ObjectName}) or accesspointobject; "
            f"this is the ARN of another kind: bucket{CATALOG}.",
        ),
        (
            "iam:getuser",
            "arn:aws:s3:::reports/q3.csv",
            "iam:GetUser works on user (arn:aws:iam::${Account}:user/${UserNameWithPath}); "
            f"this is the ARN of another kind: object{CATALOG}.",
        ),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:::jobs",
            f"sqs:SendMessage works on queue (arn:aws:sqs:${{Region}}:${{Account}}:${{QueueName}}); "
            f"this ARN has no such format{CATALOG}.",
        ),
        (
            "s3:ListAllMyBuckets",
            "arn:aws:s3:::reports",
            f"s3:ListAllMyBuckets works on no resource in particular: ask about *{CATALOG}.",
        ),
    ],
)
def test_an_odd_question_is_told_what_would_be_right(action, resource, said):
    assert oddities(action, resource) == (said,)


def test_of_many_resource_types_a_few_are_named():
    (said,) = oddities("ec2:RunInstances", "arn:aws:s3:::reports")
    assert said.startswith("ec2:RunInstances works on image (arn:aws:ec2:${Region}::image/${ImageId}) or ")
    assert said.count(" or ") == 2
    assert ", …; this is the ARN of another kind: bucket" in said


def test_action_and_resource_can_both_be_odd():
    assert [said.partition(" ")[0] for said in oddities("s3:GetObjekt", "reports")] == ["s3", '"reports"']


def test_why_a_statement_does_not_allow_it_on_all():
    assert why_not_on_all("S3:ListAllMyBuckets") == (
        f"S3:ListAllMyBuckets works on no resource in particular: only a Resource of * allows it{CATALOG}."
    )
    for action in ("s3:GetObject", "s3:Unheard"):
        assert why_not_on_all(action).endswith(f"ask about the ARN of something that {action} works on.")


def test_every_action_works_on_its_own_resource_types():
    """Whatever a placeholder may hold: an ARN of the reference's own format is never odd."""
    for prefix in ("s3", "iam", "lambda", "dynamodb", "ec2", "logs", "kms", "sqs"):
        arns = {found.kinds: found.pattern.replace("?*", "x").replace("*", "y") for found in formats(prefix)}
        for action in service(prefix).actions.values():
            for use in action.resource_types:
                for arn in (arn for kinds, arn in arns.items() if use.name in kinds):
                    said = oddities(f"{prefix}:{action.name}", arn)
                    assert not [one for one in said if "works on" in one], (action.name, arn)


def test_no_conformance_case_is_odd_but_those_that_are_meant_to_be():
    odd = set()
    for file in CONFORMANCE.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            case = json.loads(line)
            call = case["call"]
            questions = [(a, r) for a in call.get("ActionNames") or () for r in call.get("ResourceArns") or ["*"]]
            if not case["rule"].startswith("INVALID-INPUT") and any(oddities(*question) for question in questions):
                odd.add(case["rule"])
    assert odd <= {"RESOURCE"}


@given(st.sampled_from(index.action_names()) | st.text(max_size=20), st.text(max_size=40) | st.just("*"))
def test_any_text_is_answered(action, resource):
    assert all(isinstance(said, str) for said in oddities(action, resource))


TOPIC = "arn:aws:sns:eu-central-1:111122223333:news"


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("s3:GetObject", "arn:aws:S3:::reports/x", 'Write the service in lower case: "s3".'),
        ("iam:GetUser", "arn:aws:iam::1111:user/x", '"1111" is not an account: an account ID has twelve digits.'),
        ("sqs:SendMessage", "arn:aws:sqs:mars:111122223333:jobs", '"mars" is not a Region: a Region looks like '),
        (
            "iam:GetUser",
            "arn:aws:iam:us-east-1:111122223333:user/x",
            "ARNs of this kind of iam resource have no Region",
        ),
        ("s3:ListBucket", "arn:aws:s3::111122223333:reports", "ARNs of this kind of s3 resource have no account"),
    ],
)
def test_each_part_of_an_arn_is_looked_at(action, resource, said):
    (oddity,) = oddities(action, resource)
    assert oddity.startswith(said)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        # only the types it must work on, when there are such
        ("ec2:AllocateAddress", "elastic-ip (arn:aws:ec2:${Region}:${Account}:elastic-ip/${AllocationId});"),
        (
            "ec2:ApplySecurityGroupsToClientVpnTargetNetwork",
            "vpc (arn:aws:ec2:${Region}:${Account}:vpc/${VpcId}) or security-group or client-vpn-endpoint;",
        ),
        # the first format, where a type has several
        ("lex:BatchCreateCustomVocabularyItem", "bot (arn:aws:lex:${Region}:${Account}:bot/${BotId});"),
        # three types at most
        ("apigateway:DELETE", "ApiKey (arn:aws:apigateway:${Region}::/apikeys/${ApiKeyId}) or RestApi or VpcLink, …;"),
    ],
)
def test_what_an_action_works_on(action, said):
    (oddity,) = oddities(action, TOPIC)
    assert oddity == f"{action} works on {said} this is the ARN of another kind: topic (catalog of {date()})."


def test_all_kinds_that_an_arn_may_name():
    (oddity,) = oddities("sqs:SendMessage", "arn:aws:lambda:eu-central-1:111122223333:function:x:1")
    assert (
        "this is the ARN of another kind: recoveryPoint or function or function alias or function version (" in oddity
    )


def test_nothing_is_odd_about_what_aws_itself_writes():
    """The reference has neither this action nor such an ARN."""
    assert oddities("builderid:CreateInvitation", "arn:aws:s3:::reports/x") == ()
    assert oddities("grafana:DescribeWorkspace", "arn:aws:grafana:eu-central-1:111122223333:/workspaces") == ()


def test_no_resource_is_whatever_resource_there_is():
    assert oddities("s3:GetObject") == oddities("s3:GetObject", "*") == ()
