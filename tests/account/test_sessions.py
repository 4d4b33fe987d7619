"""Signing in, acting, temporary credentials, roles for services, and the events of it all."""

from __future__ import annotations

import ast
import contextlib
import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from samples import allow, deny, trust

from iamlab import errors
from iamlab.account import Account, context
from iamlab.account.assume import federated_role_session
from iamlab.account.authenticator import AuthenticatorApp
from iamlab.account.sessions import Session
from iamlab.account.signin import REFUSED, MfaCodeRequired, NewPasswordRequired

GOOD = "Correct-horse-7"
OBJECT = "arn:aws:s3:::reports/q3.csv"
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"


@pytest.fixture
def alice_lab(lab: Account) -> Account:
    lab.create_user("alice").create_login_profile(GOOD)
    return lab


def with_mfa(lab: Account, name: str = "alice") -> tuple[AuthenticatorApp, str]:
    holder = lab.root if name == "root" else lab.users[name]
    device = lab.create_virtual_mfa_device(f"{name}-phone")
    phone = lab.authenticator_app()
    phone.add(device)
    holder.enable_mfa(device.serial_number, phone.code(), phone.code(ahead=1))
    lab.clock.advance(minutes=5)
    return phone, device.serial_number


def test_a_console_session_uses_temporary_credentials(alice_lab: Account) -> None:
    session = alice_lab.sign_in("alice", GOOD)
    assert session.arn == "arn:aws:iam::111122223333:user/alice"
    decision = session.decide("s3:GetObject", OBJECT)
    assert decision.credential == "console session without MFA"
    keys = decision.request.keys
    assert keys["aws:multifactorauthpresent"] == "false"
    assert keys["aws:tokenissuetime"] == "2026-03-02T09:00:00Z"
    assert keys["aws:username"] == "alice"
    assert alice_lab.users["alice"].password_last_used == alice_lab.clock.now()
    alice_lab.clock.advance(hours=12)
    with pytest.raises(errors.ExpiredToken):
        session.decide("s3:GetObject", OBJECT)
    assert repr(session) == "Session(ExpiredToken, until 2026-03-02 21:00:00 UTC)"


def test_with_mfa_the_code_is_asked_for_after_the_right_password_only(alice_lab: Account) -> None:
    phone, _ = with_mfa(alice_lab)
    with pytest.raises(MfaCodeRequired):
        alice_lab.sign_in("alice", GOOD)
    with pytest.raises(errors.AccessDenied, match=REFUSED) as caught:
        alice_lab.sign_in("alice", "wrong")
    assert not isinstance(caught.value, MfaCodeRequired)
    session = alice_lab.sign_in("alice", GOOD, mfa_code=phone.code())
    assert session.has_mfa
    alice_lab.clock.advance(minutes=2)
    keys = session.decide("s3:GetObject", OBJECT).request.keys
    assert (keys["aws:multifactorauthpresent"], keys["aws:multifactorauthage"]) == ("true", "120")


