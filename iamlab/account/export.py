"""The tables as AWS's own export: what `aws iam get-account-authorization-details` prints.

`write` gives four lists: users, groups, roles, and every managed policy that is the customer's or attached somewhere.
Fields that an export brought and this version does not know come back with their record. `export_reader` reads it.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html]
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from iamlab.account import names
from iamlab.account.codec import restore
from iamlab.account.managed import policy_record
from iamlab.account.records import EntityRecord, InstanceProfileRecord, PolicyRecord, RoleRecord, UserRecord
from iamlab.account.state import State
from iamlab.policy import PolicyDocument

LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def write(state: State) -> dict[str, Any]:
    """The export of a state, with the fields that were kept."""
    used: Counter[str] = Counter()
    bounding: Counter[str] = Counter()
    for record in (*state.users.values(), *state.groups.values(), *state.roles.values()):
        used.update(record.attached)
        if record.boundary:
            bounding[record.boundary] += 1
    policies = dict(state.policies)
    for arn in (*used, *bounding):
        policies.setdefault(arn, policy_record(state, arn))
    return {
        "UserDetailList": [_write_user(state, record) for record in state.users.values()],
        "GroupDetailList": [_write_entity(state, record, "Group") for record in state.groups.values()],
        "RoleDetailList": [_write_role(state, record) for record in state.roles.values()],
        "Policies": [_write_policy(record, used[arn], bounding[arn]) for arn, record in policies.items()],
    }


def write_tags(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _write_entity(state: State, record: EntityRecord, kind: str, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "Path": record.path,
        f"{kind}Name": record.name,
        f"{kind}Id": record.id,
        "Arn": names.entity_arn(state, kind.lower(), record.path, record.name),
        "CreateDate": record.created.isoformat(),
        f"{kind}PolicyList": [_inline(name, document) for name, document in record.inline.items()],
        "AttachedManagedPolicies": [
            {"PolicyName": policy_record(state, arn).name, "PolicyArn": arn} for arn in record.attached
        ],
        **more,
    }
    if record.boundary:
        kind_of_boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": record.boundary}
        data["PermissionsBoundary"] = kind_of_boundary
    if kind != "Group":
        data["Tags"] = write_tags(record.tags)
    restore(data, record.extra)
    return data


def _inline(name: str, document: PolicyDocument) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": document.to_dict()}


def _write_user(state: State, record: UserRecord) -> dict[str, Any]:
    return _write_entity(state, record, "User", GroupList=[group.name for group in record.groups])


def _write_role(state: State, record: RoleRecord) -> dict[str, Any]:
    used: dict[str, Any] = {}
    if record.last_used:
        used = {"LastUsedDate": record.last_used.isoformat(), "Region": record.last_region or ""}
    profiles = [_write_profile(state, p) for p in state.instance_profiles.values() if p.role is record]
    trust = record.trust.to_dict()
    return _write_entity(
        state, record, "Role", AssumeRolePolicyDocument=trust, InstanceProfileList=profiles, RoleLastUsed=used
    )


def _write_profile(state: State, record: InstanceProfileRecord) -> dict[str, Any]:
    role = record.role
    roles = []
    if role is not None:
        roles = [
            {
                "Path": role.path,
                "RoleName": role.name,
                "RoleId": role.id,
                "Arn": names.entity_arn(state, "role", role.path, role.name),
                "CreateDate": role.created.isoformat(),
                "AssumeRolePolicyDocument": role.trust.to_dict(),
            }
        ]
    return {
        "Path": record.path,
        "InstanceProfileName": record.name,
        "InstanceProfileId": record.id,
        "Arn": names.entity_arn(state, "instance-profile", record.path, record.name),
        "CreateDate": record.created.isoformat(),
        "Roles": roles,
        "Tags": write_tags(record.tags),
    }


def _write_policy(record: PolicyRecord, used: int, bounding: int) -> dict[str, Any]:
    data: dict[str, Any] = {
        "PolicyName": record.name,
        "PolicyId": record.id,
        "Arn": record.arn,
        "Path": record.path,
        "DefaultVersionId": record.default_version,
        "AttachmentCount": used,
        "PermissionsBoundaryUsageCount": bounding,
        "IsAttachable": record.attachable,
        "Description": record.description,
        "CreateDate": record.created.isoformat(),
        "UpdateDate": record.updated.isoformat(),
        "PolicyVersionList": [
            {
                "Document": version.document.to_dict(),
                "VersionId": version.id,
                "IsDefaultVersion": version.id == record.default_version,
                "CreateDate": version.created.isoformat(),
            }
            for version in reversed(record.versions.values())
        ],
    }
    restore(data, record.extra)
    return data
