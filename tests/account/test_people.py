"""Users and groups: created, renamed, filled, emptied, deleted, each refusal with AWS's code."""

from __future__ import annotations

import pytest
from samples import allow, trust

from iamlab import errors
from iamlab.account import Account
from iamlab.display import breakable

S3_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def test_a_user_has_the_shape_aws_gives_it(lab: Account) -> None:
    alice = lab.create_user("alice", path="/eng/", tags={"team": "blue"})
    assert alice.arn == "arn:aws:iam::111122223333:user/eng/alice"
    assert alice.user_id.startswith("AIDA")
    assert len(alice.user_id) == 21
    assert alice.tags == {"team": "blue"}
    assert alice.create_date.isoformat() == "2026-03-02T09:00:00+00:00"
    assert lab.users["ALICE"] == alice


@pytest.mark.parametrize("name", ["", "a" * 65, "al ice", "<b>", "alïce", "a/b", "a\n", 7, None])
def test_a_user_name_aws_does_not_take(lab: Account, name: object) -> None:
    with pytest.raises(errors.ValidationError):
        lab.create_user(name)  # type: ignore[arg-type]
    assert not lab.users
    assert lab.revision == 0


@pytest.mark.parametrize("path", ["", "eng", "/eng", "eng/", "//é//", "/" + "a" * 512 + "/"])
def test_a_path_aws_does_not_take(lab: Account, path: str) -> None:
    with pytest.raises(errors.ValidationError):
        lab.create_user("alice", path=path)


def test_names_are_unique_ignoring_case(lab: Account) -> None:
    lab.create_user("Alice")
    lab.create_group("Devs")
    with pytest.raises(errors.EntityAlreadyExists, match="User with name alice already exists"):
        lab.create_user("alice")
    with pytest.raises(errors.EntityAlreadyExists, match="Group with name DEVS already exists"):
        lab.create_group("DEVS")
    lab.create_group("alice")


def test_what_is_not_there(lab: Account) -> None:
    with pytest.raises(errors.NoSuchEntity, match="The user with name bob cannot be found"):
        lab.users["bob"]
    with pytest.raises(errors.NoSuchEntity):
        lab.groups["bob"]
    assert "bob" not in lab.users
    assert lab.users.get("bob") is None
    for collection in (lab.users, lab.policies, lab.buckets, lab.resources):
        with pytest.raises(errors.NoSuchEntity):
            collection[None]  # type: ignore[index]
    alice = lab.create_user("alice")
    alice.delete()
    with pytest.raises(errors.NoSuchEntity):
        alice.arn  # noqa: B018


def test_the_quota_of_users_is_aws_s_and_can_be_set(lab: Account) -> None:
    lab.state.quotas["users_per_account"] = 2
    lab.create_user("a")
    lab.create_user("b")
    with pytest.raises(errors.LimitExceeded, match="Cannot exceed quota for UsersPerAccount: 2"):
        lab.create_user("c")


def test_a_user_is_in_ten_groups_at_most(lab: Account) -> None:
    alice = lab.create_user("alice")
    for number in range(11):
        lab.create_group(f"g{number}")
    for number in range(10):
        lab.groups[f"g{number}"].add_user(alice)
    lab.groups["g3"].add_user("alice")
    with pytest.raises(errors.LimitExceeded, match="GroupsPerUser: 10"):
        lab.groups["g10"].add_user(alice)
    assert [group.name for group in alice.groups] == [f"g{number}" for number in range(10)]


def test_members_come_and_go(lab: Account) -> None:
    group, alice = lab.create_group("Devs"), lab.create_user("alice")
    group.add_user("ALICE")
    assert group.users == (alice,)
    group.remove_user(alice)
    group.remove_user(alice)
    assert group.users == ()
    with pytest.raises(errors.NoSuchEntity):
        group.add_user("bob")


def test_a_user_is_deleted_only_when_stripped(lab: Account) -> None:
    alice = lab.create_user("alice")
    lab.create_group("Devs").add_user(alice)
    alice.attach_policy(S3_READ)
    alice.create_policy("own", allow("s3:*"))
    with pytest.raises(errors.DeleteConflict) as caught:
        alice.delete()
    for left in ("groups (Devs)", "detach all policies", "delete policies"):
        assert left in caught.value.message
    lab.groups["Devs"].remove_user(alice)
    alice.detach_policy(S3_READ)
    alice.delete_policy("own")
    alice.delete()
    assert "alice" not in lab.users


def test_a_group_is_deleted_only_when_empty(lab: Account) -> None:
    group = lab.create_group("Devs")
    group.add_user(lab.create_user("alice"))
    group.attach_policy(S3_READ)
    group.create_policy("own", allow("s3:*"))
    with pytest.raises(errors.DeleteConflict, match=r"remove users \(alice\), detach all policies, delete policies"):
        group.delete()
    group.remove_user("alice")
    group.detach_policy(S3_READ)
    group.delete_policy("own")
    group.delete()
    assert not lab.groups


