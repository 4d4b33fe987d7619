"""Services: their actions, resource types and condition keys, one service at a time.

`service("s3")` reads one member of the archive and keeps it. The names and facts are the Service Authorization
Reference's [https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html].
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from iamlab.catalog import index
from iamlab.catalog.files import read_json, read_member
from iamlab.errors import NoSuchEntity


@dataclass(slots=True)
class ActionResource:
    """A resource type that an action works on.

    Attributes:
        name: the resource type's name, a key of `Service.resource_types`.
        required: must a policy that allows the action name such a resource (a star in AWS's tables)?
        condition_keys: keys that are there when the action meets this type.
        dependent_actions: actions that are needed besides, when this type is used.
    """

    name: str
    required: bool
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(slots=True)
class Action:
    """An action, such as `GetObject`.

    Attributes:
        name: its name without the service's prefix.
        access_level: `List`, `Read`, `Write`, `Permissions management` or `Tagging`.
        resource_types: what it works on; empty when only `"Resource": "*"` names it.
        condition_keys: keys that are there whatever the resource.
        dependent_actions: every action that may be needed besides.
    """

    name: str
    access_level: str
    resource_types: tuple[ActionResource, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(slots=True)
class ResourceType:
    """A resource type, such as `bucket`.

    Attributes:
        name: its name in AWS's tables.
        arns: its ARN formats, with `${Partition}`, `${Region}`, `${Account}` and names of its own in braces.
        condition_keys: keys that are about such a resource.
        further_arns: formats that only other pages of AWS's name, such as a function with a version.
    """

    name: str
    arns: tuple[str, ...]
    condition_keys: tuple[str, ...]
    further_arns: tuple[str, ...] = ()


@dataclass(slots=True)
class ConditionKey:
    """A condition key of a service.

    Attributes:
        name: such as `s3:prefix` or `aws:RequestTag/${TagKey}`.
        type: `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`, or `ArrayOf…` when it is multivalued.
    """

    name: str
    type: str


@dataclass(slots=True)
class Service:
    """A service as the Service Authorization Reference lists it; treat it as immutable.

    Attributes:
        prefix: what stands before the colon of its actions.
        name: its full name.
        actions: by name in lower case.
        resource_types: by name.
        condition_keys: by name.
    """

    prefix: str
    name: str
    actions: dict[str, Action]
    resource_types: dict[str, ResourceType]
    condition_keys: dict[str, ConditionKey]

    def __repr__(self) -> str:
        """Say how much there is, and not all of it."""
        return f"Service({self.prefix!r}, {self.name!r}, {len(self.actions)} actions)"


_FURTHER_ARNS = {
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
    ("lambda", "function"): ("arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:${Qualifier}",),
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    ("logs", "log-group"): ("arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*",),
    # AWS's own documents belong to no account: so its managed policies write them.
    ("ssm", "document"): (
        "arn:${Partition}:ssm:${Region}::document/AWS${DocumentName}",
        "arn:${Partition}:ssm:${Region}::document/Amazon${DocumentName}",
    ),
}


def service_names() -> tuple[str, ...]:
    """The prefixes of all services, sorted."""
    return index.service_names()


def service(prefix: str) -> Service:
    """All that is known about a service.

    Args:
        prefix: such as `s3`, in any case.

    Raises:
        NoSuchEntity: there is no such service.

    >>> s3 = service("S3")
    >>> s3.name, s3.actions["getobject"].access_level, s3.resource_types["bucket"].arns
    ('Amazon S3', 'Read', ('arn:${Partition}:s3:::${BucketName}',))
    """
    return _service(prefix.lower())


def services_on(arn_service: str) -> tuple[str, ...]:
    """The services that have actions on ARNs of this service.

    Args:
        arn_service: the third part of an ARN, such as `ec2`.

    >>> "ssm" in services_on("ec2")
    True
    """
    return tuple(sorted({*_places().get(arn_service, ()), *_places()["*"]}))


@cache
def rcp_services() -> frozenset[str]:
    """The prefixes of the services that resource control policies bind, as the catalog's source lists them.

    AWS's page is the authority; only S3, STS, KMS, SQS and Secrets Manager could be held against AWS's own words.
    [https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services]
    """
    return frozenset(read_json("about.json")["rcp_services"])


@lru_cache(maxsize=1)
def _places() -> dict[str, list[str]]:
    places: dict[str, list[str]] = read_json("places.json")
    return places


@cache
def _service(prefix: str) -> Service:
    try:
        data: dict[str, Any] = json.loads(read_member("services.zip", prefix))
    except OSError:
        raise NoSuchEntity(f"There is no service with the prefix {prefix!r}") from None
    names = data["names"]
    key_lists = [tuple([names[number] for number in numbers]) for numbers in data["lists"]]
    types = [
        ResourceType(name, tuple(arns), key_lists[keys], _FURTHER_ARNS.get((prefix, name), ()))
        for name, arns, keys in data["types"]
    ]
    uses = [
        ActionResource(types[number].name, required == 1, key_lists[keys], tuple(needs))
        for number, required, keys, needs in data["uses"]
    ]
    levels = index.LEVELS
    return Service(
        prefix,
        data["name"],
        {
            name.lower(): Action(
                name, levels[level], tuple([uses[number] for number in used]), key_lists[keys], tuple(needs)
            )
            for name, level, used, keys, needs in data["actions"]
        },
        {kind.name: kind for kind in types},
        {key: ConditionKey(key, kind) for key, kind in data["keys"]},
    )
