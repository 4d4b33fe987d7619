"""The grammar: every element, every way to break it, with the issue code and the place Access Analyzer would name."""

import pytest

from iamlab.policy.grammar import faults

GOOD = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def found(document):
    return [(fault.code, fault.path, fault.key, fault.instead) for fault in faults(document)]


def without(*names, **more):
    return {name: value for name, value in GOOD.items() if name not in names} | more


WHOLE = {
    "Version": "2012-10-17",
    "Id": "example",
    "Statement": [
        {
            "Sid": "",
            "Effect": "Deny",
            "NotPrincipal": {"AWS": ["111122223333"], "Service": "x", "Federated": "y", "CanonicalUser": "z"},
            "NotAction": ["s3:*", "sqs:*"],
            "NotResource": ["*"],
            "Condition": {"StringEquals": {"aws:username": ["a", 1, 1.5, True], "aws:PrincipalTag/x": 2}, "Null": {}},
        },
        {**GOOD, "Principal": "*"},
    ],
}


@pytest.mark.parametrize(
    "document", [WHOLE, {"Statement": []}, {"Version": "2008-10-17", "Statement": GOOD}, {"Statement": [GOOD, GOOD]}]
)
def test_what_aws_accepts_has_no_fault(document):
    assert found(document) == []


@pytest.mark.parametrize("name", ["Sid", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"])
@pytest.mark.parametrize("value", [None, 7, True, [7], {"AWS": 7}])
def test_no_element_may_hold_any_other_type(name, value):
    opposite = {"NotAction": "Action", "NotResource": "Resource"}.get(name, "")
    faulty = found({"Statement": without(opposite, **{name: value})})
    assert [code for code, *_ in faulty] in (["DATA_TYPE_MISMATCH"], ["INVALID_PRINCIPAL_FORMAT"])
    assert faulty[0][1].startswith(f"$.Statement.{name}")


@pytest.mark.parametrize(
    ("document", "code", "path", "key", "instead"),
    [
        ([], "DATA_TYPE_MISMATCH", "$", False, None),
        ({}, "MISSING_STATEMENT", "$", False, None),
        ({"Statement": "x"}, "DATA_TYPE_MISMATCH", "$.Statement", False, None),
        ({"Statement": [GOOD, "x"]}, "DATA_TYPE_MISMATCH", "$.Statement[1]", False, None),
        ({"Version": "2012-10-18", "Statement": []}, "INVALID_VERSION", "$.Version", False, "2012-10-17"),
        ({"Version": None, "Statement": []}, "DATA_TYPE_MISMATCH", "$.Version", False, "2012-10-17"),
        ({"Version": 2012, "Statement": []}, "DATA_TYPE_MISMATCH", "$.Version", False, "2012-10-17"),
        ({"Id": 7, "Statement": []}, "DATA_TYPE_MISMATCH", "$.Id", False, None),
        ({"Statment": [], "Statement": []}, "INVALID_POLICY_ELEMENT", "$.Statment", True, "Statement"),
        ({"x y": 1, "Statement": []}, "INVALID_POLICY_ELEMENT", '$["x y"]', True, None),
        ({"Statement": {**GOOD, "Resources": []}}, "INVALID_POLICY_ELEMENT", "$.Statement.Resources", True, "Resource"),
        ({"Statement": without("Effect")}, "MISSING_EFFECT", "$.Statement", False, None),
        ({"Statement": without(Effect="allow")}, "INVALID_EFFECT", "$.Statement.Effect", False, "Allow"),
        ({"Statement": without(Effect="DENY")}, "INVALID_EFFECT", "$.Statement.Effect", False, "Deny"),
        ({"Statement": without(Effect="Maybe")}, "INVALID_EFFECT", "$.Statement.Effect", False, None),
        ({"Statement": without(Effect=7)}, "DATA_TYPE_MISMATCH", "$.Statement.Effect", False, None),
        ({"Statement": without("Action")}, "MISSING_ACTION", "$.Statement", False, None),
        (
            {"Statement": without(NotAction="*")},
            "UNSUPPORTED_ELEMENT_COMBINATION",
            "$.Statement.NotAction",
            True,
            None,
        ),
        (
            {"Statement": without(NotResource="*")},
            "UNSUPPORTED_ELEMENT_COMBINATION",
            "$.Statement.NotResource",
            True,
            None,
        ),
        (
            {"Statement": without(Principal="*", NotPrincipal="*")},
            "UNSUPPORTED_ELEMENT_COMBINATION",
            "$.Statement.NotPrincipal",
            True,
            None,
        ),
        ({"Statement": without(Action=["s3:*", 7])}, "DATA_TYPE_MISMATCH", "$.Statement.Action[1]", False, None),
        (
            {"Statement": without(Principal={"Aws": "*"})},
            "INVALID_PRINCIPAL_KEY",
            "$.Statement.Principal.Aws",
            True,
            "AWS",
        ),
        (
            {"Statement": without(Principal="alice")},
            "INVALID_PRINCIPAL_FORMAT",
            "$.Statement.Principal",
            False,
            None,
        ),
        ({"Statement": without(Condition="x")}, "DATA_TYPE_MISMATCH", "$.Statement.Condition", False, None),
        (
            {"Statement": without(Condition={"Bool": 7})},
            "DATA_TYPE_MISMATCH",
            "$.Statement.Condition.Bool",
            False,
            None,
        ),
        (
            {"Statement": without(Condition={"Bool": {"aws:x": None}})},
            "DATA_TYPE_MISMATCH",
            '$.Statement.Condition.Bool["aws:x"]',
            False,
            None,
        ),
        (
            {"Statement": without(Condition={"Bool": {"x": ["true", ["true"]]}})},
            "DATA_TYPE_MISMATCH",
            "$.Statement.Condition.Bool.x",
            False,
            None,
        ),
    ],
)
def test_a_fault_has_its_code_its_place_and_what_was_meant(document, code, path, key, instead):
    assert found(document) == [(code, path, key, instead)]


def test_all_faults_are_found_and_none_hides_another():
    document = {"Id": 7, "Statement": [{"Effect": "x"}, {"Effect": "Allow", "Action": 7, "Condition": 7}]}
    assert [(code, path) for code, path, *_ in found(document)] == [
        ("DATA_TYPE_MISMATCH", "$.Id"),
        ("INVALID_EFFECT", "$.Statement[0].Effect"),
        ("MISSING_ACTION", "$.Statement[0]"),
        ("DATA_TYPE_MISMATCH", "$.Statement[1].Action"),
        ("DATA_TYPE_MISMATCH", "$.Statement[1].Condition"),
    ]


def test_beside_an_unknown_element_the_known_ones_stay_known():
    for statement in WHOLE["Statement"]:
        assert found({"Statement": {**statement, "Made": 1}}) == [
            ("INVALID_POLICY_ELEMENT", "$.Statement.Made", True, None)
        ]


def test_a_fault_says_what_was_expected():
    (one,) = faults({"Statement": [], "Statemant": []})
    assert one.message == "Unknown field Statemant, did you mean Statement?"
    (other,) = faults({"Statement": [], "x": 1})
    assert other.message == "Unknown field x: expected one of Version, Id, Statement"
    (version,) = faults({"Version": "x", "Statement": []})
    assert version.message == "Version must be one of 2012-10-17 or 2008-10-17"


def test_nobody_is_left_out_by_a_bare_text():
    """Only a star may stand alone, in NotPrincipal as in Principal."""
    statement = {"Effect": "Deny", "NotPrincipal": "111122223333", "Action": "s3:*", "Resource": "*"}
    assert [fault.code for fault in faults({"Statement": statement})] == ["INVALID_PRINCIPAL_FORMAT"]
    assert faults({"Statement": {**statement, "NotPrincipal": "*"}}) == []
