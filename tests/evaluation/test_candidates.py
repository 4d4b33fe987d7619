"""Values worth trying: for every operator some that meet it, some that do not, and its edges."""

import pytest

from iamlab.evaluation.candidates import OTHER, apart, texts_for, values_for, with_value
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
        ("DateLessThan", "-60", ["-60", "-61", "-59"]),
        ("DateLessThan", "9999-12-31T23:59:59Z", ["9999-12-31T23:59:59Z", OTHER]),
        (
            "IpAddress",
            "192.0.2.7/24",
            ["192.0.2.0", "203.0.113.254", "192.0.2.255", "192.0.3.0", "192.0.1.255", "2001:db8::ffff"],
        ),
        ("IpAddress", "0.0.0.0/0", ["0.0.0.0", "203.0.113.254", "255.255.255.255", "2001:db8::ffff"]),
        ("StringEqualsIgnoreCase", "Ab", ["Ab", "aB", OTHER]),
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
