"""ARNs made by the ARN formats of what an action works on.

CloudTrail gives names and ids where a policy wants ARNs, and IAM's messages say `role app`. `arns_of` fills an action's
formats from parameters, `arn_named` from a name; what nobody tells becomes a `*`, and where nothing is told there is no
ARN at all. How a place of a format is called in CloudTrail stands in one table; the rest follows a few rules.
[https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from iamlab.catalog import services
from iamlab.catalog.services import Action, ActionResource, Service
from iamlab.errors import NoSuchEntity
from iamlab.policy.reach import can_name, formats

Values = Mapping[str, Sequence[str]]
"""What is told: the values of each parameter, by its name in lower case."""

_MOST = 50
"""How many ARNs are made for one format."""

_PLACE = re.compile(r"\$\{(\w+)\}")

_CALLED = {
    "alias": ("aliasname",),
    "certificatename": ("servercertificatename",),
    "clusterparametergroupname": ("dbclusterparametergroupname",),
    "clustersnapshotname": ("dbclustersnapshotidentifier",),
    "dbclusterinstancename": ("dbclusteridentifier",),
    "groupfriendlyname": ("autoscalinggroupname",),
    "keyid": ("targetkeyid",),
    "keypairname": ("keyname",),
    "mfatokenid": ("virtualmfadevicename",),
    "naclid": ("networkaclid",),
    "objectname": ("key",),
    "parametergroupname": ("dbparametergroupname",),
    "securitygroupid": ("groupid",),
    "securitygroupname": ("dbsecuritygroupname", "clustersecuritygroupname"),
    "snapshotname": ("dbsnapshotidentifier", "snapshotidentifier"),
    "subnetgroupname": ("dbsubnetgroupname", "clustersubnetgroupname"),
    "taskdefinitionfamilyname": ("taskdefinition",),
    "taskdefinitionrevisionnumber": ("taskdefinition",),
    "vpcendpointserviceid": ("serviceid",),
}
"""Parameters that are called otherwise than the place in the ARN format, both in lower case."""

_NEW = ("Allocate", "Copy", "Create", "Run")
"""How actions begin that make something: it has no id yet."""


@dataclass(slots=True)
class Place:
    """Where ARNs are made; an empty Region or account is not known."""

    account: str = ""
    region: str = ""
    partition: str = "aws"


@dataclass(slots=True)
class _Made:
    """The ARNs of one resource type.

    Attributes:
        arns: the ARNs, with a `*` where nothing is told.
        filled: how many places were filled from what is told.
        open: how many were not.
        is_by_id: does the format end in an id, which AWS gives?
    """

    arns: list[str]
    filled: int
    open: int
    is_by_id: bool = False


def needs_resource(action: str) -> bool:
    """Is an action asked about a resource, always?

    Not so where it works on nothing in particular, or on all of a kind if none of it is named. What the catalog does
    not have is taken to need one.

    >>> needs_resource("iam:GetRole"), needs_resource("iam:ListUsers"), needs_resource("rds:DescribeDBInstances")
    (True, False, False)
    """
    found = _action(action)
    uses = found[1].resource_types if found else ()
    # Two that are not required are alternatives, such as an object and the same by its access point.
    return found is None or len(uses) > 1 or any(use.required for use in uses)


def arns_of(action: str, given: Iterable[str], values: Values, place: Place) -> list[str]:
    """The ARNs that a request is about; empty where they cannot be told.

    AWS asks about every resource type that the action requires, and about the others that the request names.

    Args:
        action: an IAM action.
        given: ARNs that are known to be involved; those of a resource type come before what could be made.
        values: the parameters.
        place: where.

    >>> arns_of("ec2:TerminateInstances", [], {"instanceid": ["i-1", "i-2"]}, Place("111122223333", "eu-west-1"))
    ['arn:aws:ec2:eu-west-1:111122223333:instance/i-1', 'arn:aws:ec2:eu-west-1:111122223333:instance/i-2']
    >>> arns_of("cloudformation:DeleteStack", [], {"stackname": ["web"]}, Place("111122223333", "eu-west-1"))
    ['arn:aws:cloudformation:eu-west-1:111122223333:stack/web/*']
    """
    found = _action(action)
    if found is None:
        return []
    service, facts = found
    arns = list(given)
    # Where a type is required, a mere `name` is its name, and not that of another one that may be there too.
    sure = {name: found for name, found in values.items() if name not in ("name", "id")}
    is_required = any(use.required for use in facts.resource_types)
    made = [
        (use, _of_type(service, use, arns, sure if is_required and not use.required else values, place))
        for use in facts.resource_types
    ]
    told = [(use, one) for use, one in made if one.filled]
    if not is_required:
        # Alternatives: the one that says most, such as the object before its access point.
        best = max((one for _, one in told), key=lambda one: (-one.open, len(one.arns[0])), default=None)
        return best.arns if best else []
    required = [one for use, one in made if use.required]
    is_new = facts.name.startswith(_NEW)
    chosen = [one for one in required if one.filled or (is_new and one.is_by_id) or (told and not one.open)]
    if not chosen and not any(one.open for one in required):
        chosen = required  # such as Glue's catalog: there is one, whatever is told
    home = f":{service.prefix}:"
    chosen += [one for use, one in told if not use.required and not one.open and home in one.arns[0]]
    return list(dict.fromkeys(arn for one in chosen for arn in one.arns))


def arn_named(action: str, text: str, place: Place) -> str:
    """The ARN of what AWS calls by its kind and name, or by its name alone; empty where that is not sure.

    >>> arn_named("iam:GetRole", "role app", Place("111122223333"))
    'arn:aws:iam::111122223333:role/app'
    >>> arn_named("secretsmanager:GetSecretValue", "db-password", Place("111122223333"))
    'arn:aws:secretsmanager:*:111122223333:secret:db-password-??????'
    """
    found = _action(action)
    if found is None or not text.strip():
        return ""
    service, facts = found
    uses = facts.resource_types
    for use in uses:
        kind = use.name.replace("-", " ").lower() + " "
        if text.lower().replace("-", " ").startswith(kind):
            uses, text = (use,), text[len(kind) :]
            break
    if len(uses) != 1 or " " in text.strip():
        return ""
    for form in service.resource_types[uses[0].name].arns:
        own = _own_places(form)
        if own:
            # Of several parts it is the last name that one calls it by: a stack's, and not its id.
            last = ([one for one in own if _plain(one).endswith("name")] or own)[-1]
            return _filled(form, uses[0].name, {last: [text.strip()]}, place).arns[0]
    return ""


def form_of(action: str) -> str:
    """The ARN format of what an action works on, as AWS's reference writes it; empty where there is none.

    >>> form_of("kms:Decrypt")
    'arn:aws:kms:${Region}:${Account}:key/${KeyId}'
    """
    found = _action(action)
    uses = found[1].resource_types if found else ()
    if found is None or not uses:
        return ""
    # The plainest of those that are required, or of all: the object, and not the same by its access point.
    plainest = min(uses, key=lambda use: (not use.required, len(found[0].resource_types[use.name].arns[0])))
    return found[0].resource_types[plainest.name].arns[0].replace("${Partition}", "aws")


def _action(action: str) -> tuple[Service, Action] | None:
    prefix, _, name = action.partition(":")
    try:
        service = services.service(prefix)
    except NoSuchEntity:
        return None
    found = service.actions.get(name.lower())
    return (service, found) if found else None


def _of_type(service: Service, use: ActionResource, given: list[str], values: Values, place: Place) -> _Made:
    """The ARNs of a type: those that are given, or the best that can be made."""
    fitting = [one for one in formats(service.prefix) if use.name in one.kinds]
    direct = [arn for arn in given if any(can_name(arn, one) for one in fitting)]
    if direct:
        return _Made(direct, 1, 0)
    made = [_filled(form, use.name, values, place) for form in service.resource_types[use.name].arns]
    return max(made, key=lambda one: (bool(one.filled), -one.open, one.filled))


def _own_places(form: str) -> list[str]:
    """The places of a format that are the resource's own, in lower case."""
    return [name for name in map(str.lower, _PLACE.findall(form)) if name not in ("partition", "region", "account")]


