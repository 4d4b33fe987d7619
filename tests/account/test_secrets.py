"""Nothing secret is printed or shared, and saving is whole, whenever it is stopped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samples import allow, trust

from iamlab import errors
from iamlab.account import Account

PASSWORD = "Correct-horse-7"
ROOT_PASSWORD = "Root-battery-staple-9"


def secretive() -> tuple[Account, list[str]]:
    """An account with every kind of secret, and those secrets."""
    lab = Account(seed=11)
    alice = lab.create_user("alice")
    alice.create_login_profile(PASSWORD)
    lab.root.set_password(ROOT_PASSWORD)
    key, root_key = alice.create_access_key_pair(), lab.root.create_access_key_pair()
    device = lab.create_virtual_mfa_device("phone")
    phone = lab.authenticator_app()
    phone.add(device)
    alice.enable_mfa(device.serial_number, phone.code(), phone.code(ahead=1))
    lab.clock.advance(minutes=2)
    session = lab.sign_in("alice", PASSWORD, mfa_code=phone.code())
    role = lab.create_role("Deploy", trust({"AWS": alice.arn}))
    role_session = lab.assume_role(session, role, "work")
    with pytest.raises(errors.AccessDenied):
        role_session.call("s3:GetObject", "arn:aws:s3:::b/k")
    for wrong in ("wrong-Password-1", PASSWORD):
        with pytest.raises(errors.AccessDenied):
            lab.sign_in("alice", wrong, mfa_code="000000")
    secrets = [PASSWORD, ROOT_PASSWORD, "wrong-Password-1", key.secret_access_key, root_key.secret_access_key]
    secrets.append(device.base32_string_seed)
    for temporary in (session.credentials, role_session.credentials):
        secrets += [temporary.secret_access_key, str(temporary.session_token)]
    for holder in (lab.state.root, lab.state.users["alice"]):
        assert holder.login_profile is not None
        secrets.append(str(holder.login_profile.hash))
    return lab, secrets


def test_nothing_secret_is_in_what_is_shown_or_shared(tmp_path: Path) -> None:
    lab, secrets = secretive()
    alice = lab.users["alice"]
    things = [
        lab,
        alice,
        lab.root,
        lab.users,
        lab.roles,
        lab.policies,
        lab.virtual_mfa_devices,
        *alice.access_keys,
        *alice.mfa_devices,
        alice.login_profile,
        lab.decide("alice", "s3:GetObject"),
        lab.decide("alice", "s3:GetObject").explain(),
        lab.get_account_authorization_details(),
        lab.get_account_summary(),
        *lab.events,
        json.dumps(lab.events),
        lab.access_key(alice.access_keys[0].access_key_id),
        lab.security_recommendations(),
        lab.create_virtual_mfa_device("another"),
        lab.create_user("bob").create_access_key_pair(),
        lab.users["bob"].create_login_profile(),
        lab.provision_user("carol", console_access=True, access_key=True),
    ]
    for session_id in lab.state.sessions:
        things += [lab.use_access_key(session_id), lab.use_access_key(session_id).credentials]
    lab.generate_credential_report()
    things.append(lab.get_credential_report().content)
    shown = [repr(thing) for thing in things]
    shown += [thing._repr_html_() for thing in things if hasattr(thing, "_repr_html_")]
    lab.save(tmp_path / "lab.json")
    shown.append((tmp_path / "lab.json").read_text())
    for key in lab.users["bob"].record.access_keys + lab.users["carol"].record.access_keys:
        secrets.append(str(key.secret))
    for text in shown:
        for secret in secrets:
            assert secret not in text
    assert all(secret in (tmp_path / "lab.secrets.json").read_text() for secret in secrets[3:6])
    assert PASSWORD not in (tmp_path / "lab.secrets.json").read_text()


NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_executed_lesson_prints_a_secret(path: Path) -> None:
    """No password hash, no MFA seed, no session token in what a lesson shows."""
    outputs = [cell.get("outputs", []) for cell in json.loads(path.read_text())["cells"]]
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", json.dumps(outputs))
    assert not re.search(r"(scrypt|pbkdf2)\$\d|[A-Z2-7]{64}|[A-Za-z0-9+/]{200}", text)


def test_secrets_come_back_with_the_account(tmp_path: Path) -> None:
    lab, _ = secretive()
    lab.save(tmp_path / "lab.json")
    again = Account.load(tmp_path / "lab.json")
    again.save(tmp_path / "again.json")
    for name in ("lab.json", "lab.secrets.json"):
        assert (tmp_path / name).read_text() == (tmp_path / name.replace("lab", "again")).read_text()
    alice = again.users["alice"]
    assert again.events == lab.events
    assert alice.mfa_devices[0].record.seed == lab.users["alice"].mfa_devices[0].record.seed
    session_id = next(iter(again.state.sessions))
    assert again.use_access_key(session_id).credentials == lab.use_access_key(session_id).credentials
    phone = again.authenticator_app()
    phone.add(f"otpauth://totp/x?secret={alice.mfa_devices[0].record.seed}")
    again.clock.advance(minutes=2)
    assert again.sign_in("alice", PASSWORD, mfa_code=phone.code()).has_mfa
    assert again.sign_in("root@example.com", ROOT_PASSWORD).arn == again.arn


def test_without_the_secrets_credentials_say_that_they_are_not_here(tmp_path: Path) -> None:
    lab, _ = secretive()
    lab.save(tmp_path / "lab.json")
    (tmp_path / "lab.secrets.json").unlink()
    again = Account.load(tmp_path / "lab.json")
    alice = again.users["alice"]
    assert len(alice.access_keys) == 1
    with pytest.raises(errors.InvalidInput, match="without its secrets"):
        again.sign_in("alice", PASSWORD, mfa_code="123456")
    with pytest.raises(errors.InvalidClientTokenId, match="without its secrets"):
        again.use_access_key(alice.access_keys[0].access_key_id, "x")
    with pytest.raises(errors.InvalidInput, match="without its secrets"):
        alice.mfa_devices[0].resync("123456", "123457")
    with pytest.raises(errors.InvalidClientTokenId, match="not known here"):
        again.use_access_key(next(iter(again.state.sessions))).credentials  # noqa: B018
    assert again.decide("alice", "s3:GetObject").outcome == "implicitDeny"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"IamLabSecrets": 99, "Saves": {}}',
        '{"IamLabSecrets": 1}',
        '{"IamLabSecrets": 1, "Saves": {"1": 7}}',
        '{"IamLabSecrets": 1, "Saves": {"1": {"AccessKeys": []}}}',
        '{"IamLabSecrets": 1, "Saves": {"1": {"Generator": "x"}}}',
        '{"IamLabSecrets": 1, "Saves": {"1": {"MfaSeeds": {"arn:aws:iam::111122223333:mfa/phone": 7}}}}',
    ],
)
def test_broken_secrets_are_refused(tmp_path: Path, text: str) -> None:
    lab, _ = secretive()
    lab.save(tmp_path / "lab.json")
    (tmp_path / "lab.secrets.json").write_text(text)
    with pytest.raises(errors.InvalidInput):
        Account.load(tmp_path / "lab.json")


KILLER = """
import os, random, signal, sys, time
from pathlib import Path
from iamlab.account import Account

