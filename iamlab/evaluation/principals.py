"""Whom a resource-based policy's statement names.

`grant_of` says how a statement's Principal fits a caller; `is_denied_by` does the same for a Deny, NotPrincipal
included. What a match is worth differs: a session named itself is more than its role named, and an account named only
hands the decision to that account's identity-based policies.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html]
"""

from __future__ import annotations

from enum import IntEnum, auto

from iamlab.arn import is_account
from iamlab.evaluation.request import Caller, Request, caller_of
from iamlab.policy import Statement
from iamlab.policy.document import Principal


class Grant(IntEnum):
    """How a statement names a caller, from least to most."""

    NONE = 0
    ACCOUNT = auto()
    """The caller's account: its identity-based policies decide."""
    BEHIND = auto()
    """The role behind a session, the user behind a federated user: boundary and session policy still limit."""
    DIRECT = auto()
    """The caller itself, or everybody."""


def grant_of(statement: Statement, request: Request) -> Grant:
    """How does the statement's Principal name the caller?

    NotPrincipal with Allow is not supported by AWS, so it grants nothing.
    """
    if statement.principal is None:
        return Grant.NONE
    return _best(statement.principal, request)


def is_denied_by(statement: Statement, request: Request, *, has_boundary: bool) -> bool:
    """Does the statement's Principal or NotPrincipal include the caller, for a Deny?

    Args:
        statement: a Deny.
        request: who asks.
        has_boundary: a principal with a permissions boundary is always hit by NotPrincipal with Deny.
    """
    if statement.not_principal is None:
        # Without either element a statement of a resource-based policy is for everybody: a Deny must not be lost.
        return statement.principal is None or _best(statement.principal, request) is not Grant.NONE
    if has_boundary and request.caller.has_identity:
        return True
    return not _is_excepted(statement.not_principal, request)


def _best(principal: Principal, request: Request) -> Grant:
    if isinstance(principal, str):
        return Grant.DIRECT if principal == "*" else Grant.NONE
    caller = caller_of(request.principal)
    best = Grant.NONE
    for kind, names in principal.items():
        for name in names:
            best = max(best, _grant_by_name(kind, name, caller, request))
    return best


def _grant_by_name(kind: str, name: str, caller: Caller, request: Request) -> Grant:
    if name == "*" and kind == "AWS":
        return Grant.DIRECT
    if kind != "AWS":
        fits = (kind == "Service" and caller.kind == "service") or (kind == "Federated" and caller.kind == "provider")
        return Grant.DIRECT if fits and name == caller.arn else Grant.NONE
    if not caller.has_identity:
        return Grant.NONE
    if account_named(name) is not None:
        if account_named(name) != caller.account:
            return Grant.NONE
        return Grant.DIRECT if caller.kind == "root" else Grant.ACCOUNT
    if name == caller.arn:
        return Grant.BEHIND if caller.kind == "role" else Grant.DIRECT
    if caller.kind == "role":
        return Grant.BEHIND if _is_unique_id(name, request) else Grant.NONE
    if caller.kind == "role session":
        return Grant.BEHIND if _is_role(name, caller) or _is_unique_id(name, request) else Grant.NONE
    if caller.kind == "federated user":
        return Grant.BEHIND if name == issuer_of(request) else Grant.NONE
    return Grant.DIRECT if _is_unique_id(name, request) else Grant.NONE


def account_named(name: str) -> str | None:
    """The account, if it is named by its 12 digits or by its root."""
    if is_account(name):
        return name
    parts = name.split(":")
    return parts[4] if len(parts) == 6 and parts[2] == "iam" and parts[5] == "root" else None


def _is_role(name: str, caller: Caller) -> bool:
    """Is it the ARN of the session's role? A session's ARN leaves out the path; role names are unique without it."""
    parts = name.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or parts[4] != caller.account or not parts[5].startswith("role/"):
        return False
    return parts[5].rpartition("/")[2] == caller.name


def _is_unique_id(name: str, request: Request) -> bool:
    """Is it the unique id (AIDA…, AROA…) that AWS puts in place of a deleted principal's ARN, and the caller has it?"""
    userid = request.keys.get("aws:userid")
    return isinstance(userid, str) and name.startswith("A") and name == userid.partition(":")[0]


def issuer_of(request: Request) -> str:
    """The ARN of the user behind a federated user: given, or else the user of the same name."""
    return request.issuer or request.principal.replace(":sts:", ":iam:", 1).replace(":federated-user/", ":user/", 1)


def _is_excepted(listed: Principal, request: Request) -> bool:
    """Does NotPrincipal list the caller, with all that stands behind it?

    AWS checks the account first, then the role, then the session, so each of them must be listed.
    """
    if isinstance(listed, str):
        return listed == "*"
    caller = caller_of(request.principal)
    if caller.kind in ("service", "provider"):
        return _best(listed, request) is Grant.DIRECT
    names = listed.get("AWS", ())
    if "*" in names:
        return True
    account = any(account_named(name) == caller.account for name in names) and bool(caller.account)
    match caller.kind:
        case "root":
            return account
        case "role session":
            return account and caller.arn in names and any(_is_role(name, caller) for name in names)
        case _:
            return account and any(name == caller.arn or _is_unique_id(name, request) for name in names)
