"""Checks of the values of conditions: their types, dates, names. Addresses are in `address`.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from iamlab.catalog.regions import is_region
from iamlab.policy.checks.arns import VARIABLE
from iamlab.policy.checks.condition import change_operator, with_base
from iamlab.policy.checks.principal import SERVICE_PRINCIPAL
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.resource import no_region
from iamlab.policy.checks.view import ConditionItem, Item
from iamlab.policy.operators import OPERATORS
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.repairs import put, remove
from iamlab.policy.values import blob, is_epoch, is_of_type, moment, number

_OF_SERVICE_PRINCIPALS = (
    "iam:passedtoservice",
    "iam:awsservicename",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "kms:viaservice",
)


def value_type(condition: ConditionItem) -> str:
    """The type of value that the operator takes; empty for an unknown operator."""
    if condition.name is None:
        return ""
    return "Bool" if condition.name.base == "Null" else OPERATORS[condition.name.base].type


def plain(condition: ConditionItem) -> list[Item]:
    """The values without policy variables: what they become is not known."""
    return [item for item in condition.values if "${" not in item.text]


def _empty(condition: ConditionItem, *, over: str = "", if_exists: bool = False) -> bool:
    name = condition.name
    if not condition.listed or condition.statement.value["Condition"][condition.operator][condition.key] != []:
        return False
    return name is not None and name.over == over and name.if_exists == if_exists


def _negated(condition: ConditionItem) -> bool:
    """Is it true of a value that equals none of the policy's?"""
    kind = OPERATORS.get(condition.name.base) if condition.name else None
    return kind is not None and kind.negated


def _only_if_absent(condition: ConditionItem) -> str:
    if _negated(condition):
        return "With an empty list this is always true: add values."
    return f"With an empty list this is true only if {condition.key} is absent, which Null says more clearly."


@check("EMPTY_ARRAY_CONDITION", on="condition")
def no_values(condition: ConditionItem) -> Iterator[Found]:
    """A key with an empty list of values."""
    if _empty(condition):
        # Without the key the statement would apply as it does now only where the test is always true.
        repair = remove(f"Remove {condition.key}", condition.path) if _negated(condition) else None
        yield Found(condition.path, f"{condition.key} is compared with nothing: add values.", repair)


@check("EMPTY_ARRAY_CONDITION_FORALLVALUES", on="condition")
def no_values_for_all(condition: ConditionItem) -> Iterator[Found]:
    """ForAllValues with an empty list."""
    if _empty(condition, over="ForAllValues"):
        yield Found(condition.path, _only_if_absent(condition))


@check("EMPTY_ARRAY_CONDITION_FORANYVALUE", on="condition")
def no_values_for_any(condition: ConditionItem) -> Iterator[Found]:
    """ForAnyValue with an empty list."""
    if _empty(condition, over="ForAnyValue"):
        when = f"true whenever {condition.key} is there" if _negated(condition) else "never true"
        yield Found(condition.path, f"ForAnyValue with an empty list is {when}: add values.")


@check("EMPTY_ARRAY_CONDITION_IFEXISTS", on="condition")
def no_values_if_exists(condition: ConditionItem) -> Iterator[Found]:
    """IfExists with an empty list."""
    if any(_empty(condition, over=over, if_exists=True) for over in ("", "ForAllValues", "ForAnyValue")):
        yield Found(condition.path, _only_if_absent(condition))


@check("INVALID_CONDITION_DATA_TYPE", on="condition")
def mixed_types(condition: ConditionItem) -> Iterator[Found]:
    """Values of one key are all text, all numbers, or all true or false."""
    kinds = {float if type(value) is int else type(value) for value in condition.raw}
    if len(kinds) > 1:
        texts = [item.text for item in condition.values]
        yield Found(
            condition.path, "The values are of different JSON types.", put("Write all as text", condition.path, texts)
        )


@check("INVALID_CONDITION_MULTIPLE_BOOLEAN", on="condition")
def several_booleans(condition: ConditionItem) -> Iterator[Found]:
    """A Bool key holds one value, and either it is true or it is not."""
    if condition.name and condition.name.base == "Bool" and not condition.name.over and len(condition.values) > 1:
        yield Found(condition.path, "One value is enough: with both true and false it matches whatever the key holds.")


@check("TYPE_MISMATCH_BOOLEAN", on="condition")
def no_boolean(condition: ConditionItem) -> Iterator[Found]:
    """Bool and Null are compared with true or false."""
    if value_type(condition) == "Bool":
        for item in plain(condition):
            if item.text.lower() not in ("true", "false"):
                yield Found(item.path, f'"{item.text}" is neither true nor false.')