path, kills = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(1)
lab = Account(seed=5)
for number in range(200):
    lab.create_user(f"u{number}").create_access_key_pair()
lab.save(path)
seen = set()
for _ in range(kills):
    child = os.fork()
    if child == 0:
        while True:
            lab.create_user("x").create_access_key_pair()
            lab.save(path)
            lab.users["x"].access_keys[0].delete()
            lab.users["x"].delete()
            lab.save(path)
    time.sleep(chance.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = Account.load(path)
    assert len(found.users) in (200, 201)
    for user in found.state.users.values():
        assert len(user.access_keys) == 1
        assert user.access_keys[0].secret
    seen.add(len(found.users))
    lab = found
    if "x" in lab.users:
        lab.users["x"].access_keys[0].delete()
        lab.users["x"].delete()
print(sorted(seen))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_at_any_moment_the_old_or_the_new_pair_is_there_whole(tmp_path: Path) -> None:
    """A process that saves all the time is killed 220 times; each time the files open, with all of their secrets."""
    command = [sys.executable, "-c", KILLER, str(tmp_path / "lab.json"), "220"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert answer.stderr == ""
    assert answer.stdout == "[200, 201]\n"


def test_what_killed_saves_left_is_swept(tmp_path: Path) -> None:
    left, fresh = tmp_path / ".lab.secrets.json.abc.tmp", tmp_path / ".lab.json.def.tmp"
    for path in (left, fresh, tmp_path / ".other.json.abc.tmp"):
        path.write_text("secret")
    os.utime(left, (0, 0))
    Account().save(tmp_path / "lab.json")
    assert not left.exists()
    assert fresh.exists()
    assert (tmp_path / ".other.json.abc.tmp").exists()


def test_saving_many_users_is_readable_and_whole(tmp_path: Path) -> None:
    lab = Account(seed=1)
    group = lab.create_group("All")
    for number in range(300):
        group.add_user(lab.create_user(f"user{number}"))
    group.create_policy("own", allow("s3:GetObject"))
    lab.save(tmp_path / "lab.json")
    lines = (tmp_path / "lab.json").read_text().splitlines()
    assert sum('"UserName"' in line for line in lines) == 300
    assert Account.load(tmp_path / "lab.json").decide("user299", "s3:GetObject", "arn:aws:s3:::b/k").allowed
