"""What AWS adds to a request for its principal. No other module of the account writes these condition keys.

`complete` takes what the caller gave and adds the keys that AWS always knows: who asks, with which credential, when,
and about whose resource. What the caller gave stands, so that one can ask "and with MFA?". Keys about the rest of the
request (`s3:prefix`, `sts:ExternalId` …) are the caller's; a key that nobody gives is absent. `from_address`,
`with_mfa` and `from_provider` say what a request brings that comes from somewhere, with a code, or by an identity
provider.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from iamlab.account.codec import check_characters
from iamlab.account.names import check_text
from iamlab.account.records import RoleRecord, RootRecord, UserRecord
from iamlab.account.resources import resource_for
from iamlab.arn import Arn, is_account
from iamlab.errors import InvalidInput
from iamlab.evaluation.request import GivenValue, plain_value

if TYPE_CHECKING:
    from iamlab.account.principals import Principal
    from iamlab.account.records import OrganizationRecord
from iamlab.account.state import State

Given = Mapping[str, GivenValue | None]
"""Context as people write it; None takes a key away that AWS would add."""

DECIDED_HERE = frozenset(
    key.lower()
    for key in (
        "aws:FederatedProvider",
        "aws:MultiFactorAuthAge",
        "aws:MultiFactorAuthPresent",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalServiceName",
        "aws:PrincipalServiceNamesList",
        "aws:PrincipalTag/",
        "aws:PrincipalType",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:SourceIdentity",
        "aws:TokenIssueTime",
        "aws:userid",
        "aws:username",
    )
)
"""The keys that `complete` settles: one that it does not add is absent, however little else is known."""

_TYPES = {
    "user": "User",
    "root": "Account",
    "assumed-role": "AssumedRole",
    "federated-user": "FederatedUser",
    "anonymous": "Anonymous",
}


def complete(state: State, principal: Principal, resource: str, given: Given | None = None) -> dict[str, GivenValue]:
    """The whole request context.

    Args:
        state: the account that is asked.
        principal: who asks.
        resource: the ARN asked about, or `*`.
        given: what the caller says of the request.

    Returns:
        Keys as AWS spells them; what was given comes last and stands.

    Raises:
        InvalidInput: what was given is not a mapping of keys and values.
    """
    if given is not None and not isinstance(given, Mapping):
        raise InvalidInput(f"{type(given).__name__} is not a context: expected a dict of condition keys and values")
    context: dict[str, GivenValue] = {}
    _add_principal(context, principal)
    _add_session(context, principal, state)
    _add_resource(context, state, resource)
    now = state.now()
    context["aws:CurrentTime"] = _iso(now)
    context["aws:EpochTime"] = str(int(now.timestamp()))
    context["aws:SecureTransport"] = "true"
    context["aws:ViaAWSService"] = "false"
    own = {key.lower(): key for key in context}
    for key, value in (given or {}).items():
        if not isinstance(key, str):
            raise InvalidInput(f"{key!r} is not a condition key: expected text such as aws:SourceIp")
        if value is not None:
            plain_value(key, value)
        context.pop(own.get(key.lower(), key), None)
        if value is not None:
            context[key] = value
    return context


def from_address(source_ip: str | None) -> dict[str, GivenValue]:
    """Where a request comes from, as a condition key; nothing when nobody says so.

    Raises:
        ValidationError: the address is not text.
    """
    return {} if source_ip is None else {"aws:SourceIp": check_text(source_ip, "source_ip")}


def with_mfa() -> dict[str, GivenValue]:
    """What is true of a request that brings a code of an MFA device, whatever credential signs it."""
    return {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}


def from_provider(provider: str, claims: Mapping[str, GivenValue]) -> dict[str, GivenValue]:
    """What a request brings that an identity provider vouches for.

    Raises:
        InvalidInput: a claim holds half of a character, which no file can hold.
    """
    check_characters({key: str(value) for key, value in claims.items()}, "claims")
    return {**claims, "aws:FederatedProvider": provider}


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _add_principal(context: dict[str, GivenValue], principal: Principal) -> None:
    """Keys about who asks [reference_policies_variables, "Principal key values"]."""
    if principal.kind in _TYPES:
        context["aws:PrincipalType"] = _TYPES[principal.kind]
    if principal.kind == "anonymous":
        context["aws:userid"] = "anonymous"
        return
    context["aws:PrincipalIsAWSService"] = "true" if principal.kind == "service" else "false"
    if principal.kind == "service":
        context["aws:PrincipalServiceName"] = principal.arn
        context["aws:PrincipalServiceNamesList"] = [principal.arn]
        return
    if principal.kind == "provider":
        return
    record, account = principal.record, principal.account or ""
    partition = Arn.parse(principal.arn).partition
    context["aws:PrincipalAccount"] = account
    if isinstance(record, RoleRecord):
        # A session's PrincipalArn is its role's, with the role's path.
        context["aws:PrincipalArn"] = f"arn:{partition}:iam::{account}:role{record.path}{record.name}"
        context["aws:userid"] = f"{record.id}:{principal.arn.rpartition('/')[2]}"
    else:
        context["aws:PrincipalArn"] = principal.arn
        if principal.kind == "root":
            context["aws:userid"] = account
        elif principal.kind == "federated-user":
            context["aws:userid"] = f"{account}:{principal.arn.rpartition('/')[2]}"
        elif isinstance(record, UserRecord):
            context["aws:userid"] = record.id
            context["aws:username"] = record.name
    if record is not None and not isinstance(record, RootRecord):
        for key, value in record.tags.items():
            context[f"aws:PrincipalTag/{key}"] = value
    if principal.home and principal.home.organization:
        _add_organization(context, principal.home.organization, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths")


def _add_organization(
    context: dict[str, GivenValue], organization: OrganizationRecord, org_id: str, paths: str
) -> None:
    """The organization and the path `o-…/r-…/ou-…/` down to the account's parent."""
    context[org_id] = organization.id
    units = "".join(f"{level.id}/" for level in organization.levels[:-1])
    context[paths] = [f"{organization.id}/{units}"]


