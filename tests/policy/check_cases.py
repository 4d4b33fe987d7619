"""For every issue code a document that has the fault and one that is as near to it as can be without having it.

Each case: the code, the policy type, a statement (or a whole document) with the fault, the same without it.
"""

from __future__ import annotations

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DENY = {**ALLOW, "Effect": "Deny"}
PUBLIC = {**ALLOW, "Principal": "*"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
WEB = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity"}
RCP = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
GITHUB = {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}
AUD = "token.actions.githubusercontent.com:aud"
SUB = "token.actions.githubusercontent.com:sub"


def document(*statements, version="2012-10-17"):
    """A document of these statements; an element that is None is left out."""
    made = [{key: value for key, value in statement.items() if value is not None} for statement in statements]
    return {**({"Version": version} if version else {}), "Statement": made[0] if len(made) == 1 else made}


def conditioned(operator, key, values, base=ALLOW):
    """A statement with one condition."""
    return {**base, "Condition": {operator: {key: values}}}


MANY = {**ALLOW, "Action": [f"s3:Get{'X' * 200}{n}*" for n in range(40)]}

CASES = [
    # the grammar
    ("DATA_TYPE_MISMATCH", "identity", {**ALLOW, "Action": 5}, ALLOW),
    ("DATA_TYPE_MISMATCH", "identity", {**ALLOW, "Resource": ["*", None]}, ALLOW),
    (
        "DATA_TYPE_MISMATCH",
        "identity",
        {**ALLOW, "Condition": []},
        {**ALLOW, "Condition": {"Null": {"aws:Via": "true"}}},
    ),
    ("DATA_TYPE_MISMATCH", "identity", document(ALLOW, version=2012), document(ALLOW)),
    ("DATA_TYPE_MISMATCH", "identity", {**ALLOW, "Effect": True}, {**ALLOW, "Effect": "allow"}),
    ("INVALID_POLICY_ELEMENT", "identity", {**ALLOW, "Actions": "s3:*"}, ALLOW),
    ("INVALID_POLICY_ELEMENT", "identity", {**document(ALLOW), "version": "2012-10-17"}, document(ALLOW)),
    ("INVALID_VERSION", "identity", document(ALLOW, version="2012-10-18"), document(ALLOW, version="2008-10-17")),
    ("MISSING_STATEMENT", "identity", {"Version": "2012-10-17"}, document(ALLOW)),
    ("MISSING_STATEMENT", "identity", {"Version": "2012-10-17", "Statement": []}, document(ALLOW)),
    ("MISSING_EFFECT", "identity", {**ALLOW, "Effect": None}, ALLOW),
    ("INVALID_EFFECT", "identity", {**ALLOW, "Effect": "allow"}, ALLOW),
    ("MISSING_ACTION", "identity", {**ALLOW, "Action": None}, {**ALLOW, "Action": None, "NotAction": "iam:*"}),
    ("UNSUPPORTED_ELEMENT_COMBINATION", "identity", {**ALLOW, "NotAction": "iam:*"}, ALLOW),
    ("UNSUPPORTED_ELEMENT_COMBINATION", "identity", {**ALLOW, "NotResource": "*"}, ALLOW),
    ("INVALID_PRINCIPAL_FORMAT", "resource", {**ALLOW, "Principal": "111122223333"}, PUBLIC),
    (
        "INVALID_PRINCIPAL_KEY",
        "resource",
        {**ALLOW, "Principal": {"Aws": "111122223333"}},
        {**ALLOW, "Principal": {"AWS": "111122223333"}},
    ),
    # the document
    ("MISSING_VERSION", "identity", document(ALLOW, version=None), document(ALLOW)),
    (
        "UNIQUE_SIDS_REQUIRED",
        "identity",
        document({**ALLOW, "Sid": "A"}, {**DENY, "Sid": "A"}),
        document({**ALLOW, "Sid": "A"}, {**DENY, "Sid": "a"}),
    ),
    (
        "UNIQUE_SIDS_RECOMMENDED",
        "resource",
        document({**PUBLIC, "Sid": "A"}, {**PUBLIC, "Effect": "Deny", "Sid": "A"}),
        document({**PUBLIC, "Sid": "A"}),
    ),
    ("UNSUPPORTED_SID", "identity", {**ALLOW, "Sid": "read reports"}, {**ALLOW, "Sid": "ReadReports2"}),
    ("EMPTY_SID_VALUE", "identity", {**ALLOW, "Sid": ""}, {**ALLOW, "Sid": "A"}),
    ("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", "identity", MANY, ALLOW),
    (
        "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        "trust",
        {**TRUST, "Principal": {"AWS": [f"arn:aws:iam::111122223333:role/{n:0100}" for n in range(20)]}},
        TRUST,
    ),
    ("POLICY_SIZE_EXCEEDS_SCP_QUOTA", "scp", MANY, ALLOW),
    ("POLICY_SIZE_EXCEEDS_RCP_QUOTA", "rcp", {**RCP, "Action": MANY["Action"]}, RCP),
    # actions
    ("EMPTY_ARRAY_ACTION", "identity", {**ALLOW, "Action": []}, ALLOW),
    ("INVALID_ACTION", "identity", {**ALLOW, "Action": "s3:GetObjekt"}, {**ALLOW, "Action": "S3:getobject"}),
    ("INVALID_ACTION", "identity", {**ALLOW, "Action": "s3:Fetch*"}, {**ALLOW, "Action": "s3:Get*"}),
    ("INVALID_ACTION", "identity", {**ALLOW, "Action": "GetObject"}, {**ALLOW, "Action": "*"}),
    ("INVALID_ACTION", "identity", {**ALLOW, "Action": "s3:Get:Object"}, ALLOW),
    ("INVALID_SERVICE_IN_ACTION", "identity", {**ALLOW, "Action": "s4:GetObject"}, ALLOW),
    ("WILDCARD_IN_SERVICE_NAME", "identity", {**ALLOW, "Action": "s3*:Get*"}, {**ALLOW, "Action": "*"}),
    (
        "REDUNDANT_ACTION",
        "identity",
        {**ALLOW, "Action": ["s3:Get*", "s3:GetObject"]},
        {**ALLOW, "Action": ["s3:Get*", "s3:*Tagging"]},
    ),
    ("REDUNDANT_ACTION", "identity", {**ALLOW, "Action": ["s3:GetObject", "s3:getObject"]}, ALLOW),
    (
        "UNSUPPORTED_ACTION_IN_POLICY",
        "trust",
        {**TRUST, "Action": "s3:GetObject"},
        {**TRUST, "Action": ["sts:AssumeRole", "sts:TagSession"]},
    ),
    # resources
    (
        "MISSING_RESOURCE",
        "identity",
        {**ALLOW, "Resource": None},
        {**ALLOW, "Resource": None, "NotResource": "arn:aws:s3:::a"},
    ),
    ("EMPTY_ARRAY_RESOURCE", "identity", {**ALLOW, "Resource": []}, ALLOW),
    (
        "INVALID_ARN_PREFIX",
        "identity",
        {**ALLOW, "Resource": "s3://reports"},
        {**ALLOW, "Resource": "arn:aws:s3:::reports"},
    ),
    (
        "MISSING_ARN_FIELD",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3:reports"},
        {**ALLOW, "Resource": "arn:aws:s3:*"},
    ),
    (
        "INVALID_PARTITION",
        "identity",
        {**ALLOW, "Resource": "arn:amazon:s3:::reports"},
        {**ALLOW, "Resource": "arn:aws-cn:s3:::reports"},
    ),
    (
        "INVALID_ARN_SERVICE_CASE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:S3:::reports"},
        {**ALLOW, "Resource": "arn:aws:s3:::Reports"},
    ),
    (
        "INVALID_ARN_ACCOUNT",
        "identity",
        {**ALLOW, "Resource": "arn:aws:iam::12345:user/alice"},
        {**ALLOW, "Resource": "arn:aws:iam::111122223333:user/alice"},
    ),
    (
        "INVALID_ARN_ACCOUNT",
        "identity",
        {**ALLOW, "Resource": "arn:aws:iam::1111-2222-3333:user/alice"},
        {**ALLOW, "Resource": "arn:aws:iam::${aws:PrincipalAccount}:user/alice"},
    ),
    (
        "INVALID_ARN_REGION",
        "identity",
        {**ALLOW, "Resource": "arn:aws:sqs:frankfurt:111122223333:jobs"},
        {**ALLOW, "Resource": "arn:aws:sqs:eu-*:111122223333:jobs"},
    ),
    (
        "INVALID_ARN_RESOURCE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:iam::111122223333:alice"},
        {**ALLOW, "Resource": "arn:aws:iam::111122223333:user/alice"},
    ),
    (
        "INVALID_ARN_RESOURCE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s*:::reports"},
        {**ALLOW, "Resource": "arn:aws:s3:::r*"},
    ),
    (
        "ARN_REGION_NOT_ALLOWED",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3:eu-central-1::reports"},
        {**ALLOW, "Resource": "arn:aws:s3:eu-central-1:111122223333:accesspoint/a"},
    ),
    (
        "ARN_REGION_NOT_ALLOWED",
        "identity",
        {**ALLOW, "Resource": "arn:aws:iam:us-east-1:111122223333:user/alice"},
        {**ALLOW, "Resource": "arn:aws:iam:*:111122223333:user/alice"},
    ),
    (
        "ARN_ACCOUNT_NOT_ALLOWED",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3::111122223333:reports"},
        {**ALLOW, "Resource": "arn:aws:s3:::reports"},
    ),
    (
        "MISSING_ARN_REGION",
        "identity",
        {**ALLOW, "Resource": "arn:aws:sqs::111122223333:jobs"},
        {**ALLOW, "Resource": "arn:aws:sqs:*:111122223333:jobs"},
    ),
    (
        "MISSING_ARN_ACCOUNT",
        "identity",
        {**ALLOW, "Resource": "arn:aws:iam:::user/alice"},
        {**ALLOW, "Resource": "arn:aws:iam::*:user/alice"},
    ),
    (
        "MISSING_ARN_ACCOUNT",
        "identity",
        {**ALLOW, "Resource": "arn:aws:ssm:*::document/Mine"},
        {**ALLOW, "Resource": "arn:aws:ssm:*::document/AWS-RunShellScript"},
    ),
    (
        "REDUNDANT_RESOURCE",
        "identity",
        {**ALLOW, "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a/b"]},
        {**ALLOW, "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a"]},
    ),
    (
        "REDUNDANT_STATEMENT",
        "identity",
        document({**ALLOW, "Action": "s3:Get*"}, ALLOW),
        document({**ALLOW, "Action": "s3:Get*"}, DENY),
    ),
    (
        "REDUNDANT_STATEMENT",
        "identity",
        document(ALLOW, conditioned("Bool", "aws:SecureTransport", "true")),
        document(conditioned("Bool", "aws:SecureTransport", "true"), {**ALLOW, "Action": "s3:GetBucketAcl"}),
    ),
    # principals
    ("UNSUPPORTED_PRINCIPAL", "identity", PUBLIC, ALLOW),
    ("MISSING_PRINCIPAL", "resource", ALLOW, PUBLIC),
    ("EMPTY_ARRAY_PRINCIPAL", "resource", {**ALLOW, "Principal": {"AWS": []}}, PUBLIC),
    ("EMPTY_OBJECT_PRINCIPAL", "resource", {**ALLOW, "Principal": {}}, PUBLIC),
    (
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "resource",
        {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:user/*"}},
        {**ALLOW, "Principal": {"AWS": "*"}},
    ),
    (
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "trust",
        {**TRUST, "Principal": {"AWS": "arn:aws:iam::*:root"}},
        TRUST,
    ),
    (
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "trust",
        {**TRUST, "Principal": "*"},
        {**TRUST, "Principal": {"AWS": "*"}},
    ),
    (
        "INVALID_PRINCIPAL_FORMAT",
        "resource",
        {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:group/Developers"}},
        {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"}},
    ),
    (
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        "trust",
        {**TRUST, "Principal": {"Service": "lambda"}},
        {**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}},
    ),
    (
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        "identity",
        conditioned("StringEquals", "iam:PassedToService", "ec2"),
        conditioned("StringEquals", "iam:PassedToService", "ec2.amazonaws.com"),
    ),
    (
        "INVALID_ROLE_REFERENCE",
        "resource",
        {**ALLOW, "Principal": {"AWS": "AROAEXAMPLEID"}},
        {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:role/AROA"}},
    ),
    (
        "INVALID_USER_REFERENCE",
        "resource",
        {**ALLOW, "Principal": {"AWS": "AIDAEXAMPLEID"}},
        {**ALLOW, "Principal": {"AWS": "111122223333"}},
    ),
    ("FEDERATED_PRINCIPAL_NOT_SUPPORTED", "resource", {**ALLOW, "Principal": GITHUB}, PUBLIC),
    # trust policies
    ("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", "trust", {**TRUST, "Resource": "*"}, TRUST),
    (
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        "trust",
        {**TRUST, "Principal": None, "NotPrincipal": {"AWS": "111122223333"}},
        TRUST,
    ),
    (
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        "trust",
        {**WEB, "Principal": {"Federated": "google"}},
        {**WEB, "Principal": {"Federated": "accounts.google.com"}},
    ),
    (
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        "trust",
        {**TRUST, "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Corp"}},
        {
            **TRUST,
            "Action": "sts:AssumeRoleWithSAML",
            "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Corp"},
        },
    ),
    (
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        "trust",
        {**TRUST, "Action": "sts:AssumeRoleWithSAML"},
        {**TRUST, "Action": "sts:Assume*"},
    ),
    (
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        "trust",
        {**WEB, "Principal": {"Federated": "accounts.google.com"}},
        conditioned(
            "StringEquals", "accounts.google.com:aud", "app", {**WEB, "Principal": {"Federated": "accounts.google.com"}}
        ),
    ),
    (
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        "trust",
        conditioned(
            "StringEquals",
            "gitlab.com:aud",
            "x",
            {**WEB, "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"}},
        ),
        conditioned(
            "StringEquals",
            "gitlab.com:sub",
            "x",
            {**WEB, "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"}},
        ),
    ),
    (
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        "trust",
        {**WEB, "Principal": GITHUB},
        conditioned("StringLike", SUB, "repo:me/mine:*", {**WEB, "Principal": GITHUB}),
    ),
    (
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        "trust",
        conditioned("StringLike", SUB, "*", {**WEB, "Principal": GITHUB}),
        {**WEB, "Effect": "Deny", "Principal": GITHUB},
    ),
    (
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        "trust",
        conditioned("StringLike", SUB, "repo:me/*", {**WEB, "Principal": GITHUB}),
        conditioned("StringEquals", SUB, "repo:me/mine:ref:refs/heads/main", {**WEB, "Principal": GITHUB}),
    ),
    (
        "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
        "trust",
        {
            **TRUST,
            "Principal": {"AWS": ["arn:aws:iam::111122223333:role/R", "arn:aws:sts::111122223333:assumed-role/R/s"]},
        },
        {
            **TRUST,
            "Principal": {"AWS": ["arn:aws:iam::111122223333:role/Q", "arn:aws:sts::111122223333:assumed-role/R/s"]},
        },
    ),
    (
        "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
        "trust",
        conditioned(
            "ForAnyValue:StringEquals",
            "accounts.google.com:aud",
            "app",
            {**WEB, "Principal": {"Federated": "accounts.google.com"}},
        ),
        conditioned(
            "StringEquals", "accounts.google.com:aud", "app", {**WEB, "Principal": {"Federated": "accounts.google.com"}}
        ),
    ),
    (
        "CONFIRM_AUDIENCE_CLAIM_TYPE",
        "trust",
        conditioned("ForAnyValue:StringEquals", AUD, "sts.amazonaws.com", {**WEB, "Principal": GITHUB}),
        conditioned("ForAnyValue:StringEquals", SUB, "repo:me/mine:ref:refs/heads/main", {**WEB, "Principal": GITHUB}),
    ),
    (
        "CONFIRM_AUDIENCE_CLAIM_TYPE",
        "trust",
        conditioned("StringEquals", AUD, "sts.amazonaws.com", {**WEB, "Principal": GITHUB}),
        conditioned(
            "StringEquals", "accounts.google.com:aud", "app", {**WEB, "Principal": {"Federated": "accounts.google.com"}}
        ),
    ),
    # organizations
    ("SCP_SYNTAX_ERROR_PRINCIPAL", "scp", PUBLIC, ALLOW),
    ("RCP_SYNTAX_ERROR_PRINCIPAL", "rcp", {**RCP, "Principal": {"AWS": "*"}}, RCP),
    ("RCP_SYNTAX_ERROR_ALLOW", "rcp", {**RCP, "Effect": "Allow"}, RCP),
    ("RCP_SYNTAX_ERROR_NOTACTION", "rcp", {**RCP, "Action": None, "NotAction": "s3:*"}, RCP),
    ("RCP_SYNTAX_ERROR_ACTION", "rcp", {**RCP, "Action": "*"}, RCP),
    (
        "RCP_SYNTAX_ERROR_ACTION",
        "rcp",
        {**RCP, "Action": "iam:CreateUser"},
        {**RCP, "Action": ["s3:*", "sts:AssumeRole"]},
    ),
    # conditions: operators
    (
        "INVALID_CONDITION_OPERATOR",
        "identity",
        conditioned("StringEqual", "aws:username", "alice"),
        conditioned("stringequals", "aws:username", "alice"),
    ),
    (
        "INVALID_CONDITION_OPERATOR",
        "identity",
        conditioned("ForSomeValues:StringLike", "aws:TagKeys", "a"),
        conditioned("ForAnyValue:StringLikeIfExists", "aws:TagKeys", "a"),
    ),
    (
        "NULL_WITH_IF_EXISTS",
        "identity",
        conditioned("NullIfExists", "aws:username", "true"),
        conditioned("Null", "aws:username", "true"),
    ),
    (
        "NULL_WITH_QUALIFIER",
        "identity",
        conditioned("ForAllValues:Null", "aws:TagKeys", "true"),
        conditioned("Null", "aws:TagKeys", "true"),
    ),
    ("EMPTY_OBJECT_CONDITION", "identity", {**ALLOW, "Condition": {}}, ALLOW),
    ("EMPTY_OBJECT_CONDITION", "identity", {**ALLOW, "Condition": {"Bool": {}}}, ALLOW),
    # conditions: keys
    (
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        "identity",
        {**ALLOW, "Condition": {"StringEquals": {"aws:username": "alice", "aws:UserName": "bob"}}},
        {**ALLOW, "Condition": {"StringEquals": {"aws:username": "alice"}, "StringLike": {"aws:UserName": "bob"}}},
    ),
    (
        "INVALID_CONDITION_KEY_FORMAT",
        "identity",
        conditioned("IpAddress", "SourceIp", "203.0.113.0/24"),
        conditioned("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ),
    (
        "INVALID_CONDITION_KEY_FORMAT",
        "identity",
        conditioned("StringEquals", "s3:", "reports"),
        conditioned("StringEquals", "s3:prefix", "reports", {**ALLOW, "Action": "s3:ListBucket"}),
    ),
    (
        "INVALID_CONDITION_KEY_FORMAT",
        "identity",
        conditioned("StringEquals", ":username", "alice"),
        conditioned("StringEquals", "aws:username", "alice"),
    ),
    (
        "MISSING_TAG_KEY_IN_CONDITION",
        "identity",
        conditioned("StringEquals", "aws:PrincipalTag", "x"),
        conditioned("StringEquals", "aws:PrincipalTag/team", "x"),
    ),
    (
        "INVALID_GLOBAL_CONDITION_KEY",
        "identity",
        conditioned("StringEquals", "aws:usrname", "alice"),
        conditioned("StringEquals", "aws:UserName", "alice"),
    ),
    (
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        "identity",
        conditioned("ArnEquals", "aws:ARN", "arn:aws:iam::111122223333:role/R"),
        conditioned("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/R"),
    ),
    (
        "INVALID_SERVICE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s33:::reports"},
        {**ALLOW, "Resource": "arn:aws:s3:::reports"},
    ),
    (
        "INVALID_SERVICE",
        "identity",
        conditioned("StringEquals", "s4:prefix", "a"),
        conditioned("StringEquals", "graph.facebook.com:id", "1"),
    ),
    (
        "INVALID_SERVICE_CONDITION_KEY",
        "identity",
        conditioned("StringEquals", "s3:prefixx", "a"),
        conditioned("StringEquals", "s3:ExistingObjectTag/team", "a"),
    ),
    (
        "MISSING_QUALIFIER",
        "identity",
        conditioned("StringEquals", "aws:TagKeys", "a"),
        conditioned("Null", "aws:TagKeys", "false"),
    ),
    (
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        "identity",
        conditioned("ForAllValues:StringEquals", "aws:username", "alice"),
        conditioned("ForAllValues:StringEquals", "aws:TagKeys", "team"),
    ),
    (
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        "identity",
        conditioned("ForAllValues:StringEquals", "aws:username", "alice"),
        conditioned("ForAllValues:StringEquals", "aws:username", "alice", DENY),
    ),
    (
        "TYPE_MISMATCH",
        "identity",
        conditioned("StringLike", "aws:SourceIp", "203.0.113.*"),
        conditioned("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ),
    (
        "TYPE_MISMATCH",
        "identity",
        conditioned("StringEquals", "aws:MultiFactorAuthPresent", "true"),
        conditioned("Null", "aws:MultiFactorAuthPresent", "true"),
    ),
    (
        "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        "identity",
        conditioned("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
        conditioned("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "identity",
        {
            **conditioned("StringEquals", "ec2:ResourceTag/team", "a"),
            "Action": ["ec2:StartInstances", "ec2:DescribeInstances"],
        },
        {**conditioned("StringEquals", "ec2:ResourceTag/team", "a"), "Action": "ec2:StartInstances"},
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "identity",
        conditioned("StringEquals", "s3:prefix", "a"),
        conditioned("StringNotEquals", "s3:prefix", "a"),
    ),
    # conditions: values
    (
        "EMPTY_ARRAY_CONDITION",
        "identity",
        conditioned("StringEquals", "aws:username", []),
        conditioned("StringEquals", "aws:username", [""]),
    ),
    (
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        "identity",
        conditioned("ForAllValues:StringEquals", "aws:TagKeys", []),
        conditioned("ForAllValues:StringEquals", "aws:TagKeys", ["a"]),
    ),
    (
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        "identity",
        conditioned("ForAnyValue:StringEquals", "aws:TagKeys", []),
        conditioned("ForAnyValue:StringEquals", "aws:TagKeys", ["a"]),
    ),
    (
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        "identity",
        conditioned("StringEqualsIfExists", "aws:username", []),
        conditioned("StringEqualsIfExists", "aws:username", "a"),
    ),
    (
        "INVALID_CONDITION_DATA_TYPE",
        "identity",
        conditioned("StringEquals", "aws:username", ["alice", 7]),
        conditioned("NumericEquals", "s3:max-keys", [7, 7.5]),
    ),
    (
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        "identity",
        conditioned("Bool", "aws:SecureTransport", ["true", "false"]),
        conditioned("Bool", "aws:SecureTransport", ["true"]),
    ),
    (
        "TYPE_MISMATCH_BOOLEAN",
        "identity",
        conditioned("Bool", "aws:SecureTransport", "yes"),
        conditioned("Bool", "aws:SecureTransport", "True"),
    ),
    (
        "TYPE_MISMATCH_BOOLEAN",
        "identity",
        conditioned("Null", "aws:username", "no"),
        conditioned("Null", "aws:username", False),
    ),
    (
        "TYPE_MISMATCH_NUMBER",
        "identity",
        conditioned("NumericLessThan", "aws:MultiFactorAuthAge", "1h"),
        conditioned("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
    ),
    (
        "TYPE_MISMATCH_DATE",
        "identity",
        conditioned("DateLessThan", "aws:CurrentTime", "31.12.2026"),
        conditioned("DateLessThan", "aws:CurrentTime", "2026-12-31"),
    ),
    (
        "INVALID_DATE_VALUE",
        "identity",
        conditioned("DateLessThan", "aws:CurrentTime", "1798675200"),
        conditioned("DateLessThan", "aws:CurrentTime", "2026"),
    ),
    (
        "TYPE_MISMATCH_STRING",
        "identity",
        conditioned("StringEquals", "aws:username", 7),
        conditioned("StringEquals", "aws:username", "7"),
    ),
    (
        "TYPE_MISMATCH_STRING",
        "identity",
        conditioned("BinaryEquals", "aws:username", "not base64"),
        conditioned("BinaryEquals", "aws:username", "QmluYXJ5"),
    ),
    (
        "TYPE_MISMATCH_IP_RANGE",
        "identity",
        conditioned("IpAddress", "aws:SourceIp", "203.0.113.0/33"),
        conditioned("IpAddress", "aws:SourceIp", "2001:db8::/32"),
    ),
    (
        "IMPROVE_IP_RANGE",
        "identity",
        conditioned("IpAddress", "aws:SourceIp", "203.0.113.7/24"),
        conditioned("IpAddress", "aws:SourceIp", "203.0.113.7"),
    ),
    (
        "PRIVATE_IP_ADDRESS",
        "identity",
        conditioned("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.168.1.1"]),
        conditioned("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
    ),
    (
        "PRIVATE_NOT_IP_ADDRESS",
        "identity",
        conditioned("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"),
        conditioned("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ),
    (
        "PRIVATE_IP_ADDRESS_SUBSET",
        "identity",
        conditioned("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "10.0.0.0/8"]),
        conditioned("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
    ),
    (
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        "identity",
        conditioned("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24", "10.0.0.0/8"]),
        conditioned("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ),
    (
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        "identity",
        conditioned("StringEquals", "aws:username", "a*"),
        conditioned("StringEquals", "aws:PrincipalTag/a", "${*}"),
    ),
    (
        "INVALID_REGION",
        "identity",
        conditioned("StringEquals", "aws:RequestedRegion", "us-east-9"),
        conditioned("StringEquals", "aws:RequestedRegion", "us-east-1"),
    ),
    (
        "INVALID_REGION",
        "identity",
        conditioned("StringEquals", "aws:RequestedRegion", "frankfurt"),
        conditioned("StringLike", "aws:RequestedRegion", "eu-*"),
    ),
    (
        "INVALID_VPC_FORMAT",
        "identity",
        conditioned("StringEquals", "aws:SourceVpc", "my-vpc"),
        conditioned("StringEquals", "aws:SourceVpc", "vpc-0123456789abcdef0"),
    ),
    (
        "INVALID_VPCE_FORMAT",
        "identity",
        conditioned("StringEquals", "aws:SourceVpce", "vpc-01234567"),
        conditioned("StringEquals", "aws:SourceVpce", "vpce-01234567"),
    ),
    (
        "INVALID_KMS_KEY_VALUE",
        "identity",
        conditioned("StringEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", "alias/mine"),
        conditioned(
            "StringEquals",
            "s3:x-amz-server-side-encryption-aws-kms-key-id",
            "arn:aws:kms:eu-central-1:111122223333:key/1234",
        ),
    ),
    # variables
    (
        "MISSING_BRACE_IN_VARIABLE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username/*"},
        {**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username}/*"},
    ),
    (
        "EMPTY_VARIABLE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3:::home/${}"},
        {**ALLOW, "Resource": "arn:aws:s3:::home/${*}"},
    ),
    (
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3:::home/${aws: username}"},
        {**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username, 'no body'}"},
    ),
    (
        "MISSING_QUOTE_IN_VARIABLE",
        "identity",
        {**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username, nobody}"},
        {**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username, ''}"},
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        "identity",
        document({**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username}"}, version="2008-10-17"),
        document({**ALLOW, "Resource": "arn:aws:s3:::home/${aws:username}"}),
    ),
    (
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        "identity",
        {**ALLOW, "Action": "s3:${aws:username}"},
        {**ALLOW, "Resource": "arn:aws:s3:::${aws:username}"},
    ),
    (
        "INVALID_VARIABLE_FOR_OPERATOR",
        "identity",
        conditioned("NumericEquals", "s3:max-keys", "${aws:username}"),
        conditioned("StringEquals", "s3:prefix", "${aws:username}"),
    ),
    # security
    (
        "ALLOW_WITH_NOT_PRINCIPAL",
        "resource",
        {**ALLOW, "NotPrincipal": {"AWS": "111122223333"}},
        {**DENY, "NotPrincipal": {"AWS": "111122223333"}},
    ),
    (
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        "resource",
        {**ALLOW, "Principal": {"Service": "cloudtrail.amazonaws.com"}},
        conditioned(
            "StringEquals",
            "aws:SourceAccount",
            "111122223333",
            {**ALLOW, "Principal": {"Service": "cloudtrail.amazonaws.com"}},
        ),
    ),
    (
        "UNTRUSTWORTHY_CONDITION_KEY",
        "identity",
        conditioned("StringLike", "aws:Referer", "https://example.com/*"),
        conditioned("StringEquals", "aws:username", "alice"),
    ),
    (
        "MISSING_PAIRED_CONDITION_KEYS",
        "identity",
        conditioned("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        {
            **ALLOW,
            "Condition": {
                "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
                "StringEquals": {"aws:SourceVpc": "vpc-01234567"},
            },
        },
    ),
    (
        "S3_PREFIX_IN_NEGATIVE_CONTEXT",
        "identity",
        {**conditioned("StringLike", "s3:prefix", "secret/*", DENY), "Action": "s3:ListBucket"},
        {**conditioned("StringLike", "s3:prefix", "open/*"), "Action": "s3:ListBucket"},
    ),
    *[
        (f"{codes}_{way}", "identity", bad, good)
        for codes, action, star, key, service in (
            ("PASS_ROLE_WITH", "iam:PassRole", "iam:Pass*", "iam:PassedToService", "ec2.amazonaws.com"),
            (
                "CREATE_SLR_WITH",
                "iam:CreateServiceLinkedRole",
                "iam:Create*",
                "iam:AWSServiceName",
                "ec2.amazonaws.com",
            ),
        )
        for way, bad, good in (
            (
                "STAR_IN_RESOURCE",
                {**ALLOW, "Action": action},
                {**ALLOW, "Action": action, "Resource": "arn:aws:iam::111122223333:role/App*"},
            ),
            (
                "STAR_IN_RESOURCE",
                {**ALLOW, "Action": action, "Resource": "arn:aws:iam::*:role/*"},
                {**DENY, "Action": action},
            ),
            (
                "STAR_IN_ACTION_AND_RESOURCE",
                {**ALLOW, "Action": star},
                conditioned("StringEquals", key, service, {**ALLOW, "Action": star}),
            ),
            (
                "STAR_IN_RESOURCE_AND_NOT_ACTION",
                {**ALLOW, "Action": None, "NotAction": "s3:*"},
                {**ALLOW, "Action": None, "NotAction": "iam:*"},
            ),
            (
                "NOT_RESOURCE",
                {**ALLOW, "Action": action, "Resource": None, "NotResource": "arn:aws:iam::*:role/Admin"},
                {**ALLOW, "Resource": None, "NotResource": "arn:aws:iam::*:role/Admin"},
            ),
            (
                "STAR_IN_ACTION_AND_NOT_RESOURCE",
                {**ALLOW, "Action": "*", "Resource": None, "NotResource": "arn:aws:iam::*:role/Admin"},
                {**ALLOW, "Action": "s3:*", "Resource": None, "NotResource": "arn:aws:s3:::a"},
            ),
            (
                "NOT_ACTION_AND_NOT_RESOURCE",
                {
                    **ALLOW,
                    "Action": None,
                    "NotAction": "s3:*",
                    "Resource": None,
                    "NotResource": "arn:aws:iam::*:role/Admin",
                },
                {**ALLOW, "Action": None, "NotAction": "iam:*", "Resource": None, "NotResource": "arn:aws:s3:::a"},
            ),
        )
    ],
]
