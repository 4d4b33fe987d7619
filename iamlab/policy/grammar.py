"""AWS's grammar of a policy document, checked element by element.

`check_grammar` looks at a JSON value and raises `MalformedPolicyDocument` with the place of the first fault. It checks
what all policy types share. A path is only written out when something is wrong, so a good document costs little.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, NoReturn

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.places import join, locate

VERSIONS = ("2012-10-17", "2008-10-17")
PRINCIPAL_KINDS = ("AWS", "Federated", "Service", "CanonicalUser")

_DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def check_grammar(value: Any, text: str | None) -> None:
    """Check a whole document.

    Args:
        value: the JSON value.
        text: the text it was read from, if any, for lines and columns.

    Raises:
        MalformedPolicyDocument: with the place of the first fault and what was expected.
    """
    _Grammar(text).document(value)


class _Grammar:
    """AWS's grammar, one method an element; a fault is reported with its place."""

    __slots__ = ("text",)

    def __init__(self, text: str | None) -> None:
        self.text = text

    def fail(self, path: str, message: str, *, key: bool = False) -> NoReturn:
        line = column = None
        if self.text is not None:
            line, column = locate(self.text).at(path, key=key)
        raise MalformedPolicyDocument(message, line, column, path)

    def document(self, value: Any) -> None:
        if not isinstance(value, dict):
            self.fail("$", "A policy document must be a JSON object")
        self._known(value, _DOCUMENT_ELEMENTS, "$")
        if "Version" in value and value["Version"] not in VERSIONS:
            self.fail("$.Version", f"Version must be one of {' or '.join(VERSIONS)}")
        if "Id" in value and not isinstance(value["Id"], str):
            self.fail("$.Id", "Id must be text")
        if "Statement" not in value:
            self.fail("$", "Missing required field Statement")
        statements = value["Statement"]
        if isinstance(statements, dict):
            self.statement(statements, "$.Statement")
        elif isinstance(statements, list):
            for index, statement in enumerate(statements):
                self.statement(statement, index)
        else:
            self.fail("$.Statement", "Statement must be an object or a list of objects")

    def statement(self, value: Any, place: str | int) -> None:
        """Check one statement; the path is only written out when it is needed."""
        path = place if isinstance(place, str) else f"$.Statement[{place}]"
        if not isinstance(value, dict):
            self.fail(path, "A statement must be a JSON object")
        effect = value.get("Effect")
        if effect != "Allow" and effect != "Deny":
            if "Effect" not in value:
                self.fail(path, "Missing required field Effect")
            self.fail(join(path, "Effect"), "Effect must be Allow or Deny")
        if ("Action" in value) == ("NotAction" in value):
            self._one_of(value, path, "Action", "NotAction")
        if "Resource" in value and "NotResource" in value:
            self._one_of(value, path, "Resource", "NotResource")
        if "Principal" in value and "NotPrincipal" in value:
            self._one_of(value, path, "Principal", "NotPrincipal")
        for name, element in value.items():
            check = _ELEMENTS.get(name)
            if check is None:
                self._known(value, _STATEMENT_ELEMENTS, path)
            else:
                check(self, element, path, name)

    def _one_of(self, value: dict[str, Any], path: str, one: str, other: str) -> NoReturn:
        if one in value:
            self.fail(join(path, other), f"A statement may hold {one} or {other}, not both", key=True)
        self.fail(path, f"Missing required field {one}")

    def _known(self, value: dict[str, Any], names: tuple[str, ...], path: str) -> None:
        for name in value:
            if name not in names:
                near = get_close_matches(name.capitalize(), names, 1, 0.75)
                hint = f", did you mean {near[0]}?" if near else f": expected one of {', '.join(names)}"
                self.fail(join(path, name), f"Unknown field {name}{hint}", key=True)

    def text_value(self, value: Any, path: str, name: str) -> None:
        if not isinstance(value, str):
            self.fail(join(path, name), f"{name} must be text")

    def texts(self, value: Any, path: str, name: str) -> None:
        if isinstance(value, str):
            return
        if not isinstance(value, list):
            self.fail(join(path, name), f"{name} must be text or a list of texts")
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.fail(join(join(path, name), index), f"{name} must hold only text")

    def principal(self, value: Any, path: str, name: str) -> None:
        if value == "*":
            return
        here = join(path, name)
        if not isinstance(value, dict):
            self.fail(
                here, f'{name} must be "*" or an object such as {{"AWS": "arn:aws:iam::111122223333:user/alice"}}'
            )
        self._known(value, PRINCIPAL_KINDS, here)
        for kind, names in value.items():
            self.texts(names, here, kind)

    def condition(self, value: Any, path: str, name: str) -> None:
        here = join(path, name)
        if not isinstance(value, dict):
            self.fail(here, 'Condition must be an object such as {"Bool": {"aws:SecureTransport": "true"}}')
        for operator, keys in value.items():
            if not isinstance(keys, dict):
                self.fail(join(here, operator), "A condition operator holds an object of condition keys and values")
            for key, values in keys.items():
                for item in values if isinstance(values, list) else (values,):
                    if not isinstance(item, (str, int, float)):
                        self.fail(
                            join(join(here, operator), key), "A condition value must be text, a number, true or false"
                        )


_ELEMENTS = {
    "Sid": _Grammar.text_value,
    "Effect": _Grammar.text_value,
    "Principal": _Grammar.principal,
    "NotPrincipal": _Grammar.principal,
    "Action": _Grammar.texts,
    "NotAction": _Grammar.texts,
    "Resource": _Grammar.texts,
    "NotResource": _Grammar.texts,
    "Condition": _Grammar.condition,
}
