"""Sids and sizes, type of policy by type of policy."""

import json

import pytest
from check_cases import ALLOW, DENY, RCP, TRUST, document

from iamlab.policy.validate import validate

STATEMENT = {"identity": ALLOW, "trust": TRUST, "scp": DENY, "rcp": RCP}
MOST = {"identity": 6144, "trust": 2048, "scp": 5120, "rcp": 5120}
QUOTA = {"identity": "IDENTITY_POLICY", "trust": "ROLE_TRUST_POLICY", "scp": "SCP", "rcp": "RCP"}


def with_sids(*sids, base=ALLOW):
    """A document of statements with these Sids."""
    return document(*({**base, "Sid": sid} for sid in sids))


@pytest.mark.parametrize("policy_type", STATEMENT)
def test_a_sid_may_stand_once(policy_type):
    codes = validate(with_sids("A", "A", base=STATEMENT[policy_type]), policy_type).codes
    assert "UNIQUE_SIDS_REQUIRED" in codes
    assert "UNIQUE_SIDS_RECOMMENDED" not in codes


@pytest.mark.parametrize(
    ("sids", "fresh"), [(("A", "A"), ["A2"]), (("A", "A", "A2"), ["A3"]), (("A", "A", "A"), ["A2", "A3"])]
)
def test_a_repeated_sid_gets_a_number_that_is_free(sids, fresh):
    found = [finding for finding in validate(with_sids(*sids)) if finding.code == "UNIQUE_SIDS_REQUIRED"]
    assert [finding.repair.label for finding in found] == [f'Write "{name}"' for name in fresh]


@pytest.mark.parametrize("sid", [5, [], ""])
def test_what_is_no_sid_is_not_repeated(sid):
    assert "UNIQUE_SIDS_REQUIRED" not in validate(with_sids(sid, sid)).codes


@pytest.mark.parametrize("policy_type", STATEMENT)
def test_the_largest_policy(policy_type):
    """White space does not count, so the same policy may be written out over many lines; letters count one each."""
    small = with_sids("", base=STATEMENT[policy_type])
    room = MOST[policy_type] - len(json.dumps(small, separators=(",", ":")))
    for size, found in ((room, False), (room + 1, True)):
        text = json.dumps(with_sids("ü" * size, base=STATEMENT[policy_type]), indent=8)
        codes = validate(text, policy_type).codes
        assert (f"POLICY_SIZE_EXCEEDS_{QUOTA[policy_type]}_QUOTA" in codes) == found
