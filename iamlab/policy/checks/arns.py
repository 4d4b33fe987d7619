"""ARN patterns in policies: read into six parts, and held against the formats of the services' resource types.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from iamlab.catalog.services import services_on
from iamlab.policy import reach
from iamlab.policy.checks.names_in_use import resource_in_use
from iamlab.policy.patterns import has_wildcard, overlaps

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")

_LONGEST = 2048
"""No ARN is longer; comparing two long patterns takes the product of their lengths."""

VARIABLE = re.compile(r"\$\{([^{}]*)\}")
"""A policy variable that is closed, and what stands in its braces."""


def open_variables(text: str) -> str:
    """The text with every `${…}` replaced by a star: it may stand for anything.

    >>> open_variables("arn:aws:s3:::home/${aws:username}/*")
    'arn:aws:s3:::home/*/*'
    """
    return VARIABLE.sub("*", text) if "${" in text else text


@dataclass(slots=True)
class ArnPattern:
    """The six parts of an ARN in a policy; each may hold wildcards."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def split_arn(text: str) -> ArnPattern | None:
    """Take an ARN pattern apart, policy variables replaced by stars; `None` when it has no six parts.

    A star that ends the last part there is stands for the parts that are missing, as in `arn:aws:s3:*`.
    """
    parts = open_variables(text).split(":", 5)
    if parts[0] != "arn":
        return None
    if len(parts) > 2 and parts[-1].endswith("*"):
        parts += ["*"] * (6 - len(parts))
    return ArnPattern(*parts[1:]) if len(parts) == 6 else None


@cache
def formats(service: str) -> tuple[ArnPattern, ...]:
    """The formats of ARNs with this service in them; none when no resource type has such ARNs."""
    patterns = {found.pattern for prefix in services_on(service) for found in reach.formats(prefix)}
    split = (ArnPattern(*pattern.split(":", 5)[1:]) for pattern in sorted(patterns))
    return tuple(pattern for pattern in split if pattern.service == service)


@lru_cache(maxsize=4096)
def fitting(text: str) -> tuple[ArnPattern, tuple[ArnPattern, ...]] | None:
    """An ARN and the formats whose resource part it can fit; `None` when nothing can be said about it."""
    arn = split_arn(text) if len(text) <= _LONGEST else None
    if arn is None or has_wildcard(arn.service) or not formats(arn.service) or resource_in_use(text):
        return None
    return arn, tuple(known for known in formats(arn.service) if overlaps(known.resource, arn.resource))
