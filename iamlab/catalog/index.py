"""Every action's name, access level and bit number.

All actions stand in one line, sorted by service and then by name without case, so that the actions of a service are
neighbours. Bit i of an integer stands for `action_names()[i]`: a set of actions is one integer, and `&`, `|` and `~`
take microseconds for all of AWS. Numbers are of one release of the data; they are for computing, not for keeping.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

from iamlab.catalog.files import read

LEVELS = {"L": "List", "R": "Read", "W": "Write", "P": "Permissions management", "T": "Tagging"}
"""The letters of the data file, in the order AWS's tables give the access levels."""


class Names:
    """The actions of one service; its texts are split when they are first needed.

    Attributes:
        prefix: the service's prefix.
        places: the numbers of its actions.
        levels: a letter an action.
    """

    __slots__ = ("_lower", "_names", "_numbers", "_text", "levels", "places", "prefix")

    def __init__(self, prefix: str, start: int, levels: str, text: str) -> None:
        self.prefix = prefix
        self.places = range(start, start + len(levels))
        self.levels = levels
        self._text = text
        self._names: list[str] | None = None
        self._lower: list[str] | None = None
        self._numbers: dict[str, int] | None = None

    @property
    def names(self) -> list[str]:
        """The actions' names, without prefix, sorted without case."""
        if self._names is None:
            self._names = self._text.split(" ")
        return self._names

    @property
    def lower(self) -> list[str]:
        """The same names in lower case, in the same order."""
        if self._lower is None:
            self._lower = self._text.lower().split(" ")
        return self._lower

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each action, by its name in lower case."""
        if self._numbers is None:
            self._numbers = dict(zip(self.lower, self.places, strict=True))
        return self._numbers


@dataclass(slots=True)
class _Index:
    services: dict[str, Names]
    unlisted: dict[str, str]


@lru_cache(maxsize=1)
def _index() -> _Index:
    services: dict[str, Names] = {}
    unlisted: dict[str, str] = {}
    start = 0
    for line in zlib.decompress(read("names.z")).decode().split("\n"):
        prefix, levels, listed, others = line.split("\t")
        if others:
            unlisted[prefix] = others
        if listed:
            services[prefix] = Names(prefix, start, levels, listed)
            start += len(levels)
    return _Index(services, unlisted)


@lru_cache(maxsize=1)
def _levels() -> str:
    return "".join([service.levels for service in _index().services.values()])


def service_names() -> tuple[str, ...]:
    """The prefixes of all services, sorted."""
    return tuple(_index().services)


@lru_cache(maxsize=1)
def action_names() -> tuple[str, ...]:
    """Every action as `prefix:Name`; an action's place is its bit."""
    return tuple([f"{prefix}:{name}" for prefix, service in _index().services.items() for name in service.names])


def names_in(prefix: str) -> Names | None:
    """The actions of a service, `None` when it is unknown; prefix in lower case."""
    return _index().services.get(prefix)


def number(action: str) -> int | None:
    """The place of an action, in any case; `None` when the index does not have it.

    >>> action_names()[number("S3:getobject")]
    's3:GetObject'
    """
    prefix, _, name = action.lower().partition(":")
    service = names_in(prefix)
    return service.numbers.get(name) if service else None


def is_known(action: str) -> bool:
    """Is there such an action, in any case? Also true for a few that are so new that only their name is known."""
    if number(action) is not None:
        return True
    prefix, _, name = action.lower().partition(":")
    return name in _index().unlisted.get(prefix, "").split(" ") and name != ""


def span(prefix: str) -> range:
    """The places of a service's actions; empty when the service is unknown.

    >>> len(span("no-such-service")), number("sts:AssumeRole") in span("STS")
    (0, True)
    """
    service = names_in(prefix.lower())
    return service.places if service else range(0)


def level(place: int) -> str:
    """The access level of the action at a place: `List`, `Read`, `Write`, `Permissions management` or `Tagging`."""
    return LEVELS[_levels()[place]]


@lru_cache(maxsize=len(LEVELS))
def level_bits(access_level: str) -> int:
    """The set of all actions of an access level.

    Raises:
        KeyError: there is no such level.

    >>> bool(level_bits("Tagging") >> number("s3:PutObjectTagging") & 1)
    True
    """
    letter = {name: letter for letter, name in LEVELS.items()}[access_level]
    return int("".join(["1" if found == letter else "0" for found in reversed(_levels())]), 2)


def all_bits() -> int:
    """The set of all actions."""
    return (1 << len(_levels())) - 1


def service_bits(prefix: str) -> int:
    """The set of a service's actions."""
    places = span(prefix)
    return ((1 << len(places)) - 1) << places.start


def places_of(bits: int) -> list[int]:
    """The places in a set of actions, in order.

    >>> places_of(0b10110)
    [1, 2, 4]
    """
    if not bits:
        return []
    start = (bits & -bits).bit_length() - 1
    return list(compress(range(start, bits.bit_length()), map("1".__eq__, reversed(bin(bits >> start)))))


def names_of(bits: int) -> list[str]:
    """The names in a set of actions, in order."""
    names = action_names()
    return [names[place] for place in places_of(bits)]
