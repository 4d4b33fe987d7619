"""Resources: the shape of their ARNs, part by part, and what the service's resource types say of it.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html]
"""

import pytest
from check_cases import ALLOW, DENY, PUBLIC, RCP, TRUST, document

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.legality import refuse
from iamlab.policy.validate import validate

STATEMENT = {"identity": ALLOW, "resource": PUBLIC, "scp": DENY, "rcp": RCP}


def findings(resource):
    """What is found, and what each repair writes."""
    source = document({**ALLOW, "Resource": resource})
    return [
        (finding.code, finding.repair and finding.repair.value(source)["Statement"]["Resource"])
        for finding in validate(source)
    ]


def message(resource):
    (finding,) = validate(document({**ALLOW, "Resource": resource}))
    return finding.message


@pytest.mark.parametrize(
    ("policy_type", "statement", "repaired"),
    [
        ("identity", ALLOW, False),
        ("identity", DENY, True),
        ("scp", ALLOW, True),
        ("resource", PUBLIC, True),
        ("rcp", RCP, True),
    ],
)
def test_a_statement_needs_a_resource(policy_type, statement, repaired):
    """A star is offered where it gives nobody more."""
    source = document({**statement, "Resource": None})
    (found,) = [finding for finding in validate(source, policy_type) if finding.code == "MISSING_RESOURCE"]
    assert (found.repair and found.repair.value(source)["Statement"]["Resource"]) == ("*" if repaired else None)
    assert found.path == "$.Statement"


@pytest.mark.parametrize(
    ("policy_type", "actions", "found"),
    [
        ("resource", ["ecr:BatchGetImage", "ECR:Get*"], False),
        ("resource", "ecr:*", False),
        ("resource", ["ecr:BatchGetImage", "s3:GetObject"], True),
        ("resource", "ecr-public:BatchGetImage", True),
        ("resource", "*", True),
        ("resource", [], True),
        ("identity", "ecr:BatchGetImage", True),
        ("rcp", "ecr:BatchGetImage", True),
    ],
)
def test_the_policy_of_an_ecr_repository_has_no_resource(policy_type, actions, found):
    source = document({**STATEMENT[policy_type], "Action": actions, "Resource": None})
    assert ("MISSING_RESOURCE" in validate(source, policy_type).codes) == found


@pytest.mark.parametrize(
    ("policy_type", "words"),
    [("identity", "Policy statement must contain resources."), ("resource", "Missing required field Resource")],
)
def test_aws_refuses_a_statement_without_one(policy_type, words):
    with pytest.raises(MalformedPolicyDocument) as caught:
        refuse(document({**STATEMENT[policy_type], "Resource": None}), policy_type)
    assert caught.value.reason == words


def test_a_trust_policy_is_about_its_role():
    assert validate(document(TRUST), "trust").codes == []


@pytest.mark.parametrize("resource", ["*", "**", "${aws:PrincipalTag/home}", "arn:aws:s3:::reports"])
def test_arns_and_stars(resource):
    assert findings(resource) == []


def test_what_is_no_arn():
    assert findings("reports*") == findings("") == [("INVALID_ARN_PREFIX", None)]
    assert findings("s3://reports/*") == [("INVALID_ARN_PREFIX", "arn:aws:s3:::reports/*")]


@pytest.mark.parametrize(
    "owner", ["aws", "amazon", "aws-marketplace", "cloudfront", "aws-managed", "*", "11112222333?"]
)
def test_accounts_that_are_no_number(owner):
    """AWS's own managed policies, images and documents stand under names."""
    codes = [code for code, _ in findings(f"arn:aws:iam::{owner}:policy/Reader")]
    assert "INVALID_ARN_ACCOUNT" not in codes


@pytest.mark.parametrize("account", ["1111", "1111222233334", "11112222333x", "me"])
def test_accounts_that_are_none(account):
    assert ("INVALID_ARN_ACCOUNT", None) in findings(f"arn:aws:iam::{account}:policy/Reader")


@pytest.mark.parametrize(
    ("region", "known"),
    [
        ("eu-central-1", True),
        ("eusc-de-east-1", True),
        ("us-gov-west-1", True),
        ("us-isob-east-1", True),
        ("eu-*", True),
        ("${aws:RequestedRegion}", True),
        ("eu-central", False),
        ("eu-central-12", False),
        ("eu-central-9", False),
        ("EU-CENTRAL-1", False),
        ("e-central-1", False),
    ],
)
def test_regions(region, known):
    found = findings(f"arn:aws:sqs:{region}:111122223333:jobs")
    assert ("INVALID_ARN_REGION" in [code for code, _ in found]) != known


