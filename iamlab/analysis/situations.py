"""From an account and a principal to the sets of actions it may do: gather what applies, and ask the evaluator.

`Inquiry` is one account being asked: it keeps what documents do and which resource policies there are until the account
changes. `whatever` leaves the resource open, `on` is about one resource.
"""

from __future__ import annotations

from functools import cached_property

from iamlab.account.authorize import policies_for, request_for
from iamlab.account.context import DECIDED_HERE, Given
from iamlab.account.names import entity_arn, root_arn
from iamlab.account.principals import Principal, resolve
from iamlab.account.state import State
from iamlab.catalog.keys import global_key
from iamlab.evaluation import AttachedPolicy
from iamlab.evaluation.effective import Effective
from iamlab.evaluation.effects import Effects, Situation
from iamlab.evaluation.resource_policies import ResourcePolicies

_CACHE = "analysis.situations"

_REGION = "aws:requestedregion"


class Inquiry:
    """One account being asked.

    Args:
        state: the account.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._effects = Effects()

    @classmethod
    def of(cls, state: State) -> Inquiry:
        """The account's inquiry, with what it has found out since the account changed last."""
        found = state.cache.get(_CACHE)
        if not isinstance(found, cls):
            found = state.cache[_CACHE] = cls(state)
        return found

    def whatever(self, principal: Principal, context: Given | None = None) -> Effective:
        """What a principal may do, whatever the resource.

        Args:
            principal: who asks, with which credential.
            context: what else is known of its requests; it wins over what AWS would add, `None` takes a key away.
        """
        request = request_for(self.state, principal, "", "*", context)
        given = {key.lower() for key in context or ()}
        keys = request.context or {}
        known = {key: value for key, value in keys.items() if key.lower() in given or _is_fixed(key)}
        absent = given.union(filter(_is_fixed, DECIDED_HERE))
        situation = Situation(request.knowing(known, absent))
        return Effective(situation, policies_for(self.state, principal), self._effects, self._resource_policies)

    def on(self, principal: Principal, resource: str, context: Given | None = None) -> list[Effective]:
        """What a principal may do with one resource.

        Args:
            principal: who asks, with which credential.
            resource: an ARN.
            context: what else is known of its requests; it wins over what AWS would add, `None` takes a key away.

        Returns:
            One answer; or two when the resource is a role: the first is about the actions of STS, which its trust
            policy decides, the second about all others.
        """
        request = request_for(self.state, principal, "", resource, context)
        absent = DECIDED_HERE.union(key.lower() for key in context or ())
        situation = Situation(request.knowing(request.context or {}, absent), resource)
        actions = ("sts:AssumeRole", "") if ":role/" in resource else ("",)
        return [
            Effective(situation, policies_for(self.state, principal, action, resource), self._effects)
            for action in actions
        ]

    @cached_property
    def _resource_policies(self) -> ResourcePolicies:
        """The policies of all resources and roles that are known, as the account's own principals meet them."""
        state = self.state
        root = resolve(state, root_arn(state))
        found: list[AttachedPolicy] = []
        for arn in state.resources:
            found += policies_for(state, root, "", arn).resource
        for role in state.roles.values():
            arn = entity_arn(state, "role", role.path, role.name)
            found += policies_for(state, root, "sts:AssumeRole", arn).resource
        return ResourcePolicies(found)


def _is_fixed(key: str) -> bool:
    """Does a key stay the same whatever the resource is?"""
    known = global_key(key)
    of_resource = known is not None and known.category == "resource"
    return not of_resource and key.lower() != _REGION and not key.lower().startswith("iam:resourcetag/")
