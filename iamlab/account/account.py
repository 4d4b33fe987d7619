"""The front of the account: its collections, what it creates, and the questions it answers.

`Account` only hands on: collections give handles over its state, `create_…` make new things, `decide` asks `authorize`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction.html]
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from iamlab.account import authorize, names
from iamlab.account.collection import Collection, H, Policies
from iamlab.account.documents import Document
from iamlab.account.entities import find
from iamlab.account.groups import Group, create_group
from iamlab.account.organization import Organization, create_organization
from iamlab.account.policies import Policy, create_policy
from iamlab.account.resources import Bucket, Resource, create_bucket, create_resource
from iamlab.account.roles import Role, create_role
from iamlab.account.simulate import simulate_principal_policy
from iamlab.account.state import State
from iamlab.account.users import User, create_user
from iamlab.catalog import managed
from iamlab.clock import Clock, Ids
from iamlab.display import Cell, Table
from iamlab.errors import InvalidInput, NoSuchBucket, NoSuchEntity

if TYPE_CHECKING:
    from iamlab.account.context import Given
    from iamlab.evaluation import Decision, PolicySet


class Account:
    """An AWS account.

    Args:
        account_id: twelve digits.
        start: a fixed time at which its clock starts; None: the real clock.
        seed: makes ids and secrets the same on every run; None: real chance.
        email: the root user's address.

    >>> lab = Account()
    >>> alice = lab.create_user("alice")
    >>> alice.attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    >>> lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv").allowed
    True
    """

    def __init__(
        self,
        account_id: str = "111122223333",
        *,
        start: datetime | None = None,
        seed: int | None = None,
        email: str = "root@example.com",
    ) -> None:
        if not (
            isinstance(account_id, str) and account_id.isascii() and account_id.isdigit() and len(account_id) == 12
        ):
            raise InvalidInput(f"{account_id!r} is not an account id: expected twelve digits")
        self.state = State(account_id, Clock(start), Ids(seed), email)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Account:
        """Open an account's file: one that `save` wrote, or the output of `aws iam get-account-authorization-details`.

        Raises:
            InvalidInput: not such a file; the message says where and why.
        """
        from iamlab.account.store import load

        return cls._over(load(path))

    @classmethod
    def example(cls) -> Account:
        """The furnished account of the course: a small company, its people, buckets and mistakes; always the same."""
        from iamlab.account.example import furnish

        lab = cls(
            "111122223333",
            start=datetime.fromisoformat("2026-03-02T09:00:00+00:00"),
            seed=2026,
            email="root@northwind.example",
        )
        furnish(lab)
        return lab

    @classmethod
    def _over(cls, state: State) -> Account:
        account = cls.__new__(cls)
        account.state = state
        return account

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the account's file, and its secrets to a second file that only you can read; whole or not at all."""
        from iamlab.account.store import save

        save(self.state, path)

    @property
    def account_id(self) -> str:
        """Twelve digits."""
        return self.state.account_id

    @property
    def arn(self) -> str:
        """The ARN of the account's root."""
        return names.root_arn(self.state)

    @property
    def clock(self) -> Clock:
        """The time the account goes by."""
        return self.state.clock

    @property
    def revision(self) -> int:
        """A number that moves with every change: a cache that saw another one is stale."""
        return self.state.revision

    @property
    def users(self) -> Collection[User]:
        """Users by name."""
        return self._collection("IAM users", self.state.users, User, "user")

    @property
    def groups(self) -> Collection[Group]:
        """User groups by name."""
        return self._collection("IAM user groups", self.state.groups, Group, "group")

    @property
    def roles(self) -> Collection[Role]:
        """Roles by name."""
        return self._collection("Roles", self.state.roles, Role, "role")

    def _collection(
        self, title: str, table: dict[str, Any], handle: Callable[[State, str], H], kind: str
    ) -> Collection[H]:
        def get(name: str) -> H:
            return handle(self.state, find(table, name, kind).name)

        return Collection(title, lambda: [record.name for record in table.values()], get)

    @property
    def policies(self) -> Policies:
        """Managed policies by name or ARN; the account's own come before AWS's."""
        return Policies("Customer managed policies", lambda: [p.name for p in self._own_policies()], self._policy)

    def _own_policies(self) -> list[Any]:
        return [policy for policy in self.state.policies.values() if policy.arn.split(":")[4] == self.account_id]

    def _policy(self, name: str) -> Policy:
        if name in self.state.policies:
            return Policy(self.state, name)
        for record in self.state.policies.values():
            if record.name.lower() == name.lower():
                return Policy(self.state, record.arn)
        return Policy(self.state, managed.managed_policy(name).arn)

    @property
    def buckets(self) -> Collection[Bucket]:
        """S3 buckets by name."""
        prefix = f"arn:{self.state.partition}:s3:::"

        def get(name: str) -> Bucket:
            if prefix + name not in self.state.resources:
                raise NoSuchBucket(f"The specified bucket does not exist: {name}")
            return Bucket(self.state, prefix + name)

        return Collection(
            "Buckets", lambda: [arn.removeprefix(prefix) for arn in self.state.resources if arn.startswith(prefix)], get
        )

    @property
    def resources(self) -> Collection[Resource]:
        """Everything with a resource policy, by ARN; buckets too."""

        def get(arn: str) -> Resource:
            if arn not in self.state.resources:
                raise NoSuchEntity(f"Resource {arn} cannot be found.")
            return Bucket(self.state, arn) if ":s3:::" in arn else Resource(self.state, arn)

        return Collection("Resources", lambda: list(self.state.resources), get)

    @property
    def organization(self) -> Organization | None:
        """The organization the account is in, or None."""
        return Organization(self.state) if self.state.organization else None

    def create_user(self, name: str, **options: Any) -> User:
        """Create a user; see `iamlab.account.users.create_user` for path, permissions_boundary and tags."""
        return create_user(self.state, name, **options)

    def create_group(self, name: str, *, path: str = "/") -> Group:
        """Create a user group; see `iamlab.account.groups.create_group`."""
        return create_group(self.state, name, path=path)

    def create_role(self, name: str, trust_policy: Document, **options: Any) -> Role:
        """Create a role; see `iamlab.account.roles.create_role` for path, description, tags and the rest."""
        return create_role(self.state, name, trust_policy, **options)

    def create_policy(
        self, name: str, document: Document, *, path: str = "/", description: str = "", tags: names.Tags = ()
    ) -> Policy:
        """Create a customer managed policy; see `iamlab.account.policies.create_policy`."""
        return create_policy(self.state, name, document, path=path, description=description, tags=tags)

    def create_bucket(self, name: str, *, region: str = "us-east-1", tags: names.Tags = ()) -> Bucket:
        """Create an S3 bucket; see `iamlab.account.resources.create_bucket`."""
        return create_bucket(self.state, name, region=region, tags=tags)

    def create_resource(self, arn: str, *, policy: Document | None = None, tags: names.Tags = ()) -> Resource:
        """Register anything else that has an ARN; see `iamlab.account.resources.create_resource`."""
        return create_resource(self.state, arn, policy=policy, tags=tags)

    def create_organization(self, *, management_account: str | None = None) -> Organization:
        """Put the account into an organization; see `iamlab.account.organization.create_organization`."""
        return create_organization(self.state, management_account=management_account)

    def connect(self, *others: Account) -> None:
        """Let accounts know each other, so that requests across them are decided with both sides' policies. Not saved.

        Raises:
            InvalidInput: two of them have the same account id.
        """
        states = [self.state, *(other.state for other in others)]
        if len({state.account_id for state in states}) < len(states):
            raise InvalidInput("Connected accounts need different account ids")
        for state in states:
            with state.change():
                state.neighbours.update({other.account_id: other for other in states if other is not state})

    def decide(
        self,
        principal: object,
        action: str,
        resource: Any = "*",
        context: Given | None = None,
        *,
        partial: bool = False,
    ) -> Decision:
        """May this principal do this?

        Args:
            principal: a user's name, an ARN, a service's name, `anonymous`, or a user, role or session.
            action: such as `s3:GetObject`.
            resource: an ARN, something that has one, or `*`.
            context: what else is true of the request; it wins over what AWS would add.
            partial: condition keys that neither `context` nor the account settles are unknown, not absent; the
                outcome may then be `conditional`.

        Returns:
            The decision; its `credential` says which credential was assumed (a user's is a long-term access key).
        """
        return authorize.decide(self.state, principal, action, resource, context, partial=partial)

    def policies_for(self, principal: object, action: str = "", resource: Any = "*") -> PolicySet:
        """All policies that apply to a principal (and a resource), each with the place where it hangs."""
        return authorize.policies_for(self.state, principal, action, authorize.resource_arn(resource))

    def simulate_principal_policy(self, **parameters: Any) -> dict[str, Any]:
        """AWS's SimulatePrincipalPolicy, with the parameters and answer of the API."""
        return simulate_principal_policy(self.state, **parameters)

    def __repr__(self) -> str:
        """The account's number."""
        return f"Account({self.account_id})"

    def _repr_html_(self) -> str:
        state = self.state
        rows: list[list[Cell]] = [
            ["IAM users", len(state.users)],
            ["IAM user groups", len(state.groups)],
            ["Roles", len(state.roles)],
            ["Customer managed policies", len(self._own_policies())],
            ["Resources", len(state.resources)],
        ]
        return Table(["Account", self.account_id], rows)._repr_html_()
