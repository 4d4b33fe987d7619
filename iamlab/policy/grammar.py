"""AWS's grammar of a policy document, checked element by element.

`check_grammar` raises `MalformedPolicyDocument` with the place of the first fault; `faults` lists them all, each with
Access Analyzer's issue code. It is what all policy types share. A path is only written out when something is wrong,
so a good document costs little.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.places import join, locate
from iamlab.policy.spelling import slip

VERSIONS = ("2012-10-17", "2008-10-17")
EFFECTS = ("Allow", "Deny")
PRINCIPAL_KINDS = ("AWS", "Federated", "Service", "CanonicalUser")

_DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")


@dataclass(slots=True)
class Fault:
    """A place where a document breaks the grammar.

    Attributes:
        code: Access Analyzer's issue code.
        path: JSON path of the element.
        message: what is wrong and what was expected.
        key: is it the element's name that is wrong, rather than its value?
        instead: what was probably meant, if that is clear.
    """

    code: str
    path: str
    message: str
    key: bool
    instead: str | None


def check_grammar(value: Any, text: str | None) -> None:
    """Check a whole document.

    Args:
        value: the JSON value.
        text: the text it was read from, if any, for lines and columns.

    Raises:
        MalformedPolicyDocument: with the place of the first fault and what was expected.
    """

    def refuse(fault: Fault) -> None:
        line = column = None
        if text is not None:
            line, column = locate(text).at(fault.path, key=fault.key)
        raise MalformedPolicyDocument(fault.message, line, column, fault.path)

    _Grammar(refuse).document(value)


def faults(value: Any) -> list[Fault]:
    """Every place where a document breaks the grammar.

    Args:
        value: the JSON value.

    >>> [fault.code for fault in faults({"Statement": {"Effect": "allow", "Resource": "*"}})]
    ['INVALID_EFFECT', 'MISSING_ACTION']
    """
    found: list[Fault] = []
    _Grammar(found.append).document(value)
    return found


Place = tuple[str | int, ...]
"""The keys and indexes that lead from the document to an element."""


class _Grammar:
    """AWS's grammar, one method an element; every fault is told to `tell`, which may end the matter by raising."""

    __slots__ = ("tell",)

    def __init__(self, tell: Callable[[Fault], None]) -> None:
        self.tell = tell

    def fault(self, code: str, place: Place, message: str, *, key: bool = False, instead: str | None = None) -> None:
        """Tell a fault; only now is the path to its place written out."""
        self.tell(Fault(code, reduce(join, place, "$"), message, key, instead))

    def document(self, value: Any) -> None:
        if not isinstance(value, dict):
            self.fault("DATA_TYPE_MISMATCH", (), "A policy document must be a JSON object")
            return
        self._known(value, _DOCUMENT_ELEMENTS, (), "INVALID_POLICY_ELEMENT")
        if "Version" in value and value["Version"] not in VERSIONS:
            code = "INVALID_VERSION" if isinstance(value["Version"], str) else "DATA_TYPE_MISMATCH"
            message = f"Version must be one of {' or '.join(VERSIONS)}"
            self.fault(code, ("Version",), message, instead=VERSIONS[0])
        if "Id" in value:
            self.text_value(value["Id"], (), "Id")
        if "Statement" not in value:
            self.fault("MISSING_STATEMENT", (), "Missing required field Statement")
            return
        statements = value["Statement"]
        if isinstance(statements, dict):
            self.statement(statements, ("Statement",))
        elif isinstance(statements, list):
            for index, statement in enumerate(statements):
                self.statement(statement, ("Statement", index))
        else:
            self.fault("DATA_TYPE_MISMATCH", ("Statement",), "Statement must be an object or a list of objects")

    def statement(self, value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            self.fault("DATA_TYPE_MISMATCH", place, "A statement must be a JSON object")
            return
        if not value.keys() <= _ELEMENTS.keys():
            # First of all, since a misspelt element is a missing one too.
            self._known(value, tuple(_ELEMENTS), place, "INVALID_POLICY_ELEMENT")
        if value.get("Effect") not in EFFECTS:
            self._effect(value, place)
        if ("Action" in value) == ("NotAction" in value):
            self._one_of(value, place, "Action", "NotAction")
        if "NotResource" in value and "Resource" in value:
            self._one_of(value, place, "Resource", "NotResource")
        if "NotPrincipal" in value and "Principal" in value:
            self._one_of(value, place, "Principal", "NotPrincipal")
        for name, element in value.items():
            if name in _ELEMENTS and not (isinstance(element, str) and name in _MAY_BE_TEXT):
                _ELEMENTS[name](self, element, place, name)

    def _effect(self, value: dict[str, Any], place: Place) -> None:
        if "Effect" not in value:
            self.fault("MISSING_EFFECT", place, "Missing required field Effect")
            return
        effect = value["Effect"]
        code, near = "DATA_TYPE_MISMATCH", None
        if isinstance(effect, str):
            code, near = "INVALID_EFFECT", effect.capitalize()
        instead = near if near in EFFECTS else None
        self.fault(code, (*place, "Effect"), "Effect must be Allow or Deny", instead=instead)

    def _one_of(self, value: dict[str, Any], place: Place, one: str, other: str) -> None:
        if one in value:
            message = f"A statement may hold {one} or {other}, not both"
            self.fault("UNSUPPORTED_ELEMENT_COMBINATION", (*place, other), message, key=True)
        else:
            self.fault(f"MISSING_{one.upper()}", place, f"Missing required field {one}")

    def _known(self, value: dict[str, Any], names: tuple[str, ...], place: Place, code: str) -> None:
        for name in value:
            if name not in names:
                instead = slip(name, names)
                hint = f", did you mean {instead}?" if instead else f": expected one of {', '.join(names)}"
                self.fault(code, (*place, name), f"Unknown field {name}{hint}", key=True, instead=instead)

    def text_value(self, value: Any, place: Place, name: str) -> None:
        if not isinstance(value, str):
            self.fault("DATA_TYPE_MISMATCH", (*place, name), f"{name} must be text")

    def texts(self, value: Any, place: Place, name: str) -> None:
        if isinstance(value, str):
            return
        if not isinstance(value, list):
            self.fault("DATA_TYPE_MISMATCH", (*place, name), f"{name} must be text or a list of texts")
            return
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.fault("DATA_TYPE_MISMATCH", (*place, name, index), f"{name} must hold only text")

    def principal(self, value: Any, place: Place, name: str) -> None:
        if value == "*":
            return
        here = (*place, name)
        if not isinstance(value, dict):
            message = f'{name} must be "*" or an object such as {{"AWS": "arn:aws:iam::111122223333:user/alice"}}'
            self.fault("INVALID_PRINCIPAL_FORMAT", here, message)
            return
        self._known(value, PRINCIPAL_KINDS, here, "INVALID_PRINCIPAL_KEY")
        for kind, names in value.items():
            self.texts(names, here, kind)

    def condition(self, value: Any, place: Place, name: str) -> None:
        if not isinstance(value, dict):
            message = 'Condition must be an object such as {"Bool": {"aws:SecureTransport": "true"}}'
            self.fault("DATA_TYPE_MISMATCH", (*place, name), message)
            return
        for operator, keys in value.items():
            if not isinstance(keys, dict):
                message = "A condition operator holds an object of condition keys and values"
                self.fault("DATA_TYPE_MISMATCH", (*place, name, operator), message)
                continue
            for key, values in keys.items():
                for item in values if isinstance(values, list) else (values,):
                    if not isinstance(item, (str, int, float)):
                        message = "A condition value must be text, a number, true or false"
                        self.fault("DATA_TYPE_MISMATCH", (*place, name, operator, key), message)


_ELEMENTS = {
    "Sid": _Grammar.text_value,
    "Effect": lambda *_: None,  # looked at first
    "Principal": _Grammar.principal,
    "NotPrincipal": _Grammar.principal,
    "Action": _Grammar.texts,
    "NotAction": _Grammar.texts,
    "Resource": _Grammar.texts,
    "NotResource": _Grammar.texts,
    "Condition": _Grammar.condition,
}
_MAY_BE_TEXT = _ELEMENTS.keys() - {"Principal", "NotPrincipal", "Condition"}