def test_a_refusal_does_not_say_what_was_wrong(alice_lab: Account) -> None:
    alice_lab.create_user("keyless")
    alice_lab.create_user("mfa").create_login_profile(GOOD)
    with_mfa(alice_lab, "mfa")
    attempts: list[tuple[Any, Any, dict[str, Any]]] = [
        ("alice", "wrong", {}),
        ("nobody", GOOD, {}),
        ("keyless", GOOD, {}),
        ("alice", GOOD, {"account": "999988887777"}),
        ("mfa", GOOD, {"mfa_code": "000000"}),
        ("root@example.com", GOOD, {}),
        (7, GOOD, {}),
        ("alice", None, {}),
    ]
    said = set()
    for name in ("mfa", "nobody"):  # before anything is looked at
        with pytest.raises(errors.ValidationError, match="mfa_code: expected text, got int; write it in quotes"):
            alice_lab.sign_in(name, GOOD, mfa_code=123456)
    for name, password, options in attempts:
        with pytest.raises(errors.AccessDenied) as caught:
            alice_lab.sign_in(name, password, **options)
        said.add((type(caught.value), str(caught.value)))
    assert said == {(errors.AccessDenied, REFUSED)}
    failed = [event for event in alice_lab.events if event["eventName"] == "ConsoleLogin"]
    assert len(failed) == len(attempts)
    assert all(event["responseElements"] == {"ConsoleLogin": "Failure"} for event in failed)
    hidden = failed[1]["userIdentity"]
    assert hidden["userName"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert GOOD not in json.dumps(alice_lab.events)


def test_sign_in_by_alias_and_root_by_email(alice_lab: Account) -> None:
    alice_lab.create_account_alias("northwind")
    assert alice_lab.sign_in_url == "https://northwind.signin.aws.amazon.com/console"
    alice_lab.sign_in("ALICE", GOOD, account="northwind")
    alice_lab.sign_in("alice", GOOD, account="111122223333")
    alice_lab.root.set_password(GOOD)
    session = alice_lab.sign_in("Root@Example.com", GOOD)
    assert session.arn == alice_lab.arn
    assert session.decide("iam:CreateUser").allowed
    assert alice_lab.root.password_last_used == alice_lab.clock.now()
    identity = session.get_caller_identity()
    assert (identity.user_id, identity.account) == ("111122223333", "111122223333")


def test_a_forced_new_password(alice_lab: Account) -> None:
    alice = alice_lab.users["alice"]
    alice.login_profile.update(password_reset_required=True)
    with pytest.raises(NewPasswordRequired):
        alice_lab.sign_in("alice", GOOD)
    with pytest.raises(errors.AccessDenied, match="iam:ChangePassword"):
        alice_lab.sign_in("alice", GOOD, new_password="Another-horse-8")
    alice.attach_policy("arn:aws:iam::aws:policy/IAMUserChangePassword")
    with pytest.raises(errors.PasswordPolicyViolation):
        alice_lab.sign_in("alice", GOOD, new_password="short")
    with pytest.raises(NewPasswordRequired):
        alice_lab.sign_in("alice", GOOD, new_password=GOOD)
    alice_lab.sign_in("alice", GOOD, new_password="Another-horse-8")
    alice_lab.sign_in("alice", "Another-horse-8")
    with pytest.raises(errors.AccessDenied):
        alice_lab.sign_in("alice", GOOD)


def test_a_code_is_not_used_up_by_a_sign_in_that_asks_for_a_new_password(alice_lab: Account) -> None:
    phone, _ = with_mfa(alice_lab)
    alice = alice_lab.users["alice"]
    alice.login_profile.update(password_reset_required=True)
    alice_lab.update_account_password_policy(allow_users_to_change_password=True)
    code = phone.code()
    with pytest.raises(NewPasswordRequired):
        alice_lab.sign_in("alice", GOOD, mfa_code=code)
    assert alice_lab.sign_in("alice", GOOD, mfa_code=code, new_password="Another-horse-8").has_mfa


def test_passwords_expire(alice_lab: Account) -> None:
    alice_lab.update_account_password_policy(max_password_age=30, allow_users_to_change_password=True)
    alice_lab.clock.advance(days=29)
    alice_lab.sign_in("alice", GOOD)
    alice_lab.clock.advance(days=1)
    with pytest.raises(NewPasswordRequired):
        alice_lab.sign_in("alice", GOOD)
    alice_lab.update_account_password_policy(max_password_age=30, hard_expiry=True)
    with pytest.raises(errors.AccessDenied, match="administrator"):
        alice_lab.sign_in("alice", GOOD, new_password="Another-horse-8")
    alice_lab.users["alice"].login_profile.update(password="Another-horse-8")
    alice_lab.sign_in("alice", "Another-horse-8")


def test_changing_one_s_own_password(alice_lab: Account) -> None:
    session = alice_lab.sign_in("alice", GOOD)
    with pytest.raises(errors.AccessDenied, match="iam:ChangePassword"):
        session.change_password(GOOD, "Another-horse-8")
    alice_lab.users["alice"].create_policy("own", allow("iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}"))
    with pytest.raises(errors.AccessDenied, match="old password"):
        session.change_password("wrong", "Another-horse-8")
    with pytest.raises(errors.PasswordPolicyViolation):
        session.change_password(GOOD, "short")
    session.change_password(GOOD, "Another-horse-8")
    alice_lab.sign_in("alice", "Another-horse-8")
    alice_lab.root.set_password(GOOD)
    with pytest.raises(errors.InvalidUserType):
        alice_lab.sign_in("root@example.com", GOOD).change_password(GOOD, "Another-horse-8")


def test_calls_are_enforced_and_recorded_in_cloudtrail_s_words(alice_lab: Account) -> None:
    alice_lab.users["alice"].create_policy("read", allow("s3:GetObject"))
    session = alice_lab.sign_in("alice", GOOD, source_ip="198.51.100.7")
    assert session.call("s3:GetObject", OBJECT, parameters={"bucketName": "reports", "key": "q3.csv"}).allowed
    with pytest.raises(errors.AccessDenied) as caught:
        session.call("s3:ListAllMyBuckets")
    assert caught.value.decision is not None
    assert caught.value.decision.outcome == "implicitDeny"
    good, bad = alice_lab.events[-2:]
    assert good["eventSource"] == "s3.amazonaws.com"
    assert (good["eventName"], bad["eventName"]) == ("GetObject", "ListBuckets")
    assert (good["readOnly"], good["eventCategory"], bad["eventCategory"]) == (True, "Data", "Management")
    assert good["userIdentity"]["type"] == "IAMUser"
    assert good["userIdentity"]["accessKeyId"] == session.access_key_id
    assert good["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"
    assert good["requestParameters"] == {"bucketName": "reports", "key": "q3.csv"}
    assert good["sourceIPAddress"] == "198.51.100.7"
    assert (bad["errorCode"], bad["errorMessage"]) == ("AccessDenied", caught.value.message)
    assert good["eventTime"] == "2026-03-02T09:00:00Z"
    assert len({event["eventID"] for event in alice_lab.events}) == len(alice_lab.events)


def role_lab(lab: Account, **options: Any) -> Account:
    alice = lab.create_user("alice")
    lab.create_role("Deploy", trust({"AWS": alice.arn}, **options), path="/eng/").create_policy("own", allow("s3:*"))
    return lab


def test_assuming_a_role(lab: Account) -> None:
    role_lab(lab)
    role = lab.roles["Deploy"]
    session = lab.assume_role("alice", role, "work")
    assert session.arn == "arn:aws:sts::111122223333:assumed-role/Deploy/work"
    assert session.expiration is not None
    assert (session.expiration - lab.clock.now()).total_seconds() == 3600
    identity = session.get_caller_identity()
    assert identity.user_id == f"{role.role_id}:work"
    keys = session.decide("s3:PutObject", OBJECT).request.keys
    assert keys["aws:principalarn"] == role.arn
    assert keys["aws:multifactorauthpresent"] == "false"
    assert session.decide("s3:PutObject", OBJECT).allowed
    assert not session.decide("iam:CreateUser").allowed
    session.call("s3:PutObject", OBJECT)
    assert role.last_used == lab.clock.now()
    event = lab.events[-1]["userIdentity"]
    assert event["type"] == "AssumedRole"
    assert event["sessionContext"]["sessionIssuer"]["userName"] == "Deploy"
    credentials = session.credentials
    assert credentials.access_key_id.startswith("ASIA")
    assert credentials.session_token
    assert lab.use_access_key(credentials.access_key_id, credentials.secret_access_key).arn == session.arn
    lab.clock.advance(hours=1)
    for attempt in (lambda: session.decide("s3:PutObject"), lambda: session.call("s3:PutObject")):
        with pytest.raises(errors.ExpiredToken):
            attempt()
    with pytest.raises(errors.ExpiredToken):
        lab.use_access_key(credentials.access_key_id)


def test_who_cannot_assume_a_role(lab: Account) -> None:
    role_lab(lab)
    lab.create_user("bob")
    with pytest.raises(errors.AccessDenied) as caught:
        lab.assume_role("bob", "Deploy", "work")
    assert caught.value.decision is not None
    assert lab.events[-1]["errorCode"] == "AccessDenied"
    with pytest.raises(errors.AccessDenied):
        lab.assume_role(lab.root, "Deploy", "work")
    with pytest.raises(errors.NoSuchEntity):
        lab.assume_role("alice", "Nothing", "work")
    with pytest.raises(errors.AccessDenied, match="not known here"):
        lab.assume_role("alice", "arn:aws:iam::999988887777:role/x", "work")
    assert not lab.state.sessions


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"duration_seconds": 899}, errors.ValidationError),
        ({"duration_seconds": 3601}, errors.ValidationError),
        ({"duration_seconds": 43201}, errors.ValidationError),
        ({"external_id": "x"}, errors.ValidationError),
        ({"source_identity": "a b"}, errors.ValidationError),
        ({"policy": "{"}, errors.MalformedPolicyDocument),
        ({"policy": json.dumps(allow("s3:" + "x" * 2000))}, errors.ValidationError),
        ({"policy_arns": ["arn:aws:iam::aws:policy/Nothing"]}, errors.NoSuchEntity),
        ({"policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"] * 11}, errors.ValidationError),
        ({"tags": {"a": "1", "A": "2"}}, errors.InvalidInput),
        ({"transitive_tag_keys": ["a"]}, errors.InvalidParameterValue),
        ({"serial_number": "arn:aws:iam::111122223333:mfa/x"}, errors.ValidationError),
        ({"serial_number": "arn:aws:iam::111122223333:mfa/x", "token_code": "123456"}, errors.AccessDenied),
    ],
)
def test_parameters_assume_role_does_not_take(
    lab: Account, options: dict[str, Any], error: type[errors.AwsError]
) -> None:
    role_lab(lab)
    with pytest.raises(error):
        lab.assume_role("alice", "Deploy", "work", **options)
    assert not lab.state.sessions


