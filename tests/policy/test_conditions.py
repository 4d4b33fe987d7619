"""Condition operators and variables, beyond the conformance cases: names, problems, literal values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab.policy.matching import compile_resource
from iamlab.policy.operators import OPERATORS, ConditionTest, parse_operator
from iamlab.policy.variables import Template


def holds(operator, wanted, found, effect="Allow"):
    values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    test = ConditionTest(operator, "aws:Key", values, effect=effect, variables=True)
    return test.holds({} if found is None else {"aws:key": found})


@pytest.mark.parametrize("base", [*OPERATORS, "Null"])
def test_every_operator_has_its_modifiers(base):
    for over in ("", "ForAllValues:", "ForAnyValue:"):
        name = parse_operator(over + base)
        assert name is not None
        assert (name.base, name.over) == (base, over.rstrip(":"))
        assert (parse_operator(f"{over}{base}IfExists") is None) == (base == "Null")
    assert parse_operator(base.upper()).base == base


@pytest.mark.parametrize(
    "name", ["StringMatches", "ForSomeValues:StringEquals", "StringEqualsIfExistsIfExists", "", ":"]
)
def test_an_unknown_operator_is_none_and_fails_safe(name):
    assert parse_operator(name) is None
    assert holds(name, "x", "x", "Deny")
    assert not holds(name, "x", "x", "Allow")


@pytest.mark.parametrize(
    ("operator", "bad"),
    [
        ("NumericLessThan", "ten"),
        ("DateGreaterThan", "yesterday"),
        ("IpAddress", "10.0.0.300"),
        ("BinaryEquals", "%%%"),
        ("Bool", "maybe"),
        ("ArnLike", "reports"),
        ("Null", "perhaps"),
    ],
)
def test_a_policy_value_that_cannot_be_read_fails_safe(operator, bad):
    assert holds(operator, bad, "1", "Deny")
    assert not holds(operator, bad, "1", "Allow")
    assert ConditionTest(operator, "k", (bad,), effect="Deny", variables=True).problem


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "kind"),
    [
        ("NumericEquals", "1", "one", "Numeric"),
        ("DateEquals", "2026-01-01", "soon", "Date"),
        ("IpAddress", "10.0.0.0/8", "here", "IPAddress"),
        ("Bool", "true", "yes", "Bool"),
        ("ArnLike", "arn:aws:iam::111122223333:user/*", "alice", "ARN"),
        ("BinaryEquals", "aGk=", "%", "Binary"),
    ],
)
def test_a_request_value_of_the_wrong_type_matches_nothing_and_is_reported(operator, wanted, found, kind):
    assert not holds(operator, wanted, found, "Deny")
    test = ConditionTest(operator, "aws:Key", (wanted,), effect="Deny", variables=True)
    told = [f"aws:Key: {found!r} is not of the type {kind}, so it matches nothing"]
    assert test.problems({"aws:key": found}) == told
    assert test.problems({"aws:key": (found, "")}) == told
    assert test.problems({"aws:key": wanted.replace("/8", "")}) == []


@given(st.text(max_size=6), st.text(max_size=6))
def test_a_variables_value_is_literal(value, other):
    filled = Template("a/${aws:Key}/*").fill({"aws:key": value})
    assert filled.matcher(f"a/{value}/b")
    if other != value and "/" not in other:
        assert not filled.matcher(f"a/{other}/b") or f"a/{other}/b".startswith(f"a/{value}/")


@pytest.mark.parametrize(
    ("text", "context", "filled"),
    [
        ("${aws:Key}", {"aws:key": "x"}, "x"),
        ("${aws:Key, 'none'}", {}, "none"),
        ("${aws:Key, ''}", {}, ""),
        ("${aws:Key, 'a, b'}", {}, "a, b"),
        ("${aws:Key,'tight'}", {}, "tight"),
        ("${aws:PrincipalTag/My Team}", {"aws:principaltag/my team": "red"}, "red"),
        ("${aws:Key", {"aws:key": "x"}, "${aws:Key"),
        ("${$}{aws:Key}", {"aws:key": "x"}, "${aws:Key}"),
        ("${aws:Key}", {}, None),
        ("${aws:Key}", {"aws:key": ("x", "y")}, None),
    ],
)
def test_templates_are_filled(text, context, filled):
    made = Template(text).fill(context)
    assert (made and made.text) == filled


@given(
    st.lists(st.sampled_from(["*", "a", "a*", "*a", "?", "a*b", ""]), min_size=6, max_size=6),
    st.text("ab:", max_size=12),
)
def test_resource_wildcards_follow_the_rule_for_parts(parts, rest):
    """A star at the end of a part may run on; any other wildcard stays in its part; the last part is one piece."""
    arn = f"arn:aws:s3:::{rest}"
    assert compile_resource(":".join(parts))(arn) is by_parts(parts, arn)


def by_parts(parts, text):
    first, *rest = parts
    if not rest:
        return glob(first, text)
    for end in [at for at, char in enumerate(text) if char == ":"]:
        head = text[:end]
        runs_on = ":" in head
        fits = glob(first, head) and (not runs_on or (first.endswith("*") and glob(first, head.split(":")[0])))
        if fits and by_parts(rest, text[end + 1 :]):
            return True
    return False


def glob(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(glob(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and glob(pattern[1:], text[1:])
