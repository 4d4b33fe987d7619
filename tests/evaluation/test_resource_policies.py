"""Resource-based policies by whom they name: nobody who may be meant is overlooked, and the order is kept."""

import pytest

from iamlab import AttachedPolicy, PolicyDocument, Request
from iamlab.evaluation.resource_policies import ResourcePolicies

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s1"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/bob"


def policies(*principals, effect="Allow"):
    """One policy for each, named after it."""
    return ResourcePolicies(
        AttachedPolicy(
            PolicyDocument.parse({"Statement": {"Effect": effect, "Action": "*", "Resource": "*", **principal}}),
            f"policy {number}",
        )
        for number, principal in enumerate(principals, 1)
    )


def numbers(found):
    return [int(policy.name.rpartition(" ")[2]) for policy, _ in found]


def aws(*names):
    return {"Principal": {"AWS": list(names)}}


@pytest.mark.parametrize(
    ("name", "principal", "context"),
    [
        (ALICE, ALICE, {}),
        ("*", ALICE, {}),
        ("*", "anonymous", {}),
        (f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:root", {}),
        ("AIDAEXAMPLE", ALICE, {"aws:userid": "AIDAEXAMPLE"}),
        ("AROAEXAMPLE", SESSION, {"aws:userid": "AROAEXAMPLE:s1"}),
        (SESSION, SESSION, {}),
        (f"arn:aws:iam::{ACCOUNT}:role/Reader", SESSION, {}),
        (f"arn:aws:iam::{ACCOUNT}:role/team/Reader", SESSION, {}),
        (f"arn:aws:iam::{ACCOUNT}:role/team:blue/Reader", SESSION, {}),  # a path may hold a colon
        (f"arn:aws:iam::{ACCOUNT}:user/bob", FEDERATED, {}),
    ],
)
def test_a_name_is_found_by_the_caller_it_means(name, principal, context):
    request = Request(principal, "s3:GetObject", "*", context)
    assert numbers(policies(aws(name)).allows(request)) == [1]
    assert numbers(policies(aws(name), effect="Deny").denies(request)) == [1]


@pytest.mark.parametrize("name", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_an_account_is_looked_for_only_by_denies(name):
    """An account named in an Allow leaves the decision to identity-based policies; a Deny hits all of the account."""
    request = Request(ALICE, "s3:GetObject")
    assert policies(aws(name)).allows(request) == []
    assert numbers(policies(aws(name), effect="Deny").denies(request)) == [1]
    assert policies(aws("444455556666"), effect="Deny").denies(request) == []


def test_services_and_providers_are_found_by_their_names():
    provider = f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"
    known = policies({"Principal": {"Service": ["logs.amazonaws.com"]}}, {"Principal": {"Federated": provider}})
    assert numbers(known.allows(Request("logs.amazonaws.com", "s3:PutObject"))) == [1]
    assert numbers(known.allows(Request(provider, "sts:AssumeRoleWithSAML"))) == [2]


def test_others_are_not_found():
    request = Request(ALICE, "s3:GetObject", "*", {"aws:userid": "AIDAEXAMPLE"})
    others = policies(aws(SESSION), aws(f"arn:aws:iam::{ACCOUNT}:role/Other"), {"Principal": {"Service": ALICE + "x"}})
    assert others.allows(request) == []


def test_whom_notprincipal_and_no_principal_mean_is_left_to_the_rules():
    denies = policies({"NotPrincipal": {"AWS": ALICE}}, {}, {"Principal": "*"}, effect="Deny")
    assert numbers(denies.denies(Request(ALICE, "s3:GetObject"))) == [1, 2, 3]


def test_they_come_in_order_and_once():
    known = policies(aws(SESSION, "AROAEXAMPLE"), {"Principal": "*"}, aws(ALICE), aws("*", SESSION), aws("AROAEXAMPLE"))
    request = Request(SESSION, "s3:GetObject", "*", {"aws:userid": "AROAEXAMPLE:s1"})
    assert numbers(known.allows(request)) == [1, 2, 4, 5]


def test_allows_and_denies_are_apart():
    both = AttachedPolicy(
        PolicyDocument.parse(
            {
                "Statement": [
                    {"Sid": effect, "Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"}
                    for effect in ("Allow", "Deny")
                ]
            }
        ),
        "policy",
    )
    known, request = ResourcePolicies([both]), Request(ALICE, "s3:GetObject")
    assert [statement.sid for _, statement in known.allows(request)] == ["Allow"]
    assert [statement.sid for _, statement in known.denies(request)] == ["Deny"]