@pytest.mark.parametrize("name", ["", "a", "a b", "a" * 65, "<b>", None])
def test_a_session_name_aws_does_not_take(lab: Account, name: object) -> None:
    role_lab(lab)
    with pytest.raises(errors.ValidationError):
        lab.assume_role("alice", "Deploy", name)  # type: ignore[arg-type]


def test_large_tags_do_not_pack(lab: Account) -> None:
    alice = lab.create_user("alice")
    both = {"AWS": alice.arn}
    role = lab.create_role("Deploy", trust(both, Action=["sts:AssumeRole", "sts:TagSession"]))
    lab.assume_role("alice", role, "work", tags={"team": "blue"})
    tags = {f"{number}-{number * 7919 % 104729}": lab.state.ids.token(250) for number in range(50)}
    with pytest.raises(errors.PackedPolicyTooLarge):
        lab.assume_role("alice", role, "work", tags=tags)


def test_the_external_id(lab: Account) -> None:
    role_lab(lab, Condition={"StringEquals": {"sts:ExternalId": "42-xyz"}})
    for wrong in (None, "42-xya"):
        with pytest.raises(errors.AccessDenied):
            lab.assume_role("alice", "Deploy", "work", external_id=wrong)
    lab.assume_role("alice", "Deploy", "work", external_id="42-xyz")


