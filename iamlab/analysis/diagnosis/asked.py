"""Which request was denied, as far as an account can tell: its resource by its ARN, and one of those that a call makes.

IAM's messages call a role by its name, and CloudTrail tells parameters: the account knows the path, the Region or the
suffix of what it has. A call such as CopyObject or TerminateInstances asks for several things; the account is asked
for each, and the first that it denies for the reason that is told is taken for the one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iamlab.account.authorize import decide
from iamlab.account.context import Given, owner_of
from iamlab.account.names import entity_arn
from iamlab.account.principals import Principal
from iamlab.account.records import GroupRecord, RoleRecord, UserRecord
from iamlab.account.state import State
from iamlab.analysis.diagnosis.denials import Denial
from iamlab.analysis.diagnosis.formats import Place, arn_named, form_of, needs_resource
from iamlab.arn import Arn
from iamlab.evaluation import Decision
from iamlab.policy.patterns import compile_pattern, has_wildcard

_MOST_NAMED = 4
"""How many of a call's requests are named in a note."""


def decide_again(state: State, principal: Principal, denial: Denial, known: Given) -> Decision:
    """Decide what was denied; the denial is given the action and the ARN that it was about, and notes.

    Args:
        state: the account.
        principal: who asked.
        denial: what was read.
        known: the context.

    Raises:
        InvalidInput: something in it is not a principal, action or ARN.
    """
    requests = [
        (action, _by_arn(state, principal, denial, action, resource))
        for action, resource in ((denial.action, denial.resource), *denial.others)
    ]
    decisions = [decide(state, principal, action, resource, known) for action, resource in requests]
    denied = [at for at, decision in enumerate(decisions) if not decision.allowed]
    chosen = next((at for at in denied if _is_as_told(decisions[at], denial)), denied[0] if denied else 0)
    if len(requests) > 1:
        denial.notes.append(_which(denial, requests, denied, chosen))
    if not denial.resource.startswith("arn:") and requests[0][1] != denial.resource:
        denial.notes.append(f"AWS calls the resource {denial.resource}.")
        denial.names_resource = False
    denial.action, denial.resource = requests.pop(chosen)
    denial.others = requests
    if is_vague(denial):
        denial.notes.append(_why_vague(denial))
    elif denial.resource != "*" and not denial.names_resource and has_wildcard(denial.resource):
        denial.notes.append(
            f"* and ? in the resource stand for what the {denial.source} does not tell; a policy that names just that "
            "is not seen to match."
        )
    return decisions[chosen]


def is_vague(denial: Denial) -> bool:
    """Is there no ARN that a policy could name, where there should be one?"""
    if denial.resource == "*":
        return not denial.names_resource and needs_resource(denial.action)
    return not denial.resource.startswith("arn:")


def _by_arn(state: State, principal: Principal, denial: Denial, action: str, resource: str) -> str:
    """The resource's ARN where it can be made; AWS's own ARNs stay as they are."""
    if resource == "*":
        return resource
    if resource.startswith("arn:"):
        is_by_name = action.lower().startswith("iam:") and action.lower() != "iam:passrole"
        made = not denial.names_resource and (is_by_name or has_wildcard(resource))
        return _known_here(state, resource) if made else resource
    region = denial.context.get("aws:RequestedRegion")
    place = Place(principal.account or state.account_id, region if isinstance(region, str) else "", state.partition)
    named = arn_named(action, resource, place)
    return _known_here(state, named) if named else resource


def _known_here(state: State, arn: str) -> str:
    """The ARN of the one thing that an account has by such a name, or what was made of it."""
    owner = owner_of(state, arn)
    if owner is None:
        return arn
    parsed = Arn.parse(arn)
    if parsed.service == "iam" and parsed.kind in ("group", "role", "user"):
        tables: dict[str, Mapping[str, GroupRecord | RoleRecord | UserRecord]]
        tables = {"group": owner.groups, "role": owner.roles, "user": owner.users}
        record = tables[parsed.kind].get(parsed.name.lower())
        return entity_arn(owner, parsed.kind, record.path, record.name) if record else arn
    # A pattern for anything of its kind is about what is not there yet.
    if has_wildcard(arn) and parsed.resource.removeprefix(parsed.kind).strip("*?-:/"):
        is_like = compile_pattern(arn)
        found = [one for one in owner.resources if is_like(one)]
        return found[0] if len(found) == 1 else arn
    return arn


def _is_as_told(decision: Decision, denial: Denial) -> bool:
    return denial.outcome in ("", decision.outcome) and denial.layer in ("", decision.layer)


def _which(denial: Denial, requests: Sequence[tuple[str, str]], denied: Sequence[int], chosen: int) -> str:
    """A call asks for several things: which of them the account denies."""
    of_all = f"The {denial.source} does not say which of {len(requests)} requests was denied"
    if not denied:
        return f"{of_all}; the lab allows {_listed(requests)}."
    others = [requests[at] for at in denied if at != chosen]
    if not others:
        return f"{of_all}; of these the lab denies this one alone."
    return f"{of_all}; besides this one the lab denies {_listed(others)}."


def _listed(requests: Sequence[tuple[str, str]]) -> str:
    named = [f"{action} on {resource}" for action, resource in requests[:_MOST_NAMED]]
    more = len(requests) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _why_vague(denial: Denial) -> str:
    form = form_of(denial.action)
    wanted = f"a policy would name {form}" if form else "a policy would name its ARN"
    if denial.resource == "*":
        return (
            f"The {denial.source} does not say which resource: it was decided for none in particular, and no Resource "
            f"is suggested; {wanted}."
        )
    return (
        f"{denial.resource} is not an ARN, and it is not known which it stands for: no Resource is suggested; {wanted}."
    )
