"""Names that AWS's managed policies use although the Service Authorization Reference does not list them.

Some are retired, some are not published, some stand only in a service's own guide. AWS calls them harmless ("Invalid
actions do not affect the permissions granted by the policy"), and a name that AWS itself writes is no misspelling: the
checks let it pass. The data file is made by `tools/build_names_in_use.py`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html]
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from iamlab.policy.patterns import contains

_NAMED = re.compile(r"([^:]*:){5}/?\w")
"""How an ARN begins whose resource part begins with a name: a mere star would speak for every resource."""


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    data = json.loads(Path(__file__).with_suffix(".json").read_text())
    return {kind: frozenset(names) for kind, names in data.items()}


def action_in_use(action: str) -> bool:
    """Does AWS use this action, or pattern of actions? In lower case."""
    return action in _names()["actions"]


def key_in_use(key: str) -> bool:
    """Does AWS use this condition key, or list it under a service with another prefix? In lower case."""
    return key in _names()["keys"] or key in _names()["elsewhere"]


def key_in_use_unqualified(key: str) -> bool:
    """Does AWS use this key without ForAnyValue or ForAllValues, though the reference says it is multivalued?"""
    return key in _names()["unqualified"]


def tested_by_aws(operator: str, key: str, values: Sequence[object]) -> bool:
    """Does AWS test this key so, with this first value, for actions that do not know it?"""
    return written_test(operator, key, values) in _names()["tests"]


def written_test(operator: str, key: str, values: Sequence[object]) -> str:
    """A test as the data file keeps it."""
    return f"{operator} {key} {values[0] if values else ''}"


def resource_in_use(arn: str) -> bool:
    """Does AWS use this ARN, or a pattern that takes it in?"""
    return arn in _names()["resources"] or any(contains(pattern, arn) for pattern in _telling())


@lru_cache(maxsize=1)
def _telling() -> tuple[str, ...]:
    """The patterns whose resource part says something."""
    return tuple(sorted(arn for arn in _names()["resources"] if _NAMED.match(arn)))
