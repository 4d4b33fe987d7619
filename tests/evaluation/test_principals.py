"""Whom Principal and NotPrincipal name, beyond the conformance cases: unique ids, and what a match is worth."""

import pytest

from iamlab import PolicyDocument, Request
from iamlab.evaluation.principals import Grant, account_named, grant_of, is_denied_by, issuer_of

ACCOUNT, OTHER = "111122223333", "444455556666"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s1"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/alice"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/Corp"
NONE, BY_ACCOUNT, BEHIND, DIRECT = Grant


def statement(**more):
    document = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", **more}}
    return PolicyDocument.parse(document).statements[0]


def grant(principal, listed, userid=None, issuer=None):
    context = None if userid is None else {"aws:userid": userid}
    return grant_of(statement(Principal=listed), Request(principal, "s3:GetObject", "*", context, issuer=issuer))


@pytest.mark.parametrize(
    ("principal", "name", "worth"),
    [
        (ALICE, ALICE, DIRECT),
        (ALICE, "*", DIRECT),
        (ALICE, ACCOUNT, BY_ACCOUNT),
        (ALICE, ROOT, BY_ACCOUNT),
        (ALICE, OTHER, NONE),
        (ALICE, ALICE.replace("alice", "Alice"), NONE),
        (ALICE, ALICE.replace("alice", "*"), NONE),
        (ROOT, ROOT, DIRECT),
        (ROOT, ACCOUNT, DIRECT),
        (ROOT, f"arn:aws:iam::{OTHER}:root", NONE),
        (ROLE, ROLE, BEHIND),
        (ROLE, f"arn:aws:iam::{ACCOUNT}:role/Reader", NONE),
        (ROLE, f"arn:aws:iam::{ACCOUNT}:role/other/Reader", NONE),
        (SESSION, SESSION, DIRECT),
        (SESSION, ROLE, BEHIND),
        (SESSION, f"arn:aws:iam::{ACCOUNT}:role/team:blue/Reader", BEHIND),  # a path may hold a colon
        (SESSION, f"arn:aws:iam::{OTHER}:role/team/Reader", NONE),
        (SESSION, f"arn:aws:iam::{ACCOUNT}:role/Writer", NONE),
        (SESSION, f"arn:aws:iam::{ACCOUNT}:user/Reader", NONE),
        (SESSION, f"arn:aws:sts::{ACCOUNT}:role/Reader", NONE),
        (SESSION, "Reader", NONE),
        (FEDERATED, FEDERATED, DIRECT),
        (FEDERATED, ALICE, BEHIND),
        (FEDERATED, f"arn:aws:iam::{ACCOUNT}:user/bob", NONE),
        ("anonymous", ACCOUNT, NONE),
        ("anonymous", "*", DIRECT),
        (SAML, SAML, NONE),
        ("ec2.amazonaws.com", "ec2.amazonaws.com", NONE),
    ],
)
def test_what_a_name_under_aws_is_worth(principal, name, worth):
    assert grant(principal, {"AWS": name}) is worth


@pytest.mark.parametrize(
    ("principal", "kind", "name", "worth"),
    [
        ("ec2.amazonaws.com", "Service", "ec2.amazonaws.com", DIRECT),
        ("ec2.amazonaws.com", "Service", "s3.amazonaws.com", NONE),
        ("ec2.amazonaws.com", "Federated", "ec2.amazonaws.com", NONE),
        (SAML, "Federated", SAML, DIRECT),
        (SAML, "Service", SAML, NONE),
        ("accounts.google.com", "Federated", "accounts.google.com", DIRECT),
        (ALICE, "Service", "*", NONE),
        (ALICE, "Federated", ALICE, NONE),
    ],
)
def test_services_and_providers_stand_under_their_own_kind(principal, kind, name, worth):
    assert grant(principal, {kind: name}) is worth


@pytest.mark.parametrize(
    ("principal", "name", "userid", "worth"),
    [
        (ALICE, "AIDAJQABLZS4A3QDU576Q", "AIDAJQABLZS4A3QDU576Q", DIRECT),
        (ALICE, "AIDAJQABLZS4A3QDU576Q", "AIDAZZZZZZZZZZZZZZZZZ", NONE),
        (ALICE, "AIDAJQABLZS4A3QDU576Q", None, NONE),
        (SESSION, "AROADBQP57FF2AEXAMPLE", "AROADBQP57FF2AEXAMPLE:s1", BEHIND),
        (ROLE, "AROADBQP57FF2AEXAMPLE", "AROADBQP57FF2AEXAMPLE", BEHIND),
        (SESSION, "AROADBQP57FF2AEXAMPLE:s1", "AROADBQP57FF2AEXAMPLE:s1", NONE),
        (ALICE, "alice", "alice", NONE),
        (ALICE, "AIDAJQABLZS4A3QDU576Q", ["AIDAJQABLZS4A3QDU576Q"], NONE),
        (FEDERATED, "AIDAJQABLZS4A3QDU576Q", "AIDAJQABLZS4A3QDU576Q", NONE),
    ],
)
def test_a_unique_id_names_the_user_or_the_role(principal, name, userid, worth):
    assert grant(principal, {"AWS": name}, userid) is worth


