"""A document that somebody is still typing: what is well-formed is checked, of the rest one thing is said."""

import pytest
from check_cases import ALLOW, document

from iamlab.policy.checks.view import DocumentView
from iamlab.policy.validate import validate


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": 5},
        {"Action": ["s3:GetObject", 5]},
        {"Resource": ["*", 5]},
        {"Resource": 5},
        {"Resource": {}},
        {"Resource": ["*", None]},
        {"Condition": 5},
        {"Condition": {"Bool": 5}},
        {"Condition": {"Bool": []}},
        {"Condition": {"StringEquals": {"aws:username": ["alice", None]}}},
        {"Condition": {"StringEquals": {"aws:username": {"a": "b"}}}},
        {"Condition": {"StringEquals": {"aws:username": None}}},
    ],
)
def test_another_type_is_said_once(elements):
    assert validate(document({**ALLOW, **elements})).codes == ["DATA_TYPE_MISMATCH"]


def test_the_rest_of_a_faulty_document_is_checked():
    source = {"Version": "2012-10-17", "Statement": [5, {**ALLOW, "Action": ["s3:GetObjekt", 5]}]}
    assert validate(source).codes == ["DATA_TYPE_MISMATCH", "DATA_TYPE_MISMATCH", "INVALID_ACTION"]
    assert validate(source)[2].path == "$.Statement[1].Action[0]"


def test_a_number_is_no_principal():
    """Digits without quotes are a number, which loses its leading zeros."""
    source = document({**ALLOW, "Principal": {"AWS": 111122223333}})
    assert validate(source, "resource").codes == ["DATA_TYPE_MISMATCH"]


def test_a_part_shows_itself_without_its_statement():
    conditions = {"StringEquals": {"aws:username": "alice"}}
    statement = DocumentView(document({**ALLOW, "Principal": "*", "Condition": conditions}), "resource").statements[0]
    assert repr(statement.actions) == "[Item(text='s3:GetObject', path='$.Statement.Action')]"
    assert repr(statement.principals) == "[PrincipalItem(kind='*', text='*', path='$.Statement.Principal')]"
    assert "statement" not in repr(statement.conditions)
