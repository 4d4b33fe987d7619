"""What an operation's parameters tell: the resources it is about, and condition keys.

The resources are ARNs among them, or made by the service's ARN formats (`formats`). CloudTrail writes parameters in its
own way: lists are `items` in a set, a queue is its URL, an object to copy is a path.
[https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from iamlab.analysis.diagnosis.formats import Place, arns_of
from iamlab.catalog import index, services
from iamlab.errors import NoSuchEntity

_VAGUE = frozenset(("id", "identifier", "key", "name"))
"""Parameters that say of what they are the name only where they stand outermost."""

_QUEUE = re.compile(r"https?://(?:sqs[.-])?([a-z]{2,}(?:-[a-z]+)+-\d)?[\w.-]*/(\d{12})/([\w.-]+)/?")


def resources_of(action: str, arns: Iterable[str], parameters: Mapping[str, Any], place: Place) -> list[str]:
    """The resources of a request that are told by its parameters; empty where they cannot be found.

    Args:
        action: the IAM action, such as `s3:GetObject`.
        arns: ARNs that are known to be involved.
        parameters: the operation's parameters.
        place: where other ARNs are made.

    >>> home = Place("111122223333", "eu-west-1")
    >>> resources_of("s3:GetObject", [], {"bucketName": "reports", "key": "q3.csv"}, home)
    ['arn:aws:s3:::reports/q3.csv']
    >>> resources_of("iam:DeleteUser", [], {"userName": "bob"}, home)
    ['arn:aws:iam::111122223333:user/bob']
    >>> stopped = {"instancesSet": {"items": [{"instanceId": "i-0abc"}]}}
    >>> resources_of("ec2:StopInstances", [], stopped, home)
    ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc']
    """
    listed = list(arns)
    if index.number(action) is None:
        return listed[:1]
    values = _values(parameters)
    queue = _QUEUE.fullmatch(next(iter(values.get("queueurl", ())), ""))
    if queue:
        # A queue's URL says whose it is, and mostly where.
        place = replace(place, account=queue[2], region=queue[1] or place.region)
        values["queuename"] = [queue[3]]
    listed += [value for found in values.values() for value in found if value.startswith("arn:")]
    return arns_of(action, listed, values, place)


def about(parameters: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """The parameters of an operation on two things that are about one of them.

    Args:
        parameters: all of them.
        part: which of the two, as `catalog.operations` calls it.

    >>> about({"bucketName": "b", "key": "k", "x-amz-copy-source": "/reports/2026%2Fq3.csv"}, "source object")
    {'bucketName': 'reports', 'key': '2026/q3.csv'}
    """
    if part == "source object":
        source = unquote(str(parameters.get("x-amz-copy-source", ""))).partition("?")[0].removeprefix("/")
        if source.startswith("arn:"):
            return {"source": source}
        bucket, _, key = source.partition("/")
        return {"bucketName": bucket, "key": key}
    if part == "target object":
        return {name: value for name, value in parameters.items() if name != "x-amz-copy-source"}
    if part in ("source key", "target key"):
        name = "sourceKeyId" if part == "source key" else "destinationKeyId"
        return {"keyId": parameters.get(name)}
    return parameters


def _values(parameters: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every text by its parameter's name in lower case; the outermost of a name count, and a list by the singular."""
    found: dict[str, list[str]] = {}
    inside: list[object] = [parameters]
    while inside:
        level: dict[str, list[str]] = {}
        deeper: list[object] = []
        for value in inside:
            for name, one in value.items() if isinstance(value, Mapping) else ():
                short = str(name).lower()
                texts = [one] if isinstance(one, str) else []
                if isinstance(one, list | tuple) and one and all(isinstance(text, str) for text in one):
                    short, texts = short.removesuffix("s"), list(one)
                if texts and (value is parameters or short not in _VAGUE):
                    level.setdefault(short, []).extend(texts)
            deeper += value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
        found = {**level, **found}
        inside = deeper
    return found


def condition_keys_of(action: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The service's condition keys that are called like a parameter, each with its value.

    Args:
        action: the IAM action.
        parameters: the operation's parameters.

    >>> list(condition_keys_of("s3:ListBucket", {"bucketName": "reports", "prefix": "2026/", "max-keys": 10}))
    [('s3:prefix', '2026/'), ('s3:max-keys', '10')]
    """
    prefix, _, name = action.partition(":")
    try:
        known = services.service(prefix).actions.get(name.lower())
    except NoSuchEntity:
        return
    uses = known.resource_types if known else ()
    listed = [*(known.condition_keys if known else ()), *(key for use in uses for key in use.condition_keys)]
    keys = {key.lower(): key for key in listed}
    for parameter, value in parameters.items():
        key = keys.get(f"{prefix}:{parameter}".lower())
        if key and isinstance(value, str | int | float):
            yield key, str(value).lower() if isinstance(value, bool) else str(value)
