"""What AWS's API refuses, in its words, with the place."""

import json

import pytest

from iamlab.catalog import managed
from iamlab.errors import MalformedPolicyDocument
from iamlab.policy import PolicyDocument
from iamlab.policy.legality import refuse

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
ORGANIZATION = "The provided policy document does not meet the requirements of the specified policy type."


def document(statement, **changes):
    """A document of one statement; a change to None takes the element out."""
    changed = {**statement, **changes}
    return {"Version": "2012-10-17", "Statement": {k: v for k, v in changed.items() if v is not None}}


REFUSED = [
    ("identity", document(ALLOW, Principal="*"), "Policy document should not specify a principal.", "Principal"),
    ("identity", document(ALLOW, NotPrincipal="*"), "Policy document should not specify a principal.", "NotPrincipal"),
    ("identity", document(ALLOW, Resource=None), "Policy statement must contain resources.", ""),
    ("identity", document(ALLOW, Resource=[]), "Policy statement must contain resources.", "Resource"),
    ("identity", document(ALLOW, Action=None), "Policy statement must contain actions.", ""),
    ("identity", document(ALLOW, Action=[]), "Policy statement must contain actions.", "Action"),
    (
        "identity",
        document(ALLOW, Action=["s3:GetObject", "GetObject"]),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        "Action[1]",
    ),
    ("identity", document(ALLOW, Action="s3:List:Bucket"), "Actions/Condition can contain only one colon.", "Action"),
    ("identity", document(ALLOW, Action="a a:ListBucket"), "Vendor a a is not valid", "Action"),
    ("identity", document(ALLOW, Resource="reports"), 'Resource reports must be in ARN format or "*".', "Resource"),
    ("identity", document(ALLOW, Resource="arn:aws:s3"), "The policy failed legacy parsing", "Resource"),
    (
        "identity",
        document(ALLOW, Resource="arn:aws:s*:::reports"),
        "Resource vendor must be fully qualified and cannot contain regexes.",
        "Resource",
    ),
    (
        "identity",
        document(ALLOW, Resource="arn:amazon:s3:::reports"),
        'Partition "amazon" is not valid for resource "arn:amazon:s3:::reports".',
        "Resource",
    ),
    (
        "identity",
        document(ALLOW, Sid="not plain"),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
        "[0-9A-Za-z]*",
        "Sid",
    ),
    ("trust", document(TRUST, Resource="*"), "Has prohibited field Resource", "Resource"),
    ("trust", document(TRUST, Principal=None), "Missing required field Principal", ""),
    ("trust", document(TRUST, Action=None), "Missing required field Action", ""),
    ("trust", document(TRUST, Extra=1), "Unknown field Extra", "Extra"),
    (
        "trust",
        document(TRUST, Action="s3:GetObject"),
        "AssumeRole policy may only specify STS AssumeRole actions.",
        "Action",
    ),
    (
        "trust",
        document(TRUST, Principal={"AWS": "arn:aws:iam::111122223333:group/Developers"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/Developers"',
        "Principal.AWS",
    ),
    (
        "trust",
        document(TRUST, Principal={"AWS": "arn:aws:iam::111122223333:user/*"}),
        'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"',
        "Principal.AWS",
    ),
    (
        "trust",
        document(TRUST, Principal={"Service": "lambda"}),
        'Invalid principal in policy: "Service":"lambda"',
        "Principal.Service",
    ),
    ("resource", document(ALLOW), "Missing required field Principal", ""),
    ("scp", document(ALLOW, Principal="*"), ORGANIZATION, "Principal"),
    ("scp", document(ALLOW, Action="GetObject"), ORGANIZATION, "Action"),
    ("rcp", document(DENY, Effect="Allow"), ORGANIZATION, "Effect"),
    ("rcp", document(DENY, Principal={"AWS": "111122223333"}), ORGANIZATION, "Principal"),
    ("rcp", document(DENY, Action="*"), ORGANIZATION, "Action"),
    ("rcp", document(DENY, Action="ec2:*"), ORGANIZATION, "Action"),
    ("rcp", document(DENY, Resource="reports"), ORGANIZATION, "Resource"),
    ("rcp", document(DENY, Action=None, NotAction="s3:*"), ORGANIZATION, "NotAction"),
]


@pytest.mark.parametrize(("policy_type", "source", "words", "path"), REFUSED)
def test_refused_in_awss_words(policy_type, source, words, path):
    with pytest.raises(MalformedPolicyDocument) as caught:
        refuse(source, policy_type)
    assert caught.value.reason == words
    assert caught.value.path == "$.Statement" + (f".{path}" if path else "")


@pytest.mark.parametrize(
    ("policy_type", "source"),
    [
        ("identity", document(ALLOW)),
        ("identity", document(ALLOW, Action="nosuchservice:Nothing")),
        ("trust", document(TRUST)),
        (
            "trust",
            document(TRUST, Action=["sts:AssumeRole", "sts:TagSession"], Principal={"Service": "ec2.amazonaws.com"}),
        ),
        ("resource", document(ALLOW, Principal="*", Sid="Enable IAM User Permissions")),
        ("scp", document(ALLOW)),
        ("scp", document(ALLOW, Action="iam:*Role", Condition={"Bool": {"aws:SecureTransport": "true"}})),
        ("rcp", document(DENY)),
    ],
)
def test_stored(policy_type, source):
    refuse(source, policy_type)


def test_place_in_text():
    text = json.dumps(document(ALLOW, Action=["s3:GetObject", "GetObject"]), indent=2)
    for source in (text, PolicyDocument.parse(text)):
        with pytest.raises(MalformedPolicyDocument) as caught:
            refuse(source)
        assert (caught.value.line, caught.value.column) == (7, 7)


def test_text_that_is_no_json():
    with pytest.raises(MalformedPolicyDocument, match="Expected"):
        refuse('{"Version": }')


def test_grammar_keeps_its_own_explanation():
    with pytest.raises(MalformedPolicyDocument) as caught:
        refuse(document(ALLOW, Effect="allow"))
    assert caught.value.reason == "Syntax errors in policy. Effect must be Allow or Deny."


def test_duplicate_sids():
    source = {"Version": "2012-10-17", "Statement": [{**ALLOW, "Sid": "One"}, {**ALLOW, "Sid": "One"}]}
    with pytest.raises(MalformedPolicyDocument, match=r"Statement IDs \(SID\) in a single policy must be unique"):
        refuse(source)
    refuse({**source, "Statement": [{**s, "Principal": "*"} for s in source["Statement"]]}, "resource")


def test_every_managed_policy_is_stored():
    for name in managed.managed_policy_names():
        refuse(managed.managed_policy_text(name))