def _filled(form: str, kind: str, values: Values, place: Place) -> _Made:
    """The ARNs of one format, with a `*` in each place of which nothing is told."""
    own = _own_places(form)
    known = {"partition": [place.partition], "region": [place.region or "*"], "account": [place.account or "*"]}
    told = {name: _told(name, kind, own, values) for name in own}
    known |= {name: found or ["*"] for name, found in told.items()}
    arns = [_write(form, dict(zip(known, chosen, strict=True))) for chosen in islice(product(*known.values()), _MOST)]
    filled = sum(bool(found) for found in told.values())
    return _Made(arns, filled, len(own) - filled, bool(own) and own[-1].endswith("id"))


def _write(form: str, known: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: known[match[1].lower()], form)


def _told(place: str, kind: str, own: list[str], values: Values) -> list[str]:
    """What the parameters tell of a place."""
    for name in _parameters(place, kind.replace("-", "").lower(), own):
        found = [plain for value in values.get(name, ()) if (plain := _as_in_arn(place, value))]
        if found:
            return found
    return []


def _parameters(place: str, kind: str, own: list[str]) -> Iterator[str]:
    """The names of the parameters that may tell a place, the surest first."""
    plain = _plain(place)
    yield from (place, plain, *_CALLED.get(plain, ()))
    ending = next((end for end in ("name", "id") if plain.endswith(end)), "")
    stem = plain.removesuffix(ending)
    if stem and ending:
        yield from (f"{stem}identifier", stem)
        if ending == "name":
            yield f"{stem}id"
    elif ending:
        yield from (f"{kind}{ending}", f"{kind}identifier")
    # `name` alone is the name of the thing itself: of the rule, and not of its bus.
    if ending == "name" and place == [one for one in own if _plain(one).endswith("name")][-1]:
        yield "name"
    if ending == "id" and len(own) == 1:
        yield "id"


def _plain(place: str) -> str:
    return place.removesuffix("withpath").removesuffix("withoutleadingslash")


def _as_in_arn(place: str, value: str) -> str:
    """A parameter's value as it stands in an ARN; empty where it says nothing of this place."""
    if place == "keyid" and (value.startswith("alias/") or ":alias/" in value):
        return ""  # of which key an alias is, KMS alone knows
    if place == "eventbusname" and value == "default":
        return ""  # its rules have a format of their own
    if value.startswith("arn:"):
        value = value.split(":", 5)[-1].rpartition("/")[2].rpartition(":")[2]
    if place == "secretid":
        # Secrets Manager adds a hyphen and six characters to a name
        # [https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen].
        return f"{value}-??????"
    if place == "functionname":
        return value.rpartition("function:")[2].partition(":")[0]
    if place.startswith("taskdefinition"):
        family, _, revision = value.partition(":")
        return revision if place.endswith("number") else family
    if place == "alias":
        return value.removeprefix("alias/")
    if place.endswith("withoutleadingslash"):
        return value.removeprefix("/")
    return value.rpartition("/")[2] if place.endswith("id") else value
