"""What users, groups and roles can do alike: hold policies, tags and a boundary.

`Entity` is the handle they share: it has a name and finds its record by it. `TaggedEntity` adds tags and a permissions
boundary, which groups have not.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-attach-detach.html]
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from iamlab.account import names
from iamlab.account.documents import Document, check_size, checked
from iamlab.account.handles import Handle, Tagged
from iamlab.account.managed import PolicyRef, attachable, policy_arn
from iamlab.account.policies import Policy
from iamlab.account.records import EntityRecord
from iamlab.account.state import State
from iamlab.display import Cell, Table
from iamlab.errors import NoSuchEntity
from iamlab.policy import PolicyDocument

R = TypeVar("R", bound=EntityRecord)


def find(table: Mapping[str, R], name: str, kind: str) -> R:
    """The record of this name, ignoring case.

    Raises:
        NoSuchEntity: there is none.
    """
    record = table.get(name.lower()) if isinstance(name, str) else None
    if record is None:
        raise NoSuchEntity(f"The {kind} with name {name} cannot be found.{_instead(table, name, kind)}")
    return record


def _instead(table: Mapping[str, R], name: object, kind: str) -> str:
    """A further sentence for whoever gave something else than a name."""
    if not isinstance(name, str):
        return f" Expected a {kind}, or its name."
    last = name.rpartition("/")[2]
    if name.startswith("arn:") and last.lower() in table and f":{kind}/" in name:
        return f" It is asked for by its name, {last}."
    return f" Expected the name of a {kind}, not an ARN." if name.startswith("arn:") else ""


class Entity(Handle, Generic[R]):
    """A user, group or role: a handle over the account's state.

    Args:
        state: the account's state.
        name: the entity's name.
    """

    __slots__ = ("name",)
    kind: ClassVar[str] = ""

    def __init__(self, state: State, name: str) -> None:
        super().__init__(state)
        self.name = name

    @property
    def _key(self) -> str:
        return f"{self.kind} {self.name.lower()}"

    @property
    @abstractmethod
    def _table(self) -> dict[str, R]:
        """The account's table of such entities."""

    @property
    def state(self) -> State:
        """The account's state (for the modules of the account)."""
        return self._state

    @property
    def record(self) -> R:
        """The row in the account's tables (for the modules of the account; treat it as read-only).

        Raises:
            NoSuchEntity: the entity was deleted or renamed.
        """
        return find(self._table, self.name, self.kind)

    @contextmanager
    def _change(self) -> Iterator[R]:
        """One operation on this entity."""
        with self._state.change():
            yield self.record

    @property
    def path(self) -> str:
        """The path, `/` unless one was given."""
        return self.record.path

    @property
    def create_date(self) -> datetime:
        """When it was created."""
        return self.record.created

    @property
    def arn(self) -> str:
        """The Amazon Resource Name."""
        record = self.record
        return names.entity_arn(self._state, self.kind, record.path, record.name)

    @property
    def attached_policies(self) -> tuple[Policy, ...]:
        """Managed policies that are attached, in that order."""
        return tuple(Policy(self._state, arn) for arn in self.record.attached)

    @property
    def policies(self) -> dict[str, PolicyDocument]:
        """Inline policies: name and document."""
        return dict(self.record.inline)

    def attach_policy(self, policy: PolicyRef) -> None:
        """Attach a managed policy; a second time changes nothing [IAM API Attach…Policy].

        Args:
            policy: a handle or an ARN.

        Raises:
            InvalidInput: the text is not an ARN.
            NoSuchEntity: there is no such policy.
            LimitExceeded: ten are attached.
        """
        with self._change() as record:
            found = attachable(self._state, policy)
            if found.arn not in record.attached:
                names.check_quota(self._state, f"managed_policies_per_{self.kind}", len(record.attached) + 1)
                record.attached.append(found.arn)

    def detach_policy(self, policy: PolicyRef) -> None:
        """Detach a managed policy [IAM API Detach…Policy].

        Raises:
            InvalidInput: the text is not an ARN.
            NoSuchEntity: it is not attached.
        """
        with self._change() as record:
            arn = policy_arn(self._state, policy)
            if arn not in record.attached:
                raise NoSuchEntity(f"Policy {arn} was not found.")
            record.attached.remove(arn)

    def create_policy(self, name: str, document: Document) -> None:
        """Write an inline policy, or write it anew [IAM API Put…Policy].

        Raises:
            ValidationError: the name.
            MalformedPolicyDocument: not a permissions policy.
            LimitExceeded: the inline policies together are longer than AWS takes (user 2,048, group 5,120, role
                10,240 characters without white space).
        """
        with self._change() as record:
            names.check("policyNameType", name, "policyName")
            parsed = checked(document, "identity")
            others = sum(d.size for n, d in record.inline.items() if n != name)
            most = names.quota(self._state, f"inline_policy_size_{self.kind}_total")
            check_size(
                parsed, most - others, f"Maximum policy size of {most} bytes exceeded for {self.kind} {record.name}"
            )
            record.inline[name] = parsed

    def delete_policy(self, name: str) -> None:
        """Delete an inline policy [IAM API Delete…Policy].

        Raises:
            NoSuchEntity: there is none of this name.
            ValidationError: the name is not text.
        """
        with self._change() as record:
            if names.check_text(name, "policyName") not in record.inline:
                raise NoSuchEntity(f"The {self.kind} policy with name {name} cannot be found.")
            del record.inline[name]

    def __repr__(self) -> str:
        """Kind and name."""
        return f"{type(self).__name__}({self.name})"

    def _rows(self) -> list[list[Cell]]:
        """What the HTML table says."""
        record = self.record
        attached = ", ".join(policy.name for policy in self.attached_policies)
        return [
            ["ARN", self.arn],
            ["Managed policies", attached or "none"],
            ["Inline policies", ", ".join(record.inline) or "none"],
        ]

    def _repr_html_(self) -> str:
        return Table([self.kind.capitalize(), self.name], self._rows())._repr_html_()


class TaggedEntity(Entity[R], Tagged):
    """An entity with tags and a permissions boundary: users and roles."""

    __slots__ = ()

    @property
    def permissions_boundary(self) -> Policy | None:
        """The policy that caps what this entity may do; it grants nothing."""
        arn = self.record.boundary
        return Policy(self._state, arn) if arn else None

    def put_permissions_boundary(self, policy: Policy | str) -> None:
        """Set the permissions boundary [IAM API PutUserPermissionsBoundary, PutRolePermissionsBoundary].

        Raises:
            InvalidInput: the text is not an ARN.
            NoSuchEntity: there is no such policy.
        """
        with self._change() as record:
            record.boundary = attachable(self._state, policy).arn

    def delete_permissions_boundary(self) -> None:
        """Take the permissions boundary away [IAM API DeleteUserPermissionsBoundary, DeleteRolePermissionsBoundary].

        Raises:
            NoSuchEntity: there is none.
        """
        with self._change() as record:
            if record.boundary is None:
                raise NoSuchEntity(f"{record.name} does not have a permissions boundary.")
            record.boundary = None

    def _rows(self) -> list[list[Cell]]:
        record = self.record
        boundary = self.permissions_boundary
        rows = super()._rows()
        if boundary is not None:
            rows.append(["Permissions boundary", boundary.name])
        if record.tags:
            rows.append(["Tags", ", ".join(f"{key}={value}" for key, value in record.tags.items())])
        return rows
