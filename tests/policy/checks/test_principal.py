"""Who can be named in a Principal, and who only seems to be one.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html]
"""

import pytest
from check_cases import ALLOW, document

from iamlab.policy.validate import validate


def findings(principal):
    return validate(document({**ALLOW, "Principal": principal}), "resource")


@pytest.mark.parametrize(
    "name",
    [
        "111122223333",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:user/eng/alice",
        "arn:aws:iam::111122223333:role/Reader",
        "arn:aws:sts::111122223333:assumed-role/Reader/alice",
        "arn:aws:sts::111122223333:federated-user/alice",
        "arn:aws-cn:iam::111122223333:user/alice",
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE",
    ],
)
def test_who_can_be_named(name):
    assert findings({"AWS": name}).codes == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1111222233334", "is neither an account"),
        ("alice", "is neither an account"),
        ("arn:aws:iam::111122223333:policy/Reader", "is neither an account"),
        ("arn:aws:iam::1111:user/alice", "is neither an account"),
        ("arn:aws:iam::aws:user/alice", "is neither an account"),
        ("arn:aws:sqs::111122223333:user/alice", "is neither an account"),
        ("arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE", "is neither an account"),
        ("arn:aws:iam::111122223333:group/Developers", "A group cannot be a principal"),
        ("lambda.amazonaws.com", 'is a service: it belongs under "Service"'),
    ],
)
def test_who_is_no_principal(name, words):
    (finding,) = findings({"AWS": name})
    assert finding.code == "INVALID_PRINCIPAL_FORMAT"
    assert words in finding.message


def test_no_variable_stands_for_a_principal():
    codes = findings({"AWS": "${aws:PrincipalAccount}"}).codes
    assert sorted(codes) == ["INVALID_PRINCIPAL_FORMAT", "VARIABLE_UNSUPPORTED_IN_ELEMENT"]


def trusted(name):
    trust = {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}
    return validate(document(trust), "trust")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ec2.amazon.com", "ec2.amazonaws.com"),
        ("EC2.amazonaws.com", "ec2.amazonaws.com"),
        ("lambda", "lambda.amazonaws.com"),
    ],
)
def test_a_slip_in_the_name_of_a_service_is_put_right(name, meant):
    (finding,) = trusted(name)
    assert (finding.code, finding.repair.label) == ("INVALID_SERVICE_PRINCIPAL_FORMAT", f"Write {meant}")


def test_what_is_like_no_service_at_all_is_told_how_services_are_called():
    (finding,) = trusted("my service")
    assert finding.message == '"my service" is not a service principal: one looks like lambda.amazonaws.com.'
    assert finding.repair is None


@pytest.mark.parametrize("name", ["alexa-appkit.amazon.com", "ec2.amazonaws.com.cn", "delivery.logs.amazonaws.com"])
def test_services_with_other_endings_are_services_too(name):
    assert trusted(name).codes == []


def test_names_within_aws_are_no_slip():
    assert (
        validate(document({**ALLOW, "Effect": "Deny", "Principal": {"Service": "ec2.aws.internal"}}), "resource").codes
        == []
    )
