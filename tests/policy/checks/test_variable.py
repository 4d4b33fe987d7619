"""Policy variables: how they are written and where they may stand.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html]
"""

import pytest
from check_cases import ALLOW, PUBLIC, conditioned, document

from iamlab.policy.validate import validate


def home(variable):
    """What is found in a Resource with this variable, and what each repair writes."""
    source = document({**ALLOW, "Resource": f"arn:aws:s3:::home/{variable}/*"})
    return [
        (finding.code, finding.repair and finding.repair.value(source)["Statement"]["Resource"][18:-2])
        for finding in validate(source)
    ]


@pytest.mark.parametrize(
    "variable",
    [
        "${aws:username}",
        "${*}",
        "${?}",
        "${$}",
        "${aws:PrincipalTag/cost center}",
        "${aws:username, 'no body'}",
        "${aws:username,''}",
        "a$b{c}",
    ],
)
def test_well_written(variable):
    assert home(variable) == []


@pytest.mark.parametrize(
    ("variable", "code", "better"),
    [
        ("${}", "EMPTY_VARIABLE", None),
        ("${ }", "EMPTY_VARIABLE", None),
        ("${aws: username}", "UNSUPPORTED_SPACE_IN_VARIABLE", "${aws:username}"),
        ("${ aws:username, 'x y'}", "UNSUPPORTED_SPACE_IN_VARIABLE", "${aws:username, 'x y'}"),
        ("${aws:username, nobody}", "MISSING_QUOTE_IN_VARIABLE", "${aws:username, 'nobody'}"),
        ("${aws:username, 'nobody}", "MISSING_QUOTE_IN_VARIABLE", "${aws:username, 'nobody'}"),
        ("${aws:username, '}", "MISSING_QUOTE_IN_VARIABLE", "${aws:username, ''}"),
        ("${aws:username", "MISSING_BRACE_IN_VARIABLE", None),
    ],
)
def test_badly_written(variable, code, better):
    assert home(variable) == [(code, better)]


@pytest.mark.parametrize("character", ["${*}", "${?}", "${$}"])
def test_a_plain_character_is_no_variable(character):
    statement = conditioned("NumericEquals", "s3:max-keys", character, {**ALLOW, "Action": "s3:ListBucket"})
    assert "INVALID_VARIABLE_FOR_OPERATOR" not in validate(document(statement)).codes


@pytest.mark.parametrize(
    ("operator", "key", "takes"),
    [
        ("StringLike", "s3:prefix", True),
        ("ArnLike", "aws:PrincipalArn", True),
        ("NumericEquals", "s3:max-keys", False),
        ("Bool", "aws:SecureTransport", False),
        ("IpAddress", "aws:SourceIp", False),
        ("Null", "aws:username", False),
        ("StringLik", "s3:prefix", True),
    ],
)
def test_operators_that_take_variables(operator, key, takes):
    statement = conditioned(operator, key, ["${aws:PrincipalTag/a}", "${*}"], {**ALLOW, "Action": "s3:ListBucket"})
    assert ("INVALID_VARIABLE_FOR_OPERATOR" in validate(document(statement)).codes) != takes


def test_elsewhere_they_are_plain_text():
    source = document({**PUBLIC, "Sid": "For${aws:username}", "Action": "s3:Get${aws:username}"})
    found = [
        (finding.path, finding.repair and finding.repair.label)
        for finding in validate(source, "resource")
        if finding.code == "VARIABLE_UNSUPPORTED_IN_ELEMENT"
    ]
    assert found == [("$.Statement.Action", None), ("$.Statement.Sid", "Remove the Sid")]


def test_a_sid_of_another_type_is_the_grammars_affair():
    assert validate(document({**ALLOW, "Sid": 5})).codes == ["DATA_TYPE_MISMATCH"]
