"""Each finding leads to AWS's page on it."""

import pytest

from iamlab.policy.checks.codes import page

PAGE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
    "#access-analyzer-reference-policy-checks-"
)


@pytest.mark.parametrize(
    ("code", "anchor"),
    [
        ("INVALID_ACTION", "error-invalid-action"),
        ("PASS_ROLE_WITH_STAR_IN_RESOURCE", "security-warning-pass-role-with-star-in-resource"),
        ("MISSING_VERSION", "general-warning-missing-version"),
        ("EMPTY_SID_VALUE", "suggestion-empty-sid-value"),
    ],
)
def test_address_of_the_page(code, anchor):
    assert page(code) == PAGE + anchor
