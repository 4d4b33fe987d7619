"""The register of checks."""

import pytest

from iamlab.policy.checks.registry import CHECKS, check


def test_a_misspelt_code_is_noticed_at_once():
    with pytest.raises(KeyError, match="INVALID_ACTON"):
        check("INVALID_ACTON", on="action")


def test_a_check_stays_a_function_of_its_name():
    """So that it can be called and read about by itself."""
    before = list(CHECKS)

    def nothing(item):
        """It finds nothing."""
        yield from ()

    assert check("INVALID_ACTION", on="action")(nothing) is nothing
    assert CHECKS.pop().find is nothing
    assert before == CHECKS
