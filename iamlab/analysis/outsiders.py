"""Whom a resource's policy lets in besides the account's users and roles.

Services, identity providers, named sessions, anonymous callers, and other accounts. What an unknown account allows its
own people is for that account to say, so somebody whose identity-based policies allow everything stands in for it.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamlab.account.authorize import policies_for
from iamlab.account.context import Given, owner_of
from iamlab.account.names import root_arn
from iamlab.account.principals import Principal, resolve
from iamlab.account.state import State
from iamlab.analysis.open_requests import decide_open, open_request
from iamlab.catalog.principals import WEB_IDENTITIES
from iamlab.errors import AwsError
from iamlab.evaluation import AttachedPolicy, PolicySet, Request
from iamlab.evaluation.policies import Rule
from iamlab.evaluation.principals import account_named, grant_of
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL
from iamlab.policy import PolicyDocument

ANY_ACCOUNT = "any AWS account"
_NOBODYS_ACCOUNT = "000000000000"

ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
"""How a role is assumed."""


def assuming_actions(trust: PolicyDocument | None) -> tuple[str, ...]:
    """The actions by which somebody may assume a role with this trust policy; identity providers have their own."""
    principals = [statement.principal for statement in trust.statements] if trust else []
    federated = any(isinstance(principal, dict) and "Federated" in principal for principal in principals)
    return ASSUMING if federated else ASSUMING[:1]


_EVERYTHING = AttachedPolicy(
    PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}), "a policy of that account"
)


@dataclass(slots=True)
class Outsider:
    """Somebody who is not a user or role that is known here, and may do it.

    Attributes:
        name: how it is called: an ARN, a service's name, `account 444455556666`, `anonymous`.
        arn: what stands for it in a policy.
        rule: the statement of the resource's policy that names it.
        condition: under which condition; empty for none.
    """

    name: str
    arn: str
    rule: Rule
    condition: str

    @property
    def outcome(self) -> str:
        """`allowed` or `conditional`."""
        return CONDITIONAL if self.condition else ALLOWED


class Outsiders:
    """Looks for outsiders in the policy of one resource.

    Args:
        state: the account that is asked.
        action: such as `s3:GetObject`.
        resource: an ARN.
        context: condition keys that are known; `None` takes a key away.
    """

    def __init__(self, state: State, action: str, resource: str, context: Given | None = None) -> None:
        self._state = state
        self._action = action
        self._resource = resource
        self._context = context

    def __iter__(self) -> Iterator[Outsider]:
        for name in self._names():
            if name == "*":
                yield from self._anybody()
            else:
                yield from self._named(name)

    def _names(self) -> dict[str, None]:
        """The names in the Principal of Allow statements on the action, each once."""
        # The owner's root user meets the policy also where it is kept from outsiders.
        owner = root_arn(owner_of(self._state, self._resource) or self._state)
        policies = policies_for(self._state, owner, self._action, self._resource)
        found: dict[str, None] = {}
        for rule in policies.rules(self._action).resource.allow:
            principal = rule.statement.principal
            groups = principal.values() if isinstance(principal, dict) else [("*",)] if principal else []
            found |= dict.fromkeys(name for names in groups for name in names)
        return found

    def _anybody(self) -> Iterator[Outsider]:
        yield from self._account(_NOBODYS_ACCOUNT, ANY_ACCOUNT, "*")
        if self._action not in ASSUMING:  # which a request must be signed for
            yield from self._ask(Principal("anonymous", "anonymous"), "anonymous")

    def _named(self, name: str) -> Iterator[Outsider]:
        account = account_named(name)
        if account is not None:
            if account not in (self._state.account_id, *self._state.neighbours):
                yield from self._account(account, f"account {account}", root_arn(self._state, account))
        elif name in WEB_IDENTITIES:
            yield from self._ask(Principal(name, "provider"), name)
        else:
            try:
                principal = resolve(self._state, name)
            except AwsError:
                return  # somebody who was deleted, or is not a principal
            if principal.kind in ("user", "assumed-role") and principal.home is not None and ":sts:" not in name:
                return  # a user or role that is known here
            yield from self._ask(principal, name)

    def _ask(self, principal: Principal, name: str) -> Iterator[Outsider]:
        request = open_request(self._state, principal, self._action, self._resource, self._context)
        policies = policies_for(self._state, principal, self._action, self._resource)
        note = ""
        if principal.home is None and principal.account and principal.kind != "provider":
            policies, note = _trusting(policies), f"account {principal.account} allows it"
        yield from self._decided(name, name, request, policies, note)

    def _account(self, account: str, name: str, arn: str) -> Iterator[Outsider]:
        """Somebody of an unknown account, of whom nothing is known."""
        somebody = Principal(f"arn:{self._state.partition}:iam::{account}:user/somebody", "user")
        request = open_request(self._state, somebody, self._action, self._resource, self._context)
        given = {key.lower() for key in self._context or ()}
        known = {"aws:principalisawsservice", *given}
        if account != _NOBODYS_ACCOUNT:
            known.add("aws:principalaccount")
        about_caller = ("aws:principal", "aws:user")
        keys = {key: v for key, v in request.keys.items() if key in known or not key.startswith(about_caller)}
        policies = _trusting(policies_for(self._state, somebody, self._action, self._resource))
        note = f"account {account} allows it" if account != _NOBODYS_ACCOUNT else "the caller's account allows it"
        yield from self._decided(name, arn, request.knowing(keys, given), policies, note)

    def _decided(self, name: str, arn: str, request: Request, policies: PolicySet, note: str) -> Iterator[Outsider]:
        decision = decide_open(request, policies)
        if decision is not None:
            rules = policies.rules(self._action).resource.allow
            rule = next(rule for rule in rules if grant_of(rule.statement, request))
            yield Outsider(name, arn, rule, "; ".join(filter(None, [note, decision.condition])))


def _trusting(policies: PolicySet) -> PolicySet:
    """The same policies, with somebody's own policies allowing everything."""
    return policies.replace(identity=[_EVERYTHING], boundary=(), session=None)
