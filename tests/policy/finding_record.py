"""Every finding about many small policies, as `findings.jsonl` keeps them.

After a wanted change of the checks: `PYTHONPATH=tests/policy python tests/policy/finding_record.py`, and read the diff.
"""

from __future__ import annotations

import json
from pathlib import Path

from check_cases import ALLOW, CASES, DENY, PUBLIC, RCP, TRUST, WEB, conditioned, document

from iamlab.policy.operators import OPERATORS
from iamlab.policy.validate import validate

LONGEST = 1_500  # characters of a policy that is kept whole; of a longer one its length
RECORD = Path(__file__).parent / "findings.jsonl"

KEYS = {
    "aws:SourceIp": ["10.0.0.0/8", "10.0.0.1/8", "203.0.113.7", "2001:db8::/32", "here", "0.0.0.0/0", "10.0.0.0/33"],
    "aws:CurrentTime": ["2026-01-01T00:00:00Z", "1767225600", "2026", "soon", "2026-13-01"],
    "aws:SecureTransport": ["true", "FALSE", "maybe", "1", ["true", "false"]],
    "s3:max-keys": ["10", "ten", "1e3", 10, ["10", 11]],
    "aws:SourceArn": ["arn:aws:s3:::reports", "arn:aws:s3:::rep*", "reports", "arn:aws:sqs:mars-1:1:q", "*"],
    "aws:PrincipalTag/team": ["red", "re*", "${aws:username}", "${aws:nobody}", "${aws:username", ""],
    "aws:TagKeys": [["a", "b"], [], "a", ["a", "a"]],
    "aws:username": ["alice", "AIDA1234", "a?ice", True],
    "aws:userid": ["AIDAJQABLZS4A3QDU576Q", "AROADBQP57FF2AEXAMPLE:*", "alice"],
    "aws:PrincipalAccount": ["111122223333", "1111", "*"],
    "aws:SourceAccount": ["111122223333", "11112222333x"],
    "aws:PrincipalOrgID": ["o-a1b2c3d4e5", "r-a1b2", "*"],
    "aws:PrincipalServiceName": ["ec2.amazonaws.com", "ec2", "EC2.amazonaws.com"],
    "iam:PassedToService": ["ec2.amazonaws.com", "nothing.amazonaws.com"],
    "aws:RequestedRegion": ["eu-west-1", "mars-1", "eu-*"],
    "aws:SourceVpce": ["vpce-1234", "vpc-1"],
    "aws:MultiFactorAuthAge": ["3600", "-1"],
    "ec2:InstanceType": ["t2.micro"],
    "SourceIp": ["10.0.0.0/8"],
    "aws:sourceip": ["10.0.0.0/8"],
    "aws:SourceIP4": ["10.0.0.0/8"],
    "made:Up": ["x"],
    "s3:Made": ["x"],
}
NAMES = ["StringEqual", "stringlike", "ForAllValue:StringLike", "NullIfExists", "ForAnyValue:Null", "DateLess", "Strng"]
RESOURCES = [
    "*",
    "**",
    "arn:aws:s3:::*",
    "arn:aws:s3:::reports",
    "arn:aws:s3:::reports/*",
    "arn:aws:s3:us-east-1::reports",
    "arn:aws:s3::111122223333:reports",
    "arn:aws:S3:::reports",
    "arn:aws:s*:::reports",
    "arn:aws:made:::x",
    "arn:AWS:s3:::reports",
    "arn:moon:s3:::reports",
    "aws:s3:::reports",
    "arn:aws:s3:reports",
    "reports",
    "arn:aws:sqs:us-east-1:111122223333:jobs",
    "arn:aws:sqs::111122223333:jobs",
    "arn:aws:sqs:us-east-1::jobs",
    "arn:aws:sqs:mars-1:111122223333:jobs",
    "arn:aws:sqs:us-east-1:1111:jobs",
    "arn:aws:sqs:us-*:111122223333:jobs",
    "arn:aws:iam::111122223333:role/${aws:username}",
    "arn:aws:iam:us-east-1:111122223333:role/x",
    "arn:aws:iam::111122223333:rol/x",
    "arn:aws:ec2:us-east-1:111122223333:instance",
    "arn:aws:ec2:us-east-1:111122223333:instance/${aws:nobody}",
    "arn:aws:lambda:us-east-1:111122223333:function:x:y",
    "arn:aws:dynamodb:us-east-1:111122223333:table/x ",
    "",
]
ACTIONS = [
    "s3:GetObject",
    "s3:getobject",
    "s3:GetObjekt",
    "s3:*",
    "s3:Zzz*",
    "S3:*",
    "made:Up",
    "s3",
    "s3:",
    ":GetObject",
    "*",
    "*:*",
    "s3:Get Object",
    "iam:PassRole",
    "iam:Create*",
    "sts:AssumeRole",
    "ec2:Describe*",
    "s3*:Get",
    "",
    ["s3:GetObject", "s3:Get*"],
    ["s3:GetObject", "S3:GETOBJECT"],
    [],
]
PRINCIPALS = [
    "*",
    {"AWS": "*"},
    {"AWS": "111122223333"},
    {"AWS": "1111"},
    {"AWS": "arn:aws:iam::111122223333:root"},
    {"AWS": "arn:aws:iam::111122223333:user/alice"},
    {"AWS": "arn:aws:iam::111122223333:user/*"},
    {"AWS": "arn:aws:iam::111122223333:group/staff"},
    {"AWS": "arn:aws:s3:::reports"},
    {"AWS": "arn:aws:sts::111122223333:assumed-role/x/y"},
    {"AWS": "AIDAJQABLZS4A3QDU576Q"},
    {"AWS": "alice"},
    {"AWS": []},
    {"Service": "ec2.amazonaws.com"},
    {"Service": "EC2.amazonaws.com"},
    {"Service": "ec2"},
    {"Service": "*"},
    {"Service": ["ec2.amazonaws.com", "made.amazonaws.com"]},
    {"Federated": "accounts.google.com"},
    {"Federated": "arn:aws:iam::111122223333:saml-provider/Corp"},
    {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
    {"Federated": "*"},
    {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
    {"aws": "111122223333"},
]


def policies():
    """Policy types and documents: every case with its near miss, then every odd part in each place it may stand."""
    for _, policy_type, bad, good, _ in CASES:
        for source in (bad, good):
            yield policy_type, source if "Statement" in source or "Version" in source else document(source)
    for key, values in KEYS.items():
        for value in values:
            for operator in (
                "StringEquals",
                "StringLike",
                "ArnLike",
                "IpAddress",
                "NumericEquals",
                "DateLessThan",
                "Bool",
                "StringEqual",  # there is none
            ):
                yield "identity", document(conditioned(operator, key, value))
    for operator in [*OPERATORS, "Null", *NAMES]:
        for name in (operator, f"ForAllValues:{operator}", f"{operator}IfExists"):
            yield "identity", document(conditioned(name, "aws:TagKeys", ["true"]))
            yield "identity", document(conditioned(name, "aws:username", "a*", DENY))
    for resource in RESOURCES:
        for action in ("s3:*", "sqs:SendMessage", "iam:PassRole", "*"):
            yield "identity", document({**ALLOW, "Action": action, "Resource": resource})
        yield "identity", document({**DENY, "Resource": ["arn:aws:s3:::reports/*", resource]}, version="2008-10-17")
    for action in ACTIONS:
        yield "identity", document({**ALLOW, "Action": action})
        yield "identity", document({"Effect": "Allow", "NotAction": action, "Resource": "*"})
        yield "scp", document({**DENY, "Action": action})
        yield "rcp", document({**RCP, "Action": action})
        yield "trust", document({**TRUST, "Action": action})
        yield "resource", document({**PUBLIC, "Action": action})
    for principal in PRINCIPALS:
        for effect in ("Allow", "Deny"):
            yield "resource", document({**PUBLIC, "Effect": effect, "Principal": principal})
            yield "resource", document({**ALLOW, "Effect": effect, "NotPrincipal": principal})
            yield "rcp", document({**RCP, "Effect": effect, "Principal": principal})
        for base in (TRUST, WEB, {**TRUST, "Action": "sts:AssumeRoleWithSAML"}, {**TRUST, "Action": "sts:TagSession"}):
            yield "trust", document({**base, "Principal": principal})


def recorded(policy_type, policy):
    """A line of the record: the policy, and what is said of it."""
    text = json.dumps(policy)
    findings = [
        [
            finding.code,
            finding.path,
            [finding.line, finding.column, *finding.end],
            finding.message,
            finding.repair and [finding.repair.label, *([e.kind, e.path, e.value] for e in finding.repair.edits)],
        ]
        for finding in validate(text, policy_type)
    ]
    return json.dumps([policy_type, policy if len(text) < LONGEST else len(text), findings], ensure_ascii=False)


def record():
    """Every line, each policy once."""
    seen = set()
    for one in policies():
        line = recorded(*one)
        if line not in seen:
            seen.add(line)
            yield line


if __name__ == "__main__":
    RECORD.write_text("\n".join(record()) + "\n", "utf-8", newline="\n")