def _add_session(context: dict[str, GivenValue], principal: Principal, state: State) -> None:
    """Keys that only temporary credentials bring.

    `aws:MultiFactorAuthPresent` is absent with long-term keys, and there with temporary ones: true or false.
    AssumeRole's credentials "do not include MFA information in the context"
    [id_credentials_mfa_configure-api-require], while the key is said to be there for all temporary ones
    [reference_policies_condition-keys]: here it is there, and false. For roles that a service uses AWS does not say;
    they are treated alike. A session that is only named, not one of the account's, is taken as one that begins now.
    """
    session = principal.session
    if session is None:
        if principal.kind in ("assumed-role", "federated-user"):
            context["aws:MultiFactorAuthPresent"] = "false"
            context["aws:TokenIssueTime"] = _iso(state.now())
        return
    context["aws:TokenIssueTime"] = _iso(session.issued)
    context["aws:MultiFactorAuthPresent"] = "true" if session.mfa_at else "false"
    if session.mfa_at:
        context["aws:MultiFactorAuthAge"] = str(int((state.now() - session.mfa_at).total_seconds()))
    if session.source_identity:
        context["aws:SourceIdentity"] = session.source_identity
    if session.provider:
        context["aws:FederatedProvider"] = session.provider
    if session.source_ip:
        context["aws:SourceIp"] = session.source_ip
    for key, values in session.claims.items():
        context[key] = values[0] if len(values) == 1 else list(values)
    # A session tag takes the place of the role's or user's tag with the same key, whatever its case [id_session-tags].
    for key, value in session.tags.items():
        name = f"aws:PrincipalTag/{key}"
        for other in [other for other in context if other.lower() == name.lower()]:
            del context[other]
        context[name] = value


def _add_resource(context: dict[str, GivenValue], state: State, resource: str) -> None:
    """Keys about the resource: whose it is, where, and its tags."""
    arn = Arn.parse(resource) if resource.startswith("arn:") and resource.count(":") >= 5 else None
    owner = owner_of(state, resource)
    context["aws:ResourceAccount"] = (
        owner.account_id if owner else arn.account if arn and is_account(arn.account) else state.account_id
    )
    # Requests to global services count as us-east-1 [reference_policies_condition-keys, aws:RequestedRegion].
    context["aws:RequestedRegion"] = arn.region if arn and arn.region and "*" not in arn.region else "us-east-1"
    if owner is None:
        return
    if owner.organization:
        _add_organization(context, owner.organization, "aws:ResourceOrgID", "aws:ResourceOrgPaths")
    tags: Mapping[str, str] = {}
    found = resource_for(owner, resource)
    if found is not None:
        # The tags of a bucket say nothing about its objects.
        tags = found.tags if found.arn == resource else {}
        context["aws:RequestedRegion"] = found.region
    elif arn and arn.service == "iam":
        entity = {"user": owner.users, "role": owner.roles}.get(arn.kind, {}).get(arn.name.lower())  # type: ignore[attr-defined]
        tags = entity.tags if entity else {}
        for key, value in tags.items():
            context[f"iam:ResourceTag/{key}"] = value
    for key, value in tags.items():
        context[f"aws:ResourceTag/{key}"] = value


def owner_of(state: State, resource: str) -> State | None:
    """The account that a resource belongs to, if it is known here: by the ARN's account, else by who has it."""
    parts = resource.split(":", 5)
    if len(parts) == 6 and is_account(parts[4]):
        return state if parts[4] == state.account_id else state.neighbours.get(parts[4])
    if resource_for(state, resource) is None:
        for neighbour in state.neighbours.values():
            if resource_for(neighbour, resource) is not None:
                return neighbour
    return state
