"""Passwords, access keys, the .csv files, and what never shows."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab import errors
from iamlab.account import Account, passwords

GOOD = "Correct-horse-7"


def test_pbkdf2_agrees_with_pythons_own() -> None:
    for password, salt, rounds in ((b"password", b"salt", 1), (b"password", b"salt", 4096), (b"\xff" * 100, b"", 10)):
        assert passwords.pbkdf2(password, salt, rounds) == hashlib.pbkdf2_hmac("sha256", password, salt, rounds)


def test_a_hash_says_how_it_was_made_and_can_be_checked_without_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    by_scrypt = passwords.hash_password(GOOD, "salt")
    assert by_scrypt.startswith("scrypt$")
    assert passwords.is_password(GOOD, by_scrypt)
    assert not passwords.is_password(GOOD + "x", by_scrypt)
    monkeypatch.delattr(hashlib, "scrypt")
    monkeypatch.setattr(passwords, "_ROUNDS", 100)
    by_pbkdf2 = passwords.hash_password(GOOD, "salt")
    assert by_pbkdf2.startswith("pbkdf2$100$")
    assert passwords.is_password(GOOD, by_pbkdf2)
    assert not passwords.is_password("", by_pbkdf2)
    with pytest.raises(errors.InvalidInput, match="scrypt"):
        passwords.is_password(GOOD, by_scrypt)
    assert not passwords.is_password(GOOD, None)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("Ab1!", "minimum length of 8"),
        ("abcdefgh", "three of these"),
        ("Abcdefgh", "three of these"),
        ("root@example.com", "account's name or email"),
    ],
)
def test_the_default_policy(lab: Account, password: str, message: str) -> None:
    with pytest.raises(errors.PasswordPolicyViolation, match=message):
        lab.create_user("alice").create_login_profile(password)


def test_a_violation_names_every_rule_broken(lab: Account) -> None:
    lab.update_account_password_policy(
        minimum_password_length=14,
        require_symbols=True,
        require_numbers=True,
        require_uppercase_characters=True,
        require_lowercase_characters=True,
    )
    with pytest.raises(errors.PasswordPolicyViolation) as caught:
        lab.create_user("alice").create_login_profile(" ")
    for rule in ("length of 14", "uppercase", "lowercase", "number", "symbol"):
        assert rule in caught.value.message
    assert lab.users["alice"].record.login_profile is None
    lab.users["alice"].create_login_profile("Sixteen-chars-16")


@pytest.mark.parametrize(
    "options",
    [
        {"minimum_password_length": 5},
        {"minimum_password_length": 129},
        {"minimum_password_length": None},
        {"max_password_age": 0},
        {"max_password_age": 1096},
        {"password_reuse_prevention": 25},
        {"password_reuse_prevention": 0},
        {"hard_expiry": "yes"},
        {"require_symbols": 1},
        {"nonsense": True},
    ],
)
def test_options_out_of_their_limits(lab: Account, options: dict[str, object]) -> None:
    with pytest.raises(errors.ValidationError):
        lab.update_account_password_policy(**options)  # type: ignore[arg-type]
    with pytest.raises(errors.NoSuchEntity):
        lab.get_account_password_policy()


def test_the_policy_comes_and_goes(lab: Account) -> None:
    lab.update_account_password_policy(minimum_password_length=20, max_password_age=90)
    lab.update_account_password_policy(minimum_password_length=6)
    assert lab.get_account_password_policy().max_password_age is None
    lab.create_user("alice").create_login_profile("abcdef")
    lab.delete_account_password_policy()
    with pytest.raises(errors.NoSuchEntity):
        lab.delete_account_password_policy()
    with pytest.raises(errors.PasswordPolicyViolation):
        lab.create_user("bob").create_login_profile("abcdef")


def test_passwords_are_not_used_again(lab: Account) -> None:
    lab.update_account_password_policy(password_reuse_prevention=2)
    alice = lab.create_user("alice")
    alice.create_login_profile("first-1")
    alice.login_profile.update(password="second-2")
    for old in ("first-1", "second-2"):
        with pytest.raises(errors.PasswordPolicyViolation, match="one of the last 2"):
            alice.login_profile.update(password=old)
    alice.login_profile.update(password="third-3")
    alice.login_profile.update(password="first-1")


def test_a_login_profile(lab: Account) -> None:
    alice = lab.create_user("alice")
    with pytest.raises(errors.NoSuchEntity, match="Login Profile for User alice cannot be found"):
        alice.login_profile  # noqa: B018
    console = alice.create_login_profile(GOOD, password_reset_required=True)
    assert console.csv() == (
        "User name,Password,Console sign-in URL\r\n"
        "alice,Correct-horse-7,https://111122223333.signin.aws.amazon.com/console\r\n"
    )
    assert alice.login_profile.password_reset_required
    assert alice.login_profile.create_date == lab.clock.now()
    with pytest.raises(errors.EntityAlreadyExists):
        alice.create_login_profile(GOOD)
    alice.login_profile.update(password_reset_required=False)
    assert not alice.login_profile.password_reset_required
    with pytest.raises(errors.DeleteConflict, match="delete login profile"):
        alice.delete()
    alice.login_profile.delete()
    alice.delete()


@pytest.mark.parametrize("password", ["", "a" * 129, 7, None, "\u20ac" * 10])
def test_text_that_is_no_password(lab: Account, password: object) -> None:
    profile = lab.create_user("alice")
    profile.create_login_profile(GOOD)
    if password is not None:
        with pytest.raises(errors.ValidationError) as caught:
            profile.login_profile.update(password=password)  # type: ignore[arg-type]
        assert str(password) not in caught.value.message or password == ""


@given(st.integers(6, 128))
def test_a_generated_password_fits_any_policy(length: int) -> None:
    lab = Account()
    lab.update_account_password_policy(
        minimum_password_length=length,
        require_symbols=True,
        require_numbers=True,
        require_uppercase_characters=True,
        require_lowercase_characters=True,
    )
    assert passwords.violations(lab.state, lab.generate_password()) == []


def test_a_csv_cell_is_quoted_where_it_has_to_be(lab: Account) -> None:
    lab.update_account_password_policy()
    console = lab.create_user("alice").create_login_profile('a,"b"c')
    assert console.csv().splitlines()[1].startswith('alice,"a,""b""c",https')


def test_at_most_two_access_keys(lab: Account) -> None:
    alice = lab.create_user("alice")
    first = alice.create_access_key_pair()
    assert first.access_key_id.startswith("AKIA")
    assert len(first.access_key_id) == 20
    assert len(first.secret_access_key) == 40
    assert first.csv() == f"Access key ID,Secret access key\r\n{first.access_key_id},{first.secret_access_key}\r\n"
    alice.create_access_key_pair()
    alice.access_keys[0].deactivate()
    with pytest.raises(errors.LimitExceeded, match="AccessKeysPerUser: 2"):
        alice.create_access_key_pair()
    assert [key.status for key in alice.access_keys] == ["Inactive", "Active"]
    alice.access_keys[0].activate()
    key = alice.access_keys[0]
    key.delete()
    with pytest.raises(errors.NoSuchEntity):
        key.delete()
    with pytest.raises(errors.NoSuchEntity):
        lab.access_key(first.access_key_id)
    assert len(alice.access_keys) == 1


def test_root_has_keys_too(lab: Account) -> None:
    pair = lab.root.create_access_key_pair()
    assert lab.access_key(pair.access_key_id).user_name == "root"
    lab.root.create_access_key_pair()
    with pytest.raises(errors.LimitExceeded):
        lab.root.create_access_key_pair()


def test_when_a_key_was_last_used(lab: Account) -> None:
    alice = lab.create_user("alice")
    pair = alice.create_access_key_pair()
    never = lab.get_access_key_last_used(pair.access_key_id)
    assert (never.user_name, never.last_used_date, never.region, never.service_name) == ("alice", None, "N/A", "N/A")
    lab.clock.advance(hours=1)
    session = lab.use_access_key(pair.access_key_id, pair.secret_access_key)
    with pytest.raises(errors.AccessDenied):
        session.call("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q")
    used = lab.get_access_key_last_used(pair.access_key_id)
    assert (used.last_used_date, used.region, used.service_name) == (lab.clock.now(), "eu-west-1", "sqs")


def test_keys_that_are_no_good(lab: Account) -> None:
    alice = lab.create_user("alice")
    pair = alice.create_access_key_pair()
    with pytest.raises(errors.SignatureDoesNotMatch):
        lab.use_access_key(pair.access_key_id, "x" * 40)
    with pytest.raises(errors.InvalidClientTokenId):
        lab.use_access_key("AKIAAAAAAAAAAAAAAAAA", "x" * 40)
    session = lab.use_access_key(pair.access_key_id)
    assert session.decide("s3:GetObject").credential == "long-term access key"
    alice.access_keys[0].deactivate()
    with pytest.raises(errors.InvalidClientTokenId):
        session.decide("s3:GetObject")
    with pytest.raises(errors.InvalidClientTokenId):
        lab.use_access_key(pair.access_key_id, pair.secret_access_key)


def test_a_user_in_one_go_or_not_at_all(lab: Account) -> None:
    lab.create_group("Devs")
    alice = lab.create_user("alice", permissions_boundary="arn:aws:iam::aws:policy/PowerUserAccess")
    lab.groups["Devs"].add_user(alice)
    alice.attach_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    alice.create_policy("own", {"Version": "2012-10-17", "Statement": [statement]})
    new = lab.provision_user(
        "bob", console_access=True, password_reset_required=True, access_key=True, copy_permissions_from="alice"
    )
    assert new.user.groups == (lab.groups["Devs"],)
    assert [policy.name for policy in new.user.attached_policies] == ["ReadOnlyAccess", "IAMUserChangePassword"]
    assert list(new.user.policies) == ["own"]
    assert new.user.permissions_boundary == alice.permissions_boundary
    assert new.console is not None
    assert new.access_key is not None
    for options in (
        {"groups": ["Nobody"]},
        {"policies": ["arn:aws:iam::aws:policy/Nothing"]},
        {"console_access": True, "password": "short"},
        {"copy_permissions_from": "nobody"},
        {"tags": {"aws:x": "y"}},
    ):
        with pytest.raises(errors.AwsError):
            lab.provision_user("carol", **options)
        assert "carol" not in lab.users


def test_the_root_user(lab: Account) -> None:
    assert lab.root.arn == "arn:aws:iam::111122223333:root"
    assert lab.decide(lab.root, "iam:DeleteUser").allowed
    assert lab.root.create_date == lab.clock.now()
    for bad in ("short", "alllowercase", "root@example.com"):
        with pytest.raises(errors.PasswordPolicyViolation):
            lab.root.set_password(bad)
    lab.update_account_password_policy(minimum_password_length=100)
    lab.root.set_password(GOOD)
    assert repr(lab.root) == "RootUser(root@example.com)"
    assert "never" in lab.root._repr_html_()