def test_the_best_of_many_names_counts():
    names = {"Service": ["ec2.amazonaws.com"], "AWS": [ACCOUNT, SESSION, ROLE]}
    assert grant(SESSION, names) is DIRECT
    assert grant(SESSION, {"AWS": [ROLE, ACCOUNT]}) is BEHIND
    assert grant(SESSION, {"AWS": []}) is NONE


def test_only_a_star_may_stand_alone():
    assert grant(ALICE, "*") is DIRECT
    assert grant_of(statement(), Request(ALICE, "s3:GetObject")) is NONE


def test_notprincipal_never_grants():
    allow = statement(Effect="Allow", NotPrincipal={"AWS": OTHER})
    assert grant_of(allow, Request(ALICE, "s3:GetObject")) is NONE


@pytest.mark.parametrize(
    ("name", "account"),
    [
        (ACCOUNT, ACCOUNT),
        (ROOT, ACCOUNT),
        (ALICE, None),
        ("*", None),
        (f"arn:aws:sts::{ACCOUNT}:root", None),
        (f"arn:aws:iam::{ACCOUNT}:root:more", None),
        ("11112222333", None),
        ("a:b:iam", None),
    ],
)
def test_an_account_is_named_by_its_digits_or_its_root(name, account):
    assert account_named(name) == account


def denied(principal, listed, userid=None, *, has_boundary=False):
    context = None if userid is None else {"aws:userid": userid}
    request = Request(principal, "s3:GetObject", "*", context)
    return is_denied_by(statement(NotPrincipal=listed), request, has_boundary=has_boundary)


@pytest.mark.parametrize(
    ("principal", "names"),
    [
        (ALICE, [ALICE, ACCOUNT]),
        (ROOT, [ROOT]),
        (ROOT, [ACCOUNT]),
        (ROLE, [ROLE, ROOT]),
        (SESSION, [SESSION, ROLE, ROOT]),
        (FEDERATED, [FEDERATED, ROOT]),
    ],
)
def test_notprincipal_spares_whom_it_lists_with_all_that_stands_behind(principal, names):
    assert not denied(principal, {"AWS": names})
    for missing in names:
        assert denied(principal, {"AWS": [name for name in names if name != missing]})
    assert denied(principal, {"AWS": [name.replace(ACCOUNT, OTHER) for name in names]})


def test_notprincipal_spares_everybody_services_and_unique_ids():
    assert not denied(ALICE, "*")
    assert not denied(ALICE, {"AWS": "*"})
    assert not denied("ec2.amazonaws.com", {"Service": "ec2.amazonaws.com"})
    assert denied("ec2.amazonaws.com", {"Service": "s3.amazonaws.com"})
    assert not denied(SAML, {"Federated": SAML})
    assert denied(SAML, {"AWS": [SAML, ACCOUNT]})
    assert not denied(ALICE, {"AWS": ["AIDAJQABLZS4A3QDU576Q", ACCOUNT]}, "AIDAJQABLZS4A3QDU576Q")
    assert denied("anonymous", {"AWS": [ACCOUNT]})
    assert denied("", {"AWS": ["", ACCOUNT]})


def test_notprincipal_always_denies_who_has_a_boundary():
    assert denied(ALICE, {"AWS": [ALICE, ACCOUNT]}, has_boundary=True)
    assert not denied("ec2.amazonaws.com", {"Service": "ec2.amazonaws.com"}, has_boundary=True)


def test_a_deny_without_principal_is_for_everybody():
    assert is_denied_by(statement(), Request(ALICE, "s3:GetObject"), has_boundary=False)
    assert not is_denied_by(statement(Principal={"AWS": OTHER}), Request(ALICE, "s3:GetObject"), has_boundary=False)


def test_the_user_behind_a_federated_user_is_given_or_has_its_name():
    assert issuer_of(Request(FEDERATED, "s3:GetObject")) == ALICE
    bob = f"arn:aws:iam::{ACCOUNT}:user/bob"
    assert issuer_of(Request(FEDERATED, "s3:GetObject", issuer=bob)) == bob
    assert grant(FEDERATED, {"AWS": bob}, issuer=bob) is BEHIND
    odd = f"arn:aws:sts::{ACCOUNT}:federated-user/a:sts:x:federated-user/b"
    assert issuer_of(Request(odd, "s3:GetObject")) == f"arn:aws:iam::{ACCOUNT}:user/a:sts:x:federated-user/b"
