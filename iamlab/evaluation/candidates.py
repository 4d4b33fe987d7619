"""Values worth trying: for each condition some that meet it and some that do not, for each pattern texts that match it.

`suggest` looks among them for what would change a decision, `difference` for what tells two policies apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations

from iamlab.policy.operators import ConditionTest, Context, Kind
from iamlab.policy.patterns import beginning_of, has_wildcard
from iamlab.policy.values import moment, number
from iamlab.policy.variables import ContextValue, Filled, Template

OTHER = "something-else"
"""A text that no policy is likely to name."""

Candidate = ContextValue | None
"""A value to try; `None`: the key is absent."""


def values_for(tests: Sequence[ConditionTest], context: Context) -> list[Candidate]:
    """Values for one key: around every value that the tests compare it with, and absent.

    Args:
        tests: conditions on the same key.
        context: for the variables in their values.
    """
    single: list[str] = []
    several = False
    for test in tests:
        several = several or bool(test.name and test.name.over)
        for value in test.values:
            single += _around(test, filled_in(value, context))
    single = list(dict.fromkeys(single))
    found: list[Candidate] = [None, *single]
    if several:
        found += _lists(apart([(value,) for value in single], tests, context))
    return list(dict.fromkeys(found))


def _lists(alone: Iterable[Candidate]) -> Iterator[Candidate]:
    """Lists of up to three values, and of all: what a test of a list says depends on which kinds of value are in it."""
    values = [value for one in alone if one for value in one]
    for size in range(4):
        yield from combinations(values, size)
    yield tuple(values)


def apart(candidates: Iterable[Candidate], tests: Sequence[ConditionTest], context: Context) -> list[Candidate]:
    """Of candidates that no test tells from each other only the first.

    Args:
        candidates: values for one key.
        tests: conditions on that key.
        context: for the variables in their values; a test with variables tells all candidates apart.

    >>> region = ConditionTest("StringEquals", "aws:RequestedRegion", ("a", "b"), effect="Allow", variables=True)
    >>> apart([None, "a", "b", "c"], [region], {})
    [None, 'a']
    """
    first: dict[Hashable, Candidate] = {}
    for value in candidates:
        changed = [with_value(context, test.lower_key, value) for test in tests]
        told = (value if test.templates else test.holds(one) for test, one in zip(tests, changed, strict=True))
        first.setdefault(tuple(told), value)
    return list(first.values())


def filled_in(text: str, context: Context) -> str:
    """A text with the values of its variables; `OTHER` where one has none."""
    filled = Template(text).fill(context)
    return filled.text if filled else OTHER


def _around(test: ConditionTest, value: str) -> list[str]:
    """Values at, below, above and apart from a policy's value, by its type."""
    try:
        match test.kind.type if test.kind else None:
            case "Bool":
                return ["true", "false"]
            case "Numeric":
                exact = number(value)
                return [str(exact), str(exact - 1), str(exact + 1)]
            case "Date":
                seconds = moment(value)
                return [value, *(_moment_in_words(seconds + apart, value) for apart in (-1, 1, 0))]
            case "IPAddress":
                return _addresses(value)
            case "ARN":
                return [*texts_for(value), "arn:aws:iam::999999999999:user/something-else"]
            case "Binary":
                return [value, "c29tZXRoaW5nLWVsc2U="]
            case None if test.name:
                return [OTHER]  # Null asks whether there is a value, not which
            case _ if test.name and test.name.base.endswith("IgnoreCase"):
                return [value, value.swapcase(), value.lower(), value.upper(), OTHER]
            case _:
                return [*(texts_for(value) if test.name and "Like" in test.name.base else [value]), OTHER]
    except ValueError:
        return [value, OTHER]


