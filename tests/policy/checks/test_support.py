"""A request for an action that does not know a key comes without it."""

import pytest
from check_cases import ALLOW, DENY, conditioned, document

from iamlab.policy.validate import validate

CODE = "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"
TAG = "ec2:ResourceTag/team"
MIXED = {**ALLOW, "Action": ["ec2:StartInstances", "EC2:DescribeInstances", "ec2:DescribeVpcs", "s3:GetObject"]}


def messages(statement):
    """What is said about keys that actions do not know."""
    return [finding.message for finding in validate(document(statement)) if finding.code == CODE]


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("StringEquals", "red", True),
        ("ForAnyValue:StringEquals", "red", True),
        ("Null", "false", True),
        ("Null", "FALSE", True),
        ("Null", ["false", "true"], False),
        ("Null", "true", False),
        ("StringEqualsIfExists", "red", False),
        ("ForAllValues:StringEquals", "red", False),
        ("StringNotEquals", "red", False),
        ("StringEqual", "red", False),
    ],
)
def test_only_tests_that_want_the_key_fail_without_it(operator, value, found):
    assert bool(messages(conditioned(operator, TAG, value, MIXED))) == found


def test_the_actions_without_the_key_are_named():
    (allowed,) = messages(conditioned("StringEquals", TAG, "red", MIXED))
    both = "EC2:DescribeInstances, ec2:DescribeVpcs"
    assert allowed == f"Requests for {both} never carry {TAG}, so this statement does not allow them."
    (denied,) = messages(conditioned("StringEquals", TAG, "red", {**DENY, "Action": "ec2:DescribeVpcs"}))
    assert denied == f"Requests for ec2:DescribeVpcs never carry {TAG}, so this statement does not deny them."


def test_patterns_and_what_they_leave_over_may_mean_others():
    assert messages(conditioned("StringEquals", TAG, "red", {**ALLOW, "Action": "ec2:Describe*"})) == []
    left_over = {**ALLOW, "Action": None, "NotAction": "ec2:DescribeVpcs"}
    assert messages(conditioned("StringEquals", TAG, "red", left_over)) == []


def test_other_faults_are_left_to_others():
    assert messages(conditioned("StringEquals", TAG, "red", {**ALLOW, "Action": None})) == []
    assert messages(conditioned("StringEquals", "ec2:nothing", "red", MIXED)) == []


def test_keys_of_every_service_are_known_to_every_action():
    assert messages(conditioned("StringEquals", "aws:PrincipalTag/team", "red", MIXED)) == []
    # Requests from an instance's role have it, whatever they ask.
    assert messages(conditioned("ArnLike", "ec2:SourceInstanceARN", "arn:aws:ec2:*:*:instance/i-1", MIXED)) == []


def test_a_key_of_the_resource_type_is_known():
    """The reference lists a key with the action, with its use of a resource type, or with the type itself."""
    for action, key in (
        ("ec2:RunInstances", "ec2:InstanceType"),
        ("s3:GetObject", "s3:ExistingObjectTag/team"),
        ("s3:ListBucket", "s3:prefix"),
    ):
        assert messages(conditioned("StringEquals", key, "a", {**ALLOW, "Action": action})) == []
