"""Condition keys looked up, whichever way the reference writes them."""

import pytest

from iamlab.policy.checks.keys import find_key, is_known, names_near


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


def test_names_to_choose_from():
    """Those with the same prefix; a key about a tag is near to others about that tag."""
    assert {"aws:SourceIp", "aws:TagKeys"} <= set(names_near("AWS:sourceipp"))
    assert not any("/" in name for name in names_near("aws:sourceipp"))
    assert set(names_near("aws:PrincipalTagg/Team")) == {
        "aws:PrincipalTag/Team",
        "aws:RequestTag/Team",
        "aws:ResourceTag/Team",
    }
    assert "s3:prefix" in names_near("S3:prefixx")
    assert "ec2:InstanceType" in names_near("ec2:InstanceTyp")
    assert names_near("nothing:aud") == []
