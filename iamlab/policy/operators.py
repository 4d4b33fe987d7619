"""Condition operators, with every modifier.

`parse_operator` takes a name apart (`ForAnyValue:StringLikeIfExists`); `ConditionTest` is one operator, key and values
made ready: `holds(context)` says whether the condition is met. What a condition cannot decide (an operator AWS does not
have, a policy value that is no number) is kept in `problem`, and the condition then fails safe: it holds for a Deny and
not for an Allow, so that a Deny never becomes a quiet allow.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html]
"""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from iamlab.policy.patterns import Matcher
from iamlab.policy.values import (
    address,
    arn,
    arn_like,
    blob,
    boolean,
    compared,
    in_network,
    is_of_type,
    moment,
    number,
    text_equals,
    text_equals_ignoring_case,
    text_like,
    truth,
)
from iamlab.policy.variables import ContextValue, Filled, FilledMatcher, compile_text

Context = Mapping[str, ContextValue]
Element = Callable[[str, Context], bool]
"""Is it true of this one value of the request, in this context?"""


@dataclass(slots=True)
class Kind:
    """What an operator compares.

    Attributes:
        type: the type of key it is made for, as AWS names it.
        make: makes a matcher of a policy value.
        negated: none of the values may match.
        variables: may its values hold policy variables?
        read: reads a request's value of that type, where not every text is one.
    """

    type: str
    make: Callable[[Filled], Matcher]
    negated: bool = False
    variables: bool = False
    read: Callable[[str], object] | None = None


def _pair(
    name: str,
    negative: str,
    make: Callable[[Filled], Matcher],
    type: str,  # noqa: A002
    read: Callable[[str], object] | None = None,
) -> dict[str, Kind]:
    """An operator and its negation; both may hold variables unless they compare addresses."""
    variables = type != "IPAddress"
    return {
        name: Kind(type, make, variables=variables, read=read),
        negative: Kind(type, make, negated=True, variables=variables, read=read),
    }


def _ordered(prefix: str, read: Callable[[str], object]) -> dict[str, Kind]:
    kinds = {
        "Equals": Kind(prefix, compared(read, compare.eq), read=read),
        "NotEquals": Kind(prefix, compared(read, compare.eq), negated=True, read=read),
        "LessThan": Kind(prefix, compared(read, compare.lt), read=read),
        "LessThanEquals": Kind(prefix, compared(read, compare.le), read=read),
        "GreaterThan": Kind(prefix, compared(read, compare.gt), read=read),
        "GreaterThanEquals": Kind(prefix, compared(read, compare.ge), read=read),
    }
    return {prefix + name: kind for name, kind in kinds.items()}


OPERATORS: dict[str, Kind] = {
    **_pair("StringEquals", "StringNotEquals", text_equals, "String"),
    **_pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", text_equals_ignoring_case, "String"),
    **_pair("StringLike", "StringNotLike", text_like, "String"),
    **_ordered("Numeric", number),
    **_ordered("Date", moment),
    # The operators' page lets Bool have variables, the variables' page names only String and Arn operators.
    "Bool": Kind("Bool", boolean, variables=True, read=truth),
    "BinaryEquals": Kind("Binary", compared(blob, compare.eq), read=blob),
    **_pair("IpAddress", "NotIpAddress", in_network, "IPAddress", read=address),
    **_pair("ArnEquals", "ArnNotEquals", arn_like, "ARN", read=arn),
    **_pair("ArnLike", "ArnNotLike", arn_like, "ARN", read=arn),
}
"""Every operator but `Null`, by AWS's name."""

