"""MFA devices: a seed shared with an authenticator app, six digits every 30 seconds, each good once.

Enabling takes two codes in a row, so that AWS can tell how far the device's clock is off. A device whose codes were
typed in too late is enabled all the same, and is then out of sync until it is resynchronized.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html, RFC 6238]
"""

from __future__ import annotations

from datetime import datetime

from iamlab.account import names
from iamlab.account.authenticator import VirtualMfaDevice, code_at, step_at
from iamlab.account.handles import Tagged
from iamlab.account.records import MfaDeviceRecord, RootRecord, UserRecord
from iamlab.account.state import State
from iamlab.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    InvalidInput,
    NoSuchEntity,
)

_SIGN_IN_STEPS = 1  # a code may be one step early or late [RFC 6238, 5.2]
_ENABLE_STEPS = 10  # a pair of codes may be five minutes old: then the device is out of sync. AWS gives no number
_RESYNC_STEPS = 120  # a clock may be an hour off. AWS gives no number
_SEED_LENGTH = 64  # characters of Base32, as AWS makes them
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def create_virtual_mfa_device(state: State, name: str, *, path: str = "/", tags: names.Tags = ()) -> VirtualMfaDevice:
    """Make a virtual device that nobody uses yet [IAM API CreateVirtualMFADevice].

    Args:
        state: the account's state.
        name: at least one letter, digit or `+=,.@_-`; with the path it makes a serial number of at most 256 characters.
        path: `/` or `/…/`, at most 512 characters.
        tags: at most 50.

    Returns:
        Serial number, seed and QR code; the seed is told this once.

    Raises:
        ValidationError, EntityAlreadyExists.
    """
    with state.change():
        names.check("virtualMFADeviceName", name, "virtualMFADeviceName")
        names.check_path(path)
        new_tags = names.check_tags(tags)
        serial = names.entity_arn(state, "mfa", path, name)
        names.check("serialNumberType", serial, "serialNumber")
        if serial in state.mfa_devices:
            raise EntityAlreadyExists("MFADevice entity at the same path and name already exists.")
        seed = state.ids.token(_SEED_LENGTH, _BASE32)
        state.mfa_devices[serial] = MfaDeviceRecord(serial, name, path, seed, new_tags)
    # [IAM API VirtualMFADevice: otpauth://totp/$virtualMFADeviceName@$AccountName?secret=$Base32String]
    from urllib.parse import quote  # only here, and it takes a while to load

    label = quote(f"{name}@{state.alias or state.account_id}")
    return VirtualMfaDevice(serial, seed, f"otpauth://totp/{label}?secret={seed}")


def find_device(state: State, serial_number: str) -> MfaDeviceRecord:
    """A device by its serial number.

    Raises:
        NoSuchEntity: there is none.
    """
    device = state.mfa_devices.get(serial_number) if isinstance(serial_number, str) else None
    if device is None:
        raise NoSuchEntity(f"VirtualMFADevice with serial number {serial_number} doesn't exist.")
    return device


def enable(state: State, holder: UserRecord | RootRecord, serial_number: str, code_1: str, code_2: str) -> None:
    """Give a device to a user or to root, who shows two codes in a row [IAM API EnableMFADevice].

    Args:
        state: the account.
        holder: the user or root.
        serial_number: the device's ARN.
        code_1: six digits, at most five minutes old.
        code_2: the next six digits, 30 seconds later.

    Raises:
        NoSuchEntity: there is no such device.
        EntityAlreadyExists: somebody has it already.
        LimitExceeded: eight devices are enabled.
        InvalidAuthenticationCode: the codes are wrong, equal, swapped, used or too old.
    """
    device = find_device(state, serial_number)
    if device.owner is not None:
        raise EntityAlreadyExists(f"MFA Device is already in use: {serial_number}")
    quota = "mfa_devices_root" if isinstance(holder, RootRecord) else "mfa_devices_per_user"
    names.check_quota(state, quota, len(holder.mfa_devices) + 1)
    _take_pair(state, device, code_1, code_2, _ENABLE_STEPS)
    device.owner, device.enabled = holder, state.now()
    holder.mfa_devices.append(device)


