"""Conditions: operators and keys that fit each other, and repairs that move a key without losing anything."""

import pytest
from check_cases import ALLOW, document

from iamlab.catalog import index, keys, services
from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.checks.condition import OPERATORS, with_base
from iamlab.policy.checks.keys import find_key
from iamlab.policy.legality import refuse
from iamlab.policy.operators import parse_operator
from iamlab.policy.validate import validate


def findings(block, **changes):
    """What is found in a statement with this Condition."""
    return validate(document({**ALLOW, "Condition": block, **changes}))


def repaired(block, code):
    """The Condition after the repair of the one finding of this code; `None` when none is offered."""
    (finding,) = [finding for finding in findings(block) if finding.code == code]
    assert finding.repair is None or {edit.kind for edit in finding.repair.edits} <= {"put", "remove", "rename"}
    return finding.repair and finding.repair.value(document({**ALLOW, "Condition": block}))["Statement"]["Condition"]


def messages(block):
    return [finding.message for finding in findings(block)]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    "family", ["aws:PrincipalTag", "aws:RequestTag", "aws:ResourceTag", "s3:ExistingObjectTag", "s3:RequestObjectTag"]
)
def test_a_key_about_tags_names_the_tag(family, slash):
    found = findings({"StringEquals": {family + slash: "red"}}, Action="s3:*")
    assert found.codes == ["MISSING_TAG_KEY_IN_CONDITION"]
    assert found[0].message == f"Which tag? Write it after a slash: {family}/department."
    assert (
        findings({"StringEquals": {f"{family}/team": "red"}}, Action="s3:GetObject*").errors.codes.count(
            "MISSING_TAG_KEY_IN_CONDITION"
        )
        == 0
    )


@pytest.mark.parametrize(
    "written", ["NotStringEquals", "NotStringLike", "ForSomeValues:StringEquals", "Equals", "Less"]
)
def test_an_operator_that_would_turn_the_test_around_is_not_offered(written):
    (found,) = findings({written: {"aws:username": "a"}}).errors
    assert (found.message, found.repair) == (f"There is no condition operator {written}.", None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("StringEqul", "StringEquals"),
        ("ForAllValues:StringEqul", "ForAllValues:StringEquals"),
        ("forallvalues:StringEqul", "ForAllValues:StringEquals"),
        ("ForAnyValue:StringEqul", "ForAnyValue:StringEquals"),
        ("ForAllValue:StringEqul", "ForAllValues:StringEquals"),
        ("ForAnyValues:StringEquals", "ForAnyValue:StringEquals"),
        ("StringEqulIfExists", "StringEqualsIfExists"),
        ("Nul", "Null"),
    ],
)
def test_the_operator_that_was_meant(written, meant):
    block = {written: {"aws:TagKeys": "a"}}
    assert f"There is no condition operator {written}. Did you mean {meant}?" in messages(block)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("aws:SourceIP4", "aws:SourceIp"),
        ("aws:PrincipalTags/Team", "aws:PrincipalTag/Team"),
        ("ec2:InstanceTyp", "ec2:InstanceType"),
        ("S3:prefixx", "s3:prefix"),
    ],
)
def test_the_key_that_was_meant(written, meant):
    (message,) = messages({"StringEquals": {written: "a"}})
    assert message.endswith(f" Did you mean {meant}?")


def test_keys_that_differ_in_case_are_put_together():
    block = {"StringEquals": {"aws:username": ["alice", "bob"], "aws:UserName": ["bob", "carol"]}}
    together = {"StringEquals": {"aws:username": ["alice", "bob", "carol"]}}
    assert repaired(block, "DUPLICATE_KEYS_WITH_DIFFERENT_CASE") == together


def test_null_over_a_set_is_named_once():
    assert findings({"ForAllValues:Null": {"aws:username": "true"}}).codes == ["NULL_WITH_QUALIFIER"]


def test_every_type_of_key_has_its_operators():
    """When AWS brings a key of another type, it has to be said which operators suit it."""
    known = {find_key(key.name.lower()).type for key in keys.global_keys()}
    for prefix in index.service_names():
        known |= {key.type.removeprefix("ArrayOf") for key in services.service(prefix).condition_keys.values()}
    assert known == {"String", "ARN", "Bool", "Numeric", "Date", "IPAddress"}
    assert known < {kind.type for kind in OPERATORS.values()}


@pytest.mark.parametrize(
    ("operator", "better"),
    [
        ("StringLike", "ArnLike"),
        ("StringNotLike", "ArnNotLike"),
        ("stringlikeifexists", "ArnLikeIfExists"),
        ("ForAnyValue:StringLike", "ForAnyValue:ArnLike"),
    ],
)
def test_arn_operators_for_arns(operator, better):
    (finding,) = [
        finding
        for finding in findings({operator: {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}})
        if finding.code == "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS"
    ]
    assert finding.message.endswith(f"{better} compares part by part.")
    assert finding.repair.label == f"Use {better}"