@check("TYPE_MISMATCH_NUMBER", on="condition")
def no_number(condition: ConditionItem) -> Iterator[Found]:
    """Numeric operators compare numbers."""
    if value_type(condition) == "Numeric":
        for item in plain(condition):
            if not is_of_type(number, item.text):
                yield Found(item.path, f'"{item.text}" is not a number.')


@check("TYPE_MISMATCH_DATE", on="condition")
def no_date(condition: ConditionItem) -> Iterator[Found]:
    """Date operators compare dates."""
    if value_type(condition) == "Date":
        for item in plain(condition):
            if not is_of_type(moment, item.text):
                yield Found(
                    item.path, f'"{item.text}" is not a date: write, for example, 2026-12-31 or 2026-12-31T18:00:00Z.'
                )


@check("INVALID_DATE_VALUE", on="condition")
def epoch_date(condition: ConditionItem) -> Iterator[Found]:
    """Seconds since 1970 are legal, but nobody can read them."""
    if value_type(condition) == "Date":
        for item in plain(condition):
            if is_epoch(item.text):
                yield Found(
                    item.path, f"{item.text} is read as seconds since 1970: write a date, for example 2026-12-31."
                )


@check("TYPE_MISMATCH_STRING", on="condition")
def no_text(condition: ConditionItem) -> Iterator[Found]:
    """String operators take text, BinaryEquals takes Base64."""
    kind = value_type(condition)
    for item, raw in zip(condition.values, condition.raw, strict=True):
        if kind == "String" and not isinstance(raw, str):
            repair = put(f'Write "{item.text}"', item.path, item.text)
            yield Found(item.path, f"A String operator compares text: write {item.text} in quotes.", repair)
        elif kind == "Binary" and not is_of_type(blob, item.text):
            yield Found(item.path, f'"{item.text}" is not Base64.')


@check("WILDCARD_WITHOUT_LIKE_OPERATOR", on="condition")
def wildcard_without_like(condition: ConditionItem) -> Iterator[Found]:
    """Only the Like operators know wildcards."""
    name = condition.name
    if name is None or name.base not in ("StringEquals", "StringNotEquals"):
        return
    for item in condition.values:
        if has_wildcard(VARIABLE.sub("", item.text)):
            better = with_base(name, name.base.replace("Equals", "Like"))
            message = f'{name.base} takes the wildcard in "{item.text}" literally; {better} treats it as a wildcard.'
            yield Found(item.path, message, change_operator(condition, better))
            return


def _of_form(condition: ConditionItem, keys: tuple[str, ...], fits: Callable[[str], object]) -> Iterator[Item]:
    """The values of these keys that do not fit."""
    if condition.lower_key in keys and value_type(condition) == "String":
        for item in plain(condition):
            if not has_wildcard(item.text) and not fits(item.text):
                yield item


@check("INVALID_REGION", on="condition")
def invalid_region(condition: ConditionItem) -> Iterator[Found]:
    """A Region has a name such as eu-central-1."""
    for item in _of_form(condition, ("aws:requestedregion", "ec2:region"), is_region):
        message, near = no_region(item.text)
        yield Found(item.path, message, put(f"Write {near}", item.path, near) if near else None)


@check("INVALID_VPC_FORMAT", on="condition")
def invalid_vpc(condition: ConditionItem) -> Iterator[Found]:
    """The id of a VPC."""
    for item in _of_form(condition, ("aws:sourcevpc",), re.compile(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})\Z").match):
        yield Found(item.path, f'"{item.text}" is not a VPC: its ID is vpc- and 8 or 17 digits or letters from a to f.')


@check("INVALID_VPCE_FORMAT", on="condition")
def invalid_endpoint(condition: ConditionItem) -> Iterator[Found]:
    """The id of a VPC endpoint."""
    for item in _of_form(condition, ("aws:sourcevpce",), re.compile(r"vpce-([0-9a-f]{8}|[0-9a-f]{17})\Z").match):
        yield Found(
            item.path,
            f'"{item.text}" is not a VPC endpoint: its ID is vpce- and 8 or 17 digits or letters from a to f.',
        )


@check("INVALID_SERVICE_PRINCIPAL_FORMAT", on="condition")
def invalid_service(condition: ConditionItem) -> Iterator[Found]:
    """Some keys hold the names of services."""
    for item in _of_form(condition, _OF_SERVICE_PRINCIPALS, SERVICE_PRINCIPAL.match):
        yield Found(item.path, f'"{item.text}" is not a service principal: one looks like lambda.amazonaws.com.')


@check("INVALID_KMS_KEY_VALUE", on="condition")
def invalid_kms_key(condition: ConditionItem) -> Iterator[Found]:
    """S3 knows the key of an object by its ARN only."""
    key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    if condition.lower_key == key:
        for item in plain(condition):
            if not has_wildcard(item.text) and ":key/" not in item.text:
                yield Found(item.path, f'"{item.text}" is not the ARN of a KMS key, so it never matches.')
