"""The action that was meant, when somebody writes one that AWS does not have.

A guess is a sentence, and sometimes an action that a repair may write. Likeness alone never makes a repair: it would
give a permission that nobody asked for, as `ec2:StopInstances` for `ec2:ListInstances`. A repair writes

- the one action that an API operation of this name needs: `s3:GetObject` for `s3:HeadObject`
- the action that a slip of the hand spoilt: `s3:GetObject` for `s3:GetObjekt`
- what lists or describes the same: `ec2:DescribeInstances` for `ec2:ListInstances`
- the same action of the service that goes by another name too: `elasticfilesystem:*` for `efs:*`

What else could have been meant is only said.
[https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from iamlab.catalog import index
from iamlab.catalog.operations import NeededAction, actions_of, operations_of, prefix_of, service_of_event
from iamlab.catalog.services import service
from iamlab.policy.actions import expand
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.spelling import slip, slips

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_READING = ("list", "describe", "get")
"""Verbs that AWS's services choose between for the same thing. Only the first two are ever written by a repair: what is
got may be more than what is described, such as a secret."""

_ALSO_CALLED = {
    "alb": "elasticloadbalancing",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridge": "events",
    "monitoring": "cloudwatch",
    "msk": "kafka",
    "sfn": "states",
    "stepfunctions": "states",
    "systemsmanager": "ssm",
}
"""Other names of whole services. The catalog knows more (boto3's, CloudTrail's, the full ones), but not whether one is
for everything that has the prefix: a repair writes no pattern for them."""

_SHORT = 3
"""Of prefixes up to this length there are so many that nearly every word is like one of them."""

_PART_OF = {"aurora": "rds", "documentdb": "rds", "fargate": "ecs", "vpc": "ec2"}
"""Names of parts of a service; more of them are in the catalog, as boto3's and CloudTrail's."""


@dataclass(slots=True)
class Guess:
    """What may have been meant.

    Attributes:
        hint: a further sentence, with a blank before it; empty when there is nothing to say.
        action: the action, or pattern, that a repair may write; `None` when it is too uncertain for one.
    """

    hint: str = ""
    action: str | None = None


def _asked(action: str, *, sure: bool) -> Guess:
    return Guess(f" Did you mean {action}?", action if sure else None)


def action_meant(known: index.Names, name: str) -> Guess:
    """What may have been meant by an action that a service does not have.

    Args:
        known: the service's actions.
        name: the action's name, without wildcards.

    >>> s3 = index.names_in("s3")
    >>> action_meant(s3, "HeadObject").action, action_meant(s3, "Delete").action
    ('s3:GetObject', None)
    """
    prefix = known.prefix
    if needed := actions_of(prefix, _operations(known).get(name.lower(), name)):
        return _needed(needed)
    near = slip(name, known.names)
    if near and (_same_words(name, near) or len(_words(name)) < len(_words(near))):
        return _asked(f"{prefix}:{near}", sure=_same_words(name, near))
    longer = [one for one in known.names if _begins(one, name)]
    if len(longer) == 1:
        return _asked(f"{prefix}:{longer[0]}", sure=False)
    return _same_reading(known, name) or _elsewhere(name) or Guess()


def _needed(needed: tuple[NeededAction, ...]) -> Guess:
    """What is said of an API operation: the actions it needs, and on what."""
    texts = [f"{one.action} on the {one.on}" if one.on else one.action for one in needed]
    only = needed[0].only
    joined = f"{' or '.join(texts)}, {only}" if only else " and ".join(texts)
    return Guess(f" The API operation of this name needs {joined}.", needed[0].action if len(needed) == 1 else None)


@cache
def _operations(known: index.Names) -> dict[str, str]:
    """The API operations that need an action of a service, by their names in lower case."""
    operations = [one.partition(".")[2] for name in known.names for one in operations_of(f"{known.prefix}:{name}")]
    return {operation.lower(): operation for operation in operations}


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    """Every word in the name of an action."""
    return frozenset(word for action in index.action_names() for word in _words(action))


def _same_words(written: str, meant: str) -> bool:
    """Are two names word for word the same, but for slips and plurals?

    A word that AWS uses elsewhere is no slip: whoever writes `CreateVpn` does not mean `CreateVpc`.
    """
    left, right = _words(written), _words(meant)
    return len(left) == len(right) and all(
        one == other or one not in _vocabulary() or one == f"{other}s" or other == f"{one}s"
        for one, other in zip(left, right, strict=True)
    )


def _begins(longer: str, name: str) -> bool:
    """Does a name go on, word by word, where another of at least two words ends?"""
    words, more = _words(name), _words(longer)
    return len(words) > 1 and more[: len(words)] == words


def _same_reading(known: index.Names, name: str) -> Guess | None:
    """The action that reads the same in the service's own word for it."""
    lower = name.lower()
    nouns = [lower.removeprefix(verb) for verb in _READING if lower.startswith(verb) and lower != verb]
    same = [f"{verb}{noun}" for noun in nouns for verb in _READING if f"{verb}{noun}" in known.numbers]
    if not same:
        return None
    action = index.action_names()[known.numbers[same[0]]]
    return _asked(action, sure=not same[0].startswith("get"))