@pytest.mark.parametrize("name", ["StringEquals", "Null", "BoolIfExists", "ForAllValues:ArnLike"])
def test_an_operator_with_the_same_base_stays_as_it_is(name):
    parsed = parse_operator(name)
    assert with_base(parsed, parsed.base) == name


QUALIFIER = "MISSING_QUALIFIER"


def test_a_key_alone_takes_its_operator_along():
    assert repaired({"StringEquals": {"aws:TagKeys": "a"}}, QUALIFIER) == {
        "ForAnyValue:StringEquals": {"aws:TagKeys": "a"}
    }


@pytest.mark.parametrize(
    ("effect", "operator", "qualified"),
    [
        ("Allow", "StringEquals", "ForAnyValue:StringEquals"),
        ("Allow", "StringNotEquals", "ForAllValues:StringNotEquals"),
        ("Deny", "StringNotLike", "ForAnyValue:StringNotLike"),
        ("Deny", "StringEquals", "ForAnyValue:StringEquals"),
    ],
)
def test_an_allow_that_shuts_values_out_shuts_them_out_beside_others_too(effect, operator, qualified):
    source = document({**ALLOW, "Effect": effect, "Condition": {operator: {"aws:TagKeys": ["a", "b"]}}})
    (found,) = [finding for finding in validate(source) if finding.code == QUALIFIER]
    assert found.repair.value(source)["Statement"]["Condition"] == {qualified: {"aws:TagKeys": ["a", "b"]}}


def test_a_key_among_others_leaves_them_where_they_are():
    assert repaired({"StringEquals": {"aws:username": "alice", "aws:TagKeys": "a"}}, QUALIFIER) == {
        "StringEquals": {"aws:username": "alice"},
        "ForAnyValue:StringEquals": {"aws:TagKeys": "a"},
    }


def test_a_key_joins_others_under_the_operator():
    block = {"StringEquals": {"aws:TagKeys": "a"}, "ForAnyValue:StringEquals": {"aws:CalledVia": "x.amazonaws.com"}}
    assert repaired(block, QUALIFIER) == {
        "ForAnyValue:StringEquals": {"aws:CalledVia": "x.amazonaws.com", "aws:TagKeys": "a"}
    }


@pytest.mark.parametrize("there", [{"aws:UserName": "b*"}, 5, ["b*"]])
def test_a_repair_never_writes_over_what_stands_there(there):
    block = {"StringEquals": {"aws:username": "a*"}, "StringLike": there}
    assert repaired(block, "WILDCARD_WITHOUT_LIKE_OPERATOR") is None


def test_like_keeps_qualifier_and_suffix():
    block = {"forallvalues:stringnotequalsifexists": {"aws:TagKeys": "a*"}}
    assert repaired(block, "WILDCARD_WITHOUT_LIKE_OPERATOR") == {
        "ForAllValues:StringNotLikeIfExists": {"aws:TagKeys": "a*"}
    }


@pytest.mark.parametrize(
    ("operator", "key", "value", "better"),
    [
        ("StringEquals", "aws:SourceIp", "203.0.113.0/24", "IpAddress"),
        ("StringNotLike", "aws:SourceIp", "203.0.113.0/24", "NotIpAddress"),
        ("ForAnyValue:StringEqualsIfExists", "aws:SourceIp", "203.0.113.0/24", "ForAnyValue:IpAddressIfExists"),
        ("StringLike", "aws:SecureTransport", "true", "Bool"),
        ("StringEquals", "aws:CurrentTime", "2026-01-01", "DateEquals"),
        ("Bool", "aws:username", "true", "StringEquals"),
        ("StringNotEquals", "aws:SecureTransport", "true", None),
        ("NumericLessThan", "aws:username", "5", None),
        ("StringLike", "aws:SourceIp", "203.0.113.*", None),
    ],
)
def test_an_operator_for_another_type_gives_way_to_the_one_that_asks_the_same(operator, key, value, better):
    assert repaired({operator: {key: value}}, "TYPE_MISMATCH") == (better and {better: {key: value}})


@pytest.mark.parametrize(("key", "refused"), [("aws:", False), ("s3:", False), ("username", True), (":name", False)])
def test_a_key_without_name_or_prefix_is_malformed_and_nothing_else(key, refused):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": {**statement, "Condition": {"StringEquals": {key: "a"}}}}
    assert validate(policy).codes == ["INVALID_CONDITION_KEY_FORMAT"]
    if refused:
        with pytest.raises(MalformedPolicyDocument, match="prefaced by a vendor"):
            refuse(policy)
    else:
        refuse(policy)
