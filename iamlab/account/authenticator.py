"""What an authenticator app does: codes from a seed, the QR code that carries the seed, and a pretend phone.

[RFC 6238; https://github.com/google/google-authenticator/wiki/Key-Uri-Format]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from iamlab.clock import Clock
from iamlab.display import Picture
from iamlab.errors import NoSuchEntity

STEP = 30
"""Seconds that a code is shown."""


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
        """The QR code as an SVG picture, black on white: a phone finds no black one in a dark theme."""
        import qrcode
        import qrcode.image.svg

        image = qrcode.make(self.otpauth, image_factory=qrcode.image.svg.SvgPathFillImage, box_size=8)
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