def _only(name: str) -> str | None:
    """The action of this name, if exactly one service has it; names of one word, such as `Delete`, say too little."""
    numbers = [index.number(f"{prefix}:{name}") for prefix in index.service_names()] if len(_words(name)) > 1 else []
    having = [number for number in numbers if number is not None]
    return index.action_names()[having[0]] if len(having) == 1 else None


def _elsewhere(name: str) -> Guess | None:
    only = _only(name)
    return Guess(f" Another service has it: {only}.") if only else None


def bare_meant(name: str) -> Guess:
    """What may have been meant by an action without its service: the only one of this name.

    >>> bare_meant("AssumeRole").action
    'sts:AssumeRole'
    """
    only = _only(name)
    return _asked(only, sure=True) if only else Guess()


def service_called(word: str) -> tuple[str, bool] | None:
    """The service that goes by another name too: its prefix, and whether the name is for all of the service.

    >>> service_called("stepfunctions"), service_called("docdb"), service_called("s4")
    (('states', True), ('rds', False), None)
    """
    name = word.lower()
    if name in _ALSO_CALLED:
        return _ALSO_CALLED[name], True
    event = service_of_event(f"{name}.amazonaws.com")
    for prefix in (_PART_OF.get(name), prefix_of(name), event, _by_full_name().get(_plain(name))):
        if prefix and prefix != name:
            return prefix, False
    return None


@lru_cache(maxsize=1)
def _by_full_name() -> dict[str, str]:
    """The services by their full names, written small and together: `eventbridge`, `cloudwatchlogs`."""
    names = {
        prefix: service(prefix).name.removeprefix("Amazon ").removeprefix("AWS ") for prefix in index.service_names()
    }
    return {_plain(name): prefix for prefix, name in names.items()}


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _has(prefix: str, name: str) -> bool:
    """Has a service such an action, or one that a pattern matches?"""
    return bool(expand([f"{prefix}:{name}"]))


def prefix_meant(word: str) -> str | None:
    """The service that was meant by one that does not exist, as far as it can be told without an action.

    >>> prefix_meant("efs"), prefix_meant("s33"), prefix_meant("nosuch")
    ('elasticfilesystem', 's3', None)
    """
    called = service_called(word)
    return called[0] if called else slip(word, index.service_names())


def service_meant(vendor: str, name: str) -> Guess:
    """What may have been meant by an action of a service that does not exist.

    Args:
        vendor: what stands before the colon.
        name: the action's name, or a pattern.

    >>> service_meant("efs", "*").action, service_meant("s4", "GetObject").action
    ('elasticfilesystem:*', 's3:GetObject')
    >>> service_meant("dynamob", "Get*")
    Guess(hint=' Did you mean dynamodb?', action=None)
    """
    pattern = has_wildcard(name)
    if called := service_called(vendor):
        prefix, whole = called
        if _has(prefix, name):
            return _asked(f"{prefix}:{name}", sure=whole or not pattern)
        return Guess(f" Did you mean {prefix}?")
    near = slips(vendor, index.service_names())
    family = [prefix for prefix in index.service_names() if prefix.startswith(f"{vendor.lower()}-")]
    having = [] if pattern else [prefix for prefix in (*near, *family) if _has(prefix, name)]
    if len(having) == 1:
        return _asked(f"{having[0]}:{name}", sure=True)
    if elsewhere := _elsewhere(name):
        return elsewhere
    # Nothing but the likeness speaks for it, and in three letters that is not much.
    return Guess(f" Did you mean {near[0]}?") if len(near) == 1 and len(vendor) > _SHORT else Guess()
