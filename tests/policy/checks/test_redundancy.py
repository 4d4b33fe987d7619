"""What could be left out: in lists, and of statements."""

import pytest
from check_cases import ALLOW, DENY, TRUST, conditioned, document

from iamlab.policy.validate import validate

SECURE = {"Bool": {"aws:SecureTransport": "true"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def left_out(code, *statements, policy_type="identity"):
    """The path and the message of every finding of a code."""
    found = validate(document(*statements), policy_type)
    return [(finding.path, finding.message) for finding in found if finding.code == code]


def redundant_actions(*actions):
    return [message for _, message in left_out("REDUNDANT_ACTION", {**ALLOW, "Action": list(actions)})]


def redundant_resources(*resources):
    return [message for _, message in left_out("REDUNDANT_RESOURCE", {**ALLOW, "Resource": list(resources)})]


def test_actions_covered_by_a_pattern():
    assert redundant_actions("s3:Get*", "S3:GETOBJECT") == ["s3:Get* already covers S3:GETOBJECT."]
    assert redundant_actions("s3:GetObject", "s3:*Object") == ["s3:*Object already covers s3:GetObject."]
    assert redundant_actions("s3:GetObject", "*") == ["* already covers s3:GetObject."]
    assert redundant_actions("s3:?etObject", "s3:GetObject") == ["s3:?etObject already covers s3:GetObject."]
    assert redundant_actions("s3:Get*", "sqs:Get*", "s3:*Acl") == []


def test_actions_that_stand_twice():
    assert redundant_actions("s3:GetObject", "s3:GetObject") == ["s3:GetObject is already in this list."]


def test_each_is_named_once():
    """Of two patterns that mean the same one stays, and what two patterns cover is said once."""
    assert redundant_actions("s3:Get*", "s3:Get**") == ["s3:Get* already covers s3:Get**."]
    assert redundant_actions("s3:*", "s3:Get*", "s3:GetObject") == [
        "s3:* already covers s3:Get*.",
        "s3:* already covers s3:GetObject.",
    ]


def test_resources_are_compared_letter_by_letter():
    assert redundant_resources("arn:aws:s3:::a/*", "arn:aws:s3:::a/b") == [
        "arn:aws:s3:::a/* already covers arn:aws:s3:::a/b."
    ]
    assert redundant_resources("arn:aws:s3:::A/*", "arn:aws:s3:::a/b") == []
    assert redundant_resources("arn:aws:s3:::a/*", "arn:aws:s3:::a") == []
    assert redundant_resources("arn:*:s3:::a", "arn:aws:s3:::a") == ["arn:*:s3:::a already covers arn:aws:s3:::a."]


ANY_S3 = {**ALLOW, "Action": ["s3:*", "sqs:SendMessage"], "Resource": ["arn:aws:s3:::*", "*"]}
ONE = {**ALLOW, "Action": ["S3:GetObject", "S3:GetBucketAcl"], "Resource": "arn:aws:s3:::reports"}
NOT_IAM = {**ALLOW, "Action": None, "NotAction": "iam:*"}
NOT_LOGS = {**ALLOW, "Resource": None, "NotResource": "arn:aws:s3:::logs"}


@pytest.mark.parametrize(
    ("outer", "inner", "covered"),
    [
        (ANY_S3, ONE, True),
        (ANY_S3, {**ONE, "Action": ["s3:GetObject", "sqs:DeleteQueue"]}, False),
        ({**ANY_S3, "Resource": "arn:aws:s3:::*"}, {**ONE, "Resource": ["arn:aws:s3:::a", "arn:aws:sqs:::a"]}, False),
        ({**ANY_S3, "Resource": "arn:aws:s3:::Reports"}, ONE, False),
        ({**ANY_S3, "Condition": SECURE}, ONE, False),
        (ANY_S3, {**ONE, "Condition": SECURE}, True),
        ({**ANY_S3, "Condition": SECURE}, {**ONE, "Condition": SECURE}, True),
        ({**ANY_S3, "Condition": SECURE}, {**ONE, "Condition": MFA}, False),
        ({**ANY_S3, "Effect": "Deny"}, ONE, False),
        (ANY_S3, {**ONE, "Resource": []}, False),
        # what NotAction and NotResource leave over is only compared with the same
        (NOT_IAM, NOT_IAM, True),
        (NOT_IAM, {**NOT_IAM, "NotAction": "IAM:*"}, True),
        (NOT_IAM, {**NOT_IAM, "NotAction": "s3:*"}, False),
        (NOT_IAM, {**ALLOW, "Action": "iam:*"}, False),
        ({**ALLOW, "Action": "iam:*"}, NOT_IAM, False),
        (NOT_LOGS, NOT_LOGS, True),
        (NOT_LOGS, {**NOT_LOGS, "NotResource": "arn:aws:s3:::Logs"}, False),
        ({**ALLOW, "Resource": "*"}, NOT_LOGS, False),
    ],
)
def test_statements_that_cover_others(outer, inner, covered):
    found = left_out("REDUNDANT_STATEMENT", outer, inner)
    assert found == ([("$.Statement[1]", "Statement 1 already covers this one.")] if covered else [])


def test_the_wider_statement_may_come_later_and_has_a_name():
    found = left_out("REDUNDANT_STATEMENT", ONE, {**ANY_S3, "Sid": "AnyS3"})
    assert found == [("$.Statement[0]", "Statement AnyS3 already covers this one.")]


def test_of_equal_statements_the_first_stays():
    assert [path for path, _ in left_out("REDUNDANT_STATEMENT", ONE, ONE, ONE)] == ["$.Statement[1]", "$.Statement[2]"]
    assert left_out("REDUNDANT_STATEMENT", ONE, DENY) == []


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_statements_for_others_are_not_covered(element):
    mine = {**ALLOW, element: {"AWS": "111122223333"}}
    yours = {**ALLOW, element: {"AWS": "444455556666"}}
    assert left_out("REDUNDANT_STATEMENT", mine, yours, policy_type="resource") == []
    assert len(left_out("REDUNDANT_STATEMENT", mine, mine, policy_type="resource")) == 1


def test_trust_policies_have_no_resource_to_compare():
    """Both statements are about the role itself."""
    assert len(left_out("REDUNDANT_STATEMENT", TRUST, TRUST, policy_type="trust")) == 1
    secured = conditioned("Bool", "aws:MultiFactorAuthPresent", "true", TRUST)
    assert [path for path, _ in left_out("REDUNDANT_STATEMENT", secured, TRUST, policy_type="trust")] == [
        "$.Statement[0]"
    ]
    with_resource = {**TRUST, "Resource": "*"}
    assert left_out("REDUNDANT_STATEMENT", TRUST, with_resource, policy_type="trust") == []
    assert left_out("REDUNDANT_STATEMENT", with_resource, TRUST, policy_type="trust") == []
