"""The organization around the account: management or member account, organizational units, SCPs and RCPs at each level.

Only the path from the organization's root down to this account is modelled, because only that path decides; what hangs
at each level of it is in `levels`.
[https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html]
"""

from __future__ import annotations

from iamlab.account import names
from iamlab.account.documents import Document
from iamlab.account.handles import Handle
from iamlab.account.levels import (
    OrganizationLevel,
    PolicyType,
    checked_organization_policy,
    find_policy,
    full_access,
    organization_of,
)
from iamlab.account.records import LevelRecord, OrganizationPolicyRecord, OrganizationRecord
from iamlab.account.state import State
from iamlab.display import Table
from iamlab.errors import (
    AlreadyInOrganizationException,
    ConstraintViolationException,
    DuplicatePolicyException,
    InvalidInput,
    PolicyInUseException,
)
from iamlab.policy import PolicyDocument

_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"


def create_organization(state: State, *, management_account: str | None = None) -> Organization:
    """Put the account into an organization [Organizations API CreateOrganization, AcceptHandshake].

    Args:
        state: the account's state.
        management_account: twelve digits of the management account; None: this account is it.

    Raises:
        AlreadyInOrganizationException: it is in one already.
        InvalidInput: not an account id.
    """
    with state.change():
        if state.organization is not None:
            raise AlreadyInOrganizationException("The account is a member of an organization already.")
        manager = state.account_id if management_account is None else names.check_account_id(management_account)
        root = _level(f"r-{state.ids.token(4, _LOWER)}", "Root", "ROOT")
        account = _level(state.account_id, state.account_id, "ACCOUNT")
        state.organization = OrganizationRecord(f"o-{state.ids.token(10, _LOWER)}", manager, [root, account])
    return Organization(state)


def _level(level_id: str, name: str, kind: str) -> LevelRecord:
    return LevelRecord(
        level_id, name, kind, [full_access("SERVICE_CONTROL_POLICY"), full_access("RESOURCE_CONTROL_POLICY")]
    )


def _check_length(text: object, what: str, least: int, most: int) -> None:
    """Hold a text against the API's limits [Organizations API CreatePolicy, CreateOrganizationalUnit]."""
    if not least <= len(names.check_text(text, what)) <= most:
        raise InvalidInput(f"The {what} has {least} to {most} characters, not {text!r}")


