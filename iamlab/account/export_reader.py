"""AWS's own export into the tables: what `aws iam get-account-authorization-details` prints.

`read` fills an empty state, strictly: what is missing, of another type or there twice is an error that says where.
Fields that this version does not know are kept with their record, and `export` writes them back.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from iamlab.account import names
from iamlab.account.codec import read_date, read_document, take, take_list, unknown
from iamlab.account.export import LISTS
from iamlab.account.managed import made_up_id, policy_record
from iamlab.account.records import (
    GroupRecord,
    InstanceProfileRecord,
    PolicyRecord,
    RoleRecord,
    UserRecord,
    VersionRecord,
)
from iamlab.account.state import State
from iamlab.arn import is_account
from iamlab.errors import InvalidInput, NoSuchEntity, ValidationError


def account_of(data: dict[str, Any]) -> tuple[str, str] | None:
    """Partition and account id as the export's ARNs have them; None when there is not an ARN of the account."""
    for key in LISTS:
        for _, item in take_list(data, key, "$"):
            parts = str(item.get("Arn", "")).split(":")
            if len(parts) >= 6 and is_account(parts[4]):
                return parts[1], parts[4]
    return None


def read(state: State, data: dict[str, Any]) -> None:
    """Fill an empty state.

    Raises:
        InvalidInput: something is missing, of another type, twice, or refers to what does not exist.
        MalformedPolicyDocument: a policy is broken.
    """
    if data.get("IsTruncated"):
        raise InvalidInput(
            "$.IsTruncated: this is one page of an export; ask for all pages (the AWS CLI does by itself)"
        )
    for where, item in take_list(data, "Policies", "$"):
        _add(state.policies, _policy(item, where), "arn", where)
    for where, item in take_list(data, "GroupDetailList", "$"):
        _add(state.groups, GroupRecord(**_entity(item, "Group", where)), "name", where)
    for where, item in take_list(data, "UserDetailList", "$"):
        user = UserRecord(**_entity(item, "User", where), groups=_groups(state, item, where))
        _add(state.users, user, "name", where)
    for where, item in take_list(data, "RoleDetailList", "$"):
        _add(state.roles, _role(state, item, where), "name", where)
    state.extra = {key: value for key, value in data.items() if key not in (*LISTS, "IamLab")}
    _check_whole(state)


def _add(table: dict[str, Any], record: Any, key: str, where: str) -> None:
    name = getattr(record, key)
    place = name if key == "arn" else name.lower()
    if place in table:
        raise InvalidInput(f"{where}: {name} appears twice")
    table[place] = record


def _name(item: dict[str, Any], key: str, shape: str, where: str) -> str:
    text = take(item, key, str, where)
    try:
        return names.check(shape, text, key)
    except ValidationError as error:
        raise InvalidInput(f"{where}: {error.message}") from None


def _entity(item: dict[str, Any], kind: str, where: str) -> dict[str, Any]:
    """The fields that users, groups and roles have in common."""
    boundary = take(item, "PermissionsBoundary", dict, where, {})
    policies = take_list(item, f"{kind}PolicyList", where)
    attached = take_list(item, "AttachedManagedPolicies", where)
    _once([take(p, "PolicyName", str, place) for place, p in policies], where)
    _once([take(p, "PolicyArn", str, place) for place, p in attached], where)
    return {
        "name": _name(item, f"{kind}Name", "entityNameType", where),
        "id": take(item, f"{kind}Id", str, where),
        "path": _name(item, "Path", "pathType", where),
        "created": read_date(item.get("CreateDate"), f"{where}.CreateDate"),
        "inline": {
            p["PolicyName"]: read_document(p.get("PolicyDocument"), f"{place}.PolicyDocument") for place, p in policies
        },
        "attached": [p["PolicyArn"] for _, p in attached],
        "boundary": take(boundary, "PermissionsBoundaryArn", str, f"{where}.PermissionsBoundary") if boundary else None,
        "tags": read_tags(item, where),
        "extra": unknown(item),
    }


def _once(found: list[str], where: str) -> None:
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        raise InvalidInput(f"{where}: {twice[0]} appears twice")


