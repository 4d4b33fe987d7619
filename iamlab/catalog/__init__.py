"""Facts about AWS, looked up and no more: names, numbers and text, never policy objects.

- `services`: what the Service Authorization Reference says of a service: its actions, resource types, condition keys.
- `index`: every action's name, access level and bit number, all services at once.
- `managed`: the AWS managed policies: names, versions, dates, document text.
- `keys`: the global condition keys: type, single or multivalued, when they are present.
- `operations`: which IAM actions an API operation needs, both ways.
- `quotas`: limits, name patterns and enumerations of IAM and STS.
- `regions`: the names of AWS's Regions.
- `principals`: service principals, and what the Console offers them for.
- `files`: how the data files are read.

Everything is read when it is first asked for. The data are made by `tools/build_catalog.py`; `date` and `sources` say
from what.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from iamlab.catalog.files import read_json

__all__ = ["Source", "date", "sources"]


@dataclass(slots=True)
class Source:
    """A package the data were taken from.

    Attributes:
        name: the package's name.
        version: its version.
        licence: its licence (SPDX).
        taken: what was taken from it.
    """

    name: str
    version: str
    licence: str
    taken: str


def date() -> str:
    """The day the services' data were gathered from AWS's pages, as `YYYY-MM-DD`.

    >>> date() >= "2026-09-26"
    True
    """
    day: str = _about()["date"]
    return day


def sources() -> tuple[Source, ...]:
    """The packages the data were taken from."""
    return tuple(Source(*source) for source in _about()["sources"])


@lru_cache(maxsize=1)
def _about() -> dict[str, Any]:
    about: dict[str, Any] = read_json("about.json")
    return about
