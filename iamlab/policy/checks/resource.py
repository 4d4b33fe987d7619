"""Checks of Resource and NotResource: the shape of the ARNs in them, and whether the service has such resources.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamlab.catalog import index
from iamlab.catalog.regions import is_region, region_names
from iamlab.policy.checks.arns import PARTITIONS, fitting, formats, open_variables, split_arn
from iamlab.policy.checks.meant import prefix_meant
from iamlab.policy.checks.names_in_use import resource_in_use
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import Item, PolicyType, StatementView
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.repairs import Repair, put
from iamlab.policy.spelling import slip

_WITH_RESOURCE: tuple[PolicyType, ...] = ("identity", "resource", "scp", "rcp")
_ACCOUNT = re.compile(r"\d{12}\Z")
_AWSS_OWN = re.compile(r"(document|automation-definition)/(AWS|Aws|Amazon)|parameter/aws/")
_OWNERS = ("", "aws", "amazon", "aws-marketplace", "cloudfront", "aws-managed")
"""What stands in the account's place besides twelve digits, in ARNs that AWS writes."""


@check("MISSING_RESOURCE", on="statement", types=_WITH_RESOURCE, refuses=True)
def missing_resource(statement: StatementView) -> Iterator[Found]:
    """A statement says on what it works."""
    if statement.resource is None and not _is_ecrs(statement):
        identity = statement.document.policy_type == "identity"
        words = "Policy statement must contain resources." if identity else "Missing required field Resource"
        path = statement.path
        # Nobody is given everything by one click. An SCP gives nothing, and a resource's policy is about that resource.
        repair = None if identity and statement.allows else put('Add "Resource": "*"', f"{path}.Resource", "*")
        yield Found(path, 'A statement needs Resource or NotResource; "*" stands for all resources.', repair, words)


def _is_ecrs(statement: StatementView) -> bool:
    """Is it a statement of a repository's policy? ECR takes no Resource there, not even a star.

    A registry's policy, which names repositories, has actions of the same prefix; a policy does not say whose it is.
    [https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html,
    https://github.com/awsdocs/amazon-ecr-user-guide/pull/20]
    """
    actions = [item.text.lower() for item in statement.actions]
    of_ecr = bool(actions) and all(action.startswith("ecr:") for action in actions)
    return of_ecr and statement.document.policy_type == "resource"


@check("EMPTY_ARRAY_RESOURCE", on="statement", refuses=True)
def empty_resource(statement: StatementView) -> Iterator[Found]:
    """A list of resources with none in it."""
    element = statement.resource
    if element and element.empty:
        message = f"{element.name} is an empty list, so the statement names no resource."
        yield Found(element.path, message, refusal="Policy statement must contain resources.")


@check("INVALID_ARN_PREFIX", on="resource", refuses=True)
def invalid_prefix(item: Item) -> Iterator[Found]:
    """A resource is an ARN or a star."""
    text = item.text
    if set(text) == {"*"} or text.startswith(("arn:", "${")):
        return
    better = f"arn:aws:s3:::{text.removeprefix('s3://')}" if text.startswith("s3://") else None
    repair = put(f"Write {better}", item.path, better) if better else None
    message = f'"{text}" is not an ARN: it must start with "arn:", or be "*".'
    yield Found(item.path, message, repair, f'Resource {text} must be in ARN format or "*".')


@check("MISSING_ARN_FIELD", on="resource", refuses=True)
def missing_field(item: Item) -> Iterator[Found]:
    """An ARN has six parts."""
    if not item.text.startswith("arn:"):
        return
    parts = open_variables(item.text).split(":")
    message = f'"{item.text}" has fewer than six parts: arn:partition:service:region:account:resource.'
    if split_arn(item.text) is None:
        yield Found(item.path, message, _with_empty_parts(item, parts), "The policy failed legacy parsing")
    elif len(parts) in (4, 5) and "/" in parts[-1]:
        # A star at its end could run on, but no Region and no account has a slash.
        yield Found(item.path, message, _with_empty_parts(item, parts))


def _with_empty_parts(item: Item, parts: list[str]) -> Repair | None:
    """The ARN with the colons that were left out, where the service's ARNs have no Region and no account."""
    if "${" in item.text or len(parts) not in (4, 5) or any(parts[3:-1]):
        return None
    better = ":".join([*parts[:3], "", "", parts[-1]])
    known = fitting(better)
    if known is None or all(form.region or form.account for form in known[1]):
        return None
    return put(f"Write {better}", item.path, better)


def _with(item: Item, number: int, part: str) -> str:
    """The ARN with another text in one of its six parts."""
    parts = item.text.split(":")
    parts[number] = part
    return ":".join(parts)


def _rewrite(item: Item, number: int, part: str) -> Repair:
    better = _with(item, number, part)
    return put(f"Write {better}", item.path, better)


@check("INVALID_PARTITION", on="resource", refuses=True)
def invalid_partition(item: Item) -> Iterator[Found]:
    """The partition is AWS's name for a group of Regions."""
    arn = split_arn(item.text)
    if arn and not has_wildcard(arn.partition) and arn.partition not in PARTITIONS:
        words = f'Partition "{arn.partition}" is not valid for resource "{item.text}".'
        message = (
            f'"{arn.partition}" is not a partition: it is aws in most places, aws-cn in China, aws-us-gov in GovCloud.'
        )
        yield Found(item.path, message, _rewrite(item, 1, "aws"), words)


