"""The account's tables: one clock, one source of ids, one revision number, one lock, which connected accounts share.

Handles (`User`, `Group`, `Role`, `Policy` …) hold the `State` and a name, and look the record up when they are asked.
Every operation runs inside `State.change()`: it holds the lock, and only when the block ends without an error does
the revision number move, which tells every cache that it is stale.

Names are unique ignoring case, so tables of named things are keyed by the name in lower case.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from threading import Lock, RLock
from typing import Any

from iamlab.account.records import (
    Extra,
    GroupRecord,
    InstanceProfileRecord,
    MfaDeviceRecord,
    OrganizationRecord,
    PasswordPolicyRecord,
    PolicyRecord,
    ProviderRecord,
    ResourceRecord,
    RoleRecord,
    RootRecord,
    SessionRecord,
    UserRecord,
)
from iamlab.clock import Clock, Ids
from iamlab.errors import InvalidInput

_CONNECTING = Lock()


class AccountLock:
    """A lock that may become another account's as well.

    A class of its own, and no generator: every decision takes it twice.
    """

    __slots__ = ("shared",)

    def __init__(self) -> None:
        self.shared = RLock()

    def __enter__(self) -> None:
        while True:
            lock = self.shared
            lock.acquire()
            if lock is self.shared:
                return
            lock.release()  # the account was connected meanwhile, and shares another lock now

    def __exit__(self, *_: object) -> None:
        self.shared.release()


class State:
    """One account.

    Args:
        account_id: twelve digits.
        clock: what time it is.
        ids: where ids and secrets come from.
        email: the root user's address.

    Attributes:
        revision: moves with every change; a cache that saw another number is stale.
        lock: held by every operation, and by whatever reads more than one thing; connected accounts share theirs.
        neighbours: other accounts that this one can be asked about together with, by account id (never saved).
        quotas: quotas that were raised for this account (name in `iamlab.catalog.quotas` -> value).
        is_export: did it come from AWS's own export, which holds no resource policies and no organization?
    """

    def __init__(self, account_id: str, clock: Clock, ids: Ids, email: str = "root@example.com") -> None:
        self.account_id = account_id
        self.partition = "aws"
        self.clock = clock
        self.ids = ids
        self.revision = 0
        self.lock = AccountLock()
        self.alias: str | None = None
        self.root = RootRecord(email, clock.now())
        self.users: dict[str, UserRecord] = {}
        self.groups: dict[str, GroupRecord] = {}
        self.roles: dict[str, RoleRecord] = {}
        self.policies: dict[str, PolicyRecord] = {}
        self.instance_profiles: dict[str, InstanceProfileRecord] = {}
        self.mfa_devices: dict[str, MfaDeviceRecord] = {}
        self.providers: dict[str, ProviderRecord] = {}
        self.resources: dict[str, ResourceRecord] = {}
        self.organization: OrganizationRecord | None = None
        self.password_policy: PasswordPolicyRecord | None = None
        self.sessions: dict[str, SessionRecord] = {}
        self.events: list[dict[str, Any]] = []
        self.quotas: dict[str, int] = {}
        self.report: tuple[datetime, str] | None = None
        self.extra: Extra = {}
        self.is_export = False
        self.neighbours: dict[str, State] = {}
        self.cache: dict[Any, Any] = {}

    def now(self) -> datetime:
        """The present time by the account's clock."""
        return self.clock.now()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock for one operation; count it as a change when it succeeds.

        The block checks everything before it writes anything: an error leaves the account as it was.
        """
        with self.lock:
            yield
            self.revision += 1
            self.cache.clear()


def connect(states: list[State]) -> None:
    """Let accounts know each other; not to be called by who holds their locks.

    From now on they share one lock, also with those that each of them knew before: an operation may change several
    accounts, and two threads that took one lock after the other, in different order, would wait for each other forever.

    Raises:
        InvalidInput: two of them have the same account id.
    """
    if len({state.account_id for state in states}) < len(states):
        raise InvalidInput("Connected accounts need different account ids")
    with _CONNECTING, ExitStack() as held:
        known = list(states)
        for state in known:
            known += [other for other in state.neighbours.values() if other not in known]
        for lock in {id(state.lock.shared): state.lock.shared for state in known}.values():
            held.enter_context(lock)
        for state in known:
            state.lock.shared = states[0].lock.shared
        for state in states:
            with state.change():
                state.neighbours.update({other.account_id: other for other in states if other is not state})


def state_of(account: object) -> State:
    """The tables of an account (for the modules that ask it).

    Raises:
        InvalidInput: it is not an account.
    """
    state = getattr(account, "state", None)
    if not isinstance(state, State):
        raise InvalidInput(f"{type(account).__name__} is not an account: the account that is asked comes first")
    return state
