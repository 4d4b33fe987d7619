"""A denial is found in what people paste: answers as JSON, a terminal's frames, the Console's list."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from iamlab import Account, analysis
from iamlab.analysis.diagnosis.denials import read_message
from iamlab.analysis.diagnosis.pasted import plain, texts_in
from iamlab.errors import InvalidInput

BOB = "arn:aws:iam::111122223333:user/bob"
ROLE = "arn:aws:iam::111122223333:role/app"
ASKED = f"User: {BOB} is not authorized to perform: iam:PassRole on resource: {ROLE}"
MESSAGE = f"{ASKED} because no identity-based policy allows the iam:PassRole action"


@pytest.fixture
def lab() -> Account:
    lab = Account(seed=1)
    lab.create_user("bob")
    return lab


@pytest.mark.parametrize("message", [MESSAGE, ASKED, f"Boom: {ASKED}."])
@pytest.mark.parametrize(
    "around",
    [
        lambda text: {"message": text},
        lambda text: {"__type": "AccessDeniedException", "Message": text},
        lambda text: {"errorMessage": text, "errorType": "ClientError", "stackTrace": ["  File lambda_function.py"]},
        lambda text: [text],
        lambda text: {"Error": {"Code": "AccessDenied", "Message": text}, "ResponseMetadata": {"HTTPStatusCode": 403}},
        lambda text: {"statusCode": 500, "body": json.dumps({"message": text})},
    ],
)
def test_a_message_in_json(lab, message, around):
    value = around(message)
    for pasted in (
        value,
        json.dumps(value),
        f"HTTP 403: {json.dumps(value)}",
        str(value),
        json.dumps(json.dumps(value)),
    ):
        denial = analysis.diagnose(lab, pasted).denial
        assert (denial.principal, denial.action, denial.resource) == (BOB, "iam:PassRole", ROLE)
        assert bool(denial.layer) == ("because" in message)


def test_events_come_before_the_messages_in_them(lab):
    event = {"eventSource": "iam.amazonaws.com", "eventName": "PassRole", "errorMessage": MESSAGE}
    assert "was not denied" in analysis.diagnose(lab, event).problem


@pytest.mark.parametrize("value", [{"message": "Rate exceeded"}, ["hello"], [], {"a": {"b": [1, None, True]}}, 7])
def test_json_without_a_message(lab, value):
    assert "Expected an AccessDenied message" in analysis.diagnose(lab, json.dumps(value)).problem


def test_the_texts_of_a_value_come_in_their_order():
    assert list(texts_in({"a": "1", "b": ["2", {"c": "3"}, 4], "d": ("5",)})) == ["1", "2", "3", "5"]


TERRAFORM = """
╷
│ Error: creating Lambda Function (web): operation error Lambda: CreateFunction, https response error StatusCode: 403,
│ api error AccessDeniedException: User: {bob} is not
│ authorized to perform: iam:PassRole on resource:
│ {role}{reason}
│
│   with aws_lambda_function.web,
│   on main.tf line 45, in resource "aws_lambda_function" "web":
╵
"""


@pytest.mark.parametrize(
    ("reason", "layer"),
    [
        ("", ""),
        (" because no\n│ identity-based policy allows\n│ the iam:PassRole action", "identity-based policy"),
        (" because no identity-based\n│ policy allows the iam:PassRole action", "identity-based policy"),
        (" with an explicit\n│ deny in a service control\n│ policy", "service control policy"),
    ],
)
@pytest.mark.parametrize("frame", ["│", "  │", "|", ">", "> |", "\x1b[31m│\x1b[0m\x1b[0m"])
def test_the_frame_of_terraform(lab, reason, layer, frame):
    text = TERRAFORM.format(bob=BOB, role=ROLE, reason=reason).replace("│", frame)
    denial = analysis.diagnose(lab, text).denial
    assert (denial.principal, denial.action, denial.resource, denial.layer) == (BOB, "iam:PassRole", ROLE, layer)


def test_lines_without_a_frame_stay_as_they_are():
    assert plain("a\n  b\n\nc") == "a\n  b\n\nc"
    assert plain("a\n│ b\n│ c\nd") == "a\nb c\nd"
    assert plain("<M>a&quot;b</M>") == '<M>a"b</M>'
    assert plain("a &quot; b") == "a &quot; b"


def test_what_an_sdk_adds_is_no_part_of_the_resource():
    for more in (
        "\n\tstatus code: 403, request id: 1",
        " status code: 403",
        ", request id: 1",
        "', 'Code': 'x'}",
        '"}',
    ):
        assert read_message(ASKED + more).resource == ROLE
        assert read_message(MESSAGE + more).resource == ROLE


@pytest.mark.parametrize("end", [".", ",", ";", ".\n", "'.", " ", " |", " │\n│"])
def test_a_full_stop_ends_the_sentence_and_not_the_resource(end):
    assert read_message(ASKED + end).resource == ROLE


def test_a_full_stop_before_the_reason_is_of_the_resource():
    assert read_message(MESSAGE.replace(ROLE, f"{ROLE}.")).resource == f"{ROLE}."


# The Console's list


@pytest.mark.parametrize("between", ["", " ", "\n", "\n\n"])
@pytest.mark.parametrize(
    ("action", "context", "outcome", "layer"),
    [
        (
            "Action: iam:ListUsers",
            "no identity-based policy allows the action",
            "implicitDeny",
            "identity-based policy",
        ),
        (
            "Action: iam:ListUsers",
            "a service control policy explicitly denies the action",
            "explicitDeny",
            "service control policy",
        ),
        (
            "Action: iam:ListUsers",
            "no permissions boundary allows the iam:ListUsers action",
            "implicitDeny",
            "permissions boundary",
        ),
        ("Action: iam:ListUsers", "something else", "", ""),
    ],
)
def test_the_list_of_the_console(lab, between, action, context, outcome, layer):
    on = "arn:aws:iam::111122223333:user/"
    lines = ["You don't have permission to iam:ListUsers. User: " + BOB, action, f"On resource(s): {on}"]
    denial = analysis.diagnose(lab, between.join([*lines, f"Context: {context}"])).denial
    assert (denial.principal, denial.action, denial.resource) == (BOB, "iam:ListUsers", on)
    assert (denial.outcome, denial.layer) == (outcome, layer)


def test_the_console_may_name_the_service_apart(lab):
    lines = [f"User: {BOB}", "Service: iam", "Action: GetAccountSummary", "On resource(s): *"]
    assert analysis.diagnose(lab, "\n".join(lines)).denial.action == "iam:GetAccountSummary"
    assert "Expected" in analysis.diagnose(lab, "\n".join(line for line in lines if "Service" not in line)).problem


# What says too little


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity", "aud and sub"),
        (
            "An error occurred (AccessDenied) when calling the AssumeRoleWithSAML operation: Not authorized to perform "
            "sts:AssumeRoleWithSAML",
            "Lesson 09: Federation",
        ),
        ("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "S3 keeps that"),
        (json.dumps({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}), "S3 keeps that"),
        ("An error occurred (AccessDenied) when calling the GetObject operation: Access Denied", "S3 keeps that"),
        (
            "An error occurred (AccessDeniedException) when calling the Decrypt operation: The ciphertext refers to a "
            "customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
            "KMS names neither",
        ),
    ],
)
def test_what_is_missing_is_said_and_where_it_is_to_be_had(lab, text, said):
    problem = analysis.diagnose(lab, text).problem
    assert said in problem
    assert "CloudTrail event" in problem


def test_only_s3_says_no_more_than_access_denied(lab):
    text = "An error occurred (AccessDeniedException) when calling the PutItem operation: You may not"
    assert "operation PutItem" in analysis.diagnose(lab, text).problem
    assert "S3" not in analysis.diagnose(lab, text).problem


@pytest.mark.parametrize(
    "text",
    [
        "User: " * 20_000,
        "User: a Action: " * 5_000,
        "User: a\nAction: b:c\nOn resource(s): " * 3_000,
        "User: a is not authorized to perform: s3:Get on " + "because no " * 20_000,
        "User: a is not authorized to perform: s3:Get on " + "with an explicit deny in a " * 10_000,
        "│ " * 50_000,
        "│ a\n" * 20_000,
        "AccessDenied" + "<" * 50_000,
        "x, " * 30_000 + "User: a is not authorized to perform: s3:Get on " + "', " * 30_000,
    ],
)
def test_a_hostile_text_takes_no_time(text):
    with suppress(InvalidInput):
        read_message(text)
