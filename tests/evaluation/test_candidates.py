"""Values worth trying: for every operator some that meet it, some that do not, and its edges."""

from collections import Counter

import pytest

from iamlab.evaluation.candidates import OTHER, apart, made_from, texts_for, value_needed, values_for, with_value
from iamlab.policy.operators import OPERATORS, ConditionTest


def tried(operator, *values, context=None):
    test = ConditionTest(operator, "aws:Key", values, effect="Allow", variables=True)
    return values_for([test], context or {})


@pytest.mark.parametrize(
    ("operator", "value", "single"),
    [
        ("StringEquals", "a", ["a", OTHER]),
        ("StringEquals", "a*", ["a*", OTHER]),
        ("StringNotLike", "a*", ["a", "ax", OTHER]),
        ("StringLike", "a*b?", ["abx", "axbx", OTHER]),
        ("Bool", "true", ["true", "false"]),
        ("NumericLessThan", "10", ["10", "9", "11"]),
        ("NumericLessThan", "ten", ["ten", OTHER]),
        (
            "DateLessThan",
            "1970-01-01T00:01:00Z",
            ["1970-01-01T00:01:00Z", "1970-01-01T00:00:59Z", "1970-01-01T00:01:01Z"],
        ),
        ("DateLessThan", "60", ["60", "59", "61"]),
        (
            "DateEquals",
            "1970-01-02",
            ["1970-01-02", "1970-01-01T23:59:59Z", "1970-01-02T00:00:01Z", "1970-01-02T00:00:00Z"],
        ),
        ("DateLessThan", "-60", ["-60", "-61", "-59"]),
        ("DateLessThan", "9999-12-31T23:59:59Z", ["9999-12-31T23:59:59Z", OTHER]),
        (
            "IpAddress",
            "192.0.2.7/24",
            ["192.0.2.0", "203.0.113.254", "192.0.2.255", "192.0.3.0", "192.0.1.255", "2001:db8::ffff"],
        ),
        ("IpAddress", "0.0.0.0/0", ["0.0.0.0", "203.0.113.254", "255.255.255.255", "2001:db8::ffff"]),
        (
            "IpAddress",
            "255.255.255.254",
            ["255.255.255.254", "203.0.113.254", "255.255.255.255", "255.255.255.253", "2001:db8::ffff"],
        ),
        ("IpAddress", "0.0.0.1", ["0.0.0.1", "203.0.113.254", "0.0.0.2", "0.0.0.0", "2001:db8::ffff"]),
        ("StringEqualsIgnoreCase", "Ab", ["Ab", "aB", "ab", "AB", OTHER]),
        (
            "IpAddress",
            "fd00::1/16",
            [
                "fd00::",
                "2001:db8::ffff",
                f"fd00:{':'.join(['ffff'] * 7)}",
                "fd01::",
                f"fcff:{':'.join(['ffff'] * 7)}",
                "203.0.113.254",
            ],
        ),
        ("IpAddress", "here", ["here", OTHER]),
        ("ArnLike", "arn:aws:iam::1:role/*", ["arn:aws:iam::1:role/", "arn:aws:iam::1:role/x"]),
        ("BinaryEquals", "aGk=", ["aGk=", "c29tZXRoaW5nLWVsc2U="]),
        ("Null", "true", [OTHER]),
        ("StringMatches", "a", ["a", OTHER]),
    ],
)
def test_values_lie_at_around_and_apart_from_the_policys(operator, value, single):
    far = ["arn:aws:iam::999999999999:user/something-else"] if operator == "ArnLike" else []
    assert tried(operator, value) == [None, *single, *far]


@pytest.mark.parametrize("operator", OPERATORS)
def test_some_value_meets_every_operator_and_some_does_not(operator):
    values = {"Numeric": "10", "Date": "2026-01-01", "Bool": "true", "Binary": "aGk=", "IPAddress": "192.0.2.0/24"}
    value = {**values, "ARN": "arn:aws:iam::1:role/*"}.get(OPERATORS[operator].type, "a*")
    test = ConditionTest(operator, "k", (value,), effect="Allow", variables=True)
    outcomes = {test.holds(with_value({}, "k", one)) for one in values_for([test], {}) if one is not None}
    assert outcomes == {True, False}


