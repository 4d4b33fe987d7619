"""The front of the account: opened and saved, asked and acted in.

`Account` only hands on. What is in it, what makes new things, and its settings are in `contents`; here are the
questions (`decide` …), signing in, temporary credentials and reports. What a method hands on to is imported when it is
first called: an account that is only opened does not load the evaluator.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction.html]
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from iamlab.account import names
from iamlab.account.contents import Contents
from iamlab.account.credentials import sign_in_url
from iamlab.account.resources import Resource
from iamlab.account.roles import Role
from iamlab.account.state import State, connect, state_of
from iamlab.clock import Clock, Ids
from iamlab.display import Cell, Table
from iamlab.errors import InvalidInput

if TYPE_CHECKING:
    from iamlab.account.context import Given
    from iamlab.account.credential_report import CredentialReport
    from iamlab.account.events import Event
    from iamlab.account.reports import Recommendation, ServiceLastAccessed
    from iamlab.account.sessions import Session
    from iamlab.evaluation import Decision, PolicySet


class Account(Contents):
    """An AWS account: what is in it, and who may do what.

    - in it: `users`, `groups`, `roles`, `policies`, `buckets`, `resources`, `root` … (by name), and `create_user`,
      `create_group`, `create_role`, `create_policy`, `create_bucket`, `create_organization` …
    - asked: `decide`, `simulate_principal_policy`; `iamlab.analysis` asks about everybody at once
    - acted in: `sign_in`, `use_access_key`, `assume_role`, `get_session_token`: each gives a `Session`; `events` tells
    - looked at: `get_account_summary`, `generate_credential_report`, `security_recommendations` …
    - kept: `save` and `load`, also of what `aws iam get-account-authorization-details` prints

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
        names.check_account_id(account_id)
        if not isinstance(email, str) or "@" not in names.check_text(email, "email"):
            raise InvalidInput(f"{email!r} is not the root user's email address")
        if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
            raise InvalidInput(f"{seed!r} is not a seed: expected a whole number, or None")
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
            start=datetime.fromisoformat("2026-02-23T09:00:00+00:00"),
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

    def connect(self, *others: Account) -> None:
        """Let accounts know each other, so that requests across them are decided with both sides' policies. Not saved.

        Raises:
            InvalidInput: two of them have the same account id, or something is not an account.
        """
        connect([self.state, *map(state_of, others)])

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
        from iamlab.account import authorize

        return authorize.decide(self.state, principal, action, resource, context, partial=partial)

    def policies_for(self, principal: object, action: str = "", resource: Any = "*") -> PolicySet:
        """All policies that apply to a principal (and a resource), each with the place where it hangs."""
        from iamlab.account import authorize

        return authorize.policies_for(self.state, principal, action, authorize.resource_arn(resource))

    def simulate_principal_policy(self, **parameters: Any) -> dict[str, Any]:
        """AWS's SimulatePrincipalPolicy, with the parameters and answer of the API."""
        from iamlab.account.simulate import simulate_principal_policy

        return simulate_principal_policy(self.state, **parameters)

    def get_context_keys_for_principal_policy(self, arn: str, policies: Iterable[Any] = ()) -> tuple[str, ...]:
        """The condition keys that the policies of a user, group or role, and more documents, ask for."""
        from iamlab.account import simulate

        return simulate.context_keys_for_principal(self.state, arn, policies)

    def sign_in(self, name: str, password: str, **options: Any) -> Session:
        """Sign in to the Console; see `iamlab.account.signin.sign_in` for mfa_code, new_password and the rest."""
        from iamlab.account import signin

        return signin.sign_in(self.state, name, password, **options)

    @property
    def sign_in_url(self) -> str:
        """Where the account's users sign in."""
        return sign_in_url(self.state)

    def use_access_key(self, access_key_id: str, secret_access_key: str | None = None) -> Session:
        """Act with an access key, as an SDK would; see `iamlab.account.sessions.use_access_key`."""
        from iamlab.account import sessions

        return sessions.use_access_key(self.state, access_key_id, secret_access_key)

    def assume_role(self, caller: object, role: Role | str, session_name: str, **options: Any) -> Session:
        """Assume a role as `caller`; see `iamlab.account.assume.assume_role` for duration, policy, tags and so on."""
        from iamlab.account import assume

        return assume.assume_role(self.state, caller, role, session_name, **options)

    def get_session_token(self, caller: object, **options: Any) -> Session:
        """Temporary credentials for a user, as a rule with MFA; see `iamlab.account.sts.get_session_token`."""
        from iamlab.account import sts

        return sts.get_session_token(self.state, caller, **options)

    def get_federation_token(self, caller: object, name: str, **options: Any) -> Session:
        """Temporary credentials for somebody else; see `iamlab.account.sts.get_federation_token`."""
        from iamlab.account import sts

        return sts.get_federation_token(self.state, caller, name, **options)

    def pass_role(self, caller: object, role: Role, resource: Resource) -> None:
        """Give a role to an instance or function, as `caller`; see `iamlab.account.service_roles.pass_role`."""
        from iamlab.account import service_roles

        service_roles.pass_role(self.state, caller, role, resource)

    def act_as(self, resource: Resource) -> Session:
        """Act as the role that a resource was given, as the code on it does."""
        from iamlab.account import service_roles

        return service_roles.act_as(self.state, resource)

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened, in CloudTrail's words, the oldest first."""
        return tuple(self.state.events)

    def get_account_authorization_details(self) -> dict[str, Any]:
        """Users, groups, roles and policies, in the shape of the API and of the account's file."""
        from iamlab.account.export import write

        return write(self.state)

    def get_account_summary(self) -> dict[str, int]:
        """Counts and quotas, under AWS's names."""
        from iamlab.account import reports

        return reports.get_account_summary(self.state)

    def generate_credential_report(self) -> str:
        """Have a credential report made: `STARTED`, or `COMPLETE` when the present one is not four hours old."""
        from iamlab.account import credential_report

        return credential_report.generate_credential_report(self.state)

    def get_credential_report(self) -> CredentialReport:
        """The credential report; ReportNotPresent or ReportExpired when there is none or it is four hours old."""
        from iamlab.account import credential_report

        return credential_report.get_credential_report(self.state)

    def security_recommendations(self) -> list[Recommendation]:
        """The recommendations of the Dashboard."""
        from iamlab.account import reports

        return reports.security_recommendations(self.state)

    def service_last_accessed(self, arn: str) -> list[ServiceLastAccessed]:
        """When a user, group or role last used each service that its policies allow."""
        from iamlab.account import reports

        return reports.service_last_accessed(self.state, arn)

    def list_policies_granting_service_access(self, arn: str, namespace: str) -> list[str]:
        """The names of an entity's policies that allow something of a service."""
        from iamlab.account import reports

        return reports.policies_granting(self.state, arn, namespace)

    def __repr__(self) -> str:
        """The account's number."""
        return f"Account({self.account_id})"

    def _repr_html_(self) -> str:
        state = self.state
        rows: list[list[Cell]] = [
            ["IAM users", len(state.users)],
            ["IAM user groups", len(state.groups)],
            ["Roles", len(state.roles)],
            ["Customer managed policies", len(self.policies)],
            ["Resources", len(state.resources)],
        ]
        return Table(["Account", self.account_id], rows)._repr_html_()