def read_tags(item: dict[str, Any], where: str) -> dict[str, str]:
    """Tags as AWS lists them."""
    tags = take_list(item, "Tags", where)
    _once([take(tag, "Key", str, place) for place, tag in tags], where)
    return {tag["Key"]: take(tag, "Value", str, place) for place, tag in tags}


def _groups(state: State, item: dict[str, Any], where: str) -> list[GroupRecord]:
    found = []
    for name in take(item, "GroupList", list, where, []):
        group = state.groups.get(name.lower()) if isinstance(name, str) else None
        if group is None or group in found:
            raise InvalidInput(
                f"{where}.GroupList: {name!r} is not a group of the file, or appears twice (an export made with "
                "--filter leaves groups out: make it without)"
            )
        found.append(group)
    return found


def _role(state: State, item: dict[str, Any], where: str) -> RoleRecord:
    trust = read_document(item.get("AssumeRolePolicyDocument"), f"{where}.AssumeRolePolicyDocument")
    role = RoleRecord(**_entity(item, "Role", where), trust=trust)
    if role.path.startswith("/aws-service-role/"):
        role.linked_service = role.path.split("/")[2]
    used = take(item, "RoleLastUsed", dict, where, {})
    if "LastUsedDate" in used:
        role.last_used = read_date(used["LastUsedDate"], f"{where}.RoleLastUsed.LastUsedDate")
        role.last_region = take(used, "Region", str, f"{where}.RoleLastUsed", "")
    for place, profile in take_list(item, "InstanceProfileList", where):
        record = InstanceProfileRecord(
            _name(profile, "InstanceProfileName", "instanceProfileNameType", place),
            take(profile, "InstanceProfileId", str, place),
            _name(profile, "Path", "pathType", place),
            read_date(profile.get("CreateDate"), f"{place}.CreateDate"),
            role,
            read_tags(profile, place),
        )
        _add(state.instance_profiles, record, "name", place)
    return role


def _policy(item: dict[str, Any], where: str) -> PolicyRecord:
    versions = {}
    for place, version in take_list(item, "PolicyVersionList", where):
        record = VersionRecord(
            take(version, "VersionId", str, place),
            read_document(version.get("Document"), f"{place}.Document"),
            read_date(version.get("CreateDate"), f"{place}.CreateDate"),
        )
        versions[record.id] = record
    default = take(item, "DefaultVersionId", str, where)
    if default not in versions:
        raise InvalidInput(f"{where}: the default version {default} is not among the versions")
    # AWS lists the newest first.
    ordered = dict(sorted(versions.items(), key=lambda entry: _number(entry[0])))
    arn = take(item, "Arn", str, where)
    # Some tools' exports leave name and id of managed policies out; the ARN tells the first, and nobody asks for the
    # other.
    named = {"PolicyName": arn.rpartition("/")[2], **item}
    return PolicyRecord(
        _name(named, "PolicyName", "policyNameType", where),
        take(item, "PolicyId", str, where, made_up_id(arn)),
        arn,
        _name(item, "Path", "policyPathType", where),
        read_date(item.get("CreateDate"), f"{where}.CreateDate"),
        read_date(item.get("UpdateDate"), f"{where}.UpdateDate"),
        default,
        ordered,
        max(map(_number, versions)) + 1,
        take(item, "Description", str, where, ""),
        take(item, "IsAttachable", bool, where, True),
        read_tags(item, where),
        unknown(item),
    )


def _number(version_id: str) -> int:
    digits = version_id.removeprefix("v").partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _check_whole(state: State) -> None:
    """Nothing may refer to what does not exist, and no unique id may appear twice."""
    for record in (*state.users.values(), *state.groups.values(), *state.roles.values()):
        for arn in (*record.attached, *([record.boundary] if record.boundary else [])):
            try:
                policy_record(state, arn)
            except NoSuchEntity:
                raise InvalidInput(
                    f"{record.name} has the policy {arn}, which is not in the file (an export made with --filter "
                    "leaves policies out: make it without)"
                ) from None
    tables: tuple[Iterable[Any], ...] = (
        state.users.values(),
        state.groups.values(),
        state.roles.values(),
        state.policies.values(),
        state.instance_profiles.values(),
    )
    ids = Counter(record.id for table in tables for record in table)
    twice = [unique_id for unique_id, count in ids.items() if count > 1]
    if twice:
        raise InvalidInput(f"The unique id {twice[0]} appears twice")
