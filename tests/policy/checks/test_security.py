"""What is legal and allows more than it seems to, and roles that anybody may pass."""

import pytest
from check_cases import ALLOW, DENY, TRUST, WEB, conditioned, document

from iamlab.policy.validate import validate

TRAIL = {**ALLOW, "Principal": {"Service": "cloudtrail.amazonaws.com"}}
LIST = {**ALLOW, "Action": "s3:ListBucket"}
PASS = {**ALLOW, "Action": "iam:PassRole"}
PASS_ANY = "PASS_ROLE_WITH_STAR_IN_RESOURCE"


def codes(statement, policy_type="identity"):
    return validate(document(statement), policy_type).codes


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:111122223333:trail/*"),
        ("StringEquals", "aws:SourceAccount", "111122223333"),
        ("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"),
        ("ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-a1b2c3d4e5/*"),
    ],
)
def test_a_service_says_on_whose_behalf_it_comes(operator, key, value):
    """[https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html]"""
    assert codes(conditioned(operator, key, value, TRAIL), "resource") == []


def test_who_is_asked_nothing_may_be_anybodys_deputy():
    assert codes(TRAIL, "resource") == ["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"]
    assert codes({**TRAIL, "Effect": "Deny"}, "resource") == []
    # A service is in no organization, so this tests nothing about the one it comes for.
    of_principal = conditioned("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", TRAIL)
    assert codes(of_principal, "resource") == ["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"]


@pytest.mark.parametrize("key", ["aws:Referer", "aws:UserAgent"])
def test_what_the_caller_says_of_himself(key):
    assert codes(conditioned("StringEquals", key, "mine")) == ["UNTRUSTWORTHY_CONDITION_KEY"]


@pytest.mark.parametrize(("key", "value"), [("aws:SourceVpc", "vpc-01234567"), ("aws:SourceVpce", "vpce-01234567")])
def test_private_addresses_need_their_vpc(key, value):
    private = {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}
    assert codes({**ALLOW, "Condition": private}) == ["MISSING_PAIRED_CONDITION_KEYS"]
    assert codes({**ALLOW, "Condition": {**private, "StringEquals": {key: value}}}) == []


@pytest.mark.parametrize(
    ("effect", "operator", "found"),
    [
        ("Deny", "StringLike", True),
        ("Deny", "StringEquals", True),
        ("Deny", "StringNotLike", False),
        ("Deny", "StringNotEquals", False),
        ("Allow", "StringNotLike", True),
        ("Allow", "StringNotEquals", True),
        ("Allow", "StringLike", False),
        ("Allow", "StringEquals", False),
    ],
)
def test_a_shorter_prefix_gets_around(effect, operator, found):
    """Whoever asks for no prefix, or a shorter one, gets the same objects listed."""
    statement = conditioned(operator, "s3:prefix", "secret", {**LIST, "Effect": effect})
    assert codes(statement) == (["S3_PREFIX_IN_NEGATIVE_CONTEXT"] if found else [])


@pytest.mark.parametrize(
    ("operator", "key", "expected"),
    [
        ("ForAnyValue:StringEquals", "accounts.google.com:aud", ["FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE"]),
        ("ForAnyValue:StringEquals", "accounts.google.com:sub", []),
        ("ForAnyValue:StringEqual", "accounts.google.com:aud", ["INVALID_CONDITION_OPERATOR"]),
        ("StringEquals", "accounts.google.com:aud", []),
    ],
)
def test_a_token_has_one_audience(operator, key, expected):
    assert (
        codes(conditioned(operator, key, "app", {**WEB, "Principal": {"Federated": "accounts.google.com"}}), "trust")
        == expected
    )


@pytest.mark.parametrize(
    ("operator", "key", "said"),
    [
        (
            "StringEquals",
            "gitlab.com:aud",
            "if so, write ForAnyValue or ForAllValues before the operator; if not, it is",
        ),
        ("ForAnyValue:StringEquals", "gitlab.com:aud", "if so, it is right as it is; if not, leave ForAnyValue out."),
        ("ForAllValues:StringLike", "GitLab.com:AUD", "if so, it is right as it is; if not, leave ForAllValues out."),
        ("StringEquals", "gitlab.com:sub", None),
        ("StringEqul", "gitlab.com:aud", None),
    ],
)
def test_of_other_providers_nobody_here_knows_how_many_audiences_a_token_has(operator, key, said):
    """https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3"""
    gitlab = {**WEB, "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"}}
    source = document(conditioned(operator, key, "https://gitlab.com", gitlab))
    found = [one for one in validate(source, "trust") if key in one.path and one.type != "ERROR"]
    assert [one.code for one in found] == (["CONFIRM_AUDIENCE_CLAIM_TYPE"] if said else [])
    assert said is None or said in found[0].message
    assert said is None or found[0].message.startswith(f"Find out whether a token of {key.partition(':')[0]} can have")


def test_a_saml_answer_has_one_audience():
    corporate = {**TRUST, "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Corp"}}
    corporate["Action"] = "sts:AssumeRoleWithSAML"
    page = "https://signin.aws.amazon.com/saml"
    assert codes(conditioned("StringEquals", "saml:aud", page, corporate), "trust") == []
    several = conditioned("ForAnyValue:StringEquals", "saml:aud", page, corporate)
    assert codes(several, "trust") == ["FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE"]
    nobody = conditioned("ForAnyValue:StringEquals", "nosuch:aud", page, corporate)
    assert codes(nobody, "trust") == ["INVALID_SERVICE"]


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        (["arn:aws:iam::111122223333:role/App", "*"], True),
        (["*", "arn:aws:iam::111122223333:role/App"], True),
        ("arn:aws:iam::111122223333:*", True),
        ("arn:aws:iam::111122223333:role/App*", False),
        ("arn:aws:sqs:*:*:*", False),
    ],
)
def test_one_pattern_for_every_role_is_enough(resources, found):
    assert (PASS_ANY in codes({**PASS, "Resource": resources})) == found


def test_a_statement_without_resource_passes_nothing():
    assert codes({**PASS, "Resource": None}) == ["MISSING_RESOURCE"]
    assert codes({**DENY, "Action": "iam:PassRole"}) == []
