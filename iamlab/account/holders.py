"""What users and the root user can do alike: hold access keys and MFA devices.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials.html]
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime

from iamlab.account import credentials, mfa
from iamlab.account.handles import Handle


class CredentialHolder(Handle):
    """Somebody with credentials of their own: what `User` and `RootUser` have in common."""

    __slots__ = ()

    @property
    @abstractmethod
    def record(self) -> credentials.Holder:
        """The row in the account's tables."""

    @property
    def password_last_used(self) -> datetime | None:
        """When they last signed in to the Console; None: never."""
        return self.record.password_last_used

    def create_access_key_pair(self) -> credentials.AccessKeyPair:
        """Make an access key; its secret is in the answer, this once [IAM API CreateAccessKey].

        For root, read its `warning` first.

        Raises:
            LimitExceeded: there are two, active or not.
        """
        with self._state.change():
            return credentials.create_access_key(self._state, self.record)

    @property
    def access_keys(self) -> tuple[credentials.AccessKey, ...]:
        """The access keys, the oldest first; root had best none."""
        record = self.record
        return tuple(credentials.AccessKey(self._state, record, key.id) for key in record.access_keys)

    def enable_mfa(self, serial_number: str, code_1: str, code_2: str) -> mfa.MfaDevice:
        """Assign an MFA device, with two codes in a row; at most eight [IAM API EnableMFADevice].

        Raises:
            NoSuchEntity, EntityAlreadyExists, LimitExceeded, InvalidAuthenticationCode: see
                `iamlab.account.mfa.enable`.
        """
        with self._state.change():
            mfa.enable(self._state, self.record, serial_number, code_1, code_2)
        return mfa.MfaDevice(self._state, serial_number)

    @property
    def mfa_devices(self) -> tuple[mfa.MfaDevice, ...]:
        """The MFA devices."""
        return tuple(mfa.MfaDevice(self._state, device.serial) for device in self.record.mfa_devices)
