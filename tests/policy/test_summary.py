"""The Console's policy summary: what a policy gives, service by service.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary.html]
"""

import pytest

from iamlab.policy import PolicyDocument
from iamlab.policy.summary import summary, summary_table

S3 = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
SQS = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
SECURE = {"Bool": {"aws:SecureTransport": "true"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def rows(*statements):
    """The summary's rows of these statements."""
    return summary(PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)}))


def test_explicit_denies_come_first_then_service_by_service():
    found = rows(SQS, S3, {**S3, "Effect": "Deny", "Action": "sns:Publish"})
    assert [(row.effect, row.service, row.access_level) for row in found] == [
        ("Deny", "Amazon SNS", "Limited: Write"),
        ("Allow", "Amazon S3", "Limited: Read"),
        ("Allow", "Amazon SQS", "Full access"),
    ]


@pytest.mark.parametrize(
    ("elements", "shown"),
    [
        ({"Resource": "*"}, "All resources"),
        ({"Resource": ["arn:aws:s3:::reports/*", "*"]}, "All resources"),
        ({"Resource": "arn:aws:s3:::reports/*"}, "arn:aws:s3:::reports/*"),
        ({"Resource": ["arn:aws:s3:::reports/*", "arn:aws:s3:::reports/*"]}, "arn:aws:s3:::reports/*"),
        ({"Resource": ["arn:aws:s3:::reports/*", "arn:aws:s3:::logs/*"]}, "Multiple"),
        ({"Resource": None, "NotResource": "arn:aws:s3:::reports/*"}, "Multiple"),
        ({"Resource": None, "Principal": "*"}, "All resources"),
    ],
)
def test_resources(elements, shown):
    (row,) = rows({key: value for key, value in {**S3, **elements}.items() if value is not None})
    assert row.resource == shown


@pytest.mark.parametrize(
    ("statements", "shown"),
    [
        ([S3], "None"),
        ([{**S3, "Condition": SECURE}], "aws:SecureTransport Bool true"),
        (
            [{**S3, "Condition": SECURE}, {**S3, "Action": "s3:PutObject", "Condition": SECURE}],
            "aws:SecureTransport Bool true",
        ),
        ([{**S3, "Condition": {"StringLike": {"s3:prefix": ["a/*", "b/*"]}}}], "s3:prefix StringLike a/*, b/*"),
        ([{**S3, "Condition": SECURE}, {**S3, "Action": "s3:PutObject", "Condition": MFA}], "Multiple"),
        ([{**S3, "Condition": SECURE}, {**S3, "Action": "s3:PutObject"}], "Multiple"),
    ],
)
def test_request_conditions(statements, shown):
    (row,) = rows(*statements)
    assert row.request_condition == shown


def test_a_service_shows_what_its_own_statements_say():
    """Each statement counts where it names an action, whatever the others say."""
    on_reports = {**S3, "Resource": "arn:aws:s3:::reports/*", "Condition": SECURE}
    s3, sqs = rows(on_reports, SQS)
    assert (s3.resource, s3.request_condition) == ("arn:aws:s3:::reports/*", "aws:SecureTransport Bool true")
    assert (sqs.resource, sqs.request_condition) == ("All resources", "None")


def test_levels_in_full_and_in_part():
    (row,) = rows({**S3, "Action": ["sns:List*", "sns:Publish"]})
    assert row.access_level == "Full: List Limited: Read, Write"


def test_what_is_left_over_in_one_statement_makes_it_multiple():
    left_over = {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::logs/*"}
    (row,) = rows({**S3, "Resource": "arn:aws:s3:::logs/*"}, left_over)
    assert row.resource == "Multiple"


def test_all_services_take_in_every_statement():
    (row,) = rows({**S3, "Action": "*"}, {**S3, "Resource": "arn:aws:s3:::reports/*", "Condition": SECURE})
    assert (row.service, row.access_level) == ("All services", "Full access")
    assert (row.resource, row.request_condition) == ("All resources", "Multiple")


def test_almost_everything_is_not_all_services():
    found = rows({"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"})
    assert len(found) > 300
    assert all(row.service != "Amazon SQS" for row in found)


def test_denying_everything_hides_no_grant():
    found = rows({**S3, "Effect": "Deny", "Action": "*", "Condition": SECURE}, S3)
    assert [(row.effect, row.service) for row in found] == [("Deny", "All services"), ("Allow", "Amazon S3")]


def test_the_table_names_explicit_denies():
    document = PolicyDocument.parse({"Statement": [S3, {**SQS, "Effect": "Deny"}]})
    table = summary_table(document)
    assert table.columns == ["Service", "Access level", "Resource", "Request condition"]
    assert [row[0] for row in table.rows] == ["Amazon SQS (explicit deny)", "Amazon S3"]