def test_a_renamed_user_keeps_id_groups_and_trust(lab: Account) -> None:
    alice = lab.create_user("alice")
    lab.create_group("Devs").add_user(alice)
    role = lab.create_role("Deploy", trust({"AWS": [alice.arn, "999988887777"]}))
    unique_id = alice.user_id
    alicia = alice.update(new_name="alicia", new_path="/eng/")
    assert alicia.user_id == unique_id
    assert alicia.groups == (lab.groups["Devs"],)
    assert role.assume_role_policy_document.statements[0].principal == {
        "AWS": ("arn:aws:iam::111122223333:user/eng/alicia", "999988887777")
    }
    with pytest.raises(errors.NoSuchEntity):
        alice.user_id  # noqa: B018


def test_renaming_onto_somebody_fails_and_changing_case_does_not(lab: Account) -> None:
    lab.create_user("bob")
    alice = lab.create_user("alice")
    with pytest.raises(errors.EntityAlreadyExists):
        alice.update(new_name="BOB")
    assert alice.update(new_name="Alice").name == "Alice"
    group = lab.create_group("devs")
    lab.create_group("ops")
    with pytest.raises(errors.EntityAlreadyExists):
        group.update(new_name="Ops")
    assert group.update(new_name="Developers").arn.endswith(":group/Developers")


def test_a_recreated_user_is_not_let_in_by_an_old_trust_policy(lab: Account) -> None:
    alice = lab.create_user("alice")
    old_id = alice.user_id
    role = lab.create_role("Deploy", trust({"AWS": alice.arn}))
    assert lab.decide("alice", "sts:AssumeRole", role).allowed
    alice.delete()
    lab.create_user("alice")
    assert role.assume_role_policy_document.statements[0].principal == {"AWS": (old_id,)}
    assert not lab.decide("alice", "sts:AssumeRole", role).allowed


def test_nor_by_one_of_another_account(lab: Account) -> None:
    other = Account("999988887777", seed=9)
    lab.connect(other)
    alice = lab.create_user("alice")
    role = other.create_role("Audit", trust({"AWS": alice.arn}))
    alicia = alice.update(new_name="alicia")
    alicia.create_policy("assume", allow("sts:AssumeRole"))
    assert lab.decide("alicia", "sts:AssumeRole", role).allowed
    alicia.delete_policy("assume")
    alicia.delete()
    lab.create_user("alicia").create_policy("assume", allow("sts:AssumeRole"))
    assert not lab.decide("alicia", "sts:AssumeRole", role).allowed


def test_tags_are_the_same_in_any_case(lab: Account) -> None:
    alice = lab.create_user("alice", tags=[{"Key": "Department", "Value": "finance"}])
    alice.tag({"department": "hr"})
    assert alice.tags == {"department": "hr"}
    alice.untag(["DEPARTMENT", "nothing"])
    assert alice.tags == {}
    for wrong in ("team", None, [7]):
        with pytest.raises(errors.ValidationError):
            alice.untag(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tags", "error"),
    [
        ({"": "x"}, errors.ValidationError),
        ({"k" * 129: "x"}, errors.ValidationError),
        ({"k": "v" * 257}, errors.ValidationError),
        ({"k": "<script>"}, errors.ValidationError),
        ({"aws:team": "x"}, errors.InvalidInput),
        ({"a": "1", "A": "2"}, errors.InvalidInput),
        ([{"Key": "a"}], errors.ValidationError),
        ([7], errors.ValidationError),
        (7, errors.ValidationError),
        ("ab", errors.ValidationError),
        ({"a": 7}, errors.ValidationError),
        ({str(number): "x" for number in range(51)}, errors.LimitExceeded),
    ],
)
def test_tags_aws_does_not_take(lab: Account, tags: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        lab.create_user("alice", tags=tags)
    assert not lab.users
    alice = lab.create_user("alice")
    with pytest.raises(error):
        alice.tag(tags)  # type: ignore[arg-type]


def test_fifty_tags_and_no_more(lab: Account) -> None:
    alice = lab.create_user("alice", tags={str(number): "x" for number in range(50)})
    with pytest.raises(errors.LimitExceeded):
        alice.tag({"one more": "x"})
    alice.tag({"0": "changed"})
    assert alice.tags["0"] == "changed"


def test_handles_show_themselves_and_escape(lab: Account) -> None:
    alice = lab.create_user("alice", tags={"note": "a=b"})
    assert repr(alice) == "User(alice)"
    assert breakable("arn:aws:iam::111122223333:user/alice") in alice._repr_html_()
    assert repr(lab.users) == "IAM users\n---------\nalice"
    assert "alice" in lab.users._repr_html_()
    assert repr(lab) == "Account(111122223333)"
