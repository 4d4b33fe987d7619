"""Condition keys looked up, whichever way the reference writes them."""

import pytest

from iamlab.policy.checks.keys import find_key, is_known


@pytest.mark.parametrize(
    ("key", "kind", "multivalued"),
    [
        ("s3:prefix", "String", False),
        ("s3:existingobjecttag/team", "String", False),
        ("backup:frameworkarns", "ARN", True),
        ("apigateway:request/apikeyrequired", "Bool", True),
        ("aws:tagkeys", "String", True),
        ("aws:principaltag/team", "String", False),
        ("ec2:resourcetag/team", "String", False),
    ],
)
def test_type_and_number_of_values(key, kind, multivalued):
    found = find_key(key)
    assert (found.type, found.multivalued) == (kind, multivalued)


@pytest.mark.parametrize("key", ["accounts.google.com:aud", "lakeformation:gluearn", "aws:sourceip"])
def test_known(key):
    """A claim of an identity provider, a key that only AWS's own policies use, a global key."""
    assert is_known(key)


def test_unknown():
    assert not is_known("s3:nothing")
    assert not is_known("nothing:aud")
