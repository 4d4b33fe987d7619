"""Open conditions in words: the opposite of one is true exactly when it is not."""

import pytest

from iamlab.evaluation.candidates import values_for, with_value
from iamlab.evaluation.unknowns import in_brackets, opposite_of
from iamlab.policy.operators import OPERATORS, ConditionTest

VALUE = {
    "String": "Blue",
    "Numeric": "10",
    "Date": "2026-01-01T00:00:00Z",
    "Bool": "true",
    "IPAddress": "192.0.2.0/24",
    "ARN": "arn:aws:iam::111122223333:role/a",
}


def read(atom):
    operator, key, _, *values = atom.split(" ")
    return ConditionTest(
        operator, key, tuple(value for value in values if value != "or"), effect="Allow", variables=True
    )


def opposites(atom):
    """Is the opposite true exactly where the condition is not, whatever the key's value?"""
    test, opposite = read(atom), read(opposite_of(atom))
    assert not opposite.problem
    contexts = [with_value({}, "k", value) for value in values_for([test, opposite], {})]
    return all(test.holds(context) is not opposite.holds(context) for context in contexts)


@pytest.mark.parametrize("ending", ["", "IfExists"])
@pytest.mark.parametrize("operator", [name for name, kind in OPERATORS.items() if kind.type in VALUE])
def test_an_opposite_is_true_exactly_where_the_condition_is_not(operator, ending):
    atom = f"{operator}{ending} k = {VALUE[OPERATORS[operator].type]}"
    if opposite_of(atom) == f"not ({atom})":
        assert ending, "only what is not there and yet not equal has no word of AWS's"
    else:
        assert opposites(atom)


@pytest.mark.parametrize("atom", ["Null k = true", "null k = False", "BOOL k = TRUE", "stringequals k = a or b"])
def test_capitals_and_several_values(atom):
    assert opposites(atom)


@pytest.mark.parametrize(
    "atom",
    [
        "NumericLessThan k = 10 or 20",
        "Bool k = true or false",
        "Bool k = yes",
        "BinaryEquals k = aGk=",
        "ForAllValues:StringEquals k = a",
        "ForAnyValue:StringNotEquals k = a",
        "StringMatches k = a",
        "Resource: arn:aws:s3:::a is arn:aws:s3:::${aws:username}",
    ],
)
def test_what_no_operator_says_is_put_in_words(atom):
    assert opposite_of(atom) == f"not ({atom})"


def test_several_values_stand_in_brackets_among_other_conditions():
    assert in_brackets("StringEquals k = a or b") == "(StringEquals k = a or b)"
    assert in_brackets("StringEquals k = a") == "StringEquals k = a"
    assert in_brackets("not (Bool k = true or false)") == "not (Bool k = true or false)"
