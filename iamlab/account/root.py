"""The root user: there with the account, allowed everything, limited by no IAM policy, and best left alone.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html]
"""

from __future__ import annotations

from datetime import datetime

from iamlab.account import names, passwords
from iamlab.account.holders import CredentialHolder
from iamlab.account.records import LoginProfileRecord, RootRecord
from iamlab.display import Table
from iamlab.errors import PasswordPolicyViolation

ROOT_TASKS = (
    "Change the account's settings: name, root user's email address, password, access keys",
    "Restore an administrator's permissions when the only administrator has taken them away",
    "Let IAM users and roles see the Billing console",
    "See certain tax invoices",
    "Close the account",
    "Register as a seller in the Reserved Instance Marketplace",
    "Turn on MFA delete for an S3 bucket",
    "Repair an S3 bucket policy or SQS queue policy that denies everybody",
    "Sign up for AWS GovCloud (US)",
    "Recover a KMS key that nobody can manage any more, with AWS Support",
)
"""What only the root user can do [id_root-user, "Tasks that require root user credentials"], in our words."""

WARNING = (
    "Root user access keys can do everything in the account and no policy of the account limits them. "
    "AWS recommends not to create any: use an IAM user or, better, a role."
)


class RootUser(CredentialHolder):
    """The root user: a handle over the account's state."""

    __slots__ = ()
    name = "root"

    @property
    def _key(self) -> str:
        return "root"

    @property
    def record(self) -> RootRecord:
        """The row in the account's tables."""
        return self._state.root

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:root`, which also names the whole account in policies."""
        return names.root_arn(self._state)

    @property
    def email(self) -> str:
        """The address that root signs in with."""
        return self.record.email

    @property
    def create_date(self) -> datetime:
        """When the account was made."""
        return self.record.created

    def set_password(self, password: str) -> None:
        """Set root's password.

        The account's password policy does not hold for it; AWS asks what its default policy asks.

        Raises:
            ValidationError, PasswordPolicyViolation: the message names every rule broken.
        """
        state = self._state
        with state.change():
            text = passwords.check_shape(password)
            broken = passwords.default_violations(state, text)
            if broken:
                raise PasswordPolicyViolation("; ".join(broken))
            profile = self.record.login_profile or LoginProfileRecord(state.now(), state.now(), None)
            passwords.set_password(state, profile, text)
            self.record.login_profile = profile

    @property
    def tasks(self) -> tuple[str, ...]:
        """What only the root user can do; for everything else there are users and roles."""
        return tuple(ROOT_TASKS)

    @property
    def warning(self) -> str:
        """What the Console says before it makes an access key for root."""
        return WARNING

    def __repr__(self) -> str:
        return f"RootUser({self.email})"

    def _repr_html_(self) -> str:
        record = self.record
        used = record.password_last_used
        return Table(
            ["Root user", self.email],
            [
                ["ARN", self.arn],
                ["MFA devices", len(record.mfa_devices)],
                ["Access keys", len(record.access_keys)],
                ["Last sign-in", used.isoformat() if used else "never"],
            ],
        )._repr_html_()