_BY_LOWER_NAME = {name.lower(): name for name in (*OPERATORS, "Null")}
_SETS = {"forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}


@dataclass(slots=True)
class OperatorName:
    """An operator's name taken apart: `over` is `ForAllValues`, `ForAnyValue` or empty."""

    base: str
    over: str
    if_exists: bool


@lru_cache(maxsize=1024)
def parse_operator(name: str) -> OperatorName | None:
    """Take an operator's name apart, in any case; `None` when AWS has no such operator.

    >>> parse_operator("ForAnyValue:StringLikeIfExists")
    OperatorName(base='StringLike', over='ForAnyValue', if_exists=True)
    >>> parse_operator("NullIfExists") is None
    True
    """
    prefix, colon, base = name.rpartition(":")
    over = _SETS.get(prefix.lower(), "")
    if colon and not over:
        return None
    lower = base.lower()
    if_exists = lower.endswith("ifexists")
    known = _BY_LOWER_NAME.get(lower.removesuffix("ifexists"))
    if known is None or (known == "Null" and if_exists):
        return None
    return OperatorName(known, over, if_exists)


class ConditionTest:
    """One condition, ready to be tried.

    Attributes:
        operator, key, values: as they stand in the policy.
        lower_key: the key as contexts hold it.
        name: the operator taken apart; `None` when it is unknown.
        kind: what the operator compares; `None` for `Null` and for an unknown operator.
        templates: those of its values that hold policy variables.
        holds: the test itself: `holds(context)`, context keys in lower case.
        problem: why it cannot be decided, or empty.
    """

    __slots__ = (
        "_fixed",
        "_safe",
        "holds",
        "key",
        "kind",
        "lower_key",
        "name",
        "operator",
        "problem",
        "templates",
        "values",
    )

    def __init__(self, operator: str, key: str, values: tuple[str, ...], *, effect: str, variables: bool) -> None:
        self.operator, self.key, self.values = operator, key, values
        self.lower_key = key.lower()
        self.problem = ""
        self._safe = effect == "Deny"
        self._fixed: list[Matcher] = []
        self.templates: list[FilledMatcher] = []
        self.name = name = parse_operator(operator)
        self.kind = OPERATORS.get(name.base) if name else None
        self.holds: Callable[[Context], bool] = self._choose(name, variables=variables)

    def _choose(self, name: OperatorName | None, *, variables: bool) -> Callable[[Context], bool]:
        safe = self._safe
        if name is None:
            self.problem = f"AWS has no condition operator {self.operator}"
            return lambda _: safe
        if self.kind is None:
            return self._null_test()
        for value in self.values:
            self._compile(self.kind, value, variables=variables)
        negated = self.kind.negated
        element = self._element(self._matches(), negated=negated)
        if name.over == "ForAllValues":
            return _every(self.lower_key, element)
        if name.over:
            return _any(self.lower_key, element, absent=name.if_exists)
        return _single(self.lower_key, element, absent=name.if_exists or negated)

    def _compile(self, kind: Kind, value: str, *, variables: bool) -> None:
        try:
            matcher = compile_text(value, variables=variables and kind.variables, compile=kind.make)
        except ValueError as error:
            self.problem = f"{self.operator} on {self.key}: {error}"
            return
        if isinstance(matcher, FilledMatcher):
            self.templates.append(matcher)
        else:
            self._fixed.append(matcher)

    def _matches(self) -> Element:
        """Does a request's value match any of the policy's?"""
        fixed, dynamic = tuple(self._fixed), tuple(self.templates)
        if not dynamic and len(fixed) == 1:
            only = fixed[0]
            return lambda value, _: only(value)
        if not dynamic and self.kind is OPERATORS["StringEquals"]:
            wanted = frozenset(self.values)
            return lambda value, _: value in wanted

        def matches(value: str, context: Context) -> bool:
            for match in fixed:
                if match(value):
                    return True
            return any(template_matches(template, value, context) for template in dynamic)

        return matches

    def _element(self, matches: Element, *, negated: bool) -> Element:
        """Is the operator true of one value? What could not be read decides for the safe side."""
        if not self.problem:
            return (lambda value, context: not matches(value, context)) if negated else matches
        safe = self._safe
        if negated:
            return lambda value, context: safe and not matches(value, context)
        return lambda value, context: safe or matches(value, context)

    def _null_test(self) -> Callable[[Context], bool]:
        key, wanted = self.lower_key, {value.lower() for value in self.values}
        if wanted - {"true", "false"}:
            self.problem = f"{self.operator} on {self.key}: its value must be true or false"
        safe = self._safe and bool(self.problem)
        when_absent, when_present = "true" in wanted or safe, "false" in wanted or safe
        return lambda context: when_absent if context.get(key) in NOTHING else when_present

    def problems(self, context: Context) -> list[str]:
        """What could not be read: an unknown operator, a policy value or a request value of the wrong type."""
        found = [self.problem] if self.problem else []
        value, kind = context.get(self.lower_key), self.kind
        if kind is not None and kind.read is not None and value is not None:
            values = (value,) if isinstance(value, str) else value
            wrong = [one for one in values if one and not is_of_type(kind.read, one)]
            found += [f"{self.key}: {one!r} is not of the type {kind.type}, so it matches nothing" for one in wrong]
        return found


NOTHING: tuple[ContextValue | None, ...] = (None, ())
"""A key that is absent, or has an empty list, is null."""


def template_matches(template: FilledMatcher, value: str, context: Context) -> bool:
    """Does the value match the template in this context? A value that does not fit the operator's type does not."""
    try:
        return template.matches(value, context)
    except ValueError:
        return False


def _single(key: str, element: Element, *, absent: bool) -> Callable[[Context], bool]:
    """A key with one value. Several values never match: seen in AWS, written nowhere."""

    def holds(context: Context) -> bool:
        value = context.get(key)
        return element(value, context) if isinstance(value, str) else absent and value in NOTHING

    return holds


def _every(key: str, element: Element) -> Callable[[Context], bool]:
    """ForAllValues: true as well for an absent key, an empty list and a null data set such as an empty string."""

    def holds(context: Context) -> bool:
        value = context.get(key)
        if value in NOTHING:
            return True
        values = (value,) if isinstance(value, str) else value or ()
        return not any(values) or all(element(one, context) for one in values)

    return holds


def _any(key: str, element: Element, *, absent: bool) -> Callable[[Context], bool]:
    """ForAnyValue: false for an absent key, an empty list and a null data set."""

    def holds(context: Context) -> bool:
        value = context.get(key)
        if value in NOTHING:
            return absent
        values = (value,) if isinstance(value, str) else value or ()
        return any(values) and any(element(one, context) for one in values)

    return holds
