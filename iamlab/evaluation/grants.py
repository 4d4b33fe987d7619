"""The resource-based policies of an account, by whom they name.

An account may have a thousand roles with a trust policy each, and a principal is named in a few of them:
`ResourcePolicies` finds the statements that may speak on a caller without trying all.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html]
"""

from __future__ import annotations

from collections.abc import Iterable

from iamlab.evaluation.policies import AttachedPolicy
from iamlab.evaluation.principals import issuer_of
from iamlab.evaluation.request import Request
from iamlab.policy import Statement

Found = tuple[AttachedPolicy, Statement]


class ResourcePolicies:
    """The statements of many resource-based policies, by the names in their Principal.

    Args:
        policies: the policies, each with its place.
    """

    __slots__ = ("_by_name", "_for_anybody", "policies")

    def __init__(self, policies: Iterable[AttachedPolicy] = ()) -> None:
        self.policies = tuple(policies)
        self._by_name: dict[str, list[tuple[int, Found]]] = {}
        # Statements for everybody, and those whose NotPrincipal may include anybody.
        self._for_anybody: list[tuple[int, Found]] = []
        number = 0
        for policy in self.policies:
            for statement in policy.document.statements:
                number += 1
                principal = statement.principal
                if not isinstance(principal, dict):
                    self._for_anybody.append((number, (policy, statement)))
                    continue
                for name in {_token(name) for names in principal.values() for name in names}:
                    self._by_name.setdefault(name, []).append((number, (policy, statement)))

    def about(self, request: Request) -> list[Found]:
        """The statements that may name the caller, in order; whether they do is for `grant_of` and `is_denied_by`."""
        found = dict(self._for_anybody)
        for token in _tokens(request):
            found.update(self._by_name.get(token, ()))
        return [found[number] for number in sorted(found)]


def _token(name: str) -> str:
    """What a name is filed under: a role under its account and name, because a session does not know its path."""
    parts = name.split(":", 5)
    if len(parts) == 6 and parts[2] == "iam":
        if parts[5] == "root":
            return parts[4]
        if parts[5].startswith("role/"):
            return f"{parts[4]} role {parts[5].rpartition('/')[2]}"
    return name


def _tokens(request: Request) -> list[str]:
    """All that a caller may be filed under."""
    caller = request.caller
    userid = request.keys.get("aws:userid")
    unique_id = [userid.partition(":")[0]] if isinstance(userid, str) else []
    return ["*", caller.arn, caller.account, f"{caller.account} role {caller.name}", issuer_of(request), *unique_id]
