"""What the simulator asks and shows, as plain functions and data: no widget in here.

- `Asked`: a question: principal, action, resource, context, and policies that were pasted
- `decide`: its decision
- `as_list`, `of_list`: a question as Python writes it
- `find_actions`, `principal_names`, `arn_hints`, `key_names`: what is offered while somebody types
- `statement_rows`: every statement that had a say, and its reason
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iamlab.account import Account
from iamlab.account.authorize import resource_arn
from iamlab.catalog import index
from iamlab.catalog.keys import global_keys
from iamlab.catalog.services import Action, Service, service
from iamlab.errors import InvalidInput
from iamlab.evaluation import AttachedPolicy, Decision, PolicySet, Request, evaluate
from iamlab.evaluation.explanation import Explanation
from iamlab.evaluation.trace import Element, StatementTrace
from iamlab.widgets import given

MOST_OFFERED = 50
"""How many actions are offered at a time; whoever looks for more types more."""

MOST_CHARACTERS = 240
"""How much of an element's values is shown: some policies list a thousand actions in one statement."""

_OPEN: tuple[Any, ...] = ("", "", "*", {}, [], False)
"""A question as a list, when everything is left open."""

ContextText = Mapping[str, str | list[str]]


@dataclass(slots=True)
class Asked:
    """A question to the simulator; treat it as immutable.

    Attributes:
        principal: a user's name, an ARN, a service's name, `anonymous`; empty: only the pasted policies count.
        action: such as `s3:GetObject`.
        resource: an ARN, or `*`.
        context: condition keys and their values.
        policies: identity-based policies, as JSON, that count besides.
        partial: are keys that nobody gives unknown instead of absent?
    """

    principal: str
    action: str
    resource: str = "*"
    context: ContextText = field(default_factory=dict)
    policies: tuple[str, ...] = ()
    partial: bool = False

    @property
    def who(self) -> str:
        """The principal in words."""
        return self.principal or "whoever has these policies"

    @property
    def context_words(self) -> str:
        """The context in words: `aws:SourceIp = 192.0.2.7; …`."""
        pairs = [
            f"{key} = {value if isinstance(value, str) else ', '.join(value)}" for key, value in self.context.items()
        ]
        return "; ".join(pairs)


def decide(lab: Account, asked: Asked) -> Decision:
    """Decide a question.

    Args:
        lab: the account.
        asked: what is asked.

    Raises:
        AwsError: there is no such principal, the action is no action's name, or a policy is no policy.

    >>> decide(Account.example(), Asked("bob", "iam:CreateUser")).outcome
    'implicitDeny'
    """
    if not asked.action.strip():
        raise InvalidInput("Choose an action first, such as s3:GetObject")
    pasted = [AttachedPolicy(text, "pasted policy") for text in asked.policies]
    if not asked.principal:
        if not pasted:
            raise InvalidInput("Choose a principal, or paste a policy")
        request = Request("", asked.action, asked.resource, asked.context)
        return evaluate(request, PolicySet(identity=pasted), partial=asked.partial)
    decision = lab.decide(asked.principal, asked.action, asked.resource, asked.context, partial=asked.partial)
    if not pasted:
        return decision
    policies = decision.policies.replace(identity=(*decision.policies.identity, *pasted))
    widened = evaluate(decision.request, policies, partial=asked.partial)
    widened.credential = decision.credential
    return widened


def as_list(asked: Asked) -> list[Any]:
    """A question as a list: what it is made of, in order, without what is left open at the end.

    >>> as_list(Asked("bob", "s3:ListAllMyBuckets", context={"aws:SourceIp": "192.0.2.7"}))
    ['bob', 's3:ListAllMyBuckets', '*', {'aws:SourceIp': '192.0.2.7'}]
    """
    policies = [given.document(text).to_dict() for text in asked.policies]
    situation = [dict(asked.context), policies, asked.partial]
    parts = [asked.principal, asked.action, asked.resource, *situation]
    while len(parts) > 2 and parts[-1] == _OPEN[len(parts) - 1]:
        parts.pop()
    return parts


def of_list(lab: Account, parts: Any) -> Asked:
    """A question from such a list.

    Raises:
        InvalidInput: it is none.

    >>> of_list(Account.example(), ["bob", "iam:CreateUser"])
    Asked(principal='bob', action='iam:CreateUser', resource='*', context={}, policies=(), partial=False)
    """
    if isinstance(parts, list | tuple) and 2 <= len(parts) <= len(_OPEN):
        who, action, resource, context, policies, partial = list(parts) + list(_OPEN[len(parts) :])
        words = isinstance(action, str) and isinstance(resource, str)
        if words and isinstance(context, Mapping) and isinstance(policies, list | tuple):
            texts = tuple(str(given.document(one).text) for one in policies)
            return Asked(principal_value(lab, who), action, resource, dict(context), texts, bool(partial))
    raise InvalidInput(
        'A question is a list such as ["bob", "s3:GetObject", "arn:aws:s3:::reports/q3.csv"]; a mapping of condition '
        f"keys and a list of policies may follow. This is none: {parts!r}"
    )


def reason(decision: Decision) -> str:
    """The verdict's words after the verdict itself: `by PowerUserAccess, attached to group Developers …`.

    >>> reason(decide(Account.example(), Asked("bob", "iam:CreateUser")))
    'no identity-based policy allows it'
    """
    words = decision.sentence.partition(" ")[2]
    for verdict in ("allowed ", "denied explicitly ", "denied: "):
        words = words.removeprefix(verdict)
    return words


