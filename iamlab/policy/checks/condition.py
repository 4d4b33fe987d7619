"""Checks of Condition: operators, keys, and whether they fit each other.

What stands in the values is `value`'s part.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html]
"""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.catalog import index
from iamlab.catalog.keys import global_key
from iamlab.policy.checks.action import NO_VENDOR
from iamlab.policy.checks.keys import find_key, is_claim, is_known, may_hold_several, names_near
from iamlab.policy.checks.names_in_use import key_in_use_unqualified
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import ConditionItem, StatementView
from iamlab.policy.operators import OPERATORS, OperatorName, parse_operator
from iamlab.policy.places import join
from iamlab.policy.repairs import Edit, Repair, remove, rename
from iamlab.policy.spelling import slip

_TAG_FAMILIES = ("requesttag", "resourcetag", "principaltag", "existingobjecttag", "requestobjecttag")


def _operators(statement: StatementView) -> Iterator[tuple[str, str]]:
    """Each operator of the Condition and its path, whatever stands under it."""
    block = statement.value.get("Condition")
    for operator in block if isinstance(block, dict) else ():
        yield operator, join(join(statement.path, "Condition"), operator)


def _is_null_if_exists(operator: str) -> bool:
    return operator.lower().rpartition(":")[2] == "nullifexists"


@check("INVALID_CONDITION_OPERATOR", on="statement", refuses=True)
def unknown_operator(statement: StatementView) -> Iterator[Found]:
    """The operator must be one of AWS's."""
    for operator, path in _operators(statement):
        if parse_operator(operator) is not None or _is_null_if_exists(operator):
            continue
        prefix, colon, base = operator.rpartition(":")
        suffix = "IfExists" if base.lower().endswith("ifexists") else ""
        near = slip(base[: len(base) - len(suffix)], [*OPERATORS, "Null"])
        over = slip(prefix, ("ForAllValues", "ForAnyValue")) if colon else ""
        better = None if near is None or over is None else f"{over}{colon}{near}{suffix}"
        hint = f" Did you mean {better}?" if better else ""
        repair = rename(f"Write {better}", path, better) if better else None
        # IAM's API names neither the operator nor the place.
        yield Found(
            path, f"There is no condition operator {operator}.{hint}", repair, "Syntax errors in policy.", key=True
        )


@check("NULL_WITH_IF_EXISTS", on="statement", refuses=True)
def null_if_exists(statement: StatementView) -> Iterator[Found]:
    """Null asks whether the key exists; IfExists makes no sense of it."""
    for operator, path in _operators(statement):
        if _is_null_if_exists(operator):
            plain = operator[: -len("IfExists")]
            message = "Null takes no IfExists: it already asks whether the key is there."
            yield Found(path, message, rename(f"Write {plain}", path, plain), "Syntax errors in policy.", key=True)


@check("NULL_WITH_QUALIFIER", on="statement")
def null_over_set(statement: StatementView) -> Iterator[Found]:
    """ForAllValues:Null is always true, ForAnyValue:Null never."""
    for operator, path in _operators(statement):
        name = parse_operator(operator)
        if name and name.base == "Null" and name.over:
            always = "true" if name.over == "ForAllValues" else "false"
            message = f"{name.over} with Null is always {always}: write Null alone."
            yield Found(path, message, rename("Write Null", path, "Null"), key=True)


@check("EMPTY_OBJECT_CONDITION", on="statement")
def empty_condition(statement: StatementView) -> Iterator[Found]:
    """A Condition, or an operator, with nothing in it."""
    path, block = join(statement.path, "Condition"), statement.value.get("Condition")
    if block == {}:
        yield Found(path, "The Condition is empty: leave it out.", remove("Remove the Condition", path))
    for operator, here in _operators(statement):
        if statement.value["Condition"][operator] == {}:
            yield Found(here, f"{operator} tests nothing: leave it out.", remove(f"Remove {operator}", here))


