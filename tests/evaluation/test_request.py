"""Requests: who asks, whose the resource is, and what the context holds."""

from datetime import UTC, datetime

import pytest

from iamlab import Request
from iamlab.errors import InvalidInput
from iamlab.evaluation.request import WEB_IDENTITIES, account_in, caller_of, is_account, plain_value

ACCOUNT, OTHER = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
LINKED = "aws-service-role/x.amazonaws.com/AWSServiceRoleForX"


@pytest.mark.parametrize(
    ("principal", "kind", "account", "name", "is_service_linked", "has_identity"),
    [
        (ALICE, "user", ACCOUNT, "alice", False, True),
        (f"arn:aws:iam::{ACCOUNT}:user/team/red/alice", "user", ACCOUNT, "alice", False, True),
        (f"arn:aws-cn:iam::{ACCOUNT}:role/team/Reader", "role", ACCOUNT, "Reader", False, True),
        (f"arn:aws:iam::{ACCOUNT}:role/{LINKED}", "role", ACCOUNT, "AWSServiceRoleForX", True, True),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s1", "role session", ACCOUNT, "Reader", False, True),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s", "role session", ACCOUNT, None, True, True),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/alice", "federated user", ACCOUNT, "alice", False, True),
        (f"arn:aws:iam::{ACCOUNT}:root", "root", ACCOUNT, "", False, True),
        (f"arn:aws:iam::{ACCOUNT}:saml-provider/Corp", "provider", ACCOUNT, "Corp", False, False),
        (f"arn:aws:iam::{ACCOUNT}:oidc-provider/a.example/b", "provider", ACCOUNT, "a.example/b", False, False),
        (f"arn:aws:iam::{ACCOUNT}:oidc-provider/a.example:443/b", "provider", ACCOUNT, "a.example:443/b", False, False),
        ("ec2.amazonaws.com", "service", "", "", False, False),
        ("anonymous", "anonymous", "", "", False, False),
        ("", "unknown", "", "", False, True),
        *((provider, "provider", "", "", False, False) for provider in WEB_IDENTITIES),
    ],
)
def test_a_principal_is_read(principal, kind, account, name, is_service_linked, has_identity):
    caller = caller_of(principal)
    assert (caller.arn, caller.kind, caller.account) == (principal, kind, account)
    assert name is None or caller.name == name
    assert (caller.is_service_linked, caller.has_identity) == (is_service_linked, has_identity)
    assert Request(principal, "s3:GetObject").caller is caller


def test_the_known_web_identities():
    assert set(WEB_IDENTITIES) == {
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "graph.facebook.com",
        "www.amazon.com",
    }


@pytest.mark.parametrize(
    ("principal", "message"),
    [
        ("alice", "expected an ARN, a service's name or anonymous"),
        ("what is this.example", "expected an ARN, a service's name or anonymous"),
        ("arn:aws:iam::111122223333", "is not the ARN of a principal"),
        (f"arn:aws:s3::{ACCOUNT}:user/alice", "is not the ARN of a principal"),
        ("arn:aws:iam::1111:user/alice", "is not the ARN of a principal"),
        (f"arn:aws:iam::{ACCOUNT}:user/", "does not name a principal"),
        (f"arn:aws:iam::{ACCOUNT}:user", "does not name a principal"),
        (f"arn:aws:iam::{ACCOUNT}:group/staff", "is a group, which makes no requests"),
    ],
)
def test_what_makes_no_requests_is_refused(principal, message):
    with pytest.raises(InvalidInput, match=message):
        caller_of(principal)