def _take_pair(state: State, device: MfaDeviceRecord, code_1: str, code_2: str, reach: int) -> None:
    """Find two steps in a row with these codes, and learn from them how far the device's clock is off."""
    for code in (code_1, code_2):
        names.check("authenticationCodeType", code, "authenticationCode")
    now, seed = step_at(state.now()), _seed(device)
    for distance in sorted(range(-reach, reach + 1), key=abs):
        second = now + distance
        if second - 1 > device.last_step and code_at(seed, second - 1) == code_1 and code_at(seed, second) == code_2:
            device.last_step = second
            # Within the tolerance of a sign-in the difference is the typing, not the clock.
            device.drift = distance if abs(distance) > _SIGN_IN_STEPS else 0
            return
    raise InvalidAuthenticationCode("Authentication code for device is not valid.")


def _seed(device: MfaDeviceRecord) -> str:
    if device.seed is None:
        raise InvalidInput("The seed of this device is not known here: the account was opened without its secrets")
    return device.seed


def match_code(
    state: State, holder: UserRecord | RootRecord, code: object, serial_number: str | None = None
) -> tuple[MfaDeviceRecord, int] | None:
    """For which device, and which step, is this code good now? It is used up when `use_code` is told so.

    Args:
        state: the account.
        holder: whose devices.
        code: six digits.
        serial_number: only this device's.

    Returns:
        Device and step, or None when the code is wrong, old or used.
    """
    now = step_at(state.now())
    for device in holder.mfa_devices:
        if serial_number not in (None, device.serial) or not isinstance(code, str):
            continue
        for distance in range(-_SIGN_IN_STEPS, _SIGN_IN_STEPS + 1):
            step = now + device.drift + distance
            if step > device.last_step and code_at(_seed(device), step) == code:
                return device, step
    return None


def use_code(matched: tuple[MfaDeviceRecord, int]) -> None:
    """Use up what `match_code` found: neither this code nor an older one is good again."""
    device, step = matched
    device.last_step = step


class MfaDevice(Tagged):
    """An MFA device: a handle over the account's state."""

    __slots__ = ("serial_number",)

    def __init__(self, state: State, serial_number: str) -> None:
        super().__init__(state)
        self.serial_number = serial_number

    @property
    def _key(self) -> str:
        return self.serial_number

    @property
    def record(self) -> MfaDeviceRecord:
        """The row in the account's tables.

        Raises:
            NoSuchEntity: it was deleted.
        """
        return find_device(self._state, self.serial_number)

    @property
    def user_name(self) -> str | None:
        """Who has it; None: nobody."""
        owner = self.record.owner
        return owner.name if owner else None

    @property
    def enable_date(self) -> datetime | None:
        """Since when; None: not enabled."""
        return self.record.enabled

    def resync(self, code_1: str, code_2: str) -> None:
        """Set the device's clock right with two codes in a row [IAM API ResyncMFADevice].

        Raises:
            InvalidAuthenticationCode: the codes are wrong, equal, swapped or used.
            NoSuchEntity: nobody has the device.
        """
        with self._state.change():
            device = self.record
            if device.owner is None:
                raise NoSuchEntity(f"MFA Device {self.serial_number} is not enabled.")
            _take_pair(self._state, device, code_1, code_2, _RESYNC_STEPS)

    def deactivate(self) -> None:
        """Take it away from its user; it can be given to somebody again [IAM API DeactivateMFADevice].

        Raises:
            NoSuchEntity: nobody has it.
        """
        with self._state.change():
            device = self.record
            if device.owner is None:
                raise NoSuchEntity(f"MFA Device {self.serial_number} is not enabled.")
            device.owner.mfa_devices.remove(device)
            device.owner, device.enabled, device.drift = None, None, 0

    def delete(self) -> None:
        """Delete it; it has to be deactivated first [IAM API DeleteVirtualMFADevice].

        Raises:
            DeleteConflict: somebody has it.
        """
        with self._state.change():
            if self.record.owner is not None:
                raise DeleteConflict("MFA VirtualDevice in use. Must deactivate first.")
            del self._state.mfa_devices[self.serial_number]

    def __repr__(self) -> str:
        return f"MfaDevice({self.serial_number})"
