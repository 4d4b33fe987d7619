"""Time and chance, given and not taken.

`Clock` says what time it is: the real time, or a given start that only `advance` moves. `Ids` makes the account's
unique ids, access keys and secrets: from `secrets`, or from a seed, so that a lesson prints the same on every run.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes]
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom

from iamlab.errors import InvalidInput

_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Clock:
    """The time an account goes by.

    Args:
        start: a fixed start (with a time zone); without one the clock shows the real time.
        ahead: how far it has been advanced already.

    >>> clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    >>> clock.advance(hours=1)
    >>> clock.timestamp()
    '2026-01-01T01:00:00Z'
    """

    __slots__ = ("_offset", "_start")

    def __init__(self, start: datetime | None = None, *, ahead: timedelta = timedelta()) -> None:
        if start is not None and not isinstance(start, datetime):
            raise InvalidInput(f"{start!r} is not a time: expected datetime(2026, 3, 2, 9, tzinfo=UTC), or None")
        if start is not None and start.tzinfo is None:
            raise InvalidInput("a clock's start needs a time zone: datetime(…, tzinfo=UTC)")
        self._start = start
        self._offset = ahead

    @property
    def is_fixed(self) -> bool:
        """Does time stand still between two `advance`?"""
        return self._start is not None

    @property
    def start(self) -> datetime | None:
        """The fixed start, or `None` for the real time."""
        return self._start

    @property
    def ahead(self) -> timedelta:
        """How far `advance` has moved it."""
        return self._offset

    def now(self) -> datetime:
        """The present time in UTC, whole seconds (AWS's timestamps have no fractions)."""
        base = self._start if self._start is not None else datetime.now(UTC)
        return (base + self._offset).astimezone(UTC).replace(microsecond=0)

    def timestamp(self) -> str:
        """The present time as AWS writes it: ISO 8601, `Z`."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass.

        Raises:
            ValueError: time does not run backwards.
        """
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if step < timedelta():
            raise ValueError("time does not run backwards")
        self._offset += step

    def __repr__(self) -> str:
        """Show the time only when it is fixed, so that output is the same on every run."""
        return f"Clock({self.timestamp()})" if self.is_fixed else "Clock(real time)"


class Ids:
    """Unique ids and secrets.

    Args:
        seed: makes the same sequence again; without one, the operating system is asked.

    >>> Ids(seed=1).unique_id("AIDA") == Ids(seed=1).unique_id("AIDA")
    True
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int | None = None) -> None:
        self._random: Random = SystemRandom() if seed is None else Random(seed)

    @property
    def is_seeded(self) -> bool:
        """Does a seed decide what comes next?"""
        return not isinstance(self._random, SystemRandom)

    def unique_id(self, prefix: str) -> str:
        """An id of AWS's shape: a four letter prefix (`AIDA`, `AROA`, `AKIA` …) and 16 or 17 more characters."""
        return prefix + self.token(16 if prefix in ("AKIA", "ASIA") else 17, _ID_ALPHABET)

    def secret(self, length: int = 40) -> str:
        """A secret access key's text."""
        return self.token(length, _SECRET_ALPHABET)

    def token(self, length: int, alphabet: str = _ID_ALPHABET) -> str:
        """So many random characters of an alphabet."""
        return "".join(self._random.choices(alphabet, k=length))

    def get_state(self) -> object:
        """The generator's state, to be kept with the secrets (it foretells them); `None` for real chance."""
        return self._random.getstate() if self.is_seeded else None

    def set_state(self, state: object) -> None:
        """Go on where `get_state` was taken."""
        if state is not None:
            self._random = Random()
            self._random.setstate(state)  # type: ignore[arg-type]
