"""How the values of conditions are compared, type by type, beyond the conformance cases."""

from decimal import Decimal

import pytest

from iamlab.policy import values
from iamlab.policy.operators import OPERATORS, ConditionTest
from iamlab.policy.values import has_offset, moment, number

ROLE = "arn:aws:iam::111122223333:role/Reader"


def holds(operator, wanted, found, effect="Allow", context=None, **more):
    values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    test = ConditionTest(operator, "aws:Key", values, effect=effect, variables=True)
    return test.holds({**(context or {}), **({} if found is None else {"aws:key": found})})


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "true"),
    [
        ("ArnLike", "*", ROLE, True),
        ("ArnLike", "*", "arn:aws:iam:1:2", False),
        ("ArnLike", "*", "no ARN", False),
        ("ArnLike", "arn:*:iam::*:role/*", ROLE, True),
        ("ArnLike", "arn:*:iam::*:role/*", "arn:aws:iam::111122223333", False),
        ("ArnLike", "arn:aws:*:*:*:*", "arn:aws:sqs:a:1:b:c", True),
        ("ArnLike", "arn:aws:i?m::111122223333:role/Reade?", ROLE, True),
        ("ArnEquals", ROLE, ROLE.replace("Reader", "reader"), False),
        ("ArnNotLike", "arn:aws:iam::*:user/*", ROLE, True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", "1e2", "100", True),
        ("NumericEquals", "-.5", "-0.50", True),
        ("NumericEquals", "1", "one", False),
        ("NumericLessThan", "10", "9.9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "10", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericNotEquals", "10", "11", True),
        ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("DateEquals", "2026", "2026-01-01T01:00:00+01:00", True),
        ("DateEquals", "2026-02", "2026-02-01", True),
        ("DateEquals", "1767225600", "2026-01-01T00:00:00Z", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("Bool", "TRUE", "true", True),
        ("Bool", "false", "true", False),
        ("BinaryEquals", "aGk=", "aGk=", True),
        ("BinaryEquals", "aGk=", "aG8=", False),
        ("BinaryEquals", "aGk=", "hi", False),
        ("IpAddress", "192.0.2.0/24", "192.0.2.0", True),
        ("IpAddress", "192.0.2.0/24", "192.0.2.255", True),
        ("IpAddress", "192.0.2.0/24", "192.0.3.0", False),
        ("IpAddress", "192.0.2.7", "192.0.2.7", True),
        ("IpAddress", "192.0.2.7", "192.0.2.6", False),
        ("IpAddress", "192.0.2.7", "192.0.2.8", False),
        ("IpAddress", "::c000:200/120", "192.0.2.7", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("IpAddress", "192.0.2.0/24", "here", False),
        ("NotIpAddress", "192.0.2.0/24", "192.0.3.1", True),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", ["a", "b"], "c", False),
        ("StringEquals", "a*", "ab", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "ALICE", "alice", True),
        ("StringNotEqualsIgnoreCase", "ALICE", "alice", False),
        ("StringLike", "a*", "abc", True),
        ("StringLike", ["x", "?b*"], "abc", True),
        ("StringNotLike", "a*", "abc", False),
    ],
)
def test_a_value_is_compared_by_its_type(operator, wanted, found, true):
    for effect in ("Allow", "Deny"):
        assert holds(operator, wanted, found, effect) is true


@pytest.mark.parametrize(
    ("operator", "found", "true"),
    [
        ("StringEquals", None, False),
        ("StringNotEquals", None, True),
        ("StringEqualsIfExists", None, True),
        ("StringEqualsIfExists", "b", False),
        ("StringEquals", ("a",), False),
        ("StringNotEquals", ("b",), False),
        ("ForAllValues:StringEquals", None, True),
        ("ForAllValues:StringEquals", (), True),
        ("ForAllValues:StringEquals", ("a", "a"), True),
        ("ForAllValues:StringEquals", ("a", "b"), False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringEquals", ("", ""), True),
        ("ForAllValues:StringEquals", ("a", ""), False),
        ("ForAllValues:StringEquals", "", True),
        ("ForAnyValue:StringEquals", None, False),
        ("ForAnyValue:StringEquals", (), False),
        ("ForAnyValue:StringEquals", ("b", "a"), True),
        ("ForAnyValue:StringEquals", ("b", "c"), False),
        ("ForAnyValue:StringEquals", "a", True),
        ("ForAnyValue:StringEquals", ("", "a"), True),
        ("ForAnyValue:StringEqualsIfExists", None, True),
        ("ForAnyValue:StringNotEquals", ("", ""), False),
        ("ForAnyValue:StringNotEquals", ("a", "b"), True),
        ("ForAllValues:StringNotEquals", ("b", "c"), True),
    ],
)
def test_absent_keys_and_many_values(operator, found, true):
    assert holds(operator, "a", found) is true


@pytest.mark.parametrize(
    ("wanted", "when_absent", "when_present"),
    [("true", True, False), ("false", False, True), ("TRUE", True, False), (("true", "false"), True, True)],
)
def test_null_asks_whether_a_key_is_there(wanted, when_absent, when_present):
    for effect in ("Allow", "Deny"):
        for found in (None, ()):
            assert holds("Null", wanted, found, effect) is when_absent
        for found in ("a", "", ("a",)):
            assert holds("Null", wanted, found, effect) is when_present


def test_variables_are_filled_in_where_the_operator_knows_them():
    alice = {"aws:username": "alice", "aws:address": "192.0.2.7", "aws:number": "ten"}
    assert holds("StringLike", "home/${aws:username}/*", "home/alice/x", context=alice)
    assert not holds("StringLike", "home/${aws:username}/*", "home/bob/x", context=alice)
    assert not holds("StringEquals", "${aws:nothing}", "alice", context=alice)
    assert holds("StringEquals", ["${aws:nothing}", "${aws:username}"], "alice", context=alice)
    for found in ("b", "alice"):
        assert holds("StringEquals", ["b", "${aws:username}"], found, context=alice)
    assert holds("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/alice", context=alice)
    assert not holds("ArnLike", "${aws:username}", ROLE, context=alice), "what is filled in is no ARN"
    assert holds("Bool", "${aws:flag}", "true", context={"aws:flag": "true"})
    assert not holds("IpAddress", "${aws:address}", "192.0.2.7", context=alice)
    assert not holds("NumericEquals", "${aws:number}", "10", context={"aws:number": "10"})


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_one_unreadable_value_among_good_ones_decides_for_the_safe_side(effect):
    deny = effect == "Deny"
    assert holds("NumericEquals", ["ten", "10"], "10", effect)
    assert holds("NumericEquals", ["ten", "10"], "11", effect) is deny
    assert holds("NumericNotEquals", ["ten", "10"], "11", effect) is deny
    assert not holds("NumericNotEquals", ["ten", "10"], "10", effect)
    assert holds("Null", "perhaps", "a", effect) is deny
    assert holds("Null", "perhaps", None, effect) is deny


@pytest.mark.parametrize(
    ("operator", "wanted", "problem"),
    [
        ("StringMatches", "a", "AWS has no condition operator StringMatches"),
        ("NumericEquals", "ten", "NumericEquals on aws:Key: 'ten' is not a number"),
        ("DateEquals", "soon", "DateEquals on aws:Key: 'soon' is not a date: expected ISO 8601 or epoch seconds"),
        ("Bool", "maybe", "Bool on aws:Key: 'maybe' is neither true nor false"),
        ("ArnLike", "a:b", "ArnLike on aws:Key: 'a:b' is not an ARN: expected six parts between colons"),
        ("Null", "perhaps", "Null on aws:Key: its value must be true or false"),
        ("StringEquals", "a", ""),
        ("Null", "false", ""),
    ],
)
def test_a_problem_says_what_was_expected(operator, wanted, problem):
    test = ConditionTest(operator, "aws:Key", (wanted,), effect="Allow", variables=True)
    assert test.problem == problem
    assert test.problems({}) == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "told"),
    [
        ("NumericEquals", "1", "one", ["aws:Key: 'one' is not of the type Numeric, so it matches nothing"]),
        ("NumericEquals", "1", ("1", "one"), ["aws:Key: 'one' is not of the type Numeric, so it matches nothing"]),
        ("DateEquals", "2026", "soon", ["aws:Key: 'soon' is not of the type Date, so it matches nothing"]),
        ("BinaryEquals", "aGk=", "%", ["aws:Key: '%' is not of the type Binary, so it matches nothing"]),
        ("NumericEquals", "1", "", []),
        ("NumericEquals", "1", "2", []),
        ("StringEquals", "1", "one", []),
        ("Null", "true", "one", []),
    ],
)
def test_a_request_value_of_the_wrong_type_is_told(operator, wanted, found, told):
    test = ConditionTest(operator, "aws:Key", (wanted,), effect="Allow", variables=True)
    assert test.problems({"aws:key": found}) == told
    assert test.problems({}) == []


def test_every_operator_has_awss_type_of_key():
    types = {name: kind.type for name, kind in OPERATORS.items()}
    for beginning, kind in (
        ("String", "String"),
        ("Numeric", "Numeric"),
        ("Date", "Date"),
        ("Bool", "Bool"),
        ("Binary", "Binary"),
        ("Ip", "IPAddress"),
        ("NotIp", "IPAddress"),
        ("Arn", "ARN"),
    ):
        assert {one for name, one in types.items() if name.startswith(beginning)} == {kind}
    assert {name for name, kind in OPERATORS.items() if kind.negated} == {name for name in OPERATORS if "Not" in name}
    assert {kind.type for kind in OPERATORS.values() if kind.variables} == {"String", "Bool", "ARN"}


@pytest.mark.parametrize(("text", "value"), [("1", "1"), ("+1.", "1"), (".5", "0.5"), ("-1E3", "-1000")])
def test_numbers(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", ".", "1e", "1 ", " 1", "0x1", "١", "1e1234567", "nan", "1_0"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="is not a number"):
        number(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970", 0),
        ("1970-01", 0),
        ("1970-01-01", 0),
        ("1970-01-01T00:01:00Z", 60),
        ("1970-01-01T00:01:00", 60),
        ("1970-01-01T01:00:00+01:00", 0),
        ("60", 60),
        ("-60.5", -60.5),
        ("19700", 19700),
    ],
)
def test_times(text, seconds):
    assert moment(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1970-13-01", "1970-01-01T25:00:00Z", "1e3", "9999-99"])
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match="is not a date"):
        moment(text)


def test_only_a_time_of_day_needs_an_offset():
    assert not has_offset("2026-01-31t08:00:00")
    for text in ("2026-01-31T08:00:00+01:00", "2026", "1767225600", "Tuesday"):
        assert has_offset(text)


def test_an_arns_last_part_may_hold_colons():
    assert values.arn("arn:aws:logs:us-east-1:111122223333:log-group:app:*")[5] == "log-group:app:*"
