"""MFA devices: two codes in a row, each good once, clocks that are off; and an independent TOTP agrees."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from iamlab import errors
from iamlab.account import Account
from iamlab.account.authenticator import AuthenticatorApp, VirtualMfaDevice, code_at, step_at
from iamlab.account.mfa import MfaDevice
from iamlab.clock import Clock


def assigned(lab: Account, name: str = "alice") -> tuple[AuthenticatorApp, MfaDevice]:
    user = lab.users.get(name) or lab.create_user(name)
    device = lab.create_virtual_mfa_device(f"{name}-{len(lab.virtual_mfa_devices)}")
    phone = lab.authenticator_app()
    phone.add(device)
    handle = user.enable_mfa(device.serial_number, phone.code(), phone.code(ahead=1))
    lab.clock.advance(seconds=90)
    return phone, handle


def test_a_new_device_has_what_an_authenticator_app_needs(lab: Account) -> None:
    device = lab.create_virtual_mfa_device("phone", path="/eng/", tags={"a": "b"})
    assert device.serial_number == "arn:aws:iam::111122223333:mfa/eng/phone"
    assert len(device.base32_string_seed) == 64
    assert device.otpauth == f"otpauth://totp/phone%40111122223333?secret={device.base32_string_seed}"
    parsed = pyotp.parse_uri(device.otpauth)
    assert parsed.secret == device.base32_string_seed
    assert parsed.name == "phone@111122223333"
    lab.create_account_alias("northwind")
    assert "phone2%40northwind" in lab.create_virtual_mfa_device("phone2").otpauth
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_virtual_mfa_device("phone", path="/eng/")
    with pytest.raises(errors.ValidationError):
        lab.create_virtual_mfa_device("not a name")


def read_png(data: bytes) -> list[bytes]:
    """The lines of a grey PNG, without a library."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    stream, width, pixels = io.BytesIO(data[8:]), 0, b""
    while head := stream.read(8):
        length, kind = struct.unpack(">I4s", head)
        body = stream.read(length)
        assert struct.unpack(">I", stream.read(4))[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width = struct.unpack(">I", body[:4])[0]
        if kind == b"IDAT":
            pixels += body
    raw = zlib.decompress(pixels)
    return [raw[start + 1 : start + 1 + width] for start in range(0, len(raw), width + 1)]


def test_the_qr_code_is_the_same_in_png_and_svg_and_holds_the_uri(lab: Account) -> None:
    import qrcode

    device = lab.create_virtual_mfa_device("phone")
    lines = read_png(device.qr_code_png())
    code = qrcode.QRCode()
    code.add_data(device.otpauth)
    matrix = code.get_matrix()
    assert [[line[x * 6] == 0 for x in range(len(matrix))] for line in lines[::6]] == matrix
    svg = device.qr_code_svg()
    assert svg.startswith(("<?xml", "<svg"))
    assert '<rect fill="white"' in svg
    assert "<path" in svg
    assert device.base32_string_seed not in svg
    html = device.qr_code()._repr_html_()
    assert html.startswith("<img ")
    assert 'alt="QR code for arn:aws:iam::111122223333:mfa/phone"' in html


def test_enabling_takes_two_codes_in_a_row(lab: Account) -> None:
    alice, device = lab.create_user("alice"), lab.create_virtual_mfa_device("phone")
    phone = lab.authenticator_app()
    phone.add(device)
    first, second = phone.code(), phone.code(ahead=1)
    lab.clock.advance(seconds=30)
    wrong = {"000000", "111111"} - {first, second}
    for codes in ((second, first), (first, first), (first, wrong.pop()), (first, phone.code(ahead=2))):
        with pytest.raises(errors.InvalidAuthenticationCode):
            alice.enable_mfa(device.serial_number, *codes)
    for codes in (("12345", second), (first, "12345x"), (first, 7)):
        with pytest.raises(errors.ValidationError):
            alice.enable_mfa(device.serial_number, *codes)  # type: ignore[arg-type]
    assert alice.mfa_devices == ()
    handle = alice.enable_mfa(device.serial_number, first, second)
    assert (handle.user_name, handle.enable_date) == ("alice", lab.clock.now())
    assert [d.serial_number for d in alice.mfa_devices] == [device.serial_number]
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_user("bob").enable_mfa(device.serial_number, first, second)
    with pytest.raises(errors.NoSuchEntity):
        alice.enable_mfa("arn:aws:iam::111122223333:mfa/none", first, second)


def test_old_codes_do_not_enable(lab: Account) -> None:
    alice, device = lab.create_user("alice"), lab.create_virtual_mfa_device("phone")
    phone = lab.authenticator_app()
    phone.add(device)
    codes = phone.code(), phone.code(ahead=1)
    lab.clock.advance(minutes=10)
    with pytest.raises(errors.InvalidAuthenticationCode):
        alice.enable_mfa(device.serial_number, *codes)


def test_bound_late_out_of_sync_resynchronized(lab: Account) -> None:
    alice, device = lab.create_user("alice"), lab.create_virtual_mfa_device("phone")
    alice.create_login_profile("Correct-horse-7")
    phone = lab.authenticator_app()
    phone.add(device)
    codes = phone.code(), phone.code(ahead=1)
    lab.clock.advance(minutes=3)
    handle = alice.enable_mfa(device.serial_number, *codes)
    with pytest.raises(errors.AccessDenied):
        lab.sign_in("alice", "Correct-horse-7", mfa_code=phone.code())
    handle.resync(phone.code(), phone.code(ahead=1))
    lab.clock.advance(minutes=1)
    assert lab.sign_in("alice", "Correct-horse-7", mfa_code=phone.code()).has_mfa


def test_a_phone_whose_clock_is_off_is_resynchronized(lab: Account) -> None:
    alice = lab.create_user("alice")
    alice.create_login_profile("Correct-horse-7")
    _, handle = assigned(lab)
    late = AuthenticatorApp(Clock(lab.clock.now() - timedelta(minutes=17)))
    late.add(f"otpauth://totp/x?secret={handle.record.seed}")
    with pytest.raises(errors.AccessDenied):
        lab.sign_in("alice", "Correct-horse-7", mfa_code=late.code())
    lab.clock.advance(minutes=20)
    late.clock.advance(minutes=20)
    handle.resync(late.code(), late.code(ahead=1))
    lab.clock.advance(minutes=1)
    late.clock.advance(minutes=1)
    assert lab.sign_in("alice", "Correct-horse-7", mfa_code=late.code()).has_mfa
    with pytest.raises(errors.InvalidAuthenticationCode):
        handle.resync(late.code(ahead=2), late.code(ahead=1))


def test_a_code_is_good_once(lab: Account) -> None:
    lab.create_user("alice").create_login_profile("Correct-horse-7")
    phone, _ = assigned(lab)
    code = phone.code()
    lab.sign_in("alice", "Correct-horse-7", mfa_code=code)
    with pytest.raises(errors.AccessDenied):
        lab.sign_in("alice", "Correct-horse-7", mfa_code=code)
    with pytest.raises(errors.AccessDenied):
        lab.sign_in("alice", "Correct-horse-7", mfa_code=phone.code(ahead=-1))
    lab.clock.advance(seconds=30)
    lab.sign_in("alice", "Correct-horse-7", mfa_code=phone.code())


@pytest.mark.parametrize(("ahead", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_window_of_a_sign_in(lab: Account, ahead: int, taken: bool) -> None:
    lab.create_user("alice").create_login_profile("Correct-horse-7")
    phone, _ = assigned(lab)
    lab.clock.advance(minutes=5)
    if taken:
        assert lab.sign_in("alice", "Correct-horse-7", mfa_code=phone.code(ahead=ahead)).has_mfa
    else:
        with pytest.raises(errors.AccessDenied):
            lab.sign_in("alice", "Correct-horse-7", mfa_code=phone.code(ahead=ahead))


def test_eight_devices_for_a_user_and_for_root(lab: Account) -> None:
    for number in range(8):
        assigned(lab)
        device = lab.create_virtual_mfa_device(f"root-{number}")
        step = step_at(lab.clock.now())
        seed = device.base32_string_seed
        lab.root.enable_mfa(device.serial_number, code_at(seed, step), code_at(seed, step + 1))
    assert len(lab.users["alice"].mfa_devices) == len(lab.root.mfa_devices) == 8
    ninth = lab.create_virtual_mfa_device("ninth")
    for holder in (lab.users["alice"], lab.root):
        with pytest.raises(errors.LimitExceeded, match="MFADevicesPerUser: 8"):
            holder.enable_mfa(ninth.serial_number, "123456", "123457")


def test_a_device_is_deactivated_and_then_deleted(lab: Account) -> None:
    _, handle = assigned(lab)
    with pytest.raises(errors.DeleteConflict, match="Must deactivate first"):
        handle.delete()
    with pytest.raises(errors.DeleteConflict, match="delete MFA device"):
        lab.users["alice"].delete()
    handle.deactivate()
    assert handle.user_name is None
    with pytest.raises(errors.NoSuchEntity):
        handle.deactivate()
    with pytest.raises(errors.NoSuchEntity):
        handle.resync("123456", "123457")
    handle.tag({"a": "b"})
    handle.untag(["A"])
    assert handle.tags == {}
    handle.delete()
    with pytest.raises(errors.NoSuchEntity):
        handle.tags  # noqa: B018
    assert len(lab.virtual_mfa_devices) == 0


def test_without_its_seed_a_device_says_so(lab: Account) -> None:
    _, handle = assigned(lab)
    handle.record.seed = None
    with pytest.raises(errors.InvalidInput, match="without its secrets"):
        handle.resync("123456", "123457")


def test_the_pretend_phone(lab: Account) -> None:
    phone = lab.authenticator_app()
    with pytest.raises(errors.NoSuchEntity):
        phone.code()
    first: VirtualMfaDevice = lab.create_virtual_mfa_device("one")
    second = lab.create_virtual_mfa_device("two")
    assert phone.add(first) == "one@111122223333"
    phone.add(second.otpauth)
    step = step_at(lab.clock.now())
    assert phone.code() == code_at(second.base32_string_seed, step)
    assert phone.code("one@111122223333", ahead=3) == code_at(first.base32_string_seed, step + 3)
    assert repr(phone) == "AuthenticatorApp(one@111122223333, two@111122223333)"


def test_oathtool_agrees_over_a_day_of_codes(lab: Account, need: Callable[..., str]) -> None:
    seed = lab.create_virtual_mfa_device("phone").base32_string_seed
    start = datetime(2026, 3, 2, tzinfo=UTC)
    count = 24 * 60 * 2
    answer = subprocess.run(
        [need("oathtool"), "--totp", "--base32", "--now", f"@{int(start.timestamp())}", f"--window={count - 1}", "-"],
        input=seed,
        capture_output=True,
        text=True,
        check=True,
    )
    first = step_at(start)
    assert answer.stdout.split() == [code_at(seed, step) for step in range(first, first + count)]
