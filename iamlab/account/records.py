"""Records: what AWS would keep in a row, one class for each kind of thing in the account.

Nothing here decides anything, and nobody outside of the account writes to a record: handles (`User`, `Role` …) do.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamlab.policy import PolicyDocument

Extra = dict[str, Any]
"""Fields of a loaded file that this version does not know: kept, and written back."""


class Record:
    """A row; it is compared by identity, and shows none of its fields, since some are secret."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


@dataclass(slots=True, eq=False, repr=False)
class AccessKeyRecord(Record):
    """A long-term access key; `secret` is None when the account was opened without its secrets."""

    id: str
    secret: str | None
    created: datetime
    active: bool = True
    last_used: datetime | None = None
    last_region: str | None = None
    last_service: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class LoginProfileRecord(Record):
    """A console password; `history` holds the hashes of older ones, newest first."""

    created: datetime
    changed: datetime
    hash: str | None
    reset_required: bool = False
    history: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class MfaDeviceRecord(Record):
    """A virtual MFA device; `last_step` is the last 30-second step whose code was taken (a code is good once)."""

    serial: str
    name: str
    path: str
    seed: str | None
    tags: dict[str, str] = field(default_factory=dict)
    owner: UserRecord | RootRecord | None = None
    enabled: datetime | None = None
    drift: int = 0
    last_step: int = -1


@dataclass(slots=True, eq=False, repr=False)
class RootRecord(Record):
    """The root user: made with the account."""

    email: str
    created: datetime
    login_profile: LoginProfileRecord | None = None
    access_keys: list[AccessKeyRecord] = field(default_factory=list)
    mfa_devices: list[MfaDeviceRecord] = field(default_factory=list)
    password_last_used: datetime | None = None
    name: str = "root"


@dataclass(slots=True, eq=False, repr=False)
class EntityRecord(Record):
    """What users, groups and roles have in common."""

    name: str
    id: str
    path: str
    created: datetime
    inline: dict[str, PolicyDocument] = field(default_factory=dict)
    attached: list[str] = field(default_factory=list)
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    extra: Extra = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False)
class GroupRecord(EntityRecord):
    """A group; who is in it stands with the users (groups have no tags and no boundary)."""


@dataclass(slots=True, eq=False, repr=False)
class UserRecord(EntityRecord):
    """A user, its groups and its credentials."""

    groups: list[GroupRecord] = field(default_factory=list)
    login_profile: LoginProfileRecord | None = None
    access_keys: list[AccessKeyRecord] = field(default_factory=list)
    mfa_devices: list[MfaDeviceRecord] = field(default_factory=list)
    password_last_used: datetime | None = None


@dataclass(slots=True, eq=False, repr=False)
class RoleRecord(EntityRecord):
    """A role; `linked_service` is the service that owns a service-linked role."""

    trust: PolicyDocument = field(kw_only=True)
    description: str = ""
    max_session: int = 3600
    linked_service: str | None = None
    last_used: datetime | None = None
    last_region: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class InstanceProfileRecord(Record):
    """The container that carries a role to an EC2 instance."""

    name: str
    id: str
    path: str
    created: datetime
    role: RoleRecord | None = None
    tags: dict[str, str] = field(default_factory=dict)
    extra: Extra = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False)
class VersionRecord(Record):
    """One version of a managed policy."""

    id: str
    document: PolicyDocument
    created: datetime


@dataclass(slots=True, eq=False, repr=False)
class PolicyRecord(Record):
    """A managed policy; `next_version` never goes back, so that version ids are not used twice."""

    name: str
    id: str
    arn: str
    path: str
    created: datetime
    updated: datetime
    default_version: str
    versions: dict[str, VersionRecord]
    next_version: int = 2
    description: str = ""
    attachable: bool = True
    tags: dict[str, str] = field(default_factory=dict)
    extra: Extra = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False)
class ProviderRecord(Record):
    """An identity provider: SAML (`metadata`) or OpenID Connect (`url`, `client_ids`, `thumbprints`)."""

    arn: str
    kind: str
    name: str
    created: datetime
    metadata: str = ""
    url: str = ""
    client_ids: list[str] = field(default_factory=list)
    thumbprints: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False)
class ObjectRecord(Record):
    """An object in a bucket."""

    key: str
    body: bytes
    modified: datetime
    content_type: str = "binary/octet-stream"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False)
class ResourceRecord(Record):
    """Anything with an ARN: its resource policy, its tags and, for a bucket, its objects.

    `role` is the role given to it (an instance's or a function's); `public_access_block` counts for buckets.
    """

    arn: str
    created: datetime
    policy: PolicyDocument | None = None
    tags: dict[str, str] = field(default_factory=dict)
    objects: dict[str, ObjectRecord] = field(default_factory=dict)
    public_access_block: bool = True
    region: str = "us-east-1"
    role: RoleRecord | None = None


@dataclass(slots=True, eq=False, repr=False)
class OrganizationPolicyRecord(Record):
    """A service control policy or resource control policy."""

    id: str
    name: str
    arn: str
    type: str
    document: PolicyDocument
    description: str = ""
    aws_managed: bool = False


@dataclass(slots=True, eq=False, repr=False)
class LevelRecord(Record):
    """One level above the account, or the account itself: which SCPs and RCPs hang there."""

    id: str
    name: str
    kind: str
    policies: list[OrganizationPolicyRecord] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class OrganizationRecord(Record):
    """The organization around the account: its management account and the levels from the root down to this account."""

    id: str
    management_account: str
    levels: list[LevelRecord]
    policies: list[OrganizationPolicyRecord] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class SessionRecord(Record):
    """Temporary credentials: whose, how they came to be, and what limits them.

    `kind` is `console`, `session-token`, `assumed-role`, `federated-user` or `service` (a role used by a service).
    """

    access_key_id: str
    kind: str
    principal: str
    issuer: str
    issuer_id: str
    issued: datetime
    expires: datetime
    secret: str | None = None
    token: str | None = None
    session_name: str = ""
    mfa_at: datetime | None = None
    policies: list[PolicyDocument] = field(default_factory=list)
    policy_arns: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    transitive: list[str] = field(default_factory=list)
    source_identity: str | None = None
    provider: str | None = None
    claims: dict[str, list[str]] = field(default_factory=dict)
    chained: bool = False
    source_ip: str | None = None


@dataclass(slots=True)
class PasswordPolicyRecord:
    """The account's custom password policy: lengths in characters, ages in days [API UpdateAccountPasswordPolicy]."""

    minimum_password_length: int = 6
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase_characters: bool = False
    require_lowercase_characters: bool = False
    allow_users_to_change_password: bool = False
    max_password_age: int | None = None
    password_reuse_prevention: int | None = None
    hard_expiry: bool = False
