"""The secrets of an account, for a file that only its owner may read: by the ids of what each belongs to.

Key secrets, password hashes, MFA seeds, the tokens of sessions, and the state of the generator that makes new ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iamlab.account.codec import only, take, wrong
from iamlab.account.records import RootRecord, UserRecord
from iamlab.account.section import ROOT
from iamlab.account.state import State
from iamlab.clock import Ids


def _holders(state: State) -> Iterator[tuple[str, UserRecord | RootRecord]]:
    yield ROOT, state.root
    for user in state.users.values():
        yield user.id, user


def write(state: State) -> dict[str, Any]:
    """What only the owner may see, by the ids of what it belongs to."""
    holders = list(_holders(state))
    return {
        "AccessKeys": {key.id: key.secret for _, holder in holders for key in holder.access_keys if key.secret},
        "Passwords": {
            holder_id: {"Hash": profile.hash, "History": profile.history}
            for holder_id, holder in holders
            if (profile := holder.login_profile) and profile.hash
        },
        "MfaSeeds": {device.serial: device.seed for device in state.mfa_devices.values() if device.seed},
        "Sessions": {s.access_key_id: [s.secret, s.token] for s in state.sessions.values() if s.secret},
        "Generator": state.ids.get_state(),
    }


def read(state: State, data: object) -> None:
    """Give credentials their secrets back; what belongs to nothing in the account is left.

    Raises:
        InvalidInput: something is of another type.
    """
    where = "secrets"
    if not isinstance(data, dict):
        raise wrong(where, "an object", data)
    only(data, where, "AccessKeys", "Passwords", "MfaSeeds", "Sessions", "Generator")
    keys, passwords, seeds, sessions = (
        take(data, name, dict, where, {}) for name in ("AccessKeys", "Passwords", "MfaSeeds", "Sessions")
    )
    for holder_id, holder in _holders(state):
        for key in holder.access_keys:
            if key.id in keys:
                key.secret = take(keys, key.id, str, where)
        if holder.login_profile and holder_id in passwords:
            kept = take(passwords, holder_id, dict, where)
            holder.login_profile.hash = take(kept, "Hash", str, where)
            holder.login_profile.history = [str(item) for item in take(kept, "History", list, where)]
    for serial, device in state.mfa_devices.items():
        if serial in seeds:
            device.seed = take(seeds, serial, str, where)
    for session in state.sessions.values():
        if session.access_key_id in sessions:
            session.secret, session.token = map(str, take(sessions, session.access_key_id, list, where))
    generator = data.get("Generator")
    if generator is not None:
        try:
            version, numbers, gauss = generator
            state.ids = Ids()
            state.ids.set_state((version, tuple(numbers), gauss))
        except (TypeError, ValueError):
            raise wrong(f"{where}.Generator", "the state of a generator", generator) from None
