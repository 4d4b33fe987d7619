"""Random requests and policies over every feature of the language, from small pools so that things meet.

`random_call(rng)` gives the parameters of one `simulate_custom_policy` call for one action and one resource. What AWS
would refuse is not made here; that is tested elsewhere.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

OURS, THEIRS, MANAGEMENT = "111122223333", "444455556666", "999999999999"
USERS = [f"arn:aws:iam::{account}:user/{name}" for account in (OURS, THEIRS) for name in ("alice", "team/bob")]
ROLES = [f"arn:aws:iam::{account}:role/{name}" for account in (OURS, THEIRS) for name in ("app", "team/ops")]
SESSIONS = [
    f"arn:aws:sts::{a}:assumed-role/{role}/{s}" for a in (OURS, THEIRS) for role in ("app", "ops") for s in "st"
]
LINKED = f"arn:aws:sts::{OURS}:assumed-role/AWSServiceRoleForThings/s"
FEDERATED = [f"arn:aws:sts::{account}:federated-user/alice" for account in (OURS, THEIRS)]
ROOTS = [f"arn:aws:iam::{account}:root" for account in (OURS, THEIRS)]
IDENTITIES = [*USERS, *ROLES, *SESSIONS, LINKED, *FEDERATED]  # what identity policies and boundaries can hang at
SERVICES = ["ec2.amazonaws.com", "sns.amazonaws.com"]
PROVIDERS = [f"arn:aws:iam::{OURS}:saml-provider/Corp", "accounts.google.com"]
KEY = f"arn:aws:kms:us-east-1:{OURS}:key/1234"
FULL_ACCESS = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
REQUESTS = [
    ("s3:GetObject", "arn:aws:s3:::reports/alice/q3.csv"), ("s3:PutObject", "arn:aws:s3:::reports/a*c"),
    ("s3:GetObject", "arn:aws:s3:::home/red/x:y"), ("s3:ListBucket", "arn:aws:s3:::reports"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::reports"), ("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{OURS}:jobs"),
    ("SQS:sendmessage", f"arn:aws:sqs:eu-west-1:{THEIRS}:jobs"), ("ec2:DescribeInstances", "*"),
    ("logs:PutLogEvents", f"arn:aws:logs:us-east-1:{OURS}:log-group:/app:log-stream:1"),
    ("ec2:RunInstances", f"arn:aws:ec2:us-east-1:{OURS}:instance/i-1"), ("iam:GetUser", USERS[0]),
    ("iam:CreateUser", f"arn:aws:iam::{THEIRS}:user/new"), ("kms:Decrypt", KEY), ("kms:RetireGrant", KEY),
    ("kms:ListKeys", "*"), ("kms:Encrypt", KEY.replace(OURS, THEIRS)), ("sts:AssumeRole", ROLES[0]),
    ("sts:AssumeRole", ROLES[3]), ("sts:TagSession", ROLES[0]), ("sts:AssumeRoleWithSAML", ROLES[0]),
    ("sts:GetCallerIdentity", "*"), ("sts:GetSessionToken", "*"), ("sts:GetFederationToken", FEDERATED[0]),
]  # fmt: skip
ACTIONS = [
    "*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "s3:?utObject",
    "sqs:*",
    "sqs:SendMessage",
    "logs:*",
    "ec2:*",
    "ec2:*s",
]
ACTIONS += ["iam:*User", "kms:*", "kms:Decrypt", "sts:*", "sts:AssumeRole*", "sts:AssumeRole", "sts:TagSession"]
RESOURCES = [
    "*", "arn:aws:s3:::*", "arn:aws:s3:::reports/*", "arn:aws:s3:::reports/${aws:username}/*", "arn:aws:s3:::reports",
    "arn:aws:s3:::home/${aws:PrincipalTag/team, 'red'}/*", "arn:aws:s3:::reports/a${*}c", "arn:aws:s3:::*/x:?",
    "arn:aws:s3:*", "arn:aws:sqs:*:*:jobs", "arn:aws:sqs:us-*-1:*:j?bs", f"arn:aws:sqs:*:{OURS}:*", "arn:aws:ec2:*",
    f"arn:aws:logs:*:{OURS}:log-group:*", f"arn:aws:logs:us-east-1:{OURS}:log-group:/app:*", "arn:aws:iam::*:user/*",
    "arn:aws:iam::*:role/${aws:PrincipalTag/team, 'app'}", KEY, "arn:aws:kms:*:*:key/*", "arn:aws:iam::*:role/*",
    "arn:*:s3:::${aws:none}", "arn:aws:iam::*:user/${aws:username}", "arn:aws:sqs:*:jobs", "arn:aws:sqs:us-*:jobs",
    "arn:aws:sqs:us-east-1:*", "arn:*", "arn:aws:s3:::*:y", "arn:aws:iam::11112222333?:*",
    "arn:aws:logs:*:log-group:/app:*", "arn:aws:logs:us-*:/a*:1", "arn:aws:logs:u?-*:log-stream:?",
    "arn:aws:sqs:u?-*:*",
]  # fmt: skip
# What a request may hold under a key.
TEXTS = ["", "a", "A", "a*c", "abc", "alice", "red", "${*}", "${aws:none}", "x\ny"]
ARNS = [*USERS[:2], *ROLES[:2], f"arn:aws:sns:us-east-1:{OURS}:news", "no-arn"]
CONTEXT = {
    "aws:username": ["alice", "a*", "red"],
    "aws:PrincipalTag/team": ["red", "app", "", "a*c"],
    "aws:RequestTag/x": TEXTS,
    "aws:TagKeys": TEXTS,
    "aws:MultiFactorAuthAge": ["1", "10", "10.0", "-2", "ten"],
    "aws:SourceIp": ["203.0.113.7", "2001:db8::1", "x"],
    "aws:CurrentTime": ["2026-03-01T12:00:00Z", "2026-03-01", "1772366400", "1772366400000", "never"],
    "aws:SecureTransport": ["true", "false"],
    "aws:SourceArn": ARNS,
    "x:Blob": ["QQ==", "Qg==", "!"],
}
# By the kind of operator: its keys, its names, and what a policy may ask.
STRINGS = ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"]
SCALES = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
KEYS = {
    "String": ["aws:RequestTag/x", "AWS:requesttag/X", "aws:TagKeys", "aws:PrincipalTag/Team"],
    "Numeric": ["aws:MultiFactorAuthAge"],
    "Date": ["aws:CurrentTime"],
    "Bool": ["aws:SecureTransport"],
    "Binary": ["x:Blob"],
    "IpAddress": ["aws:SourceIp"],
    "Arn": ["aws:SourceArn"],
}
OPERATORS = {
    "String": ["String" + name for name in STRINGS],
    "Numeric": ["Numeric" + scale for scale in SCALES],
    "Date": ["Date" + scale for scale in SCALES],
    "Bool": ["Bool"],
    "Binary": ["BinaryEquals"],
    "IpAddress": ["IpAddress", "NotIpAddress"],
    "Arn": ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
}
ASKED = {
    "String": [*TEXTS, "a?c", "*", "a*", "${aws:username}", "${aws:PrincipalTag/team, 'a, b'}", "$"],
    "Numeric": ["1", "10", "10.00", "-2", 10, "9.99", "ten"],
    "Date": ["2026-03-01T13:00:00+01:00", "2026-03-01T00:00:00Z", "1772366400", "2026-03", "soon"],
    "Bool": ["true", "false", True],
    "Binary": ["QQ==", "Qg=="],
    "IpAddress": ["203.0.113.0/24", "203.0.113.7", "2001:DB8:0::1", "2001:db8::/32", "everywhere"],
    "Arn": [*ARNS[:-1], f"arn:aws:iam::{OURS}:*", "arn:*:*:*:*:user/*", "arn:*:*::*:user/${aws:username}", "arn:aws:x"],
}  # fmt: skip


def some_of(rng: Random, pool: list[Any], most: int = 2) -> Any:
    """One of the pool, or a list of up to `most`."""
    return rng.choice(pool) if rng.random() < 0.6 else [rng.choice(pool) for _ in range(rng.randint(1, most))]


def random_condition(rng: Random) -> dict[str, Any]:
    """Up to three operators, each with up to two keys."""
    condition: dict[str, Any] = {}
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        kind = rng.choice(list(OPERATORS))
        operator = rng.choice(OPERATORS[kind])
        key = rng.choice(KEYS[kind])
        if rng.random() < 0.1:
            condition.setdefault("Null", {})[key] = rng.choice(("true", "false", True, "maybe"))
            continue
        if key == "aws:TagKeys" or rng.random() < 0.1:
            operator = rng.choice(("ForAllValues:", "ForAnyValue:")) + operator
        operator += "IfExists" if rng.random() < 0.2 else ""
        operator = "StringMatches" if rng.random() < 0.01 else operator
        condition.setdefault(operator, {})[key] = some_of(rng, ASKED[kind], 3)
    return condition


def random_principal(rng: Random) -> Any:
    """A Principal element that names some of the pool."""
    if rng.random() < 0.2:
        return rng.choice(("*", {"AWS": "*"}))
    pool = [*USERS, *ROLES, *SESSIONS, *FEDERATED, *ROOTS, OURS, THEIRS]
    principal = {"AWS": some_of(rng, pool, 4)}
    if rng.random() < 0.3:
        principal["Service"] = some_of(rng, SERVICES)
    if rng.random() < 0.2:
        principal["Federated"] = some_of(rng, PROVIDERS)
    return principal


def random_not_principal(rng: Random) -> Any:
    """A NotPrincipal element; a federated user is listed with its user or not at all."""
    together = [
        USERS[:1] + FEDERATED[:1],
        USERS[2:3] + FEDERATED[1:],
        [USERS[1]],
        *([name] for name in [*ROLES, *SESSIONS, *ROOTS, OURS]),
    ]
    return {
        "AWS": [name for group in rng.sample(together, rng.randint(1, 8)) for name in group],
        "Service": some_of(rng, SERVICES),
    }


def random_statement(rng: Random, kind: str, allow: float = 0.75) -> dict[str, Any]:
    """A statement as it may stand in that kind of policy."""
    statement: dict[str, Any] = {"Effect": "Allow" if rng.random() < allow else "Deny"}
    if kind in ("resource", "trust", "endpoint"):
        named = kind == "trust" or statement["Effect"] == "Allow" or rng.random() < 0.7
        statement["Principal" if named else "NotPrincipal"] = (
            random_principal(rng) if named else random_not_principal(rng)
        )
    if kind == "rcp":
        statement |= {"Effect": "Deny", "Principal": "*"}
    statement["NotAction" if kind != "rcp" and rng.random() < 0.15 else "Action"] = some_of(rng, ACTIONS, 6)
    if kind != "trust":
        statement["NotResource" if rng.random() < 0.15 else "Resource"] = (
            "*" if rng.random() < 0.4 else some_of(rng, RESOURCES, 6)
        )
    if rng.random() < 0.35:
        statement["Condition"] = random_condition(rng)
    return statement


def random_document(rng: Random, kind: str, allow: float = 0.75) -> str:
    """A document of one to three statements, mostly of today's version."""
    statements = [random_statement(rng, kind, allow) for _ in range(rng.choice((1, 1, 2, 3)))]
    version = {"Version": "2012-10-17"} if rng.random() < 0.9 else rng.choice(({}, {"Version": "2008-10-17"}))
    return json.dumps(
        {**version, "Statement": statements if len(statements) > 1 or rng.random() < 0.5 else statements[0]}
    )