@pytest.mark.parametrize(
    ("resource", "resource_account", "owner", "crosses"),
    [
        ("*", None, ACCOUNT, False),
        ("arn:aws:s3:::reports", None, ACCOUNT, False),
        ("arn:aws:s3:::reports", OTHER, OTHER, True),
        (f"arn:aws:sqs:eu-west-1:{OTHER}:jobs", None, OTHER, True),
        (f"arn:aws:sqs:eu-west-1:{OTHER}:jobs", ACCOUNT, ACCOUNT, False),
        (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs:more", None, ACCOUNT, False),
        (f"arn:aws:sqs:eu-west-1:{OTHER}:jobs:more", None, OTHER, True),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", None, ACCOUNT, False),
        (f"arn:aws:sqs:eu-west-1:{OTHER}", None, ACCOUNT, False),
    ],
)
def test_a_resource_belongs_to_the_account_given_or_in_its_arn_or_the_callers(
    resource, resource_account, owner, crosses
):
    request = Request(ALICE, "sqs:SendMessage", resource, resource_account=resource_account)
    assert (request.owner, request.crosses_accounts) == (owner, crosses)


def test_nobody_without_an_account_crosses_accounts():
    for principal in ("ec2.amazonaws.com", "anonymous", ""):
        request = Request(principal, "s3:GetObject", resource_account=OTHER)
        assert (request.owner, request.crosses_accounts) == (OTHER, False)
        assert Request(principal, "s3:GetObject").owner == ""


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (1.5, "1.5"),
        (datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00+00:00"),
        (["a", 1, True, False], ("a", "1", "true", "false")),
        ([], ()),
        (("a",), ("a",)),
        ([datetime(2026, 1, 31, tzinfo=UTC)], ("2026-01-31T00:00:00+00:00",)),
    ],
)
def test_context_values_become_texts(value, plain):
    assert plain_value("aws:x", value) == plain


@pytest.mark.parametrize("value", [None, {}, {"a": "b"}, b"bytes", [None], [["a"]], object()])
def test_what_is_no_context_value_is_refused(value):
    with pytest.raises(InvalidInput, match="aws:x"):
        plain_value("aws:x", value)


def test_keys_are_in_lower_case_and_read_once():
    request = Request(ALICE, "s3:GetObject", context={"aws:SourceIp": "192.0.2.1", "aws:TagKeys": ["a"]})
    assert request.keys == {"aws:sourceip": "192.0.2.1", "aws:tagkeys": ("a",)}
    assert request.keys is request.keys
    assert Request(ALICE, "s3:GetObject").keys == {}


def test_the_same_request_with_other_knowledge():
    first = Request(
        ALICE,
        "s3:GetObject",
        "arn:aws:s3:::reports",
        {"aws:SourceIp": "192.0.2.1", "aws:username": "alice"},
        resource_account=OTHER,
        management_account=ACCOUNT,
        issuer="x",
        absent={"aws:tagkeys"},
    )
    second = first.knowing({"AWS:sourceip": "192.0.2.9"}, {"aws:username"})
    assert (second.keys, second.absent) == ({"aws:sourceip": "192.0.2.9"}, {"aws:username"})
    assert first.keys["aws:sourceip"] == "192.0.2.1"
    for name in ("principal", "action", "resource", "resource_account", "management_account", "issuer"):
        assert getattr(second, name) == getattr(first, name)
    assert first.knowing({}).absent == ()


def test_a_key_is_known_when_it_is_there_or_said_to_be_absent():
    request = Request(ALICE, "s3:GetObject", context={"aws:username": "alice"})
    assert "aws:username" in request.known
    assert "aws:sourceip" not in request.known
    told = Request(ALICE, "s3:GetObject", context={"aws:username": "a"}, absent={"aws:sourceip", "aws:principaltag/"})
    assert "aws:username" in told.known
    assert "aws:sourceip" in told.known
    assert "aws:principaltag/team" in told.known
    assert "aws:resourcetag/team" not in told.known
    assert "aws:tagkeys" not in told.known


@pytest.mark.parametrize(
    ("text", "is_one"), [(ACCOUNT, True), ("11112222333", False), ("11112222333x", False), ("١" * 12, False)]
)
def test_an_account_is_twelve_digits(text, is_one):
    assert is_account(text) is is_one


def test_requests_show_who_asks_for_what():
    assert repr(Request(ALICE, "s3:GetObject", "x")) == f"<Request: {ALICE} s3:GetObject x>"
    assert repr(Request("", "s3:GetObject")) == "<Request: somebody s3:GetObject *>"


def test_what_is_no_principal_is_refused_in_words():
    with pytest.raises(InvalidInput, match="int is not a principal: expected an ARN, a service's name"):
        caller_of(111122223333)


def test_what_is_no_resource_is_refused_in_words():
    with pytest.raises(InvalidInput, match="NoneType is not a resource: expected its ARN, or \\*"):
        account_in(None)
