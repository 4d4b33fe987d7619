"""From "may alice do this?" to a decision: gather the policies that apply, complete the request, ask the evaluator.

`policies_for` makes the `PolicySet` that names where each policy hangs; `decide` completes the context and evaluates.
How policies are weighed is the evaluation's business. What is decided here is which of them apply: a public bucket
policy not to outsiders whom S3 keeps away (`public_access`), and to GetSessionToken's credentials without MFA one more,
which says what AWS takes from them.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html]
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from iamlab.account.context import DECIDED_HERE, Given, complete, owner_of
from iamlab.account.managed import policy_record
from iamlab.account.principals import Principal, resolve
from iamlab.account.public_access import is_restricted
from iamlab.account.records import EntityRecord, GroupRecord, OrganizationRecord, ResourceRecord, RoleRecord, UserRecord
from iamlab.account.resources import resource_for
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.catalog import index
from iamlab.errors import InvalidInput
from iamlab.evaluation import AttachedPolicy, Decision, Level, PolicySet, Request, evaluate
from iamlab.policy import PolicyDocument

_REMEMBERED = 20_000
_KINDS = {UserRecord: "user", GroupRecord: "group", RoleRecord: "role"}


def decide(
    state: State,
    who: object,
    action: str,
    resource: str | Any = "*",
    context: Given | None = None,
    *,
    partial: bool = False,
) -> Decision:
    """Decide one request.

    Args:
        state: the account that is asked.
        who: see `principals.resolve`.
        action: such as `s3:GetObject`.
        resource: an ARN, anything with an `arn`, or `*`.
        context: what else is true of the request.
        partial: keys that neither `context` nor the account settles are unknown, not absent.

    Returns:
        The decision; its `credential` says which credential was assumed.

    Raises:
        NoSuchEntity: the principal does not exist.
        InvalidInput: not a principal, an action or an ARN.
    """
    arn = resource_arn(resource)
    with state.lock:
        principal = resolve(state, who)
        request = request_for(state, principal, action, arn, context)
        policies = policies_for(state, principal, action, arn)
    decision = evaluate(request, policies, partial=partial)
    decision.credential = principal.credential
    return decision


def resource_arn(resource: object) -> str:
    """An ARN, of a handle or of itself.

    Raises:
        InvalidInput: neither.
    """
    if isinstance(resource, str):
        return resource
    arn = getattr(resource, "arn", None)
    if not isinstance(arn, str):
        raise InvalidInput(f"{type(resource).__name__} is not a resource: expected an ARN or something that has one")
    return arn


def request_for(
    state: State, principal: Principal, action: str, resource: str = "*", context: Given | None = None
) -> Request:
    """The request with its whole context."""
    owner = owner_of(state, resource)
    full = complete(state, principal, resource, context)
    organization = (principal.home or state).organization
    return Request(
        principal.arn,
        action,
        resource,
        full,
        resource_account=owner.account_id if owner else None,
        management_account=organization.management_account if organization else None,
        issuer=principal.session.issuer if principal.session else None,
        absent=DECIDED_HERE,
    )


def policies_for(state: State, who: object, action: str = "", resource: str = "*") -> PolicySet:
    """All policies that apply to a principal's request.

    Args:
        state: the account that is asked.
        who: a `Principal`, or what `principals.resolve` takes.
        action: with `sts:Assume…` on a role, the role's trust policy is its resource policy.
        resource: whose resource policy counts; `*` has none.

    Returns:
        A snapshot that later changes of the account do not touch.

    Raises:
        InvalidInput: the action is not text.
    """
    if not isinstance(action, str):
        raise InvalidInput(f"{type(action).__name__} is not an action: expected text such as s3:GetObject")
    with state.lock:
        principal = resolve(state, who)
        owner = owner_of(state, resource)
        holder = _holder(owner, action, resource)
        # Another account's changes do not empty this one's cache: their revisions are part of the key.
        others = tuple(other.revision for other in state.neighbours.values())
        key = (principal.arn, principal.record, principal.session, owner and owner.account_id, holder, others)
        found: PolicySet | None = state.cache.get(key)
        if found is None:
            if len(state.cache) > _REMEMBERED:
                state.cache.clear()
            identity, boundary = _identity(principal)
            found = state.cache[key] = PolicySet(
                identity=identity,
                resource=_resource(principal, owner, holder),
                boundary=boundary,
                session=_session(principal),
                organization=_levels(principal, owner),
                unknown=_unknown(principal, owner, resource),
            )
    return found


def unknown_policies(state: State) -> list[str]:
    """What an account that came from AWS's export cannot know, in sentences."""
    found = []
    if state.is_export and not state.resources:
        found.append(
            "Resource-based policies (of buckets, queues, keys …) are not known here: the export does not hold them."
        )
    if state.is_export and state.organization is None:
        found.append(
            "Service and resource control policies of the organization are not known here: "
            "the export does not hold them."
        )
    return found


def _unknown(principal: Principal, owner: State | None, resource: str) -> list[str]:
    """Which policies AWS may have on a request that are not known here."""
    homes = [home for home in (principal.home, owner) if home is not None]
    found = [sentence for home in homes for sentence in unknown_policies(home)]
    strangers = [principal.account] if principal.home is None and principal.account else []
    strangers += [resource.split(":", 5)[4]] if owner is None else []
    found += [f"The account {account} is not known here, and neither are its policies." for account in strangers]
    return list(dict.fromkeys(found))


