"""Handles: two of the same thing are equal, and they lead to each other both ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iamlab.account import Account
from iamlab.account.handles import Handle, Tagged
from iamlab.errors import AccessDenied

TRUST = {"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}
READ = {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}


def furnished() -> Account:
    """An account with one thing of each kind, always with the same ids."""
    lab = Account(seed=1)
    alice, developers = lab.create_user("alice"), lab.create_group("Developers")
    developers.add_user(alice)
    alice.create_login_profile("Correct-horse-7")
    alice.create_access_key_pair()
    role, profile = lab.create_role("Web", TRUST), lab.create_instance_profile("Web")
    profile.add_role(role)
    policy = lab.create_policy("Read", READ)
    for entity in (alice, developers, role):
        entity.attach_policy(policy)
    lab.create_bucket("reports")
    lab.create_virtual_mfa_device("phone")
    lab.create_open_id_connect_provider("https://token.example.com")
    lab.create_organization()
    return lab


THINGS: dict[str, Callable[[Account], Handle]] = {
    "root": lambda lab: lab.root,
    "user": lambda lab: lab.users["alice"],
    "group": lambda lab: lab.groups["Developers"],
    "role": lambda lab: lab.roles["Web"],
    "instance profile": lambda lab: lab.instance_profiles["Web"],
    "policy": lambda lab: lab.policies["Read"],
    "policy of AWS": lambda lab: lab.policies["ReadOnlyAccess"],
    "bucket": lambda lab: lab.buckets["reports"],
    "MFA device": lambda lab: next(iter(lab.virtual_mfa_devices.values())),
    "identity provider": lambda lab: next(iter(lab.identity_providers.values())),
    "login profile": lambda lab: lab.users["alice"].login_profile,
    "access key": lambda lab: lab.users["alice"].access_keys[0],
    "session": lambda lab: lab.use_access_key(lab.users["alice"].access_keys[0].access_key_id),
    "organization": lambda lab: lab.organization or lab.root,
    "level": lambda lab: lab.organization.levels[0] if lab.organization else lab.root,
}


@pytest.mark.parametrize("thing", THINGS)
def test_two_handles_of_one_thing_are_equal(thing: str) -> None:
    lab, other = furnished(), furnished()
    first, second = THINGS[thing](lab), THINGS[thing](lab)
    assert first is not second
    assert first == second
    assert hash(first) == hash(second)
    assert first != THINGS[thing](other), "the same name in another account"
    assert first != repr(first)


def test_handles_of_different_things_are_not_equal() -> None:
    lab = furnished()
    assert len({THINGS[thing](lab) for thing in THINGS}) == len(THINGS)


def test_a_name_is_the_same_in_any_case() -> None:
    lab = furnished()
    profile = lab.instance_profiles["Web"]
    assert lab.users["ALICE"] == lab.users["alice"]
    assert type(profile)(lab.state, "WEB") == profile


def test_handles_lead_to_each_other_both_ways() -> None:
    lab = furnished()
    alice, developers, role, profile = (THINGS[kind](lab) for kind in ("user", "group", "role", "instance profile"))
    assert lab.users["alice"].groups == (developers,)
    assert lab.groups["Developers"].users == (alice,)
    assert lab.roles["Web"].instance_profiles == (profile,)
    assert lab.instance_profiles["Web"].roles == (role,)
    policy = lab.policies["Read"]
    assert (policy.attached_users, policy.attached_groups, policy.attached_roles) == ((alice,), (developers,), (role,))
    assert lab.users["alice"].groups[0].arn == "arn:aws:iam::111122223333:group/Developers"


@pytest.mark.parametrize(
    "thing", ["user", "role", "instance profile", "policy", "bucket", "MFA device", "identity provider"]
)
def test_tags_are_the_same_for_everything_that_has_them(thing: str) -> None:
    handle = THINGS[thing](furnished())
    assert isinstance(handle, Tagged)
    handle.tag({"team": "blue", "x": "y"})
    handle.untag(["X"])
    assert handle.tags == handle.record.tags == {"team": "blue"}


def test_the_tags_of_a_policy_of_aws_cannot_be_changed() -> None:
    handle = THINGS["policy of AWS"](furnished())
    assert isinstance(handle, Tagged)
    for change in (lambda: handle.tag({"team": "blue"}), lambda: handle.untag(["team"])):
        with pytest.raises(AccessDenied, match="managed by AWS"):
            change()
