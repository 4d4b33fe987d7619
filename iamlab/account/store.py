"""The account's file: AWS's export plus one `IamLab` section, and beside it a second file with the secrets.

`save` writes `NAME.json` and `NAME.secrets.json`; `load` reads them, or a file straight from a real account. The
first file holds no secret and may be shared. Without the second one an account opens all the same: its credentials
are then not here.

Nothing is ever half written: each file is written beside its place, flushed to the disk and moved there. So that the
two always fit, the secrets of the new save are put beside those of the old one first, then the account's file changes
and says which save it is, then the old secrets go. Whenever that stops, a whole pair is there.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from iamlab.account import export, export_reader, private, section
from iamlab.account.codec import check_characters, take
from iamlab.account.names import check_account_id
from iamlab.account.state import State
from iamlab.clock import Clock, Ids
from iamlab.errors import InvalidInput

FORMAT = 1
"""The version of the `IamLab` section and of the secrets file."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""How half of a character is written in JSON; two of them in a row are a whole one."""

_ABANDONED = 60  # seconds after which a file that a save was writing belongs to nobody


def secrets_path(path: str | os.PathLike[str]) -> Path:
    """Where the secrets of an account's file are.

    >>> secrets_path("team.json").name
    'team.secrets.json'
    """
    place = Path(path)
    return place.with_name(place.name.removesuffix(".json") + ".secrets.json")


def load(path: str | os.PathLike[str]) -> State:
    """Open an account's file.

    Raises:
        FileNotFoundError: there is none.
        InvalidInput: not an account's file, or something in it is wrong; the message says where.
        MalformedPolicyDocument: a policy in it is broken; the message says where.
        PermissionError: others can read the file with the secrets.
    """
    place = Path(os.path.realpath(path))  # as `save` does: the secrets are beside the file, not beside a link to it
    data = _read_object(place)
    if not any(key in data for key in (*export.LISTS, "IamLab")):
        raise InvalidInput(
            f"{place.name} is not an account's file: expected the output of "
            "aws iam get-account-authorization-details (UserDetailList, GroupDetailList, RoleDetailList, Policies)"
        )
    own = take(data, "IamLab", dict, "$", {})
    if own and take(own, "Version", int, "$.IamLab") > FORMAT:
        raise InvalidInput(f"{place.name} was written by a newer version of iamlab")
    partition, account_id = export_reader.account_of(data) or ("aws", "111122223333")
    account_id = check_account_id(take(own, "AccountId", str, "$.IamLab", account_id))
    state = State(account_id, Clock(), Ids())
    state.partition = partition
    export_reader.read(state, data)
    if own:
        section.read(state, own)
    else:
        state.is_export = True
    saved = _read_secrets(secrets_path(place)).get(str(own.get("Save")))
    if saved is not None:
        private.read(state, saved)
    return state


def save(state: State, path: str | os.PathLike[str]) -> None:
    """Write an account's file and its secrets, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
        InvalidInput: a text in the account cannot be written; the message says where it is.
    """
    place = Path(os.path.realpath(path))
    if not place.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", str(place.parent))
    secrets = secrets_path(place)
    with state.lock:
        old = _read_secrets(secrets)
        number = max((int(key) for key in old if key.isdecimal()), default=0) + 1
        data = export.write(state)
        data["IamLab"] = {"Version": FORMAT, "Save": number, **section.write(state)}
        data.update(state.extra)
        text = _text(data)
        new = {str(number): private.write(state)}
        _write(secrets, _secrets_text({**old, **new}), private=True)
        _write(place, text)
        _write(secrets, _secrets_text(new), private=True)
        for name in (place.name, secrets.name):
            _sweep(place.parent, name)


def _sweep(folder: Path, name: str) -> None:
    """Remove what saves that were killed have left beside the place: it may hold secrets."""
    for left in folder.glob(f".{name}.*.tmp"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - _ABANDONED:
                left.unlink()


def _read_object(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    try:
        text = content.decode(json.detect_encoding(content))  # UTF-8 or, from PowerShell's `>`, UTF-16
        data = json.loads(text)
        if _SURROGATE.search(text):
            check_characters(data, "$")
    except InvalidInput as error:
        raise InvalidInput(f"{path.name}: {error.message}") from None
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidInput(
            f"{path.name} is not JSON, or not all of it is there: {type(error).__name__}{place}"
        ) from None
    if not isinstance(data, dict):
        raise InvalidInput(f"{path.name} is not an account's file: expected an object at its top")
    return data


def _read_secrets(path: Path) -> dict[str, Any]:
    """The secrets by the number of the save they belong to; empty when the file is not here.

    Raises:
        PermissionError: others can read it. (Windows keeps files private by their folder's access list instead.)
    """
    if not path.exists():
        return {}
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise PermissionError(f"{path.name} holds secrets, and others can read it; make it private with chmod 600")
    data = _read_object(path)
    if take(data, "IamLabSecrets", int, "$") > FORMAT:
        raise InvalidInput(f"{path.name} was written by a newer version of iamlab")
    return take(data, "Saves", dict, "$")


def _text(data: dict[str, Any]) -> str:
    """JSON with one line for each user, group, role, policy and section: quick to write, and easy to compare."""
    parts = []
    for key, value in data.items():
        if isinstance(value, list) and value:
            body = "[\n" + ",\n".join("  " + _line(item) for item in value) + "\n ]"
        elif key == "IamLab":
            body = "{\n" + ",\n".join(f"  {_line(name)}: {_line(item)}" for name, item in value.items()) + "\n }"
        else:
            body = _line(value)
        parts.append(f" {_line(key)}: {body}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        check_characters(data, "$")
    return text


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _secrets_text(saves: dict[str, Any]) -> str:
    return json.dumps({"IamLabSecrets": FORMAT, "Saves": saves}) + "\n"


def _write(path: Path, text: str, *, private: bool = False) -> None:
    """Write beside the place, flush to the disk, move there; the file that is there keeps its mode."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            os.chmod(temporary, stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
