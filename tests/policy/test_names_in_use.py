"""The names that are let pass are AWS's own, and the reference does not have them."""

import json
from pathlib import Path

import pytest
from check_cases import ALLOW, conditioned, document

from iamlab.catalog import index, managed
from iamlab.catalog.services import service
from iamlab.policy.checks import names_in_use
from iamlab.policy.checks.arns import fitting, formats, split_arn
from iamlab.policy.checks.keys import find_key
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.validate import validate

NAMES = json.loads(Path(names_in_use.__file__).with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def everything():
    return "\n".join(managed.managed_policy_text(name) for name in managed.managed_policy_names())


def test_aws_uses_them(everything):
    lower = everything.lower()
    assert [name for name in NAMES["actions"] + NAMES["keys"] + NAMES["unqualified"] if f'"{name}"' not in lower] == []
    assert [arn for arn in NAMES["resources"] if f'"{arn}"' not in everything] == []


def test_the_reference_does_not_have_them():
    assert [action for action in NAMES["actions"] if not has_wildcard(action) and index.is_known(action)] == []
    assert [key for key in NAMES["keys"] if find_key(key)] == []
    assert all(find_key(key).multivalued for key in NAMES["unqualified"])


def test_keys_that_the_reference_has_under_another_service():
    """EC2 Instance Connect asks for `ec2:osuser`, which is not among the keys of EC2."""
    listed = {key.lower() for prefix in index.service_names() for key in service(prefix).condition_keys}
    assert set(NAMES["elsewhere"]) <= listed
    assert [key for key in NAMES["elsewhere"] if find_key(key)] == []
    assert "ec2:osuser" in NAMES["elsewhere"]


def test_they_are_let_pass():
    for action in NAMES["actions"]:
        assert validate(document({**ALLOW, "Action": action})).errors.codes == []
    for key in NAMES["keys"] + NAMES["elsewhere"]:
        assert validate(document(conditioned("StringEquals", key, "a"))).errors.codes == []
    for key in NAMES["unqualified"]:
        assert validate(document(conditioned("StringEquals", key, "a"))).codes == []
    for arn in NAMES["resources"]:
        assert validate(document({**ALLOW, "Resource": arn})).errors.codes == []


def test_a_name_of_awss_does_not_excuse_others():
    assert not names_in_use.action_in_use("s3:getobjekt")
    assert names_in_use.resource_in_use("arn:aws:backup:eu-central-1:111122223333:recovery-point:1")
    assert names_in_use.resource_in_use("arn:aws:grafana:eu-central-1:111122223333:/workspaces")
    assert not names_in_use.resource_in_use("arn:aws:kms:eu-central-1::nothing")
    assert not names_in_use.resource_in_use("arn:aws:kms:eu-central-1:::nothing")
    assert not names_in_use.resource_in_use("arn:aws:organizations::111122223333:")
    assert names_in_use.tested_by_aws("StringLike", "ec2:ResourceTag/eks", ["*"])
    assert not names_in_use.tested_by_aws("StringLike", "ec2:ResourceTag/team", ["*"])


def test_arns_against_formats():
    assert split_arn("arn:aws:s3:::home/${aws:username}/*").resource == "home/*/*"
    assert split_arn("arn:aws:s3:*").resource == "*"
    assert split_arn("arn:aws:s3:reports") is None
    assert formats("nosuch") == ()
    assert fitting("arn:aws:nosuch:::x") is None
    arn, fits = fitting("arn:aws:iam::111122223333:user/alice")
    assert (arn.account, [form.resource for form in fits]) == ("111122223333", ["user/*"])
