"""Managed policies: AWS's own, read from the catalog when first asked for, and the customer's, with their versions.

`Policy` is the handle for both; nobody changes AWS's. What stands behind an ARN is looked up in `managed`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from iamlab.account import names
from iamlab.account.documents import Document, check_size, checked
from iamlab.account.handles import TaggedByArn, handle
from iamlab.account.managed import PolicyHolder, customer_managed, entities_bounded_by, entities_with, policy_record
from iamlab.account.records import GroupRecord, PolicyRecord, RoleRecord, UserRecord, VersionRecord
from iamlab.account.state import State
from iamlab.display import Cell, Table
from iamlab.errors import (
    AccessDenied,
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
)
from iamlab.policy import PolicyDocument


def create_policy(
    state: State, name: str, document: Document, *, path: str = "/", description: str = "", tags: names.Tags = ()
) -> Policy:
    """Create a customer managed policy [IAM API CreatePolicy].

    Args:
        state: the account's state.
        name: 1 to 128 letters, digits and `+=,.@_-`; unique in the account, ignoring case.
        document: what it allows and denies, as JSON text, a mapping or a `PolicyDocument`; at most 6,144 characters
            without white space. It becomes version `v1`.
        path: `/` or `/…/`, at most 512 characters; it becomes part of the ARN.
        description: at most 1,000 characters; it cannot be changed later.
        tags: at most 50.

    Raises:
        ValidationError, MalformedPolicyDocument, LimitExceeded (the document, or 1,500 policies in the account),
        EntityAlreadyExists.
    """
    with state.change():
        names.check("policyNameType", name, "policyName")
        names.check_path(path, "policyPathType")
        names.check("policyDescriptionType", description, "description")
        new_tags = names.check_tags(tags)
        parsed = _checked_managed(state, document)
        others = customer_managed(state)
        if any(other.name.lower() == name.lower() for other in others):
            raise EntityAlreadyExists(f"A policy called {name} already exists. Duplicate names are not allowed.")
        names.check_quota(state, "customer_managed_policies_per_account", len(others) + 1)
        arn = names.entity_arn(state, "policy", path, name)
        now = state.now()
        first = VersionRecord("v1", parsed, now)
        state.policies[arn] = PolicyRecord(
            name,
            state.ids.unique_id("ANPA"),
            arn,
            path,
            now,
            now,
            "v1",
            {"v1": first},
            description=description,
            tags=new_tags,
        )
    return Policy(state, arn)


def _checked_managed(state: State, document: Document) -> PolicyDocument:
    parsed = checked(document, "identity")
    most = names.quota(state, "managed_policy_size")
    check_size(parsed, most, f"Cannot exceed quota for PolicySize: {most}")
    return parsed


@dataclass(slots=True)
class PolicyVersion:
    """A version of a managed policy, as it was when asked for."""

    version_id: str
    document: PolicyDocument
    create_date: datetime
    is_default_version: bool

    def __repr__(self) -> str:
        """Which version, and whether it counts."""
        return f"PolicyVersion({self.version_id}{', default' if self.is_default_version else ''})"


class Policy(TaggedByArn):
    """A managed policy: a handle over the account's state."""

    __slots__ = ()

    @property
    def record(self) -> PolicyRecord:
        """The row in the account's tables, or in AWS's.

        Raises:
            NoSuchEntity: it was deleted.
        """
        return policy_record(self._state, self.arn)

    @property
    def name(self) -> str:
        """The friendly name."""
        return self.record.name

    @property
    def path(self) -> str:
        """The path, `/` unless one was given."""
        return self.record.path

    @property
    def policy_id(self) -> str:
        """The unique id (`ANPA…`; made up for an AWS managed policy of the catalog)."""
        return self.record.id

    @property
    def description(self) -> str:
        """What the policy is for, in its author's words."""
        return self.record.description

    @property
    def create_date(self) -> datetime:
        """When it was created."""
        return self.record.created

    @property
    def update_date(self) -> datetime:
        """When its newest version was made."""
        return self.record.updated

    @property
    def is_aws_managed(self) -> bool:
        """Does AWS maintain it?"""
        return self.arn.split(":")[4] == "aws"

    @property
    def document(self) -> PolicyDocument:
        """The document of the default version, the one that counts."""
        record = self.record
        return record.versions[record.default_version].document

    @property
    def default_version(self) -> PolicyVersion:
        """The version that counts."""
        return self.version(self.record.default_version)

    @property
    def versions(self) -> tuple[PolicyVersion, ...]:
        """All versions, newest first."""
        return tuple(self.version(version_id) for version_id in reversed(self.record.versions))

    def version(self, version_id: str) -> PolicyVersion:
        """One version.

        Raises:
            ValidationError: not a version id.
            NoSuchEntity: there is no such version (any more).
        """
        record = self.record
        found = self._version(record, version_id)
        return PolicyVersion(found.id, found.document, found.created, found.id == record.default_version)

    def _version(self, record: PolicyRecord, version_id: str) -> VersionRecord:
        names.check("policyVersionIdType", version_id, "versionId")
        if version_id not in record.versions:
            raise NoSuchEntity(f"Policy {self.arn} version {version_id} does not exist or is not attachable.")
        return record.versions[version_id]

    @property
    def attachment_count(self) -> int:
        """How many users, groups and roles have it attached."""
        return sum(1 for _ in entities_with(self._state, self.arn))

    @property
    def permissions_boundary_usage_count(self) -> int:
        """How many users and roles have it as their permissions boundary."""
        return sum(1 for _ in entities_bounded_by(self._state, self.arn))

    @property
    def attached_users(self) -> tuple[PolicyHolder, ...]:
        """The users that have it attached."""
        return self._attached(self._state.users)

    @property
    def attached_groups(self) -> tuple[PolicyHolder, ...]:
        """The groups that have it attached."""
        return self._attached(self._state.groups)

    @property
    def attached_roles(self) -> tuple[PolicyHolder, ...]:
        """The roles that have it attached."""
        return self._attached(self._state.roles)

    def _attached(self, table: Mapping[str, UserRecord | GroupRecord | RoleRecord]) -> tuple[PolicyHolder, ...]:
        arn = self.record.arn
        return tuple(handle(self._state, record) for record in table.values() if arn in record.attached)

    def _own(self) -> PolicyRecord:
        """The record, when it is the customer's to change.

        Raises:
            AccessDenied: it is AWS's. (The API refuses on the policy's account; the sentence is ours.)
        """
        record = self.record
        if self.is_aws_managed:
            raise AccessDenied(f"{record.name} is managed by AWS and cannot be changed; create your own copy of it.")
        return record

    def _taggable(self) -> PolicyRecord:
        return self._own()

    def create_version(self, document: Document, *, set_as_default: bool = False) -> PolicyVersion:
        """Add a version; older ones stay and can be made the default again [IAM API CreatePolicyVersion].

        Raises:
            MalformedPolicyDocument: not a permissions policy.
            LimitExceeded: five versions are there, or the document is too long.
        """
        state = self._state
        with state.change():
            record = self._own()
            parsed = _checked_managed(state, document)
            names.check_flag(set_as_default, "setAsDefault")
            most = names.quota(state, "versions_per_managed_policy")
            if len(record.versions) >= most:
                raise LimitExceeded(
                    f"A managed policy can have up to {most} versions. "
                    "Before you create a new version, you must delete an existing version."
                )
            version_id = f"v{record.next_version}"
            record.next_version += 1
            record.versions[version_id] = VersionRecord(version_id, parsed, state.now())
            record.updated = state.now()
            if set_as_default:
                record.default_version = version_id
        return self.version(version_id)

    def set_default_version(self, version_id: str) -> None:
        """Let another version count [IAM API SetDefaultPolicyVersion].

        Raises:
            NoSuchEntity: there is no such version.
        """
        with self._state.change():
            record = self._own()
            record.default_version = self._version(record, version_id).id

    def delete_version(self, version_id: str) -> None:
        """Delete a version that does not count [IAM API DeletePolicyVersion].

        Raises:
            NoSuchEntity: there is no such version.
            DeleteConflict: it is the default version.
        """
        with self._state.change():
            record = self._own()
            if self._version(record, version_id).id == record.default_version:
                raise DeleteConflict("Cannot delete the default version of a policy.")
            del record.versions[version_id]

    def delete(self) -> None:
        """Delete the policy [IAM API DeletePolicy].

        Raises:
            DeleteConflict: it is attached, somebody's boundary, or has other versions; the message says what is left.
        """
        state = self._state
        with state.change():
            record = self._own()
            holders = [*entities_with(state, self.arn), *entities_bounded_by(state, self.arn)]
            if holders:
                left = ", ".join(dict.fromkeys(h.name for h in holders))
                raise DeleteConflict(f"Cannot delete a policy attached to entities. (attached to: {left})")
            if len(record.versions) > 1:
                raise DeleteConflict(
                    "This policy has more than one version. Before you delete a policy, you must delete the policy's "
                    "versions. The default version is deleted with the policy."
                )
            del state.policies[self.arn]

    def __repr__(self) -> str:
        """The name, and whose it is."""
        return f"Policy({self.name}, {'AWS managed' if self.is_aws_managed else 'Customer managed'})"

    def _repr_html_(self) -> str:
        record = self.record
        kind = "AWS managed" if self.is_aws_managed else "Customer managed"
        rows: list[list[Cell]] = [
            ["ARN", self.arn],
            ["Type", kind],
            ["Default version", record.default_version],
            ["Attached to", self.attachment_count],
        ]
        return Table(["Policy", record.name], rows)._repr_html_()
