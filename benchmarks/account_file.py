"""How long the file of a large account takes: 5,000 users with a group, tags and keys, saved and loaded."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from iamlab.account import Account

USERS = 5_000  # the quota of an account


def large_account() -> Account:
    """An account at its quota of users."""
    lab = Account(seed=1)
    group = lab.create_group("Everybody")
    group.attach_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")
    for number in range(USERS):
        user = lab.create_user(f"user{number}", tags={"team": f"team{number % 40}"})
        group.add_user(user)
        user.create_access_key_pair()
    return lab


def main() -> None:
    """Print seconds and sizes."""
    start = time.perf_counter()
    lab = large_account()
    made = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json"
        lab.save(path)
        saved = time.perf_counter()
        Account.load(path)
        loaded = time.perf_counter()
        size = path.stat().st_size / 1e6
    print(f"{USERS:,} users ({size:.1f} MB): made in {made - start:.2f} s")
    print(f"saved in {saved - made:.2f} s, loaded in {loaded - saved:.2f} s")


if __name__ == "__main__":
    main()