@check("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", on="statement")
def duplicate_keys(statement: StatementView) -> Iterator[Found]:
    """Keys are compared without case, so these are one key."""
    seen: dict[tuple[str, str], ConditionItem] = {}
    for condition in statement.conditions:
        first = seen.setdefault((condition.block, condition.lower_key), condition)
        if first is not condition:
            message = (
                f"{condition.key} and {first.key} are one key, as capitals do not matter: put their values together."
            )
            values = [*first.raw, *(value for value in condition.raw if value not in first.raw)]
            repair = Repair("Put them together", (Edit("put", first.path, values), Edit("remove", condition.path)))
            yield Found(condition.path, message, repair, key=True)


@check("INVALID_CONDITION_KEY_FORMAT", on="condition", refuses=True)
def key_without_service(condition: ConditionItem) -> Iterator[Found]:
    """A key is written `service:name`."""
    prefix, colon, name = condition.key.partition(":")
    if not (prefix and name):
        lacks = "its name" if colon and prefix else "its prefix"
        message = f'"{condition.key}" lacks {lacks}: a key is written service:name, for example aws:SourceIp.'
        better = f"aws:{condition.key}"
        repair = rename(f"Write {better}", condition.path, better) if global_key(better) else None
        yield Found(condition.path, message, repair, "" if colon else NO_VENDOR, key=True)


def _family_only(condition: ConditionItem) -> bool:
    return condition.lower_key.partition(":")[2].removesuffix("/") in _TAG_FAMILIES


@check("MISSING_TAG_KEY_IN_CONDITION", on="condition")
def missing_tag_key(condition: ConditionItem) -> Iterator[Found]:
    """A key about tags names the tag after a slash."""
    if _family_only(condition):
        message = f"Which tag? Write it after a slash: {condition.key.rstrip('/')}/department."
        yield Found(condition.path, message, key=True)


def _rename_near(condition: ConditionItem) -> tuple[str, Repair | None]:
    near = slip(condition.key, names_near(condition.key))
    if near is None:
        return "", None
    return f" Did you mean {near}?", rename(f"Write {near}", condition.path, near)


@check("UNSUPPORTED_GLOBAL_CONDITION_KEY", on="condition")
def unsupported_global_key(condition: ConditionItem) -> Iterator[Found]:
    """A key that AWS has given up."""
    if condition.lower_key == "aws:arn":
        repair = rename("Write aws:PrincipalArn", condition.path, "aws:PrincipalArn")
        message = (
            "AWS no longer supports aws:ARN: write aws:PrincipalArn (who asks) or aws:SourceArn (on whose behalf)."
        )
        yield Found(condition.path, message, repair, key=True)


@check("INVALID_GLOBAL_CONDITION_KEY", on="condition")
def unknown_global_key(condition: ConditionItem) -> Iterator[Found]:
    """Keys that begin with aws: are AWS's own."""
    key = condition.lower_key
    if key.startswith("aws:") and key not in ("aws:", "aws:arn") and not is_known(key) and not _family_only(condition):
        hint, repair = _rename_near(condition)
        yield Found(condition.path, f"There is no global condition key {condition.key}.{hint}", repair, key=True)


@check("INVALID_SERVICE", on="condition")
def unknown_service_in_key(condition: ConditionItem) -> Iterator[Found]:
    """The prefix of a key is a service's, or an identity provider's host."""
    prefix, colon, _ = condition.lower_key.partition(":")
    if colon and prefix not in ("", "aws", "saml") and not index.span(prefix) and not is_known(condition.lower_key):
        yield Found(condition.path, f'There is no service with the prefix "{prefix}".', key=True)


@check("INVALID_SERVICE_CONDITION_KEY", on="condition")
def unknown_service_key(condition: ConditionItem) -> Iterator[Found]:
    """The service must have such a key."""
    key = condition.lower_key
    prefix = key.partition(":")[0]
    if index.span(prefix) and key != f"{prefix}:" and not is_known(key) and not _family_only(condition):
        hint, repair = _rename_near(condition)
        yield Found(condition.path, f"{prefix} has no condition key {condition.key}.{hint}", repair, key=True)


