"""The levels of an organization above the account, and the SCPs and RCPs that hang at each of them.

Every level starts with AWS's `FullAWSAccess`, an SCP that may be detached, and `RCPFullAWSAccess`, an RCP that may not.
[https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html]
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from iamlab.account import names
from iamlab.account.documents import Document, check_size, checked
from iamlab.account.handles import Handle
from iamlab.account.records import LevelRecord, OrganizationPolicyRecord, OrganizationRecord
from iamlab.account.state import State
from iamlab.errors import (
    AWSOrganizationsNotInUseException,
    ConstraintViolationException,
    InvalidInput,
    PolicyNotAttachedException,
    PolicyNotFoundException,
)
from iamlab.policy import PolicyDocument

PolicyType = Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]

_MOST_PER_LEVEL = 5  # of each type [orgs_reference_limits]


@cache
def full_access(policy_type: PolicyType) -> OrganizationPolicyRecord:
    """AWS's policy that every level starts with; shared, because nobody changes it."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if policy_type == "SERVICE_CONTROL_POLICY":
        name = "FullAWSAccess"
    else:
        name, statement = "RCPFullAWSAccess", {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    document = PolicyDocument.parse({"Version": "2012-10-17", "Statement": [statement]})
    arn = f"arn:aws:organizations::aws:policy/{policy_type.lower()}/p-{name}"
    return OrganizationPolicyRecord(
        f"p-{name}", name, arn, policy_type, document, "Allows access to every operation", aws_managed=True
    )


def organization_of(state: State) -> OrganizationRecord:
    """The organization the account is in.

    Raises:
        AWSOrganizationsNotInUseException: it is in no organization.
    """
    if state.organization is None:
        raise AWSOrganizationsNotInUseException("Your account is not a member of an organization.")
    return state.organization


def checked_organization_policy(state: State, document: Document, policy_type: str) -> PolicyDocument:
    """An SCP or RCP that may be saved.

    Raises:
        MalformedPolicyDocument: not one of its type.
        LimitExceeded: too long.
    """
    parsed = checked(document, "scp" if policy_type == "SERVICE_CONTROL_POLICY" else "rcp")
    most = names.quota(state, "scp_size")
    check_size(parsed, most, f"An organization policy has at most {most} characters")
    return parsed


def find_policy(record: OrganizationRecord, name: str) -> OrganizationPolicyRecord:
    """A policy by name, AWS's included.

    Raises:
        PolicyNotFoundException: there is none.
    """
    aws = [full_access("SERVICE_CONTROL_POLICY"), full_access("RESOURCE_CONTROL_POLICY")]
    for policy in [*record.policies, *aws]:
        if policy.name == name:
            return policy
    raise PolicyNotFoundException(f"There is not an organization policy called {name}.")


class OrganizationLevel(Handle):
    """The root, an organizational unit, or the account: a handle over the account's state."""

    __slots__ = ("id",)

    def __init__(self, state: State, level_id: str) -> None:
        super().__init__(state)
        self.id = level_id

    @property
    def _key(self) -> str:
        return f"level {self.id}"

    @property
    def _record(self) -> LevelRecord:
        for level in organization_of(self._state).levels:
            if level.id == self.id:
                return level
        raise InvalidInput(f"{self.id} is not on the way to this account (any more)")

    @property
    def name(self) -> str:
        """The level's name."""
        return self._record.name

    @property
    def kind(self) -> str:
        """`ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`."""
        return self._record.kind

    def _names(self, policy_type: PolicyType) -> tuple[str, ...]:
        return tuple(policy.name for policy in self._record.policies if policy.type == policy_type)

    @property
    def service_control_policies(self) -> tuple[str, ...]:
        """Names of the SCPs attached here."""
        return self._names("SERVICE_CONTROL_POLICY")

    @property
    def resource_control_policies(self) -> tuple[str, ...]:
        """Names of the RCPs attached here."""
        return self._names("RESOURCE_CONTROL_POLICY")

    def attach_policy(self, name: str) -> None:
        """Attach an SCP or RCP; a second time changes nothing [Organizations API AttachPolicy].

        Raises:
            PolicyNotFoundException: there is none of this name.
            ConstraintViolationException: five of its type are attached.
        """
        with self._state.change():
            level, policy = self._record, find_policy(organization_of(self._state), name)
            if policy not in level.policies:
                if sum(1 for other in level.policies if other.type == policy.type) >= _MOST_PER_LEVEL:
                    raise ConstraintViolationException(
                        f"You have attached the maximum of {_MOST_PER_LEVEL} policies of this type here."
                    )
                level.policies.append(policy)

    def detach_policy(self, name: str) -> None:
        """Detach an SCP or RCP [Organizations API DetachPolicy].

        Raises:
            PolicyNotAttachedException: it is not attached here.
            ConstraintViolationException: the last SCP stays, and so does RCPFullAWSAccess.
        """
        with self._state.change():
            level, policy = self._record, find_policy(organization_of(self._state), name)
            if policy not in level.policies:
                raise PolicyNotAttachedException(f"{name} is not attached to {level.name}.")
            if policy is full_access("RESOURCE_CONTROL_POLICY"):
                raise ConstraintViolationException("RCPFullAWSAccess cannot be detached.")
            if policy.type == "SERVICE_CONTROL_POLICY" and len(self.service_control_policies) == 1:
                raise ConstraintViolationException("At least one service control policy has to stay attached.")
            level.policies.remove(policy)

    def __repr__(self) -> str:
        return f"OrganizationLevel({self.name})"