def test_mfa_to_assume_a_role(lab: Account) -> None:
    role_lab(lab, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    phone, serial = with_mfa(lab)
    with pytest.raises(errors.AccessDenied):
        lab.assume_role("alice", "Deploy", "work")
    code = phone.code()
    session = lab.assume_role("alice", "Deploy", "work", serial_number=serial, token_code=code)
    assert session.decide("s3:GetObject", OBJECT).request.keys["aws:multifactorauthpresent"] == "false"
    with pytest.raises(errors.AccessDenied, match="invalid MFA"):
        lab.assume_role("alice", "Deploy", "work", serial_number=serial, token_code=code)
    lab.clock.advance(seconds=60)
    token = lab.get_session_token("alice", serial_number=serial, token_code=phone.code())
    lab.assume_role(token, "Deploy", "work")


def test_session_policies_cap(lab: Account) -> None:
    role_lab(lab)
    session = lab.assume_role("alice", "Deploy", "work", policy=allow("s3:GetObject"))
    assert session.decide("s3:GetObject", OBJECT).allowed
    denied = session.decide("s3:PutObject", OBJECT)
    assert denied.layer == "session policy"
    arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    by_arn = lab.assume_role("alice", "Deploy", "work", policy_arns=[arn])
    assert by_arn.decide("s3:GetObject", OBJECT).allowed
    assert not by_arn.decide("s3:PutObject", OBJECT).allowed
    assert not session.decide("ec2:RunInstances").allowed


def test_role_chaining_tags_and_source_identity(lab: Account) -> None:
    alice = lab.create_user("alice")
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    first = lab.create_role("First", trust({"AWS": alice.arn}, Action=actions), tags={"Team": "red", "cost": "1"})
    second = lab.create_role("Second", trust({"AWS": first.arn}, Action=actions), max_session_duration=43200)
    one = lab.assume_role(
        "alice", first, "one", tags={"team": "blue", "x": "y"}, transitive_tag_keys=["team"], source_identity="alice"
    )
    keys = one.decide("s3:GetObject", OBJECT).request.keys
    assert keys["aws:principaltag/team"] == "blue"
    assert keys["aws:principaltag/cost"] == "1"
    assert keys["aws:sourceidentity"] == "alice"
    with pytest.raises(errors.ValidationError, match="role chaining"):
        lab.assume_role(one, second, "two", duration_seconds=3601)
    with pytest.raises(errors.InvalidParameterValue, match="conflicts with a transitive tag key"):
        lab.assume_role(one, second, "two", tags={"TEAM": "green"})
    with pytest.raises(errors.AccessDenied, match="source identity"):
        lab.assume_role(one, second, "two", source_identity="mallory")
    two = lab.assume_role(one, second, "two")
    keys = two.decide("s3:GetObject", OBJECT).request.keys
    assert keys["aws:principaltag/team"] == "blue"
    assert "aws:principaltag/x" not in keys
    assert keys["aws:sourceidentity"] == "alice"
    assert two.record is not None
    assert two.record.chained


def test_the_keys_of_transitive_tags_may_come_one_after_another(lab: Account) -> None:
    """A generator gives its items only once."""
    lab.create_user("alice").create_policy("assume", allow(["sts:AssumeRole", "sts:TagSession"]))
    provider = "accounts.google.com"
    trusted = trust({"AWS": lab.arn, "Federated": provider}, Action=["sts:AssumeRole", "sts:TagSession", WEB_IDENTITY])
    role = lab.create_role("First", trusted)
    tags = {"team": "blue", "x": "y"}
    for session in (
        lab.assume_role("alice", role, "work", tags=tags, transitive_tag_keys=iter(["team"])),
        federated_role_session(
            lab.state, provider, role, "work", WEB_IDENTITY, {}, tags=tags, transitive_tag_keys=iter(["team"])
        ),
    ):
        assert session.record is not None
        assert session.record.transitive == ["team"]
        assert lab.events[-1]["requestParameters"]["tags"] == [{"key": key, "value": tags[key]} for key in tags]


def test_tags_need_their_own_permission(lab: Account) -> None:
    role_lab(lab)
    with pytest.raises(errors.AccessDenied, match="sts:TagSession"):
        lab.assume_role("alice", "Deploy", "work", tags={"team": "blue"})
    with pytest.raises(errors.AccessDenied, match="sts:SetSourceIdentity"):
        lab.assume_role("alice", "Deploy", "work", source_identity="alice")


def test_revoking_older_sessions(lab: Account) -> None:
    role_lab(lab)
    role = lab.roles["Deploy"]
    old = lab.assume_role("alice", role, "old")
    lab.clock.advance(minutes=1)
    role.revoke_sessions()
    assert list(role.policies) == ["own", "AWSRevokeOlderSessions"]
    assert old.decide("s3:GetObject", OBJECT).outcome == "explicitDeny"
    assert lab.assume_role("alice", role, "new").decide("s3:GetObject", OBJECT).allowed


def test_a_session_that_is_only_named_begins_now(lab: Account) -> None:
    role_lab(lab)
    named = f"arn:aws:sts::{lab.account_id}:assumed-role/Deploy/somebody"
    before = {"aws:TokenIssueTime": lab.clock.timestamp()}
    lab.clock.advance(minutes=1)
    lab.roles["Deploy"].revoke_sessions()
    assert lab.decide(named, "s3:GetObject", OBJECT).allowed
    assert lab.decide(named, "s3:GetObject", OBJECT, before).outcome == "explicitDeny"


def test_sessions_end_with_their_role_or_user(lab: Account) -> None:
    role_lab(lab)
    session = lab.assume_role("alice", "Deploy", "work")
    lab.roles["Deploy"].delete_policy("own")
    lab.roles["Deploy"].delete()
    with pytest.raises(errors.InvalidClientTokenId):
        session.decide("s3:GetObject")
    lab.create_role("Deploy", trust({"AWS": lab.users["alice"].arn}))
    with pytest.raises(errors.InvalidClientTokenId):
        session.decide("s3:GetObject")
    assert repr(session).startswith("Session(InvalidClientTokenId")


def test_a_session_token_without_mfa_is_kept_from_iam_and_most_of_sts(lab: Account) -> None:
    alice = lab.create_user("alice")
    alice.create_policy("all", allow("*"))
    token = lab.get_session_token("alice")
    assert token.expiration is not None
    assert (token.expiration - lab.clock.now()).total_seconds() == 43200
    assert token.decide("s3:GetObject", OBJECT).allowed
    assert (
        token.decide("sts:AssumeRole", "arn:aws:iam::111122223333:role/x").request.keys["aws:userid"] == alice.user_id
    )
    assert token.decide("sts:GetCallerIdentity").allowed
    assert not token.decide("iam:ListUsers").allowed
    assert not token.decide("sts:GetFederationToken", "arn:aws:sts::111122223333:federated-user/x").allowed
    phone, serial = with_mfa(lab)
    strong = lab.get_session_token("alice", serial_number=serial, token_code=phone.code())
    assert strong.decide("iam:ListUsers").allowed
    assert strong.decide("iam:ListUsers").credential == "temporary credentials of GetSessionToken with MFA"


def test_no_policy_withholds_a_session_token(lab: Account) -> None:
    lab.create_user("alice").create_policy("none", {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
    assert lab.get_session_token("alice").arn == lab.users["alice"].arn


def test_who_may_ask_for_a_session_token(lab: Account) -> None:
    role_lab(lab)
    for caller in (lab.assume_role("alice", "Deploy", "work"), lab.get_session_token("alice")):
        with pytest.raises(errors.AccessDenied, match="session credentials"):
            lab.get_session_token(caller)
        with pytest.raises(errors.AccessDenied, match="session credentials"):
            lab.get_federation_token(caller, "fred")
    for seconds in (899, 129601, "3600"):
        with pytest.raises(errors.ValidationError):
            lab.get_session_token("alice", duration_seconds=seconds)
    root = lab.get_session_token(lab.root, duration_seconds=7200)
    assert root.expiration is not None
    assert (root.expiration - lab.clock.now()).total_seconds() == 3600
    assert root.decide("s3:GetObject", OBJECT).allowed


def test_asking_who_one_is_waits_for_a_change(alice_lab: Account) -> None:
    """It writes an event."""
    session = alice_lab.sign_in("alice", GOOD)
    asking = Thread(target=session.get_caller_identity, daemon=True)
    with alice_lab.state.lock:
        count = len(alice_lab.events)
        asking.start()
        asking.join(timeout=0.05)
        assert len(alice_lab.events) == count
    asking.join(timeout=10)
    assert alice_lab.events[-1]["eventName"] == "GetCallerIdentity"


def test_a_federated_user(lab: Account) -> None:
    alice = lab.create_user("alice")
    alice.create_policy("all", allow(["s3:*", "ec2:*", "iam:*"]))
    with pytest.raises(errors.AccessDenied, match="sts:GetFederationToken"):
        lab.get_federation_token("alice", "fred")
    alice.create_policy("federate", allow("sts:GetFederationToken"))
    bare = lab.get_federation_token("alice", "fred")
    assert bare.arn == "arn:aws:sts::111122223333:federated-user/fred"
    assert not bare.decide("s3:GetObject", OBJECT).allowed
    fred = lab.get_federation_token("alice", "fred", policy=allow(["s3:GetObject", "iam:*"]))
    assert fred.decide("s3:GetObject", OBJECT).allowed
    assert not fred.decide("ec2:RunInstances").allowed
    assert not fred.decide("iam:ListUsers").allowed
    keys = fred.decide("s3:GetObject", OBJECT).request.keys
    assert keys["aws:userid"] == "111122223333:fred"
    assert keys["aws:principaltype"] == "FederatedUser"
    assert "aws:username" not in keys
    for name in ("f", "f" * 33, "f d"):
        with pytest.raises(errors.ValidationError):
            lab.get_federation_token("alice", name)


def test_a_role_of_another_account(lab: Account) -> None:
    other = Account("999988887777", start=lab.clock.now(), seed=9)
    lab.connect(other)
    alice = lab.create_user("alice")
    role = other.create_role("Audit", trust({"AWS": lab.arn}))
    role.create_policy("own", allow("s3:GetObject"))
    with pytest.raises(errors.AccessDenied):
        lab.assume_role("alice", role.arn, "audit")
    alice.create_policy("assume", allow("sts:AssumeRole", role.arn))
    session = lab.assume_role("alice", role.arn, "audit")
    assert session.get_caller_identity().account == "999988887777"
    assert session.decide("s3:GetObject", OBJECT).allowed
    assert session.access_key_id in other.state.sessions


def test_a_role_for_an_instance(lab: Account) -> None:
    role = lab.create_role("Web", trust({"Service": "ec2.amazonaws.com"}))
    role.create_policy("own", allow("s3:GetObject"))
    instance = lab.create_resource("arn:aws:ec2:us-east-1:111122223333:instance/i-0abc")
    alice = lab.create_user("alice")
    with pytest.raises(errors.AccessDenied, match="iam:PassRole"):
        lab.pass_role("alice", role, instance)
    only_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    alice.create_policy("pass", allow("iam:PassRole", role.arn, Condition=only_lambda))
    with pytest.raises(errors.AccessDenied):
        lab.pass_role("alice", role, instance)
    alice.create_policy("pass", allow("iam:PassRole", role.arn))
    with pytest.raises(errors.InvalidInput, match="instance profile"):
        lab.pass_role("alice", role, instance)
    profile = lab.create_instance_profile("Web")
    profile.add_role(role)
    with pytest.raises(errors.NoSuchEntity):
        lab.act_as(instance)
    lab.pass_role("alice", role, instance)
    session = lab.act_as(instance)
    assert session.arn == "arn:aws:sts::111122223333:assumed-role/Web/i-0abc"
    assert session.decide("s3:GetObject", OBJECT).allowed
    function = lab.create_resource("arn:aws:lambda:us-east-1:111122223333:function:report")
    with pytest.raises(errors.InvalidInput, match=r"cannot be assumed by lambda\.amazonaws\.com"):
        lab.pass_role("alice", role, function)


def test_a_role_is_passed_within_its_account(lab: Account) -> None:
    """Else the account's file would name a role that the account does not have."""
    lab.create_user("alice").create_policy("pass", allow("iam:PassRole"))
    other = Account("999988887777", seed=9)
    lab.connect(other)
    arn = "arn:aws:lambda:us-east-1:{}:function:report"
    own, foreign = (
        (home.create_role("Run", trust({"Service": "lambda.amazonaws.com"})), home.create_resource(arn.format(number)))
        for home, number in ((lab, "111122223333"), (other, "999988887777"))
    )
    for role, resource, said in ((foreign[0], own[1], "not a role"), (own[0], foreign[1], "not a resource")):
        with pytest.raises(errors.InvalidInput, match=f"{said} of this account"):
            lab.pass_role("alice", role, resource)
    lab.pass_role("alice", *own)


def test_instance_profiles(lab: Account) -> None:
    role = lab.create_role("Web", trust({"Service": "ec2.amazonaws.com"}))
    other = lab.create_role("Other", trust({"Service": "ec2.amazonaws.com"}))
    profile = lab.create_instance_profile("Web", path="/eng/", tags={"a": "b"})
    assert profile.instance_profile_id.startswith("AIPA")
    assert profile.arn == "arn:aws:iam::111122223333:instance-profile/eng/Web"
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_instance_profile("WEB")
    profile.add_role(role)
    assert (profile.roles, role.instance_profiles) == ((role,), (profile,))
    with pytest.raises(errors.LimitExceeded):
        profile.add_role(other)
    with pytest.raises(errors.NoSuchEntity):
        profile.remove_role(other)
    with pytest.raises(errors.DeleteConflict, match="Web"):
        profile.delete()
    with pytest.raises(errors.DeleteConflict, match="instance profile"):
        role.delete()
    profile.remove_role("web")
    profile.delete()
    with pytest.raises(errors.NoSuchEntity):
        lab.instance_profiles["Web"]
    lab.state.quotas["instance_profiles_per_account"] = 1
    lab.create_instance_profile("one")
    with pytest.raises(errors.LimitExceeded):
        lab.create_instance_profile("two")


def test_service_linked_roles(lab: Account) -> None:
    role = lab.create_service_linked_role("autoscaling.amazonaws.com", description="d")
    assert role.name == "AWSServiceRoleForAutoScaling"
    assert role.path == "/aws-service-role/autoscaling.amazonaws.com/"
    assert [policy.name for policy in role.attached_policies] == ["AutoScalingServiceRolePolicy"]
    for change in (
        role.delete,
        lambda: role.attach_policy("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        lambda: role.detach_policy(role.attached_policies[0]),
        lambda: role.create_policy("own", allow("s3:*")),
        lambda: role.update_assume_role_policy(trust({"AWS": "999988887777"})),
        lambda: role.put_permissions_boundary("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        lambda: role.update(max_session_duration=7200),
        lambda: lab.create_instance_profile("p").add_role(role),
    ):
        with pytest.raises(errors.UnmodifiableEntity):
            change()
    role.update(description="changed")
    with pytest.raises(errors.InvalidInput, match="has been taken"):
        lab.create_service_linked_role("autoscaling.amazonaws.com")
    lab.create_service_linked_role("autoscaling.amazonaws.com", custom_suffix="two")
    with pytest.raises(errors.InvalidInput):
        lab.create_service_linked_role("nothing.amazonaws.com")
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("Nothing", deny("*"))
    organization.levels[0].attach_policy("Nothing")
    assert lab.decide(role, "ec2:DescribeInstances").outcome != "explicitDeny"
    assert lab.delete_service_linked_role(role).status == "SUCCEEDED"
    with pytest.raises(errors.NoSuchEntity):
        lab.delete_service_linked_role(role)
    ordinary = lab.create_role("Web", trust({"Service": "ec2.amazonaws.com"}))
    with pytest.raises(errors.InvalidInput):
        lab.delete_service_linked_role(ordinary)


def test_policies_of_services_attach_to_nothing_else(lab: Account) -> None:
    with pytest.raises(errors.PolicyNotAttachable):
        lab.create_user("alice").attach_policy("arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy")


def test_a_handle_of_a_session_is_found_again(alice_lab: Account) -> None:
    session = alice_lab.sign_in("alice", GOOD)
    again = Session(alice_lab.state, session.access_key_id)
    assert again.arn == session.arn
    assert "console session" in session._repr_html_()
    assert alice_lab.decide(session, "s3:GetObject").credential.startswith("console session")
    long_term = alice_lab.users["alice"].create_access_key_pair()
    with pytest.raises(errors.InvalidClientTokenId):
        alice_lab.use_access_key(long_term.access_key_id).credentials  # noqa: B018


def test_sessions_of_a_user_who_is_renamed_go_on_under_the_new_name(alice_lab: Account) -> None:
    console = alice_lab.sign_in("alice", GOOD)
    token = alice_lab.get_session_token("alice")
    alice_lab.users["alice"].create_policy("own", allow("sts:GetFederationToken"))
    handed_on = alice_lab.get_federation_token("alice", "guest", policy=allow("s3:*"))
    key = alice_lab.users["alice"].create_access_key_pair().access_key_id
    alice_lab.users["alice"].update(new_name="alicia", new_path="/eng/")
    arn = "arn:aws:iam::111122223333:user/eng/alicia"
    assert [one.arn for one in (console, token, alice_lab.use_access_key(key))] == [arn] * 3
    assert handed_on.arn == "arn:aws:sts::111122223333:federated-user/guest"
    assert handed_on.decide("s3:GetObject", OBJECT).request.issuer == arn
    assert console.decide("s3:GetObject", OBJECT).request.keys["aws:username"] == "alicia"
    alice_lab.create_user("alice")
    assert console.arn == arn  # nobody is let in by an old name


def test_each_request_is_a_use_of_the_key(alice_lab: Account) -> None:
    lab = alice_lab
    lab.create_role("Deploy", trust({"AWS": "111122223333"}))
    key = lab.users["alice"].create_access_key_pair().access_key_id
    acting = lab.use_access_key(key)
    assert lab.get_access_key_last_used(key).service_name == "N/A"
    acting.get_caller_identity()
    used = lab.get_access_key_last_used(key)
    assert (used.service_name, used.region, used.last_used_date) == ("sts", "us-east-1", lab.clock.now())
    lab.clock.advance(minutes=1)
    with pytest.raises(errors.AccessDenied):
        acting.call("sqs:ListQueues")
    assert lab.get_access_key_last_used(key).service_name == "sqs"
    for ask in (
        lambda: lab.get_session_token(acting),
        lambda: lab.get_federation_token(acting, "guest"),
        lambda: lab.assume_role(acting, lab.roles["Deploy"], "deploy"),
    ):
        lab.clock.advance(minutes=1)
        with contextlib.suppress(errors.AccessDenied):
            ask()
        used = lab.get_access_key_last_used(key)
        assert (used.service_name, used.last_used_date) == ("sts", lab.clock.now())
        assert lab.events[-1]["userIdentity"]["accessKeyId"] == key
    lab.clock.advance(minutes=1)
    lab.decide("alice", "s3:GetObject", OBJECT)  # only a question
    lab.sign_in("alice", GOOD)  # with another credential
    assert lab.get_access_key_last_used(key).last_used_date == used.last_used_date


def test_an_event_of_a_federated_user_tells_whose_session_it_is(alice_lab: Account) -> None:
    lab = alice_lab
    lab.users["alice"].create_policy("own", allow("sts:GetFederationToken"))
    guest = lab.get_federation_token("alice", "guest", policy=allow("s3:*"))
    guest.get_caller_identity()
    identity = lab.events[-1]["userIdentity"]
    assert (identity["type"], identity["principalId"]) == ("FederatedUser", "111122223333:guest")
    assert identity["principalId"] == guest.get_caller_identity().user_id
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "IAMUser",
        "principalId": lab.users["alice"].user_id,
        "arn": lab.users["alice"].arn,
        "accountId": "111122223333",
        "userName": "alice",
    }


def test_what_aws_adds_for_a_principal_is_added_in_one_place() -> None:
    """Of the account's modules only `context` writes those keys; the others read them, or have them in policies."""
    places = {
        path.stem
        for path in Path(context.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).lower() in context.DECIDED_HERE
    }
    assert places == {"context", "example", "public_access", "roles", "sessions"}
