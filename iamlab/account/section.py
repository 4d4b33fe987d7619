"""The `IamLab` section of an account's file: what may be shared and AWS's export has no place for.

Root, credentials without their secrets, MFA devices without their seeds, providers, resources, organization, events,
the clock. The secrets are in a file of their own (`private`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from iamlab.account.codec import decode, encode, only, read_date, take, take_list, wrong
from iamlab.account.export import write_tags
from iamlab.account.export_reader import read_tags
from iamlab.account.levels import find_policy
from iamlab.account.managed import customer_managed
from iamlab.account.records import (
    AccessKeyRecord,
    InstanceProfileRecord,
    LevelRecord,
    LoginProfileRecord,
    MfaDeviceRecord,
    OrganizationPolicyRecord,
    OrganizationRecord,
    PasswordPolicyRecord,
    ProviderRecord,
    ResourceRecord,
    RootRecord,
    SessionRecord,
    UserRecord,
)
from iamlab.account.state import State
from iamlab.clock import Clock
from iamlab.errors import InvalidInput, PolicyNotFoundException

_SECRET = frozenset({"secret", "token", "hash", "history", "seed"})
_REFERENCES = frozenset({"owner", "role"})
ROOT = "<root_account>"
"""What root is called where users are named."""

_FIELDS = (
    "AccountId", "IsExport", "Clock", "Root", "Alias", "PasswordPolicy", "Users", "Roles", "Policies",
    "InstanceProfiles", "MfaDevices", "Providers", "Resources", "Organization", "Sessions", "Quotas", "Report",
    "Events",
)  # fmt: skip
_CREDENTIALS = ("LoginProfile", "AccessKeys", "PasswordLastUsed")


def write(state: State) -> dict[str, Any]:
    """What may be shared, without the parts that are empty."""
    clock = state.clock
    data: dict[str, Any] = {
        "AccountId": state.account_id,
        "IsExport": state.is_export or None,
        "Clock": {
            "Start": clock.start.isoformat() if clock.start else None,
            "Ahead": round(clock.ahead.total_seconds()),
        },
        "Root": {"Email": state.root.email, "Created": state.root.created.isoformat(), **_credentials(state.root)},
        "Alias": state.alias,
        "PasswordPolicy": encode(state.password_policy),
        "Users": {user.id: kept for user in state.users.values() if (kept := _credentials(user))},
        "Roles": {
            role.id: {"Description": role.description, "MaxSession": role.max_session}
            for role in state.roles.values()
            if role.description or role.max_session != 3600
        },
        "Policies": {
            policy.arn: {"NextVersion": policy.next_version, "Tags": write_tags(policy.tags)}
            for policy in customer_managed(state)
        },
        "InstanceProfiles": [
            {**encode(profile, _REFERENCES), "Tags": write_tags(profile.tags)}
            for profile in state.instance_profiles.values()
            if profile.role is None
        ],
        "MfaDevices": [
            {**encode(device, _SECRET | _REFERENCES), "Owner": _owner(device)} for device in state.mfa_devices.values()
        ],
        "Providers": [encode(provider) for provider in state.providers.values()],
        "Resources": [
            {**encode(resource, _REFERENCES), **({"Role": resource.role.name} if resource.role else {})}
            for resource in state.resources.values()
        ],
        "Organization": _write_organization(state.organization),
        "Sessions": [encode(session, _SECRET) for session in state.sessions.values()],
        "Quotas": dict(state.quotas),
        "Report": {"Made": state.report[0].isoformat(), "Content": state.report[1]} if state.report else None,
        "Events": state.events,
    }
    return {key: value for key, value in data.items() if value not in (None, {}, [])}


def _owner(device: MfaDeviceRecord) -> str | None:
    return ROOT if isinstance(device.owner, RootRecord) else device.owner.name if device.owner else None


def _credentials(holder: UserRecord | RootRecord) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if holder.login_profile:
        data["LoginProfile"] = encode(holder.login_profile, _SECRET)
    if holder.access_keys:
        data["AccessKeys"] = [encode(key, _SECRET) for key in holder.access_keys]
    if holder.password_last_used:
        data["PasswordLastUsed"] = holder.password_last_used.isoformat()
    return data


def _write_organization(organization: OrganizationRecord | None) -> dict[str, Any] | None:
    if organization is None:
        return None
    levels = [
        {"Id": level.id, "Name": level.name, "Kind": level.kind, "Policies": [p.name for p in level.policies]}
        for level in organization.levels
    ]
    return {
        "Id": organization.id,
        "ManagementAccount": organization.management_account,
        "Policies": [encode(policy) for policy in organization.policies],
        "Levels": levels,
    }


def read(state: State, data: dict[str, Any]) -> None:
    """Fill a state that has its users, groups, roles and policies.

    Raises:
        InvalidInput: something is missing, of another type, or refers to what does not exist.
        MalformedPolicyDocument: a policy is broken.
    """
    where = "$.IamLab"
    only(data, where, "Version", "Save", *_FIELDS)
    state.is_export = take(data, "IsExport", bool, where, False)
    _read_clock(state, take(data, "Clock", dict, where, {}), f"{where}.Clock")
    _read_root(state, take(data, "Root", dict, where), f"{where}.Root")
    _read_settings(state, data, where)
    _read_users(state, take(data, "Users", dict, where, {}), f"{where}.Users")
    _read_roles(state, take(data, "Roles", dict, where, {}), f"{where}.Roles")
    _read_policies(state, take(data, "Policies", dict, where, {}), f"{where}.Policies")
    for place, item in take_list(data, "InstanceProfiles", where):
        profile = decode(InstanceProfileRecord, item, place, tags=_read_tags(item, place), role=None)
        state.instance_profiles[profile.name.lower()] = profile
    for place, item in take_list(data, "MfaDevices", where):
        _read_device(state, item, place)
    for place, item in take_list(data, "Providers", where):
        provider = decode(ProviderRecord, item, place)
        state.providers[provider.arn] = provider
    for place, item in take_list(data, "Resources", where):
        _read_resource(state, item, place)
    for place, item in take_list(data, "Sessions", where):
        session = decode(SessionRecord, item, place)
        state.sessions[session.access_key_id] = session
    if "Organization" in data:
        state.organization = _read_organization(data["Organization"], f"{where}.Organization")
    if "Report" in data:
        _read_report(state, take(data, "Report", dict, where), f"{where}.Report")
    for place, event in take_list(data, "Events", where):
        _read_event(state, event, place)


def _read_clock(state: State, data: dict[str, Any], where: str) -> None:
    only(data, where, "Start", "Ahead")
    start = read_date(data["Start"], f"{where}.Start") if data.get("Start") else None
    try:
        state.clock = Clock(start, ahead=timedelta(seconds=take(data, "Ahead", int, where, 0)))
        state.now()
    except OverflowError:
        raise InvalidInput(f"{where}.Ahead: too far ahead") from None


def _read_root(state: State, data: dict[str, Any], where: str) -> None:
    only(data, where, "Email", "Created", *_CREDENTIALS)
    state.root = RootRecord(take(data, "Email", str, where), read_date(data.get("Created"), where))
    _read_credentials(state.root, data, where)


def _read_settings(state: State, data: dict[str, Any], where: str) -> None:
    """Alias, password policy and raised quotas."""
    state.alias = data.get("Alias")
    if state.alias is not None and not isinstance(state.alias, str):
        raise wrong(f"{where}.Alias", "text", state.alias)
    if "PasswordPolicy" in data:
        state.password_policy = decode(PasswordPolicyRecord, data["PasswordPolicy"], f"{where}.PasswordPolicy")
    for name in take(data, "Quotas", dict, where, {}):
        state.quotas[name] = take(data["Quotas"], name, int, f"{where}.Quotas")


def _read_users(state: State, data: dict[str, Any], where: str) -> None:
    users = {user.id: user for user in state.users.values()}
    for user_id, kept in data.items():
        if user_id not in users or not isinstance(kept, dict):
            raise InvalidInput(f"{where}: {user_id} is not a user of the file")
        only(kept, f"{where}.{user_id}", *_CREDENTIALS)
        _read_credentials(users[user_id], kept, f"{where}.{user_id}")


def _read_roles(state: State, data: dict[str, Any], where: str) -> None:
    roles = {role.id: role for role in state.roles.values()}
    for role_id, kept in data.items():
        if role_id not in roles or not isinstance(kept, dict):
            raise InvalidInput(f"{where}: {role_id} is not a role of the file")
        only(kept, f"{where}.{role_id}", "Description", "MaxSession")
        roles[role_id].description = take(kept, "Description", str, f"{where}.{role_id}", "")
        roles[role_id].max_session = take(kept, "MaxSession", int, f"{where}.{role_id}", 3600)


def _read_policies(state: State, data: dict[str, Any], where: str) -> None:
    for arn, kept in data.items():
        if arn not in state.policies or not isinstance(kept, dict):
            raise InvalidInput(f"{where}: {arn} is not a policy of the file")
        only(kept, f"{where}.{arn}", "NextVersion", "Tags")
        state.policies[arn].next_version = take(kept, "NextVersion", int, f"{where}.{arn}")
        state.policies[arn].tags = _read_tags(kept, f"{where}.{arn}")


def _read_report(state: State, data: dict[str, Any], where: str) -> None:
    only(data, where, "Made", "Content")
    state.report = read_date(data.get("Made"), f"{where}.Made"), take(data, "Content", str, where)


def _read_event(state: State, event: dict[str, Any], where: str) -> None:
    for key in ("eventTime", "eventSource", "eventName", "awsRegion"):  # what reports read
        take(event, key, str, where)
    take(event, "userIdentity", dict, where)
    state.events.append(event)


def _read_credentials(holder: UserRecord | RootRecord, data: dict[str, Any], where: str) -> None:
    if "LoginProfile" in data:
        holder.login_profile = decode(LoginProfileRecord, data["LoginProfile"], f"{where}.LoginProfile", hash=None)
    for place, item in take_list(data, "AccessKeys", where):
        holder.access_keys.append(decode(AccessKeyRecord, item, place, secret=None))
    if "PasswordLastUsed" in data:
        holder.password_last_used = read_date(data["PasswordLastUsed"], f"{where}.PasswordLastUsed")


def _read_tags(item: dict[str, Any], where: str) -> dict[str, str]:
    for place, tag in take_list(item, "Tags", where):
        only(tag, place, "Key", "Value")
    return read_tags(item, where)


def _read_device(state: State, item: dict[str, Any], where: str) -> None:
    device = decode(MfaDeviceRecord, item, where, seed=None, owner=None)
    owner = item.get("Owner")
    if owner == ROOT:
        device.owner = state.root
    elif owner is not None:
        device.owner = state.users.get(str(owner).lower())
        if device.owner is None:
            raise InvalidInput(f"{where}.Owner: {owner!r} is not a user of the file")
    if device.owner is not None:
        device.owner.mfa_devices.append(device)
    state.mfa_devices[device.serial] = device


def _read_resource(state: State, item: dict[str, Any], where: str) -> None:
    name = take(item, "Role", str, where, "")
    role = state.roles.get(name.lower())
    if name and role is None:
        raise InvalidInput(f"{where}.Role: {name!r} is not a role of the file")
    resource = decode(ResourceRecord, item, where, role=role)
    state.resources[resource.arn] = resource


def _read_organization(data: object, where: str) -> OrganizationRecord:
    if not isinstance(data, dict):
        raise wrong(where, "an object", data)
    only(data, where, "Id", "ManagementAccount", "Policies", "Levels")
    policies = [decode(OrganizationPolicyRecord, item, place) for place, item in take_list(data, "Policies", where)]
    organization = OrganizationRecord(
        take(data, "Id", str, where), take(data, "ManagementAccount", str, where), [], policies
    )
    for place, item in take_list(data, "Levels", where):
        only(item, place, "Id", "Name", "Kind", "Policies")
        attached = []
        for name in take(item, "Policies", list, place):
            try:
                attached.append(find_policy(organization, name))
            except PolicyNotFoundException as error:
                raise InvalidInput(f"{place}.Policies: {error.message}") from None
        level = LevelRecord(
            take(item, "Id", str, place), take(item, "Name", str, place), take(item, "Kind", str, place), attached
        )
        organization.levels.append(level)
    if len(organization.levels) < 2:
        raise InvalidInput(f"{where}.Levels: expected the organization's root and the account at least")
    return organization
