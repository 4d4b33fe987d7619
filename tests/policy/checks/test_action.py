"""Actions: which was meant, when the service or the name is wrong."""

import pytest
from check_cases import ALLOW, document

from iamlab.policy.validate import validate


def said(action):
    """Code and message of everything that is found, and what the repairs write."""
    source = document({**ALLOW, "Action": action})
    return [
        (finding.code, finding.message, finding.repair and finding.repair.value(source)["Statement"]["Action"])
        for finding in validate(source)
        if finding.type == "ERROR"
    ]


@pytest.mark.parametrize(
    ("written", "code", "meant"),
    [
        # one service has an action of this name
        ("CreateLoginProfile", "INVALID_ACTION", "iam:CreateLoginProfile"),
        ("s3:CreateLoginProfile", "INVALID_ACTION", "iam:CreateLoginProfile"),
        ("nosuch:CreateLoginProfile", "INVALID_SERVICE_IN_ACTION", "iam:CreateLoginProfile"),
        # several have, and none is near
        ("CreateNetworkProfile", "INVALID_ACTION", None),
        ("CreateTags", "INVALID_ACTION", None),
        # several have, and one has a prefix like what is written
        ("s4:GetObject", "INVALID_SERVICE_IN_ACTION", "s3:GetObject"),
        # a prefix like a service's, a name like one of the service's
        ("dynamob:GetItem", "INVALID_SERVICE_IN_ACTION", "dynamodb:GetItem"),
        ("s3:GetObjekt", "INVALID_ACTION", "s3:GetObject"),
        # nothing to go by
        ("", "INVALID_ACTION", None),
        ("Get*", "INVALID_ACTION", None),
        ("s3:Fetch*", "INVALID_ACTION", None),
    ],
)
def test_the_action_that_was_meant(written, code, meant):
    (found,) = said(written)
    assert (found[0], found[2]) == (code, meant)
    assert (f"Did you mean {meant}?" in found[1]) == (meant is not None)


@pytest.mark.parametrize("action", ["*", "s3:*", "S3:getobject", "builderid:CreateInvitation", "deepracer:Add*"])
def test_actions_that_there_are(action):
    """The last two stand in AWS's own policies only."""
    assert said(action) == []


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("s3:Get:Object", "INVALID_ACTION"),
        ("s 3:GetObject", "INVALID_ACTION"),
        ("s3?:GetObject", None),
        ("nosuch:", None),
    ],
)
def test_each_fault_is_said_once(action, code):
    assert [found[0] for found in said(action)] == ([code] if code else [])
