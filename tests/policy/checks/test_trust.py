"""Trust policies: which claims of shared providers AWS wants tested, who comes in by which action."""

import pytest
from check_cases import GITHUB, SUB, TRUST, WEB, conditioned, document

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.legality import refuse
from iamlab.policy.validate import validate

# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
SHARED = {
    "agent.buildkite.com": "sub",
    "api.pulumi.com/oidc": "aud",
    "app.terraform.io": "sub",
    "gitlab.com": "sub",
    "oidc-configuration.audit-log.githubusercontent.com": "sub",
    "oidc.vercel.com": "aud",
    "sandboxes.cloud": "aud",
    "token.actions.githubusercontent.com": "sub",
    "vstoken.actions.githubusercontent.com": "sub",
}
GOOGLE = {"Federated": "accounts.google.com"}
COGNITO = {"Federated": "cognito-identity.amazonaws.com"}
MAIN = "repo:me/mine:ref:refs/heads/main"


def codes(statement):
    return validate(document(statement), "trust").codes


def federated(principal, key=None, values="mine", operator="StringEquals"):
    """A statement that lets the users of a provider in, with a test of one key if there is one."""
    base = {**WEB, "Principal": principal}
    return conditioned(operator, key, values, base) if key else base


@pytest.mark.parametrize(("host", "claim"), SHARED.items())
def test_shared_providers_need_a_test_of_who_is_meant(host, claim):
    """Whoever is a customer of the provider has a token of it: AWS stores no trust policy without the claim."""
    principal = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{host}"}
    other = {"sub": "aud", "aud": "sub"}[claim]
    for statement in (federated(principal), federated(principal, f"{host}:{other}")):
        with pytest.raises(MalformedPolicyDocument, match=f"must test {host}:{claim}"):
            refuse(document(statement), "trust")
    refuse(document(federated(principal, f"{host}:{claim}")), "trust")


def test_cognito_needs_its_audience():
    assert codes(federated(COGNITO)) == ["MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL"]
    with pytest.raises(MalformedPolicyDocument, match=r"must test cognito-identity\.amazonaws\.com:aud"):
        refuse(document(federated(COGNITO)), "trust")
    assert codes(federated(COGNITO, "cognito-identity.amazonaws.com:aud")) == []


@pytest.mark.parametrize("values", ["*", "?*", ["*", "me"], ["me", "*"]])
def test_a_bare_wildcard_among_the_values_is_no_test(values):
    tested = federated(GOOGLE, "accounts.google.com:aud", values, "StringLike")
    assert codes(tested) == ["MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL"]
    assert codes(federated(GOOGLE, "accounts.google.com:aud", ["me", "you"])) == []


def test_denying_a_provider_needs_no_claim():
    assert codes({**federated(GOOGLE), "Effect": "Deny"}) == []
    assert codes({**federated(GITHUB), "Effect": "Deny"}) == []


@pytest.mark.parametrize(
    ("sub", "found"),
    [
        (MAIN, False),
        ("repo:me/mine:environment:production", False),
        ("repo:me/mine:*", True),
        ("repo:me/mine:ref:refs/heads/?", True),
        ("repo:me/*:ref:refs/heads/main", True),
        ("repo:*/mine:ref:refs/heads/main", True),
        ("repo:me/mine", True),
        ("repo:me", True),
        ([MAIN, "repo:me/other:*"], True),
    ],
)
def test_one_branch_of_one_repository_is_best(sub, found):
    assert ("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED" in codes(federated(GITHUB, SUB, sub, "StringLike"))) == found


def test_branches_matter_where_github_is_let_in():
    broad = federated(GITHUB, SUB, "repo:me/*", "StringLike")
    assert codes({**broad, "Effect": "Deny"}) == []
    both = {**broad, "Principal": {"Federated": [GITHUB["Federated"], "accounts.google.com"]}}
    assert "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED" in codes(both)
    google = conditioned("StringEquals", "accounts.google.com:aud", "app", {**WEB, "Principal": GOOGLE})
    google["Condition"]["StringLike"] = {SUB: "repo:me/*"}
    assert codes(google) == []


def test_each_comes_in_by_its_own_action():
    saml = {"Federated": "arn:aws:iam::111122223333:saml-provider/Corp"}
    assert codes({**TRUST, "Action": ["sts:AssumeRoleWithSAML", "sts:AssumeRole"]}) == []
    assert codes({**TRUST, "Action": ["sts:AssumeRole", "sts:SetContext"]}) == []
    assert codes({**TRUST, "Principal": saml, "Action": "sts:AssumeRole*"}) == []
    assert codes({**TRUST, "Principal": saml}) == ["MISMATCHED_ACTION_FOR_PRINCIPAL"]


def test_what_not_action_leaves_over_is_no_mismatch():
    statement = {**TRUST, "NotAction": "sts:AssumeRoleWithSAML"}
    del statement["Action"]
    assert "MISMATCHED_ACTION_FOR_PRINCIPAL" not in codes(statement)
