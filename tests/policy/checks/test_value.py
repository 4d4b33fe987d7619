"""The values of conditions: empty lists, types, names."""

import pytest
from check_cases import ALLOW, conditioned, document

from iamlab.policy.validate import validate


def findings(operator, key, values):
    """What is found in an Allow of everything in S3 with one condition."""
    return validate(document(conditioned(operator, key, values, {**ALLOW, "Action": "s3:*"})))


@pytest.mark.parametrize(
    "key",
    [
        "iam:PassedToService",
        "iam:AWSServiceName",
        "aws:CalledViaFirst",
        "aws:CalledViaLast",
        "aws:PrincipalServiceName",
        "kms:ViaService",
    ],
)
def test_keys_that_hold_the_name_of_a_service(key):
    assert findings("StringEquals", key, "lambda").codes == ["INVALID_SERVICE_PRINCIPAL_FORMAT"]
    assert findings("StringEquals", key, "lambda.amazonaws.com").codes == []
    assert findings("StringLike", key, "lambda*").codes == []


@pytest.mark.parametrize("key", ["aws:CalledVia", "aws:PrincipalServiceNamesList"])
def test_keys_that_hold_names_of_services(key):
    assert findings("ForAnyValue:StringEquals", key, "lambda").codes == ["INVALID_SERVICE_PRINCIPAL_FORMAT"]
    assert findings("ForAnyValue:StringEquals", key, ["s3.amazonaws.com", "lambda.amazonaws.com"]).codes == []


@pytest.mark.parametrize("key", ["aws:RequestedRegion", "ec2:Region"])
def test_keys_that_hold_a_region(key):
    assert findings("StringEquals", key, ["frankfurt", "eu-central-1"]).codes == ["INVALID_REGION"]


@pytest.mark.parametrize(
    ("operator", "code"),
    [
        ("StringEquals", "EMPTY_ARRAY_CONDITION"),
        ("ForAllValues:StringEquals", "EMPTY_ARRAY_CONDITION_FORALLVALUES"),
        ("ForAnyValue:StringEquals", "EMPTY_ARRAY_CONDITION_FORANYVALUE"),
        ("StringEqualsIfExists", "EMPTY_ARRAY_CONDITION_IFEXISTS"),
        ("ForAllValues:StringEqualsIfExists", "EMPTY_ARRAY_CONDITION_IFEXISTS"),
        ("ForAnyValue:StringEqualsIfExists", "EMPTY_ARRAY_CONDITION_IFEXISTS"),
    ],
)
def test_an_empty_list(operator, code):
    """Each way to ask has its own answer to a list with nothing in it."""
    assert [found for found in findings(operator, "aws:TagKeys", []).codes if found.startswith("EMPTY")] == [code]
    assert not any(found.startswith("EMPTY") for found in findings(operator, "aws:TagKeys", ["a"]).codes)


@pytest.mark.parametrize(
    ("operator", "says", "repairable"),
    [
        ("StringEquals", "is compared with nothing", False),
        ("StringNotEquals", "is compared with nothing", True),
        ("ForAllValues:StringEquals", "only if aws:TagKeys is absent", False),
        ("ForAllValues:StringNotEquals", "always true", False),
        ("StringEqualsIfExists", "only if aws:TagKeys is absent", False),
        ("ArnNotLikeIfExists", "always true", False),
        ("ForAnyValue:StringEquals", "never true", False),
        ("ForAnyValue:StringNotEquals", "true whenever aws:TagKeys is there", False),
    ],
)
def test_a_repair_of_an_empty_list_never_opens_what_was_shut(operator, says, repairable):
    """StringEquals with no value is never true: the statement without it would allow everybody."""
    (found,) = [found for found in findings(operator, "aws:TagKeys", []) if found.code.startswith("EMPTY")]
    assert says in found.message
    assert (found.repair is not None) is repairable


def test_an_empty_list_under_an_operator_that_there_is_not():
    assert findings("StringEqual", "aws:username", []).codes == ["INVALID_CONDITION_OPERATOR"]


@pytest.mark.parametrize(
    ("values", "mixed"),
    [
        (["7", "8"], False),
        ([7, 7.5], False),
        ([True, False], False),
        (["7", 7], True),
        ([True, 1], True),
        (["true", True], True),
    ],
)
def test_values_of_one_json_type(values, mixed):
    assert ("INVALID_CONDITION_DATA_TYPE" in findings("NumericEquals", "s3:max-keys", values).codes) == mixed


def test_mixed_values_are_all_written_as_text():
    finding = findings("StringEquals", "aws:username", ["7", 8, True])[0]
    assert finding.code == "INVALID_CONDITION_DATA_TYPE"
    assert [edit.value for edit in finding.repair.edits] == [["7", "8", "true"]]


def test_true_and_false_make_sense_for_a_set():
    """A set can hold both; one value is either."""
    code = "INVALID_CONDITION_MULTIPLE_BOOLEAN"
    assert code in findings("Bool", "aws:SecureTransport", ["true", "false"]).codes
    assert code not in findings("Bool", "aws:SecureTransport", ["true"]).codes
    assert code not in findings("ForAnyValue:Bool", "apigateway:Request/ApiKeyRequired", ["true", "false"]).codes
