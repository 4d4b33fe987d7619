"""ARNs in policies: partitions, parts that a star stands for, and how long an ARN can be."""

import pytest
from check_cases import ALLOW, document

from iamlab.policy.checks.arns import split_arn
from iamlab.policy.validate import validate


def codes(resource):
    return validate(document({**ALLOW, "Resource": resource})).codes


@pytest.mark.parametrize(
    "partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*"]
)
def test_partitions(partition):
    """Of the Regions in general, of China, of GovCloud, four that are secret, and of the European cloud."""
    assert codes(f"arn:{partition}:s3:::reports/*") == []
    assert codes(f"arn:{partition}-x:s3:::reports/*") == ([] if partition == "*" else ["INVALID_PARTITION"])


def test_a_star_at_the_end_stands_for_the_parts_that_are_missing():
    """AWS's own policies write `arn:aws:codepipeline:*`."""
    assert codes("arn:aws:codepipeline:*") == []
    assert split_arn("arn:aws:sqs:eu-*").resource == "*"
    assert codes("arn:aws:codepipeline") == ["MISSING_ARN_FIELD"]
    assert codes("arn:aws:s3:*:reports") == ["MISSING_ARN_FIELD"]
    # The service is one of the parts, and must be written out.
    assert codes("arn:aws:*") == ["INVALID_ARN_RESOURCE"]
    assert codes("arn:*") == ["MISSING_ARN_FIELD"]


def test_of_what_is_longer_than_any_arn_nothing_is_said():
    """An ARN has at most 2,048 characters, and comparing longer patterns with every format would take long."""
    arn = "arn:aws:iam::111122223333:rol/"
    assert codes(arn + "x" * (2048 - len(arn))) == ["INVALID_ARN_RESOURCE"]
    assert codes(arn + "x" * (2049 - len(arn))) == []


@pytest.mark.parametrize(
    ("resource", "better"),
    [
        ("arn:aws:s3::reports/*", "arn:aws:s3:::reports/*"),
        ("arn:aws:s3:reports/*", "arn:aws:s3:::reports/*"),
        ("arn:aws:s3::reports", "arn:aws:s3:::reports"),
        ("arn:aws:sqs:jobs", None),
        ("arn:aws:s3:eu-west-1:reports", None),
    ],
)
def test_a_colon_that_was_left_out_is_told_though_a_star_could_run_on(resource, better):
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": resource}
    found = [finding for finding in validate(document(statement)) if finding.code == "MISSING_ARN_FIELD"]
    assert [finding.repair and finding.repair.label for finding in found] == [better and f"Write {better}"]


def test_a_star_may_stand_for_all_parts_that_are_missing():
    assert codes("arn:aws:s3:*") == codes("arn:aws:s3:::*") == []


@pytest.mark.parametrize("resource", ["arn:aws:s3", "arn:aws:nosuch:reports", "arn:aws:s3:${aws:username}/x"])
def test_colons_are_not_guessed_where_something_would_be_lost_or_invented(resource):
    (finding,) = validate(document({**ALLOW, "Resource": resource}))
    assert (finding.code, finding.repair) == ("MISSING_ARN_FIELD", None)


def test_colons_are_put_in_where_one_kind_of_resource_has_neither_region_nor_account():
    """It may be an object of a bucket that is called accesspoint."""
    (finding,) = validate(document({**ALLOW, "Resource": "arn:aws:s3:accesspoint/a/object/b"}))
    assert finding.repair.label == "Write arn:aws:s3:::accesspoint/a/object/b"
