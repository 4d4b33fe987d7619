"""Checks of the document as a whole: its Version, its Sids, its size.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from iamlab.catalog.quotas import quota
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import DocumentView, PolicyType, StatementView
from iamlab.policy.places import join
from iamlab.policy.repairs import Edit, Repair, put, remove

_IAM: tuple[PolicyType, ...] = ("identity", "trust", "scp", "rcp")
"""Policies whose Sids IAM and Organizations restrict; a resource's service may take others, as KMS does."""

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]")


@check("MISSING_STATEMENT", on="document", refuses=True)
def no_statement(view: DocumentView) -> Iterator[Found]:
    """A list of statements with none in it."""
    if isinstance(view.value, dict) and view.value.get("Statement") == []:
        yield Found("$.Statement", "A policy needs at least one statement.", refusal="Syntax errors in policy.")


@check("MISSING_VERSION", on="document")
def missing_version(view: DocumentView) -> Iterator[Found]:
    """Without Version the language of 2008 applies."""
    if isinstance(view.value, dict) and "Version" not in view.value:
        repair = Repair("Add Version 2012-10-17", (Edit("first", "$.Version", "2012-10-17"),))
        yield Found(
            "$", "Without a Version, AWS reads the policy in the language of 2008, where ${…} is plain text.", repair
        )


def _repeated_sids(view: DocumentView) -> Iterator[tuple[StatementView, str, str]]:
    """Each Sid that stood before, with a fresh name."""
    taken = {sid for statement in view.statements if isinstance(sid := statement.value.get("Sid"), str)}
    seen = set[str]()
    for statement in view.statements:
        sid = statement.value.get("Sid")
        if not isinstance(sid, str) or not sid:
            continue
        if sid in seen:
            fresh = next(name for n in count(2) if (name := f"{sid}{n}") not in taken)
            taken.add(fresh)
            yield statement, sid, fresh
        seen.add(sid)


@check("UNIQUE_SIDS_REQUIRED", on="document", types=_IAM, refuses=True)
def unique_sids_required(view: DocumentView) -> Iterator[Found]:
    """IAM wants a Sid to stand once in a policy."""
    for statement, sid, fresh in _repeated_sids(view):
        path = join(statement.path, "Sid")
        message = f'Another statement has the Sid "{sid}", and in this type of policy a Sid must be unique.'
        words = "Statement IDs (SID) in a single policy must be unique."
        yield Found(path, message, put(f'Write "{fresh}"', path, fresh), words)


@check("UNIQUE_SIDS_RECOMMENDED", on="document", types=("resource",))
def unique_sids_recommended(view: DocumentView) -> Iterator[Found]:
    """Two statements of the same name are hard to tell apart."""
    for statement, sid, fresh in _repeated_sids(view):
        path = join(statement.path, "Sid")
        message = f'Another statement has the Sid "{sid}": give each statement its own.'
        yield Found(path, message, put(f'Write "{fresh}"', path, fresh))


@check("UNSUPPORTED_SID", on="statement", types=_IAM, refuses=True)
def unsupported_sid(statement: StatementView) -> Iterator[Found]:
    """A Sid is made of letters and digits."""
    sid = statement.value.get("Sid")
    if isinstance(sid, str) and _NOT_ALPHANUMERIC.search(sid):
        path, plain = join(statement.path, "Sid"), _NOT_ALPHANUMERIC.sub("", sid)
        repair = put(f'Write "{plain}"', path, plain) if plain else remove("Remove the Sid", path)
        words = (
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        )
        yield Found(path, "A Sid may hold only the letters A-Z, a-z and the digits 0-9.", repair, words)


@check("EMPTY_SID_VALUE", on="statement")
def empty_sid(statement: StatementView) -> Iterator[Found]:
    """An empty Sid says nothing."""
    if statement.value.get("Sid") == "":
        path = join(statement.path, "Sid")
        yield Found(path, "The Sid is empty: leave it out.", remove("Remove the Sid", path))


@check("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", on="document", types=("identity",))
def identity_policy_size(view: DocumentView) -> Iterator[Found]:
    """The quota of a managed policy; inline policies have their own, and users and groups smaller ones."""
    if (size := view.size) > (most := quota("managed_policy_size")):
        message = f"{size} characters without white space; a managed policy may have {most}. Split it."
        yield Found("$", message)


@check("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", on="document", types=("trust",))
def trust_policy_size(view: DocumentView) -> Iterator[Found]:
    """The quota of a trust policy, which AWS can raise."""
    if (size := view.size) > (most := quota("role_trust_policy_length")):
        yield Found("$", f"{size} characters without white space; a trust policy may have {most} unless AWS raises it.")


def _organization_size(view: DocumentView, what: str) -> Iterator[Found]:
    if (size := view.size) > _ORGANIZATION_POLICY_SIZE:
        yield Found("$", f"{size} characters without white space; {what} may have {_ORGANIZATION_POLICY_SIZE}.")


_ORGANIZATION_POLICY_SIZE = 5120
"""[https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html]"""


@check("POLICY_SIZE_EXCEEDS_SCP_QUOTA", on="document", types=("scp",))
def scp_size(view: DocumentView) -> Iterator[Found]:
    """The quota of a service control policy."""
    yield from _organization_size(view, "an SCP")


@check("POLICY_SIZE_EXCEEDS_RCP_QUOTA", on="document", types=("rcp",))
def rcp_size(view: DocumentView) -> Iterator[Found]:
    """The quota of a resource control policy."""
    yield from _organization_size(view, "an RCP")