@check("INVALID_ARN_RESOURCE", on="resource", refuses=True)
def wildcard_in_arn_service(item: Item) -> Iterator[Found]:
    """The service in an ARN is written out."""
    arn = split_arn(item.text)
    if arn and has_wildcard(arn.service):
        words = "Resource vendor must be fully qualified and cannot contain regexes."
        message = "The service in an ARN must be written out: it takes no wildcards and no variables."
        yield Found(item.path, message, refusal=words)


@check("INVALID_ARN_SERVICE_CASE", on="resource")
def service_case(item: Item) -> Iterator[Found]:
    """The service in an ARN is written small."""
    arn = split_arn(item.text)
    if arn and arn.service != arn.service.lower() and formats(arn.service.lower()):
        message = f'Write the service in lower case: "{arn.service.lower()}".'
        yield Found(item.path, message, _rewrite(item, 2, arn.service.lower()))


@check("INVALID_ARN_ACCOUNT", on="resource")
def invalid_account(item: Item) -> Iterator[Found]:
    """An account is twelve digits."""
    arn = split_arn(item.text)
    if arn and not has_wildcard(arn.account) and arn.account not in _OWNERS and not _ACCOUNT.match(arn.account):
        yield Found(item.path, f'"{arn.account}" is not an account: an account ID has twelve digits.')


@check("INVALID_ARN_REGION", on="resource")
def invalid_region(item: Item) -> Iterator[Found]:
    """A Region has a name such as eu-central-1; whether a service is offered there is not checked."""
    arn = split_arn(item.text)
    if arn and arn.region and not has_wildcard(arn.region) and not is_region(arn.region):
        message, near = no_region(arn.region)
        yield Found(item.path, message, _rewrite(item, 3, near) if near else None)


def no_region(name: str) -> tuple[str, str | None]:
    """What is said of a text that is not a Region's name, and the Region that was meant, if that is clear."""
    near = slip(name, region_names())
    hint = f" Did you mean {near}?" if near else ""
    return f'"{name}" is not a Region: a Region looks like eu-central-1.{hint}', near


@check("INVALID_SERVICE", on="resource")
def unknown_service(item: Item) -> Iterator[Found]:
    """The service in an ARN must be one of AWS's; its page on this code speaks of actions and keys alone."""
    arn = split_arn(item.text)
    if arn is None or has_wildcard(arn.service) or resource_in_use(item.text):
        return
    service = arn.service.lower()
    if not index.span(service) and not formats(service):
        near = prefix_meant(service)
        hint = f" Did you mean {near}?" if near else ""
        message = f'No AWS service has "{arn.service}" in its ARNs.{hint}'
        yield Found(item.path, message, _rewrite(item, 2, near) if near else None)


@check("INVALID_ARN_RESOURCE", on="resource")
def invalid_resource(item: Item) -> Iterator[Found]:
    """The resource part must fit one of the service's resource types."""
    known = fitting(item.text)
    if known and not known[1]:
        arn = known[0]
        shapes = sorted({form.resource for form in formats(arn.service)})
        some = ", ".join(shapes[:4]) + (", …" if len(shapes) > 4 else "")
        yield Found(item.path, f'"{arn.resource}" fits no resource type of {arn.service}, which has {some}.')


@check("ARN_REGION_NOT_ALLOWED", on="resource", refuses=True)
def region_not_allowed(item: Item) -> Iterator[Found]:
    """Resources of global services have no Region in their ARN."""
    known = fitting(item.text)
    if known and known[1] and known[0].region not in ("", "*") and not any(form.region for form in known[1]):
        service = known[0].service
        words = f"IAM resource {item.text} cannot contain region information." if service == "iam" else ""
        message = f"ARNs of this kind of {service} resource have no Region: leave that part empty."
        yield Found(item.path, message, _rewrite(item, 3, ""), words)


@check("ARN_ACCOUNT_NOT_ALLOWED", on="resource")
def account_not_allowed(item: Item) -> Iterator[Found]:
    """Some resources, such as buckets, have no account in their ARN."""
    known = fitting(item.text)
    if known and known[1] and known[0].account not in ("", "*") and not any(form.account for form in known[1]):
        message = f"ARNs of this kind of {known[0].service} resource have no account: leave that part empty."
        yield Found(item.path, message, _rewrite(item, 4, ""))


@check("MISSING_ARN_REGION", on="resource")
def missing_region(item: Item) -> Iterator[Found]:
    """Most ARNs name a Region, or a star for all of them."""
    known = fitting(item.text)
    if known and known[1] and not known[0].region and all(form.region for form in known[1]):
        message = f"ARNs of this kind of {known[0].service} resource name a Region; * stands for all Regions."
        yield Found(item.path, message, _rewrite(item, 3, "*"))


def _is_awss(item: Item) -> bool:
    """Is it one of AWS's own Systems Manager documents and parameters? Their ARNs have no account."""
    parts = item.text.split(":")
    return parts[2] == "ssm" and bool(_AWSS_OWN.match(parts[5]))


@check("MISSING_ARN_ACCOUNT", on="resource")
def missing_account(item: Item) -> Iterator[Found]:
    """Most ARNs name an account."""
    known = fitting(item.text)
    if known and known[1] and not known[0].account and all(form.account for form in known[1]) and not _is_awss(item):
        message = f"ARNs of this kind of {known[0].service} resource name an account; * stands for any account."
        yield Found(item.path, message, _rewrite(item, 4, "*"))