def principal_names(lab: Account) -> tuple[str, ...]:
    """Who can be asked about: users by name, roles and the root user by ARN, and nobody in particular."""
    return (*lab.users, *(role.arn for role in lab.roles.values()), lab.arn, "anonymous")


def principal_value(lab: Account, who: object) -> str:
    """What a principal is asked about by: a user's name, or an ARN.

    Raises:
        InvalidInput: it is neither, and has no ARN.

    >>> lab = Account.example()
    >>> principal_value(lab, lab.users["bob"]), principal_value(lab, "anonymous")
    ('bob', 'anonymous')
    """
    arn = resource_arn(who)
    return next((name for name, user in lab.users.items() if user.arn == arn), arn)


def find_actions(text: str, most: int = MOST_OFFERED) -> tuple[str, ...]:
    """The actions whose names hold a text, in any case; those that begin with it first.

    Args:
        text: such as `s3:get` or `getobject`.
        most: how many at the most.

    >>> find_actions("objectacl", most=2)
    ('s3:GetObjectAcl', 's3:PutObjectAcl')
    """
    wanted = text.strip().lower()
    if not wanted:
        return ()
    found = [name for name in index.action_names() if wanted in name.lower()]
    found.sort(key=lambda name: not (name.lower().startswith(wanted) or f":{wanted}" in name.lower()))
    return tuple(found[:most])


def arn_hints(lab: Account, action: str) -> tuple[str, ...]:
    """ARNs that an action may be about: what the account has, then AWS's formats with this account filled in."""
    if _action(action) is None:
        return tuple(lab.resources)
    formats = arn_formats(lab, action)
    if not formats:
        return ("*",)
    service_part = {arn.split(":")[2] for arn in formats}
    own = [arn for arn in lab.resources if arn.split(":")[2] in service_part]
    entities = [entity.arn for table in (lab.users, lab.groups, lab.roles) for entity in table.values()]
    own += [arn for arn in entities if arn.split(":")[2] in service_part]
    return tuple(dict.fromkeys([*own, *formats]))


def arn_formats(lab: Account, action: str) -> tuple[str, ...]:
    """The ARN formats of what an action works on, with this account filled in; none for actions on no resource."""
    known = _action(action)
    if known is None:
        return ()
    found, of = known
    arns = [arn for use in found.resource_types for arn in of.resource_types[use.name].arns]
    account = lab.account_id
    return tuple(arn.replace("${Partition}", lab.state.partition).replace("${Account}", account) for arn in arns)


def key_names(action: str) -> tuple[str, ...]:
    """The condition keys that a request for an action may have: its own first, then the global ones."""
    known = _action(action)
    own: list[str] = []
    if known is not None:
        own = [*known[0].condition_keys, *(key for use in known[0].resource_types for key in use.condition_keys)]
    return tuple(dict.fromkeys([*own, *(key.name for key in global_keys())]))


def _action(name: str) -> tuple[Action, Service] | None:
    prefix, _, rest = name.partition(":")
    if not index.span(prefix):
        return None
    found = service(prefix)
    action = found.actions.get(rest.lower())
    return None if action is None else (action, found)


def context_value(text: str) -> str | list[str]:
    """A value as somebody types it: a text, or a JSON list of texts for a multivalued key.

    Raises:
        InvalidInput: it begins like a list and is none.

    >>> context_value("192.0.2.7"), context_value('["red", "blue"]')
    ('192.0.2.7', ['red', 'blue'])
    """
    if not text.strip().startswith("["):
        return text
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidInput('Write several values as a JSON list of texts, such as ["red", "blue"]')
    return values


@dataclass(slots=True)
class StatementRow:
    """A statement that had a say: where it is, what it does, whether it applies (`None`: nobody knows), and why."""

    layer: str
    policy: str
    label: str
    effect: str
    applies: bool | None
    reason: str
    elements: tuple[Element, ...]

    @property
    def is_about_the_action(self) -> bool:
        """Does its Action or NotAction match what was asked?"""
        return any(element.matched for element in self.elements if element.name.endswith("Action"))


def statement_rows(explanation: Explanation) -> list[StatementRow]:
    """Every statement with its reason, layer by layer; those that apply come first, then those about the action."""
    rows = []
    for layer in explanation.layers:
        where = f"{layer.name} at {layer.level}" if layer.level else layer.name
        for policy in layer.policies:
            name = f"{policy.name}, attached to {policy.attached_to}" if policy.attached_to else policy.name
            for trace in policy.statements:
                elements = tuple(trace.elements)
                rows.append(StatementRow(where, name, trace.label, trace.effect, trace.applies, _why(trace), elements))
    return sorted(rows, key=lambda row: (not row.applies, not row.is_about_the_action))


def _why(trace: StatementTrace) -> str:
    """The elements that did not match, or that all of them did."""
    missed = [
        f"{element.name} {shortened(element.wanted)} — {element.found}"
        for element in trace.elements
        if not element.matched
    ]
    return "; ".join(missed) or "all of it matches"


def shortened(text: str) -> str:
    """A text that is not too long to be read."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}… ({len(text)} characters)"
