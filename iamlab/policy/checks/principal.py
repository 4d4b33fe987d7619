"""Checks of Principal and NotPrincipal, in policies that may have one and in those that may not.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamlab.arn import Arn
from iamlab.catalog.principals import service_principals
from iamlab.errors import InvalidInput
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import PolicyType, PrincipalItem, StatementView
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.repairs import put, remove

_WITH_PRINCIPAL: tuple[PolicyType, ...] = ("resource", "trust", "rcp")
SERVICE_PRINCIPAL = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)\Z")
_PRINCIPAL_KINDS = ("user", "role", "assumed-role", "federated-user", "root")


def _words(item: PrincipalItem) -> str:
    return f'Invalid principal in policy: "{item.kind}":"{item.text}"'


@check("UNSUPPORTED_PRINCIPAL", on="statement", types=("identity",), refuses=True)
def principal_in_identity_policy(statement: StatementView) -> Iterator[Found]:
    """An identity policy applies to whoever it is attached to."""
    if element := statement.principal:
        message = f"An identity policy takes no {element.name}: it applies to whoever it is attached to."
        words = "Policy document should not specify a principal."
        yield Found(element.path, message, remove(f"Remove {element.name}", element.path), words, key=True)


@check("MISSING_PRINCIPAL", on="statement", types=_WITH_PRINCIPAL, refuses=True)
def missing_principal(statement: StatementView) -> Iterator[Found]:
    """A resource's policy says for whom it is."""
    if statement.principal is None:
        message = "This type of policy says who it is for: the statement needs a Principal."
        yield Found(statement.path, message, refusal="Missing required field Principal")


@check("EMPTY_ARRAY_PRINCIPAL", on="statement")
def empty_names(statement: StatementView) -> Iterator[Found]:
    """A list of principals with none in it."""
    element = statement.principal
    for path in element.empty if element else ():
        if element and path != element.path:
            yield Found(path, "An empty list names no principal.")


@check("EMPTY_OBJECT_PRINCIPAL", on="statement")
def empty_principal(statement: StatementView) -> Iterator[Found]:
    """A Principal with nothing in it."""
    if statement.principal and statement.principal.path in statement.principal.empty:
        yield Found(statement.principal.path, f"{statement.principal.name} is empty: it names nobody.")


@check("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", on="principal", types=("resource",), refuses=True)
def wildcard_in_principal(item: PrincipalItem) -> Iterator[Found]:
    """A principal is named in full; only a star alone stands for everybody."""
    if has_wildcard(item.text) and not (item.text == "*" and item.kind in ("*", "AWS")):
        message = (
            f'"{item.text}": a principal must be named in full; for a pattern use a condition on aws:PrincipalArn.'
        )
        yield Found(item.path, message, refusal=_words(item))


@check("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", on="principal", types=("trust",), refuses=True)
def wildcard_in_trust(item: PrincipalItem) -> Iterator[Found]:
    """The same in a trust policy, which does not take the bare star either."""
    if item.kind == "*":
        message = 'A trust policy does not take "*" alone: write {"AWS": "*"} or, better, say who may assume the role.'
        repair = put('Write {"AWS": "*"}', item.path, {"AWS": "*"})
        # Seen in AWS; the pages call both ways equivalent.
        yield Found(item.path, message, repair, 'AssumeRolepolicy contained an invalid principal: "STAR":"*".')
    elif has_wildcard(item.text) and not (item.text == "*" and item.kind == "AWS"):
        message = (
            f'"{item.text}": a principal must be named in full; for a pattern use a condition on aws:PrincipalArn.'
        )
        yield Found(item.path, message, refusal=_words(item))


def _is_aws_principal(text: str) -> bool:
    """Is it an account, a unique id, or the ARN of somebody who can be a principal?"""
    if re.fullmatch(r"\d{12}|(AIDA|AROA|AGPA|ANPA|ASCA|APKA)[A-Z0-9]+", text):
        return True
    try:
        arn = Arn.parse(text)
    except InvalidInput:
        return False
    if arn.account == "cloudfront":  # an origin access identity, which CloudFront makes
        return True
    return arn.service in ("iam", "sts") and arn.kind in _PRINCIPAL_KINDS and bool(re.fullmatch(r"\d{12}", arn.account))


@check("INVALID_PRINCIPAL_FORMAT", on="principal", types=_WITH_PRINCIPAL, refuses=True)
def invalid_aws_principal(item: PrincipalItem) -> Iterator[Found]:
    """Under AWS stand accounts, users, roles and sessions; groups cannot be principals."""
    if item.kind != "AWS" or has_wildcard(item.text) or _is_aws_principal(item.text):
        return
    if ":group/" in item.text:
        message = "A group cannot be a principal: name its users, or the account."
    elif item.text.endswith(".amazonaws.com"):
        message = f'"{item.text}" is a service: it belongs under "Service".'
    else:
        message = f'"{item.text}" is neither an account (12 digits) nor the ARN of a user, role or session.'
    yield Found(item.path, message, refusal=_words(item))


@check("INVALID_SERVICE_PRINCIPAL_FORMAT", on="principal", types=_WITH_PRINCIPAL, refuses=True)
def invalid_service_principal(item: PrincipalItem) -> Iterator[Found]:
    """A service principal looks like lambda.amazonaws.com."""
    if item.kind != "Service" or has_wildcard(item.text):
        return
    meant = f"{item.text.partition('.')[0].lower()}.amazonaws.com"
    slip = item.text != meant and item.text.count(".") <= meant.count(".") and meant in service_principals()
    if slip and not item.text.endswith(".aws.internal"):
        message = f'"{item.text}" is not a service principal. Did you mean {meant}?'
        yield Found(item.path, message, put(f"Write {meant}", item.path, meant), _words(item))
    elif not SERVICE_PRINCIPAL.match(item.text):
        message = f'"{item.text}" is not a service principal: one looks like lambda.amazonaws.com.'
        yield Found(item.path, message, refusal=_words(item))


@check("INVALID_ROLE_REFERENCE", on="principal", types=("resource", "trust"))
def role_id(item: PrincipalItem) -> Iterator[Found]:
    """What AWS shows when a role that was named has been deleted."""
    if item.kind == "AWS" and item.text.startswith("AROA"):
        message = f"{item.text} is the unique id of a role, as AWS shows it once the role is deleted. Write an ARN."
        yield Found(item.path, message)


@check("INVALID_USER_REFERENCE", on="principal", types=("resource", "trust"))
def user_id(item: PrincipalItem) -> Iterator[Found]:
    """What AWS shows when a user who was named has been deleted."""
    if item.kind == "AWS" and item.text.startswith("AIDA"):
        message = f"{item.text} is the unique id of a user, as AWS shows it once the user is deleted. Write an ARN."
        yield Found(item.path, message)


@check("FEDERATED_PRINCIPAL_NOT_SUPPORTED", on="principal", types=("resource",))
def federated_in_resource_policy(item: PrincipalItem) -> Iterator[Found]:
    """A provider can only take a role; to a resource comes the role's session."""
    if item.kind == "Federated":
        message = "A resource's policy takes no Federated principal: name the role that these users assume."
        yield Found(item.path, message)
