"""Why an action is allowed, denied or in doubt: what is written beside it.

Actions that share their reasons share a `Label`; `labels` parts the actions of an `Effective` accordingly. A part of
what is in doubt is found by laying every statement that matters over the actions a grant is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iamlab.catalog import index
from iamlab.evaluation.effective import Effective, Limit
from iamlab.evaluation.policies import IDENTITY, RESOURCE
from iamlab.evaluation.speakers import Part
from iamlab.evaluation.unknowns import in_brackets, opposite_of
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, EXPLICIT_DENY, IMPLICIT_DENY
from iamlab.policy.matching import compile_resource_text
from iamlab.policy.reach import names_every_resource, open_pattern, reach
from iamlab.policy.variables import FilledMatcher

BETWEEN = ", "
"""What stands between resources."""


@dataclass(slots=True, unsafe_hash=True)
class Label:
    """What stands beside an action.

    Attributes:
        outcome: `allowed`, `conditional`, `explicitDeny` or `implicitDeny`.
        on: the resources it is about; `*` for all.
        excluded: resources it is not about.
        condition: what must be true besides, in words.
        policy: the policy that grants or denies; empty where there is none.
        statement: its statement.
        attached_to: where the policy hangs.
    """

    outcome: str
    on: str = ""
    excluded: str = ""
    condition: str = ""
    policy: str = ""
    statement: str = ""
    attached_to: str = ""


@dataclass(slots=True)
class _Clue:
    """Something that matters for some actions.

    Attributes:
        actions: for these.
        kind: `on`, `except`, `if`, or the number of a limit.
        text: in words.
    """

    actions: int
    kind: str
    text: str


def labels(effective: Effective, wanted: int) -> Iterator[tuple[int, Label]]:
    """The wanted actions with their labels; an action in doubt has a label for every grant.

    Args:
        effective: what the caller may do.
        wanted: a set of actions.
    """
    resource = effective.speakers.situation.resource or "*"
    yield from _first_come(effective.always & wanted, effective.grants(), Label(ALLOWED, resource))
    yield from _doubtful(effective, effective.sometimes & wanted, resource)
    yield from _first_come(effective.explicit & wanted, effective.speakers.denies(), Label(EXPLICIT_DENY, resource))
    if effective.implicit & wanted:
        yield effective.implicit & wanted, Label(IMPLICIT_DENY, resource)


def _first_come(left: int, parts: Iterable[Part], plain: Label) -> Iterator[tuple[int, Label]]:
    """Every action goes with the first statement that settles it; what no statement settles (root) has no policy."""
    for part in parts:
        if left & part.effect.every:
            yield left & part.effect.every, _signed(part, Label(plain.outcome, plain.on))
            left &= ~part.effect.every
    if left:
        yield left, plain


def _signed(part: Part, label: Label) -> Label:
    label.policy, label.statement = part.policy.name, part.effect.statement.label
    label.attached_to = part.policy.attached_to or ""
    return label


def _doubtful(effective: Effective, left: int, resource: str) -> Iterator[tuple[int, Label]]:
    if not left:
        return
    against = list(_clues_against(effective, left))
    unsettled = left
    for part in effective.grants():
        actions = part.effect.some & left
        if actions:
            unsettled &= ~actions
            clues = [*_clues_of_grant(effective, part, actions), *against]
            if part.layer == IDENTITY:
                clues += _clues_of_resources(effective)
            for bits, found in _split(actions, clues):
                yield bits, _signed(part, _label(part.effect.atoms, found, resource))
    for bits, found in _split(unsettled, [*against, *_clues_of_resources(effective)]):
        yield bits, _label((), found, resource)


def _split(actions: int, clues: Iterable[_Clue]) -> list[tuple[int, list[_Clue]]]:
    """Part the actions so that the same clues go for all actions of a part."""
    groups: list[tuple[int, list[_Clue]]] = [(actions, [])] if actions else []
    for clue in clues:
        if clue.actions & actions:
            inside = [(bits & clue.actions, [*found, clue]) for bits, found in groups if bits & clue.actions]
            outside = [(bits & ~clue.actions, found) for bits, found in groups if bits & ~clue.actions]
            groups = inside + outside
    return groups


def _label(atoms: Iterable[str], clues: list[_Clue], resource: str) -> Label:
    texts: dict[str, list[str]] = {}
    for clue in clues:
        texts.setdefault(clue.kind, []).append(clue.text)
    on, excluded = texts.pop("on", [resource]), texts.pop("except", [])
    conditions = [*atoms, *texts.pop("if", [])]
    conditions += [f"{kind}: {' or '.join(ways)}" for kind, ways in texts.items()]
    return Label(
        CONDITIONAL,
        BETWEEN.join(dict.fromkeys(on)),
        BETWEEN.join(dict.fromkeys(excluded)),
        " and ".join(dict.fromkeys(conditions)),
    )


def _clues_of_grant(effective: Effective, part: Part, actions: int) -> Iterator[_Clue]:
    """On which resources a grant is."""
    statement, speakers = part.effect.statement, effective.speakers
    if not speakers.is_open:
        return
    if names_every_resource(statement):
        if part.layer == RESOURCE:
            yield _Clue(actions, "on", part.policy.attached_to or part.policy.name)
    elif statement.not_resources is not None:
        yield _Clue(actions, "except", BETWEEN.join(statement.not_resources))
    else:
        for named, text in _resources(effective, part, actions):
            yield _Clue(named, "on", text)


def _resources(effective: Effective, part: Part, actions: int) -> Iterator[tuple[int, str]]:
    """The patterns of a statement's Resource, each with the actions that it can be about."""
    situation, statement = effective.speakers.situation, part.effect.statement
    for pattern in statement.resources or ():
        matcher = compile_resource_text(pattern, variables=statement.variables)
        text = pattern
        if isinstance(matcher, FilledMatcher):
            template = matcher.template
            absent = {v.key for v in template.variables if v.key in situation.known and v.key not in situation.keys}
            opened = open_pattern(pattern, variables=statement.variables, absent=absent)
            if opened is None:
                continue
            if all(variable.key in situation.known for variable in template.variables):
                filled = template.fill(situation.keys)
                text = filled.text if filled else pattern
            pattern = opened
        yield reach([pattern], actions), text


