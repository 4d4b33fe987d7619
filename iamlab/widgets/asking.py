"""What the simulator asks and shows, as plain functions and data: no widget in here.

- `Asked`: a question: principal, action, resource, context, and policies that were pasted
- `decide`: its decision
- `as_list`, `of_list`: a question as Python writes it
- `context_value`, `context_note`: a condition key's value as it is typed
- `statement_rows`: every statement that had a say, and its reason

What is offered while somebody types is in `offers`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from iamlab.account import Account
from iamlab.account.authorize import resource_arn
from iamlab.catalog.keys import global_key
from iamlab.errors import InvalidInput
from iamlab.evaluation import AttachedPolicy, Decision, PolicySet, Request, evaluate
from iamlab.evaluation.explanation import Explanation
from iamlab.evaluation.trace import Element, StatementTrace
from iamlab.widgets import given

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
        AwsError: there is no such principal, the action is not an action's name, or a policy is not a policy.
        InvalidInput: a group is asked about, which asks for nothing itself.

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
    _refuse_group(lab, asked.principal)
    decision = lab.decide(asked.principal, asked.action, asked.resource, asked.context, partial=asked.partial)
    if not pasted:
        return decision
    policies = decision.policies.replace(identity=(*decision.policies.identity, *pasted))
    widened = evaluate(decision.request, policies, partial=asked.partial)
    widened.credential = decision.credential
    return widened


def _refuse_group(lab: Account, who: str) -> None:
    """Say of a group that it is not a principal, which many people do not know; a user of its name comes first."""
    name = who.rpartition("/")[2] if ":group/" in who else who
    if name not in lab.groups or who in lab.users:
        return
    group = lab.groups[name]
    users = [user.name for user in group.users]
    ask = f"Ask about one of its users, such as {users[0]}." if users else "It has no users yet."
    raise InvalidInput(f"{group.name} is a group, and no principal: its users make requests, not the group. {ask}")


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


def context_note(key: str, value: str | list[str]) -> str:
    """What is to be said about a value that no request can have; empty when there is nothing.

    >>> context_note("aws:SourceIp", "nonsense")
    "'nonsense' is not an IP address. The value of aws:SourceIp is always one, such as 203.0.113.7."
    >>> context_note("aws:SourceIp", "203.0.113.7")
    ''
    """
    fact = global_key(key)
    if fact is None or fact.type != "IPAddress":
        return ""
    wrong = [one for one in ([value] if isinstance(value, str) else value) if not _is_address(one)]
    if not wrong:
        return ""
    return f"{wrong[0]!r} is not an IP address. The value of {fact.name} is always one, such as 203.0.113.7."


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip())
    except ValueError:
        return False
    return True


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