def random_context(rng: Random) -> list[dict[str, Any]]:
    """Some keys, one value each; aws:TagKeys none to three."""
    entries = []
    for key in rng.sample(list(CONTEXT), rng.randint(0, len(CONTEXT))):
        many = key == "aws:TagKeys"
        values = [rng.choice(CONTEXT[key]) for _ in range(rng.choice((0, 2, 3)) if many else 1)]
        type_ = "stringList" if many else "string"
        entries.append({"ContextKeyName": key, "ContextKeyValues": values, "ContextKeyType": type_})
    return entries


def random_caller(rng: Random, action: str) -> str:
    """A principal of any kind that can make the call: providers only bring assertions, everyone else signs for sts."""
    kinds = [USERS, USERS, ROLES, SESSIONS, SESSIONS, FEDERATED, ROOTS, [LINKED]]
    if action.startswith("sts:AssumeRoleWith"):
        kinds += [PROVIDERS] * 8
    elif not action.startswith("sts:Get"):
        kinds += [SERVICES, ["anonymous"]]
    return rng.choice(rng.choice(kinds))


def random_call(rng: Random) -> dict[str, Any]:
    """The parameters of one simulation of one action on one resource."""
    action, resource = rng.choice(REQUESTS)
    caller = random_caller(rng, action)

    def documents(most: int, allow: float = 0.75, least: int = 1) -> list[str]:
        many = range(rng.randint(least, most))
        return [FULL_ACCESS if rng.random() < 0.4 else random_document(rng, "identity", allow) for _ in many]

    call: dict[str, Any] = {"PolicyInputList": [], "ActionNames": [action], "CallerArn": caller}
    call["ContextEntries"] = random_context(rng)
    call |= {"ResourceArns": [resource]} if resource != "*" or rng.random() < 0.5 else {}
    if caller in IDENTITIES:
        call["PolicyInputList"] = documents(3, least=0)
    if caller in IDENTITIES and rng.random() < 0.25:
        call["PermissionsBoundaryPolicyInputList"] = documents(1, 0.9)
    if ("assumed-role" in caller or "federated-user" in caller) and rng.random() < 0.5:
        call["SessionPolicyInputList"] = documents(2, 0.9)
    if rng.random() < 0.6:
        trust = action.startswith(("sts:Assume", "sts:Tag"))
        call["ResourcePolicy"] = random_document(rng, "trust" if trust else "resource")
    if ":s3:" in resource and rng.random() < 0.5:
        call["ResourceOwner"] = rng.choice([*ROOTS, OURS, THEIRS])
    if rng.random() < 0.3:
        levels: list[dict[str, Any]] = [
            {"ServiceControlPolicyInputList": documents(2, 0.85)} for _ in range(rng.randint(1, 3))
        ]
        for level in levels:
            if rng.random() < 0.3:
                level["ResourceControlPolicyInputList"] = [random_document(rng, "rcp")]
        call["OrderedOrganizationPolicyInputList"] = levels
        if rng.random() < 0.3:
            call["ManagementAccountId"] = rng.choice((OURS, THEIRS, MANAGEMENT))
    if rng.random() < 0.15:
        call["VpcEndpointPolicyInputList"] = [random_document(rng, "endpoint", 0.9)]
    return call