class Organization(Handle):
    """The organization the account is in: a handle over the account's state."""

    __slots__ = ()

    @property
    def _key(self) -> str:
        return "organization"

    @property
    def record(self) -> OrganizationRecord:
        """The row in the account's tables.

        Raises:
            AWSOrganizationsNotInUseException: the account is in no organization.
        """
        return organization_of(self._state)

    @property
    def id(self) -> str:
        """`o-…`."""
        return self.record.id

    @property
    def management_account(self) -> str:
        """The account whose root made the organization; no SCP or RCP binds it."""
        return self.record.management_account

    @property
    def levels(self) -> tuple[OrganizationLevel, ...]:
        """Root, organizational units, account, from the top."""
        return tuple(OrganizationLevel(self._state, level.id) for level in self.record.levels)

    @property
    def policies(self) -> dict[str, PolicyDocument]:
        """The organization's own SCPs and RCPs: name and document."""
        return {policy.name: policy.document for policy in self.record.policies}

    def move_account(self, *units: str) -> tuple[OrganizationLevel, ...]:
        """Move this account under the named organizational units, the outermost first.

        This is CreateOrganizationalUnit and MoveAccount of the Organizations API together.
        Units that are on the present way, in the same place, stay with their policies; others are made.

        Args:
            units: names of 1 to 128 characters, at most five; none: the account is directly under the root.

        Returns:
            The levels, from the top.

        Raises:
            InvalidInput: a name is empty or longer than 128 characters.
            ValidationError: a name is not text.
            ConstraintViolationException: more than five units deep.
        """
        with self._state.change():
            record = self.record
            for name in units:
                _check_length(name, "name of an organizational unit", 1, 128)
            if len(units) > 5:
                raise ConstraintViolationException("Organizational units can be nested five levels deep.")
            present = record.levels[1:-1]
            same = 0
            while same < min(len(units), len(present)) and present[same].name == units[same]:
                same += 1
            root = record.levels[0].id.removeprefix("r-")
            fresh = [
                _level(f"ou-{root}-{self._state.ids.token(8, _LOWER)}", name, "ORGANIZATIONAL_UNIT")
                for name in units[same:]
            ]
            record.levels = [record.levels[0], *present[:same], *fresh, record.levels[-1]]
        return self.levels

    def create_policy(
        self,
        name: str,
        document: Document,
        *,
        policy_type: PolicyType = "SERVICE_CONTROL_POLICY",
        description: str = "",
    ) -> str:
        """Create an SCP or RCP; it counts nowhere until it is attached to a level [Organizations API CreatePolicy].

        Args:
            name: 1 to 128 characters, unique in the organization.
            document: at most 5,120 characters without white space.
            policy_type: `SERVICE_CONTROL_POLICY` or `RESOURCE_CONTROL_POLICY`.
            description: at most 512 characters.

        Returns:
            Its name.

        Raises:
            MalformedPolicyDocument: an SCP names no principal; an RCP only denies, for `"Principal": "*"`.
            InvalidInput, ValidationError: name, type or description.
            DuplicatePolicyException: the name is taken.
            LimitExceeded: too long.
        """
        state = self._state
        with state.change():
            record = self.record
            if policy_type not in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
                raise InvalidInput(f"{policy_type!r} is not a type of organization policy")
            _check_length(name, "name of an organization policy", 1, 128)
            _check_length(description, "description of an organization policy", 0, 512)
            parsed = checked_organization_policy(state, document, policy_type)
            if any(policy.name == name for policy in record.policies):
                raise DuplicatePolicyException(f"A policy called {name} already exists.")
            policy_id = f"p-{state.ids.token(8, _LOWER)}"
            place = f"arn:{state.partition}:organizations::{record.management_account}:policy/{record.id}"
            arn = f"{place}/{policy_type.lower()}/{policy_id}"
            record.policies.append(OrganizationPolicyRecord(policy_id, name, arn, policy_type, parsed, description))
        return name

    def update_policy(self, name: str, document: Document) -> None:
        """Replace a policy's document [Organizations API UpdatePolicy]."""
        with self._state.change():
            policy = find_policy(self.record, name)
            policy.document = checked_organization_policy(self._state, document, policy.type)

    def delete_policy(self, name: str) -> None:
        """Delete a policy that is attached nowhere [Organizations API DeletePolicy].

        Raises:
            PolicyInUseException: it is attached.
        """
        with self._state.change():
            record = self.record
            policy = find_policy(record, name)
            if any(policy in level.policies for level in record.levels):
                raise PolicyInUseException(f"The policy {name} is attached.")
            if policy.aws_managed:
                raise InvalidInput(f"{name} is managed by AWS.")
            record.policies.remove(policy)

    def leave(self) -> None:
        """Leave the organization (or, for the management account, delete it).

        Raises:
            AWSOrganizationsNotInUseException: the account is in none.
        """
        with self._state.change():
            organization_of(self._state)
            self._state.organization = None

    def __repr__(self) -> str:
        """Whether it is the management account, and where it stands."""
        record = self.record
        role = "management account" if record.management_account == self._state.account_id else "member account"
        return f"Organization({role}: {' / '.join(level.name for level in record.levels)})"

    def _repr_html_(self) -> str:
        rows = [
            [
                level.name,
                level.kind,
                ", ".join(level.service_control_policies),
                ", ".join(level.resource_control_policies),
            ]
            for level in self.levels
        ]
        return Table(
            ["Level", "Kind", "Service control policies", "Resource control policies"], rows, caption=repr(self)
        )._repr_html_()
