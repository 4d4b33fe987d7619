"""What stands behind a managed policy's ARN, and who has it.

AWS's own policies come from the catalog, when first asked for. One that came with an account's export is taken from the
export, which may be newer.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import ClassVar, Protocol

from iamlab.account.documents import check_arn
from iamlab.account.records import EntityRecord, PolicyRecord, VersionRecord
from iamlab.account.state import State
from iamlab.catalog import managed as catalog
from iamlab.errors import InvalidInput, NoSuchEntity, PolicyNotAttachable
from iamlab.policy import PolicyDocument
from iamlab.policy.spelling import nearest


class HasArn(Protocol):
    """A handle with an ARN."""

    arn: str


PolicyRef = HasArn | str
"""A managed policy: its handle or its ARN."""


class PolicyHolder(Protocol):
    """What has a policy attached, as the policy sees it: a `User`, `Group` or `Role`, whose modules know policies."""

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """The friendly name."""

    @property
    def arn(self) -> str:
        """The Amazon Resource Name."""

    def attach_policy(self, policy: PolicyRef) -> None:
        """Attach a managed policy."""

    def detach_policy(self, policy: PolicyRef) -> None:
        """Detach a managed policy."""


@cache
def _aws_managed(arn: str) -> PolicyRecord:
    """AWS's policy as a record of its own, shared by every account because nobody changes it."""
    entry = catalog.managed_policy(arn)
    version = VersionRecord(entry.version, PolicyDocument.parse(catalog.managed_policy_text(arn)), _date(entry.updated))
    return PolicyRecord(
        entry.name,
        made_up_id(entry.arn),
        entry.arn,
        entry.path,
        _date(entry.created),
        _date(entry.updated),
        entry.version,
        {entry.version: version},
    )


def made_up_id(arn: str) -> str:
    """An id of AWS's shape for a policy whose real one is not known, always the same for the same ARN."""
    import hashlib  # only here, and it takes a while to load
    from base64 import b32encode

    return "ANPA" + b32encode(hashlib.sha256(arn.encode()).digest())[:17].decode()


def _date(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def policy_record(state: State, arn: str) -> PolicyRecord:
    """The record behind a managed policy's ARN.

    Raises:
        NoSuchEntity: neither the account nor AWS has such a policy.
    """
    record = state.policies.get(arn)
    if record is not None:
        return record
    if arn.startswith("arn:aws:iam::aws:policy/"):
        return _aws_managed(arn)
    raise NoSuchEntity(f"Policy {arn} was not found.")


def customer_managed(state: State) -> list[PolicyRecord]:
    """The account's own policies, in the order of their creation; an export brings AWS's into the same table."""
    return [record for record in state.policies.values() if record.arn.split(":")[4] == state.account_id]


def policy_arn(state: State, policy: PolicyRef) -> str:
    """A policy's ARN, of a handle or of itself.

    Raises:
        InvalidInput: the text is not an ARN (a bare name is not enough, as in the API).
    """
    try:
        return check_arn(getattr(policy, "arn", policy))
    except InvalidInput as error:
        raise InvalidInput(f"{error.message}{_meant(state, policy)}") from None


def _meant(state: State, policy: object) -> str:
    """A further sentence that says which policy is meant, as far as the name tells."""
    if not isinstance(policy, str):
        return " Expected a policy, or its ARN."
    name = policy.rpartition("/")[2]
    arns = {record.name: record.arn for record in state.policies.values()}
    for known in (name, nearest(name, [*arns, *catalog.managed_policy_names()])):
        arn = arns.get(known or "")
        if arn is None and known in catalog.managed_policy_names():
            arn = catalog.managed_policy(known).arn
        if arn is not None:
            return f" The policy {known} has the ARN {arn}."
    return ""


def attachable(state: State, policy: PolicyRef) -> PolicyRecord:
    """The record of a policy that is to be attached.

    Raises:
        InvalidInput: the text is not an ARN.
        NoSuchEntity: there is no such policy.
        PolicyNotAttachable: it is for service-linked roles only.
    """
    arn = policy_arn(state, policy)
    try:
        record = policy_record(state, arn)
    except NoSuchEntity:
        raise NoSuchEntity(f"Policy {arn} does not exist or is not attachable.{_meant(state, arn)}") from None
    if ":iam::aws:policy/aws-service-role/" in arn:
        raise PolicyNotAttachable("Cannot attach a Service Role Policy to a Customer Role.")
    return record


def entities_with(state: State, arn: str) -> Iterable[EntityRecord]:
    """Users, groups and roles that have a managed policy attached."""
    for table in (state.users, state.groups, state.roles):
        for record in table.values():
            if arn in record.attached:
                yield record


def entities_bounded_by(state: State, arn: str) -> Iterable[EntityRecord]:
    """Users and roles whose permissions boundary is this policy."""
    for table in (state.users, state.roles):
        for record in table.values():
            if record.boundary == arn:
                yield record