def test_a_region_that_is_not_there_is_another_where_only_one_is_as_near():
    assert findings("arn:aws:sqs:eu-centrl-1:111122223333:jobs") == [
        ("INVALID_ARN_REGION", "arn:aws:sqs:eu-central-1:111122223333:jobs")
    ]
    assert findings("arn:aws:sqs:us-east-9:111122223333:jobs") == [("INVALID_ARN_REGION", None)]
    assert findings("arn:aws:sqs:mars-9:111122223333:jobs") == [("INVALID_ARN_REGION", None)]


def test_repairs_change_one_part():
    assert findings("arn:amazon:s3:::reports/a:b") == [("INVALID_PARTITION", "arn:aws:s3:::reports/a:b")]
    assert findings("arn:aws:S3:::reports") == [("INVALID_ARN_SERVICE_CASE", "arn:aws:s3:::reports")]
    assert findings("arn:aws:s3:eu-central-1::reports") == [("ARN_REGION_NOT_ALLOWED", "arn:aws:s3:::reports")]
    assert findings("arn:aws:s3::111122223333:reports") == [("ARN_ACCOUNT_NOT_ALLOWED", "arn:aws:s3:::reports")]
    assert findings("arn:aws:sqs::111122223333:jobs") == [("MISSING_ARN_REGION", "arn:aws:sqs:*:111122223333:jobs")]
    assert findings("arn:aws:iam:::user/alice") == [("MISSING_ARN_ACCOUNT", "arn:aws:iam::*:user/alice")]


def test_a_service_that_is_written_out():
    """A variable, too, may stand only behind the fifth colon."""
    assert findings("arn:aws:s*:::reports") == [("INVALID_ARN_RESOURCE", None)]
    assert findings("arn:aws:${aws:PrincipalTag/service}:::reports") == [("INVALID_ARN_RESOURCE", None)]


def test_a_service_that_is_not_there():
    assert findings("arn:aws:NOSUCH:::reports") == [("INVALID_SERVICE", None)]
    assert findings("arn:aws:s33:::reports") == [("INVALID_SERVICE", "arn:aws:s3:::reports")]
    assert findings("arn:aws:devops-guru:us-east-1:111122223333:x") == []  # a service, though it has no resources
    assert findings("arn:aws:assurance:*:*:x") == [("INVALID_SERVICE", None)]
    in_capitals = findings("arn:aws:Catalog:us-east-1:111122223333:portfolio/x")
    assert "INVALID_SERVICE" not in dict(in_capitals), "it is there: only its case is wrong"


def test_stars_where_a_kind_of_resource_has_nothing():
    """Only what is written out is wrong: `*` takes in the empty part."""
    assert findings("arn:aws:s3:*:*:reports") == []


def test_the_shapes_that_a_service_has():
    acm, amplify = (
        message(f"arn:aws:{service}:eu-central-1:111122223333:x").partition(", which has ")[2]
        for service in ("acm", "amplify")
    )
    assert acm == (
        "acme-endpoint/*, acme-endpoint/*/acme-domain-validation/*, "
        "acme-endpoint/*/acme-external-account-binding/*, certificate/*."
    )
    assert amplify == "apps/*, apps/*/branches/*, apps/*/branches/*/jobs/*, apps/*/domains/*, …."
    assert message("arn:aws:iam:::alice").startswith('"alice" fits no resource type of iam, which has ')


@pytest.mark.parametrize(
    ("resource", "own"),
    [
        ("document/AWS-RunShellScript", True),
        ("document/AmazonEKS-Check", True),
        ("document/Awsome", True),
        ("automation-definition/AWS-StopEC2Instance:1", True),
        ("parameter/aws/service/ami-amazon-linux-latest", True),
        ("document/Mine", False),
        ("parameter/mine", False),
    ],
)
def test_awss_own_documents_have_no_account(resource, own):
    assert (("MISSING_ARN_ACCOUNT", f"arn:aws:ssm:*:*:{resource}") in findings(f"arn:aws:ssm:*::{resource}")) != own


def test_no_other_service_has_such_documents():
    assert findings("arn:aws:codebuild:eu-central-1::project/aws")[0][0] == "MISSING_ARN_ACCOUNT"


def test_iam_says_what_is_wrong_with_a_region():
    with pytest.raises(MalformedPolicyDocument, match="cannot contain region information"):
        refuse(document({**ALLOW, "Resource": "arn:aws:iam:us-east-1:111122223333:user/alice"}))
    refuse(document({**ALLOW, "Resource": "arn:aws:s3:us-east-1::reports"}))