def _clues_against(effective: Effective, actions: int) -> Iterator[_Clue]:
    """What else must be true: no Deny applies, and every limit allows."""
    speakers = effective.speakers
    for part in speakers.denies():
        yield from _clues_of_deny(effective, part, part.effect.some & actions)
    for number, limit in enumerate(effective.limits):
        open_actions = actions & ~limit.allows.every
        if open_actions:
            yield from _clues_of_limit(effective, limit, number, open_actions)


def _clues_of_deny(effective: Effective, part: Part, actions: int) -> Iterator[_Clue]:
    statement = part.effect.statement
    if not actions:
        return
    where = _where(effective, part, actions)
    if part.effect.atoms:
        atoms = part.effect.atoms
        condition = opposite_of(atoms[0]) if len(atoms) == 1 else f"not ({' and '.join(map(in_brackets, atoms))})"
        yield _Clue(actions, "if", f"{condition} on {where}" if where else condition)
    elif statement.not_resources is not None and effective.speakers.is_open:
        yield _Clue(actions, "if", f"only on {BETWEEN.join(statement.not_resources)}")
    elif statement.resources is None or names_every_resource(statement) or not effective.speakers.is_open:
        yield _Clue(actions, "except", where or part.policy.name)
    else:
        for named, text in _resources(effective, part, actions):
            yield _Clue(named, "except", text)


def _where(effective: Effective, part: Part, actions: int) -> str:
    """The resources a statement is about, in words; empty for all."""
    statement = part.effect.statement
    if not effective.speakers.is_open:
        return ""
    if names_every_resource(statement):
        return part.policy.attached_to or "" if part.layer == RESOURCE else ""
    if statement.not_resources is not None:
        return f"all but {BETWEEN.join(statement.not_resources)}"
    return BETWEEN.join(text for named, text in _resources(effective, part, actions) if named)


def _clues_of_limit(effective: Effective, limit: Limit, number: int, actions: int) -> Iterator[_Clue]:
    """The ways in which a box that must allow may do so."""
    for part in effective.speakers.statements(limit.layer, limit.policies):
        if part.effect.some & actions:
            where = _where(effective, part, part.effect.some & actions)
            ways = [f"on {where}" if where else "", *part.effect.atoms]
            text = " and ".join(filter(None, ways)) or "allows it"
            yield _Clue(part.effect.some & actions, f"{limit.layer} {number + 1}", text)


def _clues_of_resources(effective: Effective) -> Iterator[_Clue]:
    """What must allow by itself, and is not known: a role, a key."""
    if effective.speakers.is_open:
        for service, text in (("sts", "the role's trust policy allows it"), ("kms", "the key's policy allows it")):
            yield _Clue(effective.must_grant & index.service_bits(service), "if", text)
