"""The work: small is one policy of three statements, medium ten policies of twenty; 600 different requests.

Medium has wildcards everywhere, and conditions and variables in every second statement. Everything comes from a seed.
"""

from __future__ import annotations

from random import Random
from typing import Any

Asked = tuple[str, str, str, dict[str, str]]
"""Principal, action, resource, context."""

SERVICES = {
    "s3": (["GetObject", "PutObject", "DeleteObject", "GetObjectTagging"], "arn:aws:s3:::"),
    "sqs": (["SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue"], "arn:aws:sqs:us-east-1:111122223333:"),
    "sns": (["Publish", "Subscribe", "GetTopicAttributes", "DeleteTopic"], "arn:aws:sns:us-east-1:111122223333:"),
    "dynamodb": (["GetItem", "PutItem", "Query", "DeleteItem"], "arn:aws:dynamodb:us-east-1:111122223333:table/"),
    "lambda": (["InvokeFunction", "GetFunction", "DeleteFunction"], "arn:aws:lambda:us-east-1:111122223333:function:"),
    "ec2": (["StartInstances", "StopInstances", "RebootInstances"], "arn:aws:ec2:us-east-1:111122223333:instance/"),
    "logs": (["PutLogEvents", "GetLogEvents", "DeleteLogGroup"], "arn:aws:logs:us-east-1:111122223333:log-group:"),
    "kinesis": (["PutRecord", "GetRecords", "DeleteStream"], "arn:aws:kinesis:us-east-1:111122223333:stream/"),
}
NAMES = ["reports", "orders", "photos", "archive", "home"]
TEAMS = ["red", "green", "blue"]

SMALL: list[dict[str, Any]] = [
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "s3:Put*"], "Resource": "arn:aws:s3:::reports*"},
            {"Effect": "Allow", "Action": "sqs:*Message", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::archive*"},
        ],
    }
]


def _statement(random: Random, rich: bool) -> dict[str, Any]:
    service = random.choice(list(SERVICES))
    actions, arn = SERVICES[service]
    chosen = random.sample(actions, 2)
    name = random.choice(NAMES)
    statement: dict[str, Any] = {
        "Effect": "Deny" if random.random() < 0.15 else "Allow",
        "Action": [f"{service}:{chosen[0][: len(chosen[0]) // 2]}*", f"{service}:{chosen[1]}"],
        "Resource": [f"{arn}{name}*"],
    }
    if rich:
        statement["Resource"].append(f"{arn}home-${{aws:username}}-*")
        statement["Condition"] = {
            "StringEquals": {"aws:PrincipalTag/team": random.sample(TEAMS, 2)},
            "StringLike": {"aws:RequestedRegion": "eu-*"},
        }
    return statement


def medium() -> list[dict[str, Any]]:
    """Ten policies of twenty statements."""
    random = Random(20)
    return [
        {"Version": "2012-10-17", "Statement": [_statement(random, rich=number % 2 == 1) for number in range(20)]}
        for _ in range(10)
    ]


def requests() -> list[Asked]:
    """600 different requests."""
    random = Random(600)
    asked: dict[str, Asked] = {}
    while len(asked) < 600:
        service = random.choice(list(SERVICES))
        actions, arn = SERVICES[service]
        user = random.choice(["alice", "bob", "carol"])
        name = random.choice([*NAMES, f"home-{user}"])
        request = (
            f"arn:aws:iam::111122223333:user/{user}",
            f"{service}:{random.choice(actions)}",
            f"{arn}{name}-{random.randrange(1000)}",
            {
                "aws:username": user,
                "aws:PrincipalTag/team": random.choice(TEAMS),
                "aws:RequestedRegion": random.choice(["eu-west-1", "us-east-1"]),
            },
        )
        asked[repr(request)] = request
    return list(asked.values())
