"""Resources worth trying: what is plain comes first, and between all patterns there is something."""

import pytest

from iamlab.evaluation.resources import resources_for, six_parts

QUEUE = "arn:aws:sqs:us-east-1:111122223333"


@pytest.mark.parametrize(
    ("pattern", "between"),
    [
        (f"{QUEUE}:jobs-*", [f"{QUEUE}:jobs-something-else", f"{QUEUE}:jobs-"]),
        ("arn:aws:sqs:us-east-1:*:jobs", [f"{QUEUE}:jobs", "arn:aws:sqs:us-east-1:something-else:jobs"]),
        ("arn:aws:sqs:*", [f"{QUEUE}:something-else", "arn:aws:sqs:something-else:something-else:something-else"]),
        ("arn:aws:sqs:us-*", ["arn:aws:sqs:us-something-else:111122223333:something-else", "arn:aws:sqs:us-::"]),
        (f"{QUEUE}:jobs", [f"{QUEUE}:jobs"]),
        ("*", []),
        ("arn:aws:s3:::reports/*", []),
    ],
)
def test_a_queue_and_what_a_pattern_takes_in(pattern, between):
    ordinary, *others = resources_for("SQS:SendMessage", [pattern])
    assert ordinary == f"{QUEUE}:some-queue"
    assert set(between) <= set(others)
    assert bool(others) is bool(between)


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("*a", "arn:aws:something-else:us-east-1:111122223333:something-elsea"),
        ("arn:aws:made:::a:b:*", "arn:aws:made:::a:b:something-else"),
        ("arn:*:a:b:c:d:e:f", "arn:aws:a:b:c:d:e:f"),
        ("arn:aws:made:::a*z", "arn:aws:made:::asomething-elsez"),
    ],
)
def test_parts_that_are_missing_are_made_up(pattern, made):
    assert made in resources_for("made:Up", [pattern])


def test_what_policies_name_comes_before_what_lies_between():
    named = [f"{QUEUE}:{name}" for name in ("a*", "bb", "ab", "a*z")]
    _, *found = resources_for("sqs:SendMessage", named)
    assert found[:4] == [f"{QUEUE}:ab", f"{QUEUE}:bb", f"{QUEUE}:asomething-else", f"{QUEUE}:asomething-elsez"]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        (f"{QUEUE}:jobs", ["arn", "aws", "sqs", "us-east-1", "111122223333", "jobs"]),
        ("arn:aws:s3:::a:b*", ["arn", "aws", "s3", "", "", "a:b*"]),
        ("arn:aws:sqs:*", ["arn", "aws", "sqs", "*", "*", "*"]),
        ("arn:aws:sqs:us-*:jobs", ["arn", "aws", "sqs", "us-*", "*", "jobs"]),
        ("*", ["*"] * 6),
        ("arn:aws:sqs", None),
    ],
)
def test_a_star_at_the_end_of_a_part_stands_for_those_that_are_missing(pattern, parts):
    assert six_parts(pattern) == parts


def test_parts_are_combined():
    found = resources_for("sqs:SendMessage", ["arn:aws:sqs:eu-*:*:a*", f"{QUEUE}:b"])
    for region in ("us-east-1", "eu-something-else", "something-else"):
        for name in ("asomething-else", "b", "some-queue"):
            assert f"arn:aws:sqs:{region}:111122223333:{name}" in found
    assert all(text.startswith("arn:aws:sqs:") and text.count(":") == 5 for text in found)


def test_what_the_action_does_not_work_on_is_left_out():
    found = resources_for("s3:GetObject", ["arn:aws:s3:::a*", "arn:aws:s3:us-east-1:*"])
    assert "arn:aws:s3:us-east-1:111122223333:asomething-else" not in found
    assert "arn:aws:s3:something-else:111122223333:accesspoint/some-access-point/object/some-object" in found
    assert not any(":user/" in text for text in resources_for("iam:CreateRole", ["arn:aws:iam::*:user/a*"]))


def test_variables_are_filled_with_some_value():
    assert f"{QUEUE}:something-else" in resources_for("sqs:SendMessage", [f"{QUEUE}:${{aws:username}}"])
