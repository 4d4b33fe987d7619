"""Checks of policy variables: how they are written, where they may stand, and in which version of the language.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamlab.policy.checks.arns import VARIABLE
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import ConditionItem, Item, StatementView
from iamlab.policy.operators import OPERATORS
from iamlab.policy.places import join
from iamlab.policy.repairs import Edit, Repair, put, remove

_UNCLOSED = re.compile(r"\$\{[^{}]*(?=\$|\{|\Z)")
_PLAIN_CHARACTER = ("*", "?", "$")


def _texts(statement: StatementView) -> Iterator[Item]:
    """Every text of a statement in which variables may stand."""
    yield from statement.resources
    for condition in statement.conditions:
        yield from condition.values


def _variables(statement: StatementView) -> Iterator[tuple[Item, str]]:
    """Every variable that is closed, and what stands in its braces."""
    for item in _texts(statement):
        if "${" in item.text:
            for found in VARIABLE.finditer(item.text):
                yield item, found[1]


@check("MISSING_BRACE_IN_VARIABLE", on="statement")
def missing_brace(statement: StatementView) -> Iterator[Found]:
    """A variable is closed by a brace."""
    for item in _texts(statement):
        if "${" in item.text and _UNCLOSED.search(VARIABLE.sub("", item.text)):
            yield Found(
                item.path, f'In "{item.text}" a variable is not closed: it ends with a brace, as in ${{aws:username}}.'
            )


@check("EMPTY_VARIABLE", on="statement")
def empty_variable(statement: StatementView) -> Iterator[Found]:
    """A variable names a key."""
    for item, inside in _variables(statement):
        if not inside.strip():
            yield Found(item.path, "${} names no condition key: write, for example, ${aws:username}.")


@check("UNSUPPORTED_SPACE_IN_VARIABLE", on="statement")
def space_in_variable(statement: StatementView) -> Iterator[Found]:
    """There is no space in a variable's name."""
    for item, inside in _variables(statement):
        name, comma, default = inside.partition(",")
        if name.strip() and re.search(r"\s", name) and "/" not in name:
            plain = "".join(name.split())
            better = item.text.replace(f"${{{inside}}}", f"${{{plain}{comma}{default}}}")
            message = f"Spaces are not allowed in the variable ${{{inside}}}."
            yield Found(item.path, message, put(f"Write {better}", item.path, better))


@check("MISSING_QUOTE_IN_VARIABLE", on="statement")
def missing_quote(statement: StatementView) -> Iterator[Found]:
    """A default stands in single quotes."""
    for item, inside in _variables(statement):
        name, comma, default = inside.partition(",")
        default = default.strip()
        if comma and not (len(default) > 1 and default[0] == default[-1] == "'"):
            plain = default.strip("'")
            better = item.text.replace(f"${{{inside}}}", f"${{{name}, '{plain}'}}")
            message = f"The default value of a variable is written in single quotes: ${{{name}, '{plain}'}}."
            yield Found(item.path, message, put(f"Write {better}", item.path, better))


@check("VARIABLE_UNSUPPORTED_IN_VERSION", on="statement")
def variable_in_old_version(statement: StatementView) -> Iterator[Found]:
    """Before 2012-10-17 there were no variables."""
    if statement.document.variables:
        return
    for item, inside in _variables(statement):
        repair = Repair("Write Version 2012-10-17", (Edit("first", "$.Version", "2012-10-17"),))
        message = f"In this Version ${{{inside}}} is plain text: variables need Version 2012-10-17."
        yield Found(item.path, message, repair)


@check("VARIABLE_UNSUPPORTED_IN_ELEMENT", on="statement")
def variable_elsewhere(statement: StatementView) -> Iterator[Found]:
    """Variables are for Resource and Condition."""
    sid = statement.value.get("Sid")
    elsewhere = [(item.text, item.path) for item in statement.actions]
    elsewhere += [(item.text, item.path) for item in statement.principals]
    if isinstance(sid, str):
        elsewhere.append((sid, join(statement.path, "Sid")))
    for text, path in elsewhere:
        if VARIABLE.search(text):
            repair = remove("Remove the Sid", path) if path.endswith(".Sid") else None
            yield Found(path, f'"{text}": variables work only in Resource and Condition.', repair)


@check("INVALID_VARIABLE_FOR_OPERATOR", on="condition")
def variable_for_operator(condition: ConditionItem) -> Iterator[Found]:
    """Variables work with String and Arn operators.

    The page on operators lets Bool have them, the page on variables does not; Access Analyzer sides with the latter.
    """
    name = condition.name
    if name is None or (name.base != "Null" and OPERATORS[name.base].type in ("String", "ARN")):
        return
    for item in condition.values:
        if any(inside not in _PLAIN_CHARACTER for inside in VARIABLE.findall(item.text)):
            yield Found(item.path, f"{name.base} takes no policy variable: only String and Arn operators do.")
