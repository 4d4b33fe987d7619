"""What the grammar has to say: AWS's words and repairs."""

import pytest
from check_cases import ALLOW, TRUST, document

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.legality import refuse
from iamlab.policy.validate import validate


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}),
        ("111122223333", {"AWS": "111122223333"}),
        ("arn:aws:iam::111122223333:root", {"AWS": "arn:aws:iam::111122223333:root"}),
    ],
)
def test_a_bare_principal_gets_its_kind(written, named):
    source = document({**ALLOW, "Principal": written})
    (finding,) = [found for found in validate(source, "resource") if found.code == "INVALID_PRINCIPAL_FORMAT"]
    assert finding.repair.value(source)["Statement"]["Principal"] == named
    assert finding.repair.label == f"Write it under {next(iter(named))}"


def test_a_principal_of_another_type_has_no_repair():
    (finding,) = [
        found for found in validate(document({**ALLOW, "Principal": 5}), "resource") if found.path.endswith("Principal")
    ]
    assert finding.repair is None


@pytest.mark.parametrize("statements", [[TRUST, {**TRUST, "Extra": 1}], [{**TRUST, "Extra": 1}, TRUST]])
def test_an_unknown_field_is_named(statements):
    with pytest.raises(MalformedPolicyDocument) as caught:
        refuse(document(*statements), "trust")
    assert caught.value.reason == "Unknown field Extra"


def test_identity_policies_hear_less():
    with pytest.raises(MalformedPolicyDocument) as caught:
        refuse(document({**ALLOW, "Extra": 1}))
    assert caught.value.reason.startswith("Syntax errors in policy. Unknown field Extra: expected one of ")
