"""Every operation with every parameter of a wrong type: it is refused as AWS would, or the account is saved and opened.

`CALLS` says how each operation is called rightly; one argument after another is then replaced by what it cannot be.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from samples import allow, trust
from things import IAM, METADATA, group, oidc, policy, role, saml, user

from iamlab import errors
from iamlab.account import (
    Account,
    assume,
    credentials,
    export,
    instance_profiles,
    levels,
    mfa,
    onboarding,
    organization,
    passwords,
    policies,
    private,
    providers,
    resources,
    roles,
    root,
    section,
    sessions,
    signin,
    sts,
    users,
)
from iamlab.account.authenticator import code_at, step_at

Get = Callable[[Account], Any]

QUEUE = "arn:aws:sqs:us-east-1:111122223333:jobs"
LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function:report"
READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
PASSWORD, OTHER = "Correct-horse-7", "Another-horse-8"
SERIAL = f"{IAM}mfa/phone"
TAGS = {"team": "blue"}
POLICY = {"policy": allow("s3:Get*"), "policy_arns": [READ_ONLY]}
WRONG = [5, None, [], [5], {"a": 5}, object(), "\ud800"]


def furnish(lab: Account) -> None:
    """Put every kind of thing into an account."""
    alice = lab.create_user("alice")
    alice.create_login_profile(PASSWORD)
    alice.attach_policy("arn:aws:iam::aws:policy/AdministratorAccess")
    alice.create_access_key_pair()
    lab.create_group("Devs").add_user("alice")
    deploy = lab.create_role("Deploy", trust({"AWS": alice.arn, "Service": "lambda.amazonaws.com"}))
    deploy.attach_policy("arn:aws:iam::aws:policy/AdministratorAccess")
    deploy.update_assume_role_policy(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": lab.arn, "Service": "lambda.amazonaws.com"},
                    "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
                }
            ],
        }
    )
    reader = lab.create_policy("reader", allow("s3:Get*"))
    reader.create_version(allow("s3:List*"))
    for holder in (alice, lab.groups["Devs"], deploy):
        holder.create_policy("own", allow("s3:Put*"))
        holder.attach_policy(READ_ONLY)
    lab.create_instance_profile("web").add_role("Deploy")
    lab.create_instance_profile("empty")
    lab.create_service_linked_role("autoscaling.amazonaws.com")
    lab.create_saml_provider("Corp", METADATA)
    lab.create_open_id_connect_provider("https://idp.example.com", ["client"])
    lab.create_bucket("reports").put_object("a.txt", "text")
    lab.create_resource(LAMBDA)
    lab.create_virtual_mfa_device("spare")
    phone = lab.create_virtual_mfa_device("phone")
    step = step_at(lab.clock.now())
    alice.enable_mfa(phone.serial_number, *(code_at(phone.base32_string_seed, n) for n in (step, step + 1)))
    lab.root.set_password(PASSWORD)
    lab.create_account_alias("northwind")
    organization = lab.create_organization()
    organization.create_policy("p", allow("*"))
    organization.create_policy("spare", allow("*"))
    organization.levels[0].attach_policy("p")
    lab.clock.advance(hours=1)


def code(lab: Account, serial: str = SERIAL, ahead: int = 0) -> str:
    return code_at(str(lab.state.mfa_devices[serial].seed), step_at(lab.clock.now()) + ahead)


def bucket(lab: Account) -> Any:
    return lab.buckets["reports"]


def level(lab: Account) -> Any:
    assert lab.organization
    return lab.organization.levels[0]


def key_id(lab: Account) -> str:
    return str(user(lab).access_keys[0].access_key_id)


def secret(lab: Account) -> str:
    return str(user(lab).record.access_keys[0].secret)


def session(lab: Account) -> Any:
    return lab.use_access_key(key_id(lab))


def console(lab: Account) -> Any:
    return lab.sign_in("alice", PASSWORD, mfa_code=code(lab))


def itself(lab: Account) -> Any:
    return lab


def with_a_role(lab: Account) -> Any:
    lab.pass_role("alice", role(lab), lab.resources[LAMBDA])
    return lab


def without_organization(lab: Account) -> Any:
    assert lab.organization
    lab.organization.leave()
    return lab


CALLS: dict[str, tuple[Get, dict[str, Any]]] = {
    "Account.create_user": (itself, {"name": "bob", "path": "/x/", "permissions_boundary": READ_ONLY, "tags": TAGS}),
    "Account.create_group": (itself, {"name": "Ops", "path": "/x/"}),
    "Account.create_role": (
        itself,
        {
            "name": "Other",
            "trust_policy": trust({"AWS": "999988887777"}),
            "path": "/x/",
            "description": "text",
            "max_session_duration": 7200,
            "permissions_boundary": READ_ONLY,
            "tags": TAGS,
        },
    ),
    "Account.create_policy": (
        itself,
        {"name": "writer", "document": allow("s3:Put*"), "path": "/x/", "description": "text", "tags": TAGS},
    ),
    "Account.create_bucket": (itself, {"name": "logs", "region": "eu-west-1", "tags": TAGS}),
    "Account.create_resource": (itself, {"arn": QUEUE, "policy": allow("sqs:*", Principal="*"), "tags": TAGS}),
    "Account.create_organization": (without_organization, {"management_account": "999988887777"}),
    "Account.create_instance_profile": (itself, {"name": "db", "path": "/x/", "tags": TAGS}),
    "Account.create_service_linked_role": (
        itself,
        {"service_name": "autoscaling.amazonaws.com", "description": "text", "custom_suffix": "mine"},
    ),
    "Account.delete_service_linked_role": (itself, {"role": "AWSServiceRoleForAutoScaling"}),
    "Account.create_virtual_mfa_device": (itself, {"name": "tablet", "path": "/x/", "tags": TAGS}),
    "Account.create_saml_provider": (itself, {"name": "Partner", "metadata": METADATA, "tags": TAGS}),
    "Account.create_open_id_connect_provider": (
        itself,
        {"url": "https://other.example.com", "client_ids": ["a"], "thumbprints": ["a" * 40], "tags": TAGS},
    ),
    "Account.provision_user": (
        itself,
        {
            "name": "bob",
            "console_access": True,
            "password": PASSWORD,
            "password_reset_required": True,
            "access_key": True,
            "groups": ["Devs"],
            "policies": [READ_ONLY],
            "copy_permissions_from": "alice",
            "permissions_boundary": READ_ONLY,
            "path": "/x/",
            "tags": TAGS,
        },
    ),
    "Account.access_key": (itself, {"access_key_id": key_id}),
    "Account.get_access_key_last_used": (itself, {"access_key_id": key_id}),
    "Account.connect": (itself, {"others": Account("999988887777")}),
    "Account.decide": (
        itself,
        {"principal": "alice", "action": "s3:GetObject", "resource": "*", "context": {}, "partial": True},
    ),
    "Account.policies_for": (itself, {"principal": "alice", "action": "s3:GetObject", "resource": "*"}),
    "Account.simulate_principal_policy": (itself, {"PolicySourceArn": f"{IAM}user/alice", "ActionNames": ["s3:Get"]}),
    "Account.get_context_keys_for_principal_policy": (
        itself,
        {"arn": f"{IAM}user/alice", "policies": [allow("s3:Get*")]},
    ),
    "Account.sign_in": (
        itself,
        {
            "name": "root@example.com",
            "password": PASSWORD,
            "mfa_code": None,
            "new_password": OTHER,
            "account": "northwind",
            "source_ip": "192.0.2.1",
        },
    ),
    "Account.use_access_key": (itself, {"access_key_id": key_id, "secret_access_key": secret}),
    "Account.assume_role": (
        itself,
        {
            "caller": "alice",
            "role": "Deploy",
            "session_name": "work",
            "duration_seconds": 900,
            **POLICY,
            "external_id": "id",
            "tags": TAGS,
            "transitive_tag_keys": ["team"],
            "source_identity": "alice",
            "source_ip": "192.0.2.1",
        },
    ),
    "Account.get_session_token": (itself, {"caller": "alice", "duration_seconds": 900}),
    "Account.get_federation_token": (
        itself,
        {"caller": "alice", "name": "guest", **POLICY, "duration_seconds": 900, "tags": TAGS},
    ),
    "Account.pass_role": (
        itself,
        {"caller": "alice", "role": role, "resource": lambda lab: lab.resources[LAMBDA]},
    ),
    "Account.act_as": (with_a_role, {"resource": lambda lab: lab.resources[LAMBDA]}),
    "Account.create_account_alias": (itself, {"alias": "south"}),
    "Account.delete_account_alias": (itself, {"alias": "northwind"}),
    "Account.update_account_password_policy": (
        itself,
        {
            "minimum_password_length": 10,
            "require_symbols": True,
            "require_numbers": True,
            "require_uppercase_characters": True,
            "require_lowercase_characters": True,
            "allow_users_to_change_password": True,
            "max_password_age": 90,
            "password_reuse_prevention": 3,
            "hard_expiry": True,
        },
    ),
    "Account.service_last_accessed": (itself, {"arn": f"{IAM}user/alice"}),
    "Account.list_policies_granting_service_access": (itself, {"arn": f"{IAM}user/alice", "namespace": "s3"}),
    **{
        f"{kind}.{name}": (get, arguments)
        for kind, get in (("User", user), ("Group", group), ("Role", role))
        for name, arguments in {
            "attach_policy": {"policy": f"{IAM}policy/reader"},
            "detach_policy": {"policy": READ_ONLY},
            "create_policy": {"name": "more", "document": allow("s3:Get*")},
            "delete_policy": {"name": "own"},
        }.items()
    },
    **{
        f"{kind}.put_permissions_boundary": (get, {"policy": READ_ONLY})
        for kind, get in (("User", user), ("Role", role))
    },
    **{
        f"{kind}.{name}": (get, arguments)
        for kind, get in {
            "User": user,
            "Role": role,
            "Policy": policy,
            "InstanceProfile": lambda lab: lab.instance_profiles["web"],
            "IdentityProvider": saml,
            "MfaDevice": lambda lab: lab.virtual_mfa_devices[SERIAL],
            "Resource": lambda lab: lab.resources[LAMBDA],
            "Bucket": bucket,
        }.items()
        for name, arguments in {"tag": {"tags": TAGS}, "untag": {"keys": ["team"]}}.items()
    },
    "User.update": (user, {"new_name": "alicia", "new_path": "/x/"}),
    "User.create_login_profile": (
        lambda lab: lab.create_user("bob"),
        {"password": PASSWORD, "password_reset_required": True},
    ),
    **{
        f"{kind}.enable_mfa": (
            get,
            {
                "serial_number": f"{IAM}mfa/spare",
                "code_1": lambda lab: code(lab, f"{IAM}mfa/spare"),
                "code_2": lambda lab: code(lab, f"{IAM}mfa/spare", 1),
            },
        )
        for kind, get in (("User", user), ("RootUser", lambda lab: lab.root))
    },
    "RootUser.set_password": (lambda lab: lab.root, {"password": OTHER}),
    "Group.add_user": (group, {"user": "alice"}),
    "Group.remove_user": (group, {"user": "alice"}),
    "Group.update": (group, {"new_name": "Ops", "new_path": "/x/"}),
    "Role.update": (role, {"description": "text", "max_session_duration": 7200}),
    "Role.update_assume_role_policy": (role, {"document": trust({"AWS": "999988887777"})}),
    "Policy.version": (policy, {"version_id": "v1"}),
    "Policy.create_version": (policy, {"document": allow("s3:*"), "set_as_default": True}),
    "Policy.set_default_version": (policy, {"version_id": "v2"}),
    "Policy.delete_version": (policy, {"version_id": "v2"}),
    "InstanceProfile.add_role": (lambda lab: lab.instance_profiles["empty"], {"role": "Deploy"}),
    "InstanceProfile.remove_role": (lambda lab: lab.instance_profiles["web"], {"role": "Deploy"}),
    "IdentityProvider.update_metadata": (saml, {"metadata": METADATA}),
    "IdentityProvider.add_client_id": (oidc, {"client_id": "other"}),
    "IdentityProvider.remove_client_id": (oidc, {"client_id": "client"}),
    "IdentityProvider.update_thumbprints": (oidc, {"thumbprints": ["a" * 40]}),
    "MfaDevice.resync": (
        lambda lab: lab.virtual_mfa_devices[SERIAL],
        {"code_1": code, "code_2": lambda lab: code(lab, ahead=1)},
    ),
    "LoginProfile.update": (
        lambda lab: user(lab).login_profile,
        {"password": OTHER, "password_reset_required": True},
    ),
    **{
        f"{kind}.put_policy": (
            bucket,
            {"document": allow("s3:Get*", "arn:aws:s3:::reports/*", Principal={"AWS": IAM + "root"})},
        )
        for kind in ("Resource", "Bucket")
    },
    "Bucket.put_object": (bucket, {"key": "b.txt", "body": b"text", "content_type": "text/plain"}),
    "Bucket.get_object": (bucket, {"key": "a.txt"}),
    "Bucket.object_record": (bucket, {"key": "a.txt"}),
    "Bucket.delete_object": (bucket, {"key": "a.txt"}),
    "Bucket.put_public_access_block": (bucket, {"on": False}),
    "Organization.move_account": (lambda lab: lab.organization, {"units": "Shop"}),
    "Organization.create_policy": (
        lambda lab: lab.organization,
        {"name": "q", "document": allow("*"), "policy_type": "SERVICE_CONTROL_POLICY", "description": "text"},
    ),
    "Organization.update_policy": (lambda lab: lab.organization, {"name": "p", "document": allow("s3:*")}),
    "Organization.delete_policy": (lambda lab: lab.organization, {"name": "spare"}),
    "OrganizationLevel.attach_policy": (level, {"name": "FullAWSAccess"}),
    "OrganizationLevel.detach_policy": (level, {"name": "FullAWSAccess"}),
    "Session.decide": (session, {"action": "s3:GetObject", "resource": "*", "context": {}}),
    "Session.call": (
        session,
        {
            "action": "s3:GetObject",
            "resource": "*",
            "context": {},
            "parameters": {"a": "b"},
            "source_ip": "192.0.2.1",
        },
    ),
    "Session.change_password": (console, {"old_password": PASSWORD, "new_password": OTHER}),
}
"""Operation -> on what it is called, and right arguments (a function makes one of the account)."""

OPTIONS: dict[str, Callable[..., Any]] = {
    "Account.create_user": users.create_user,
    "Account.create_role": roles.create_role,
    "Account.provision_user": onboarding.provision_user,
    "Account.sign_in": signin.sign_in,
    "Account.assume_role": assume.assume_role,
    "Account.get_session_token": sts.get_session_token,
    "Account.get_federation_token": sts.get_federation_token,
}
"""Where the parameters of an operation with `**options` are written out."""

NOT_HERE = {
    "Account.load": "a path: the operating system's to refuse",
    "Account.save": "a path: the operating system's to refuse",
}
"""Operations that are not tried, and why."""

CLASSES: tuple[type, ...] = (
    Account,
    users.User,
    root.RootUser,
    users.Group,
    roles.Role,
    policies.Policy,
    instance_profiles.InstanceProfile,
    providers.IdentityProvider,
    mfa.MfaDevice,
    credentials.LoginProfile,
    credentials.AccessKey,
    resources.Resource,
    resources.Bucket,
    organization.Organization,
    levels.OrganizationLevel,
    sessions.Session,
)


def parameters(function: Callable[..., Any]) -> set[str]:
    """The names of a function's parameters, the account's state and options left out."""
    found = inspect.signature(function).parameters.values()
    return {p.name for p in found if p.kind is not p.VAR_KEYWORD and p.name not in ("self", "cls", "state")}


def test_every_operation_is_tried_with_every_parameter() -> None:
    seen = set()
    for cls in CLASSES:
        for name, member in inspect.getmembers(cls, callable):
            operation = f"{cls.__name__}.{name}"
            wanted = set() if name.startswith("_") else parameters(OPTIONS.get(operation, member))
            if operation not in NOT_HERE and wanted:
                seen.add(operation)
                # Codes of an MFA device are tried where a device is enabled.
                assert wanted - {"serial_number", "token_code"} <= {*CALLS[operation][1]} | {"account"}, operation
    assert {*CALLS} - seen <= {"Account.simulate_principal_policy", "Account.update_account_password_policy"}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an account with everything in it."""
    lab = Account(start=datetime(2026, 3, 2, 9, tzinfo=UTC), seed=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(passwords._SCRYPT, "n", 4)
        furnish(lab)
    path = tmp_path_factory.mktemp("furnished") / "lab.json"
    lab.save(path)
    return path


def everything(lab: Account, *without: str) -> Any:
    """All that an account's files hold."""
    parts = (export.write(lab.state), section.write(lab.state), private.write(lab.state))
    kept = [{key: value for key, value in part.items() if key not in without} for part in parts]
    return json.loads(json.dumps(kept))


def call(lab: Account, operation: str, changed: dict[str, Any]) -> Any:
    """Call an operation with right arguments, and with those that are changed."""
    get, arguments = CALLS[operation]
    on = get(lab)
    values = {
        name: value(lab) if inspect.isfunction(value) else value for name, value in {**arguments, **changed}.items()
    }
    method = getattr(on, operation.partition(".")[2])
    before = [
        values.pop(p.name)
        for p in inspect.signature(method).parameters.values()
        if p.kind is p.VAR_POSITIONAL and p.name in values
    ]
    return lambda: method(*before, **values)


@pytest.mark.parametrize("operation", CALLS)
def test_right_arguments_are_taken(operation: str, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(passwords._SCRYPT, "n", 4)
    call(Account.load(furnished), operation, {})()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"email": 5}, "email address"), ({"email": "a@\ud800"}, "half of a character"), ({"seed": []}, "is not a seed")],
)
def test_a_new_account_of_a_wrong_type(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(errors.AwsError, match=said):
        Account(**wrong)


@pytest.mark.parametrize("operation", CALLS)
def test_a_wrong_type_is_refused_or_kept(
    operation: str, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(passwords._SCRYPT, "n", 4)
    for name in CALLS[operation][1]:
        for wrong in WRONG:
            lab = Account.load(furnished)
            act = call(lab, operation, {name: wrong})
            before, events = everything(lab, "Events", "Generator"), len(lab.events)
            place = f"{operation}({name}={wrong!r})"
            try:
                act()
            except errors.AwsError:
                assert everything(lab, "Events", "Generator") == before, place
                if len(lab.events) == events:
                    continue
            except Exception as error:
                pytest.fail(f"{place}: {type(error).__name__}: {error}")
            try:
                lab.save(tmp_path / "lab.json")
                assert everything(Account.load(tmp_path / "lab.json")) == everything(lab), place
            except (errors.AwsError, TypeError, ValueError) as error:
                pytest.fail(f"{place} makes a file that cannot be kept: {error}")