@check("MISSING_QUALIFIER", on="condition")
def missing_qualifier(condition: ConditionItem) -> Iterator[Found]:
    """A key with several values needs to be told how many must match."""
    key, name = find_key(condition.lower_key), condition.name
    if key and key.multivalued and name and not name.over and name.base != "Null":
        if key_in_use_unqualified(condition.lower_key):
            return
        message = (
            f"{condition.key} can hold several values: say ForAnyValue (one of them matches) or ForAllValues "
            "(all of them match; also true when there are none)."
        )
        # Whom an Allow shuts out for one value, ForAnyValue would let in for any other beside it.
        over = "ForAllValues" if condition.statement.allows and OPERATORS[name.base].negated else "ForAnyValue"
        yield Found(condition.path, message, change_operator(condition, f"{over}:{condition.operator}"), key=True)


@check("FORALLVALUES_WITH_SINGLE_VALUED_KEY", on="condition")
def for_all_values_of_one(condition: ConditionItem) -> Iterator[Found]:
    """ForAllValues is true when the key is not there at all."""
    key, name = find_key(condition.lower_key), condition.name
    claim = is_claim(condition.lower_key) and not may_hold_several(condition.lower_key)
    single = (key and not key.multivalued) or claim
    if condition.statement.allows and single and name and name.over == "ForAllValues" and name.base != "Null":
        message = f"{condition.key} holds one value: leave out ForAllValues, which is also true when the key is absent."
        yield Found(condition.path, message, change_operator(condition, condition.operator.partition(":")[2]), key=True)


@check("TYPE_MISMATCH", on="condition")
def operator_of_other_type(condition: ConditionItem) -> Iterator[Found]:
    """The operator must be one for the key's type."""
    key, name = find_key(condition.lower_key), condition.name
    if key is None or name is None or name.base == "Null":
        return
    kind = OPERATORS[name.base]
    if kind.type not in _SUITABLE[key.type]:
        message = f"{condition.key} is of type {key.type}: use an operator for {key.type}, not {name.base}."
        alike = [base for base, one in OPERATORS.items() if one.type == key.type and one.negated == kind.negated]
        repair = change_operator(condition, with_base(name, alike[0])) if alike and "Than" not in name.base else None
        yield Found(condition.path, message, repair, key=True)


_SUITABLE = {
    "String": ("String", "ARN"),
    "ARN": ("ARN", "String"),
    "Bool": ("Bool",),
    "Numeric": ("Numeric",),
    "Date": ("Date", "Numeric"),
    "IPAddress": ("IPAddress",),
}
"""Which operators suit which type of key. A String operator on an ARN works, though an Arn operator is safer; ARNs may
stand in keys that are mere texts; aws:EpochTime can be compared as a number. No key is of type Binary."""


@check("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", on="condition")
def string_like_on_arn(condition: ConditionItem) -> Iterator[Found]:
    """A star in StringLike runs across the colons of an ARN."""
    key, name = find_key(condition.lower_key), condition.name
    if key and name and key.type == "ARN" and name.base in ("StringLike", "StringNotLike"):
        better = with_base(name, name.base.replace("String", "Arn"))
        message = f"In {name.base} a star matches across the parts of an ARN; {better} compares part by part."
        yield Found(condition.path, message, change_operator(condition, better), key=True)


def with_base(name: OperatorName, base: str) -> str:
    """The same operator on another base: `ForAnyValue:StringEquals` on `StringLike` is `ForAnyValue:StringLike`."""
    return f"{name.over}{':' if name.over else ''}{base}{'IfExists' if name.if_exists else ''}"


def change_operator(condition: ConditionItem, operator: str) -> Repair | None:
    """Move a key and its values under another operator; `None` when something of that key stands there already."""
    block = condition.statement.value["Condition"]
    top = join(condition.statement.path, "Condition")
    label = f"Use {operator}"
    alone = len(block[condition.operator]) == 1
    if alone and operator not in block:
        return rename(label, condition.block, operator)
    there = block.get(operator, {})
    if not isinstance(there, dict) or condition.lower_key in map(str.lower, there):
        return None
    moved = {**there, condition.key: block[condition.operator][condition.key]}
    return Repair(
        label, (Edit("put", join(top, operator), moved), Edit("remove", condition.block if alone else condition.path))
    )