def test_a_set_operator_wants_lists_too_of_values_that_it_tells_apart():
    found = tried("ForAllValues:StringEquals", "a", "b")
    assert found == [None, "a", OTHER, "b", (), ("a",), (OTHER,), ("a", OTHER)]


def test_lists_of_up_to_three_kinds_of_value_and_of_all():
    tests = [
        ConditionTest("ForAnyValue:StringEquals", "k", (value,), effect="Allow", variables=True) for value in "abcdef"
    ]
    sizes = Counter(len(value) for value in values_for(tests, {}) if isinstance(value, tuple))
    assert sizes == {0: 1, 1: 7, 2: 21, 3: 35, 7: 1}


@pytest.mark.parametrize(
    ("pattern", "text", "context", "value"),
    [
        ("a/${k:x}/*", "a/b/c", {}, "b"),
        ("a/${k:x}", "a/b/c", {}, "b/c"),
        ("a/${k:x}*", "a/b", {}, "b"),
        ("${k:x}-${k:x}", "b-b", {}, "b"),
        ("${k:y}/${k:x}/d", "a/b/d", {"k:y": "a"}, "b"),
        ("${k:y}/${k:x}/d", "a/b/d", {}, None),
        ("a/${k:x}", "b/c", {}, None),
        ("a/${k:x}/d", "a/b/c", {}, None),
        ("*/${k:x}", "a/b", {}, None),
    ],
)
def test_the_value_that_a_variable_needs(pattern, text, context, value):
    assert value_needed(pattern, "k:x", text, context) == value


def test_what_a_value_is_an_example_of_though_another_cannot_be_read():
    test = ConditionTest("IpAddress", "k", ("here", "192.0.2.0/24"), effect="Allow", variables=True)
    assert made_from(test, "192.0.2.9", {}) == "in 192.0.2.0/24"
    assert made_from(test, "192.0.3.9", {}) == "not in here or 192.0.2.0/24"


def test_what_no_test_tells_from_another_is_tried_once_but_variables_tell_all_apart():
    region = ConditionTest("StringEquals", "k", ("a", "b"), effect="Allow", variables=True)
    mine = ConditionTest("StringEquals", "k", ("${aws:username}",), effect="Allow", variables=True)
    assert apart([None, "a", "b", "c"], [region], {}) == [None, "a"]
    assert apart([None, "a", "b", "c"], [region, mine], {}) == [None, "a", "b", "c"]


def test_tests_of_one_key_are_tried_together_and_nothing_twice():
    tests = [
        ConditionTest(operator, "k", ("1",), effect="Allow", variables=True)
        for operator in ("NumericEquals", "NumericLessThan", "Bool")
    ]
    assert values_for(tests, {}) == [None, "1", "0", "2", "true", "false"]
    assert values_for([], {}) == [None]


def test_variables_are_filled_in_from_the_context():
    assert tried("StringEquals", "${aws:username}", context={"aws:username": "alice"}) == [None, "alice", OTHER]
    assert tried("StringEquals", "${aws:username}") == [None, OTHER]


def test_a_pattern_is_met_with_nothing_and_with_something():
    assert texts_for("a*?*") == ["ax", "axxx"]
    assert texts_for("a?") == ["ax"]
    assert texts_for("a") == ["a"]


def test_a_context_with_one_key_changed():
    context = {"a": "1", "b": "2"}
    assert with_value(context, "a", "3") == {"b": "2", "a": "3"}
    assert with_value(context, "a", None) == {"b": "2"}
    assert with_value(context, "c", ()) == {"a": "1", "b": "2", "c": ()}
    assert context == {"a": "1", "b": "2"}
