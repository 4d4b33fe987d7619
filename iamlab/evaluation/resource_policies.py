"""The resource-based policies of an account, by whom they name.

An account may have a thousand roles with a trust policy each, and a principal is named in a few of them:
`ResourcePolicies` finds the statements that may speak on a caller without trying all; whether they do is for
`grant_of` and `is_denied_by`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html]
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from iamlab.evaluation.policies import AttachedPolicy
from iamlab.evaluation.principals import account_named, issuer_of
from iamlab.evaluation.request import Request
from iamlab.policy import Statement

Found = tuple[AttachedPolicy, Statement]


class ResourcePolicies:
    """The statements of many resource-based policies, by the names in their Principal.

    Args:
        policies: the policies, each with its place.
    """

    __slots__ = ("_allow", "_deny")

    def __init__(self, policies: Iterable[AttachedPolicy] = ()) -> None:
        self._allow, self._deny = _ByName(), _ByName()
        for policy in policies:
            for statement in policy.document.statements:
                (self._allow if statement.effect == "Allow" else self._deny).add(policy, statement)

    def allows(self, request: Request) -> list[Found]:
        """The Allow statements that may name the caller itself, or the role or user behind it.

        One that names the caller's account alone grants nothing without an identity-based policy, so it is left out.
        """
        return self._allow.find(_tokens(request))

    def denies(self, request: Request) -> list[Found]:
        """The Deny statements that may include the caller."""
        return self._deny.find([*_tokens(request), request.caller.account])


class _ByName:
    """Statements, by the names in their Principal."""

    __slots__ = ("_by_name", "_for_anybody", "_numbers")

    def __init__(self) -> None:
        self._numbers = count()
        self._by_name: dict[str, list[tuple[int, Found]]] = {}
        # Statements for everybody, and those whose NotPrincipal may include anybody.
        self._for_anybody: list[tuple[int, Found]] = []

    def add(self, policy: AttachedPolicy, statement: Statement) -> None:
        entry = (next(self._numbers), (policy, statement))
        if not isinstance(statement.principal, dict):
            self._for_anybody.append(entry)
            return
        for name in {_token(name) for names in statement.principal.values() for name in names}:
            self._by_name.setdefault(name, []).append(entry)

    def find(self, tokens: list[str]) -> list[Found]:
        """The statements with one of these names, in order."""
        found = dict(self._for_anybody)
        for token in tokens:
            found.update(self._by_name.get(token, ()))
        return [found[number] for number in sorted(found)]


def _token(name: str) -> str:
    """What a name is filed under: account and last part of an ARN, because a session does not know its role's path."""
    account = account_named(name)
    if account is not None:
        return account
    parts = name.split(":", 5)
    return f"{parts[4]} {parts[5].rpartition('/')[2]}" if len(parts) == 6 else name


def _tokens(request: Request) -> list[str]:
    """All that a caller may be filed under, but for its account."""
    caller = request.caller
    userid = request.keys.get("aws:userid")
    unique_id = [userid.partition(":")[0]] if isinstance(userid, str) else []
    names = ("*", caller.arn, issuer_of(request), *unique_id)
    return [*map(_token, names), f"{caller.account} {caller.name}"]