def _identity(principal: Principal) -> tuple[tuple[AttachedPolicy, ...], tuple[AttachedPolicy, ...]]:
    """Identity-based policies (own, then the groups') and the boundary, remembered until the account changes."""
    record, home = principal.record, principal.home
    if home is None or not isinstance(record, UserRecord | RoleRecord):
        return (), ()
    cached = home.cache.get(record)
    if cached is None:
        groups = record.groups if isinstance(record, UserRecord) else []
        policies = [*held_policies(home, record), *(policy for group in groups for policy in _of_group(home, group))]
        boundary = [attached_policy(home, record.boundary, _where(record))] if record.boundary else []
        cached = home.cache[record] = (tuple(policies), tuple(boundary))
    return cached


def _of_group(home: State, group: GroupRecord) -> tuple[AttachedPolicy, ...]:
    """A group's policies, the same objects for all its users."""
    cached: tuple[AttachedPolicy, ...] | None = home.cache.get(group)
    if cached is None:
        cached = home.cache[group] = tuple(held_policies(home, group))
    return cached


def _where(record: EntityRecord) -> str:
    return f"{_KINDS[type(record)]} {record.name}"


def held_policies(home: State, record: EntityRecord) -> Iterable[AttachedPolicy]:
    """The policies a user, group or role holds itself: inline ones, then managed ones."""
    where = _where(record)
    for name, document in record.inline.items():
        source_id = f"{where.replace(' ', '_', 1)}_{name}"
        yield AttachedPolicy(document, name, attached_to=where, source_id=source_id)
    for arn in record.attached:
        yield attached_policy(home, arn, where)


def attached_policy(home: State, arn: str, where: str | None) -> AttachedPolicy:
    """A managed policy with the place where it hangs."""
    record = policy_record(home, arn)
    return AttachedPolicy(
        record.versions[record.default_version].document, record.name, arn=record.arn, attached_to=where
    )


def _holder(owner: State | None, action: str, resource: str) -> ResourceRecord | RoleRecord | None:
    """Whose policy is the resource's: a role's trust policy when it is about assuming it, else the resource's own."""
    if owner is None:
        return None
    if ":role/" in resource and action.lower().startswith("sts:"):
        return owner.roles.get(Arn.parse(resource).name.lower())
    found = resource_for(owner, resource)
    return found if found is not None and found.policy is not None else None


def _resource(
    principal: Principal, owner: State | None, holder: ResourceRecord | RoleRecord | None
) -> tuple[AttachedPolicy, ...]:
    """The resource-based policy, if there is one that counts for this principal."""
    if isinstance(holder, RoleRecord):
        return (AttachedPolicy(holder.trust, "trust policy", attached_to=f"role {holder.name}"),)
    if holder is None or holder.policy is None or owner is None:
        return ()
    is_bucket = ":s3:::" in holder.arn
    outsider = principal.kind != "service" and principal.account != owner.account_id
    if is_bucket and outsider and is_restricted(holder):
        return ()
    kind = "bucket" if is_bucket else "resource"
    return (AttachedPolicy(holder.policy, f"{kind} policy", attached_to=f"{kind} {Arn.parse(holder.arn).resource}"),)


def _session(principal: Principal) -> tuple[AttachedPolicy, ...] | None:
    """Session policies; None when none were passed."""
    session, home = principal.session, principal.home
    if session is None or home is None:
        return None
    if session.kind == "session-token" and session.mfa_at is None:
        return (_without_mfa(),)
    if not (session.policies or session.policy_arns):
        return None
    where = f"session {session.session_name}"
    passed = [AttachedPolicy(document, "session policy", attached_to=where) for document in session.policies]
    return (*passed, *(attached_policy(home, arn, where) for arn in session.policy_arns))


@cache
def _without_mfa() -> AttachedPolicy:
    """What AWS takes from GetSessionToken's credentials without MFA [STS API GetSessionToken], as a policy."""
    kept = ("sts:assumerole", "sts:getcalleridentity")
    actions = index.action_names()
    refused = [actions[i] for i in index.span("sts") if actions[i].lower() not in kept]
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "NoIam", "Effect": "Deny", "Action": "iam:*", "Resource": "*"},
        {"Sid": "OfStsOnlyTwo", "Effect": "Deny", "Action": refused, "Resource": "*"},
    ]
    document = PolicyDocument.parse({"Version": "2012-10-17", "Statement": statements})
    return AttachedPolicy(document, "limits of GetSessionToken without MFA")


def _levels(principal: Principal, owner: State | None) -> tuple[Level, ...]:
    """The SCPs above the principal's account and the RCPs above the resource's."""
    above_principal = principal.home.organization if principal.home else None
    above_resource = owner.organization if owner else None
    if above_principal is above_resource:
        return organization_levels(above_principal, scp=True, rcp=True)
    return (
        *organization_levels(above_principal, scp=True, rcp=False),
        *organization_levels(above_resource, scp=False, rcp=True),
    )


def organization_levels(organization: OrganizationRecord | None, *, scp: bool, rcp: bool) -> tuple[Level, ...]:
    """The levels of an organization from the root down, with their SCPs, their RCPs, or both."""
    if organization is None:
        return ()
    levels = []
    for level in organization.levels:
        policies = {
            kind: [
                AttachedPolicy(p.document, p.name, arn=p.arn, attached_to=level.name)
                for p in level.policies
                if p.type == kind
            ]
            for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
        }
        levels.append(
            Level(
                level.name,
                service_control=policies["SERVICE_CONTROL_POLICY"] if scp else None,
                resource_control=policies["RESOURCE_CONTROL_POLICY"] if rcp else [],
            )
        )
    return tuple(levels)