def _moment_in_words(seconds: float, like: str) -> str:
    """A moment, written as the policy writes its own: epoch seconds or ISO 8601."""
    from datetime import UTC, datetime

    if "-" not in like.removeprefix("-"):
        return str(int(seconds))
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _addresses(value: str) -> list[str]:
    """A range's first address, one that is mostly outside, the range's end, its neighbours, one of the other family."""
    from ipaddress import ip_network

    network = ip_network(value, strict=False)
    kind, first, last = type(network[0]), int(network[0]), int(network[-1])
    far = ["203.0.113.254", "2001:db8::ffff"]
    edges = [last, *([last + 1] if last < 2**network.max_prefixlen - 1 else []), *([first - 1] if first else [])]
    same, other = far if network.version == 4 else reversed(far)
    return [str(network[0]), same, *(str(kind(number)) for number in edges), other]


def texts_for(pattern: str) -> list[str]:
    """Texts that match a pattern: with nothing and with something in the place of each star.

    >>> texts_for("reports/*.csv")
    ['reports/.csv', 'reports/x.csv']
    """
    if not has_wildcard(pattern):
        return [pattern]
    plain = pattern.replace("?", "x")
    return list(dict.fromkeys([plain.replace("*", ""), plain.replace("*", "x")]))


def value_needed(pattern: str, key: str, text: str, context: Context) -> str | None:
    """The value that a policy variable must have for a pattern to match a text; `None` where none is seen to do.

    Args:
        pattern: a resource or a condition's value, with variables.
        key: the variable's key, in lower case.
        text: what it should match.
        context: for the other variables.

    >>> value_needed("reports/${aws:PrincipalTag/team}/*", "aws:principaltag/team", "reports/blue/q3.csv", {})
    'blue'
    """
    filled = Template(pattern).fill({**context, key: _HERE})
    if filled is None:
        return None
    before, _, after = filled.text.partition(_HERE)
    end = beginning_of(after.partition(_HERE)[0])
    if not text.startswith(before) or end not in text[len(before) :]:
        return None
    rest = text[len(before) :]
    return rest.partition(end)[0] if end else rest


_HERE = "\0"
"""A character that stands in no policy."""


def with_value(context: Context, key: str, value: Candidate) -> dict[str, ContextValue]:
    """A context (keys in lower case) with one key changed."""
    changed = {name: old for name, old in context.items() if name != key}
    if value is not None:
        changed[key] = value
    return changed


def in_words(key: str, value: Candidate) -> str:
    """A key with a value, or without one, in a sentence.

    >>> in_words("aws:TagKeys", ("team", "stage")), in_words("aws:TagKeys", None)
    ('with aws:TagKeys = team, stage', 'without aws:TagKeys')
    """
    if value is None:
        return f"without {key}"
    return f"with {key} = {value if isinstance(value, str) else ', '.join(value) or 'an empty list'}"


def made_from(test: ConditionTest, value: Candidate, context: Context) -> str:
    """How a candidate goes with the policy's values, where it is none of them; mostly nothing.

    Args:
        test: the condition that it was found for.
        value: the candidate.
        context: for the variables in the condition's values.

    >>> made_from(ConditionTest("NumericLessThan", "s3:max-keys", ("10",), effect="Allow", variables=True), "9", {})
    'less than 10'
    """
    if not isinstance(value, str):
        return ""
    if test.kind is None:
        return "any value"
    wanted = [filled_in(text, context) for text in test.values]
    if value in wanted or test.kind.type == "Bool":
        return ""
    near = next((text for text in wanted if test.kind.type in _APART and value in _around(test, text)), "")
    if near:
        below, above = _APART[test.kind.type]
        return f"{below if value == _around(test, near)[1] else above} {near}"
    preposition = _preposition(test.kind, test.name.base if test.name else "")
    for text in wanted:
        if _matches(test.kind, text, value):
            return f"{preposition} {text}"
    return " ".join(filter(None, ["not", preposition, " or ".join(wanted)]))


_APART = {"Numeric": ("less than", "more than"), "Date": ("before", "after")}


def _preposition(kind: Kind, base: str) -> str:
    """The word between a value and one that matches it without being it; empty where there is no such."""
    if kind.type == "IPAddress":
        return "in"
    return "like" if "Like" in base or base.startswith("Arn") or base.endswith("IgnoreCase") else ""


def _matches(kind: Kind, wanted: str, value: str) -> bool:
    try:
        return kind.make(Filled(wanted, None))(value)
    except ValueError:
        return False
