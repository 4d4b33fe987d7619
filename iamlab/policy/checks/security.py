"""Checks of what is legal and allows more than it seems to.

What concerns passing roles is in `roles`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html]
"""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.policy.checks.keys import is_claim, may_hold_several
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import ConditionItem, PrincipalItem, StatementView

_SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
_SPOOFABLE = {
    "aws:referer": "whoever sends a request writes its Referer",
    "aws:useragent": "whoever sends a request writes its User-Agent",
}


@check("ALLOW_WITH_NOT_PRINCIPAL", on="statement", types=("resource", "trust"))
def allow_with_not_principal(statement: StatementView) -> Iterator[Found]:
    """Whoever is not listed is let in."""
    element = statement.principal
    if statement.allows and element and element.name == "NotPrincipal":
        message = "Allow with NotPrincipal lets in everybody who is not listed, even strangers: use Principal."
        yield Found(element.path, message, key=True)


@check("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", on="principal", types=("resource",))
def confused_deputy(item: PrincipalItem) -> Iterator[Found]:
    """A service works for all of its customers: say on whose behalf it may come."""
    if item.statement.allows and item.kind == "Service" and not item.statement.has_key(*_SOURCES):
        message = f"{item.text} works for every customer of AWS. Test aws:SourceArn or aws:SourceAccount."
        yield Found(item.path, message)


@check("UNTRUSTWORTHY_CONDITION_KEY", on="condition")
def untrustworthy_key(condition: ConditionItem) -> Iterator[Found]:
    """Some keys hold what the caller says of himself."""
    if reason := _SPOOFABLE.get(condition.lower_key):
        yield Found(condition.path, f"{condition.key} protects nothing: {reason}.", key=True)


@check("MISSING_PAIRED_CONDITION_KEYS", on="condition")
def missing_pair(condition: ConditionItem) -> Iterator[Found]:
    """Private addresses repeat from VPC to VPC."""
    if condition.lower_key == "aws:vpcsourceip" and not condition.statement.has_key("aws:sourcevpc", "aws:sourcevpce"):
        message = "Every VPC may use the same private addresses: test aws:SourceVpc as well."
        yield Found(condition.path, message, key=True)


@check("S3_PREFIX_IN_NEGATIVE_CONTEXT", on="condition")
def negative_prefix(condition: ConditionItem) -> Iterator[Found]:
    """s3:prefix is what the caller asks for: a shorter prefix, or none, lists the same objects."""
    name = condition.name
    if condition.lower_key != "s3:prefix" or name is None:
        return
    denied = condition.statement.denies and name.base in ("StringLike", "StringEquals")
    allowed = condition.statement.allows and name.base in ("StringNotLike", "StringNotEquals")
    if denied or allowed:
        message = "A request for a shorter prefix, or for none, gets around this condition and lists the same objects."
        yield Found(condition.path, message, key=True)


@check("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", on="condition", types=("trust",))
def any_audience(condition: ConditionItem) -> Iterator[Found]:
    """A token of these providers has one audience."""
    key, name = condition.lower_key, condition.name
    single = key == "saml:aud" or (key.endswith(":aud") and is_claim(key) and not may_hold_several(key))
    if single and name and name.over == "ForAnyValue":
        yield Found(condition.path, f"{condition.key} holds one value: leave ForAnyValue out.", key=True)


@check("CONFIRM_AUDIENCE_CLAIM_TYPE", on="condition", types=("trust",))
def audience_of_unknown_type(condition: ConditionItem) -> Iterator[Found]:
    """Whether a token of any other provider may have several audiences, its makers know.

    Access Analyzer asks so about GitHub's aud under a plain StringEquals too, as people report who ran it in 2026.
    """
    name = condition.name
    if name and may_hold_several(condition.lower_key):
        host = condition.key.rpartition(":")[0]
        otherwise = f"leave {name.over} out" if name.over else "it is right as it is"
        several = "it is right as it is" if name.over else "write ForAnyValue or ForAllValues before the operator"
        message = (
            f"Find out whether a token of {host} can have several audiences: if so, {several}; if not, {otherwise}."
        )
        yield Found(condition.path, message, key=True)
