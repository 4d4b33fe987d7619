"""MFA devices: a seed shared with an authenticator app, six digits every 30 seconds, each good once.

Enabling takes two codes in a row, so that AWS can tell how far the device's clock is off. A device whose codes were
typed in too late is enabled all the same, and is then out of sync until it is resynchronized.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html, RFC 6238]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from iamlab.account import names
from iamlab.account.records import MfaDeviceRecord, RootRecord, UserRecord
from iamlab.account.state import State
from iamlab.clock import Clock
from iamlab.display import Picture
from iamlab.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    InvalidInput,
    NoSuchEntity,
)

STEP = 30
"""Seconds that a code is shown."""

_SIGN_IN_STEPS = 1  # a code may be one step early or late [RFC 6238, 5.2]
_ENABLE_STEPS = 10  # a pair of codes may be five minutes old: then the device is out of sync. AWS gives no number
_RESYNC_STEPS = 120  # a clock may be an hour off. AWS gives no number
_SEED_LENGTH = 64  # characters of Base32, as AWS makes them
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def code_at(seed: str, step: int) -> str:
    """The six digits of a 30-second step counted from 1970."""
    import pyotp  # only here: the rest of the account does without

    return pyotp.HOTP(seed).at(step)


def step_at(moment: datetime) -> int:
    """The 30-second step a moment lies in."""
    return int(moment.timestamp()) // STEP


@dataclass(slots=True)
class VirtualMfaDevice:
    """A new virtual device with its seed, which AWS shows only now.

    Attributes:
        serial_number: the device's ARN.
        base32_string_seed: what the authenticator app has to know.
        otpauth: the same as the URI inside the QR code.
    """

    serial_number: str
    base32_string_seed: str = field(repr=False)
    otpauth: str = field(repr=False)

    def qr_code_svg(self) -> str:
        """The QR code as an SVG picture."""
        import qrcode
        import qrcode.image.svg

        image = qrcode.make(self.otpauth, image_factory=qrcode.image.svg.SvgPathImage, box_size=8)
        return image.to_string(encoding="unicode")

    def qr_code_png(self) -> bytes:
        """The QR code as a PNG picture, as CreateVirtualMFADevice answers it."""
        import qrcode

        code = qrcode.QRCode()
        code.add_data(self.otpauth)
        return _png(code.get_matrix(), scale=6)

    def qr_code(self) -> Picture:
        """The QR code to be scanned, as a picture."""
        return Picture(self.qr_code_svg(), f"QR code for {self.serial_number}", width=240)

    def __repr__(self) -> str:
        """The serial number; the seed is not printed."""
        return (
            f"VirtualMfaDevice({self.serial_number}; .qr_code() shows the QR code, .base32_string_seed the secret key)"
        )


def _png(matrix: list[list[bool]], scale: int) -> bytes:
    """A grey PNG of 8 bits, a square of so many pixels for each cell [PNG specification, 5 and 11]."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    side = len(matrix) * scale
    lines = [b"\0" + b"".join((b"\0" if cell else b"\xff") * scale for cell in row) for row in matrix]
    pixels = zlib.compress(b"".join(line * scale for line in lines))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def create_virtual_mfa_device(state: State, name: str, *, path: str = "/", tags: names.Tags = ()) -> VirtualMfaDevice:
    """Make a virtual device that nobody uses yet [IAM API CreateVirtualMFADevice].

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
        raise InvalidInput("The seed of this device is not here: the account was opened without its secrets")
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


class MfaDevice:
    """An MFA device: a handle over the account's state."""

    __slots__ = ("_state", "serial_number")

    def __init__(self, state: State, serial_number: str) -> None:
        self._state = state
        self.serial_number = serial_number

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

    @property
    def tags(self) -> dict[str, str]:
        """Its tags."""
        return dict(self.record.tags)

    def tag(self, tags: names.Tags) -> None:
        """Add or change tags [IAM API TagMFADevice]."""
        with self._state.change():
            record = self.record
            record.tags = names.merge_tags(record.tags, names.check_tags(tags))

    def untag(self, keys: Iterable[str]) -> None:
        """Take tags away [IAM API UntagMFADevice]."""
        with self._state.change():
            record = self.record
            record.tags = names.without_tags(record.tags, keys)

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


class AuthenticatorApp:
    """A pretend phone with an authenticator app, for those without one.

    Args:
        clock: what time the phone shows: the lab's, or one that is off.

    >>> from datetime import UTC
    >>> phone = AuthenticatorApp(Clock(datetime(2026, 1, 1, tzinfo=UTC)))
    >>> phone.add("otpauth://totp/alice@111122223333?secret=" + "A" * 64)
    'alice@111122223333'
    >>> len(phone.code("alice@111122223333"))
    6
    """

    __slots__ = ("_seeds", "clock")

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._seeds: dict[str, str] = {}

    def add(self, device: VirtualMfaDevice | str) -> str:
        """Scan a device's QR code.

        Args:
            device: what `create_virtual_mfa_device` gave, or the URI in its QR code.

        Returns:
            The name under which the app lists it.
        """
        import pyotp

        parsed = pyotp.parse_uri(device if isinstance(device, str) else device.otpauth)
        self._seeds[parsed.name] = parsed.secret
        return parsed.name

    def code(self, name: str | None = None, *, ahead: int = 0) -> str:
        """The code the app shows.

        Args:
            name: which entry; None: the one added last.
            ahead: how many codes later (1: the next one).
        """
        if not self._seeds:
            raise NoSuchEntity("The app has no entry yet: scan a QR code with add().")
        seed = self._seeds[name if name is not None else next(reversed(self._seeds))]
        return code_at(seed, step_at(self.clock.now()) + ahead)

    def __repr__(self) -> str:
        """Its entries; no seed is printed."""
        return f"AuthenticatorApp({', '.join(self._seeds) or 'no entries'})"
