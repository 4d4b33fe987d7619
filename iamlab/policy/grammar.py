"""AWS's grammar of a policy document, checked element by element.

`check_grammar` raises `MalformedPolicyDocument` with the place of the first fault; `faults` lists them all, each with
Access Analyzer's issue code. It is what all policy types share. A path is only written out when something is wrong,
so a good document costs little.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.places import join, locate
from iamlab.policy.spelling import nearest

VERSIONS = ("2012-10-17", "2008-10-17")
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
    key: bool = False
    instead: str | None = None


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


class _Grammar:
    """AWS's grammar, one method an element; every fault is told to `tell`, which may end the matter by raising."""

    __slots__ = ("tell",)

    def __init__(self, tell: Callable[[Fault], None]) -> None:
        self.tell = tell

    def document(self, value: Any) -> None:
        if not isinstance(value, dict):
            self.tell(Fault("DATA_TYPE_MISMATCH", "$", "A policy document must be a JSON object"))
            return
        self._known(value, _DOCUMENT_ELEMENTS, "$", "INVALID_POLICY_ELEMENT")
        if "Version" in value and value["Version"] not in VERSIONS:
            self.tell(Fault("INVALID_VERSION", "$.Version", f"Version must be one of {' or '.join(VERSIONS)}"))
        if "Id" in value:
            self.text_value(value["Id"], "$", "Id")
        if "Statement" not in value:
            self.tell(Fault("MISSING_STATEMENT", "$", "Missing required field Statement"))
            return
        statements = value["Statement"]
        if isinstance(statements, dict):
            self.statement(statements, "$.Statement")
        elif isinstance(statements, list):
            for index, statement in enumerate(statements):
                self.statement(statement, index)
        else:
            message = "Statement must be an object or a list of objects"
            self.tell(Fault("DATA_TYPE_MISMATCH", "$.Statement", message))

    def statement(self, value: Any, place: str | int) -> None:
        """Check one statement; the path is only written out when it is needed."""
        path = place if isinstance(place, str) else f"$.Statement[{place}]"
        if not isinstance(value, dict):
            self.tell(Fault("DATA_TYPE_MISMATCH", path, "A statement must be a JSON object"))
            return
        if not value.keys() <= _ELEMENTS.keys():
            # First of all, since a misspelt element is a missing one too.
            self._known(value, tuple(_ELEMENTS), path, "INVALID_POLICY_ELEMENT")
        effect = value.get("Effect")
        if effect != "Allow" and effect != "Deny":
            self._effect(value, path)
        if ("Action" in value) == ("NotAction" in value):
            self._one_of(value, path, "Action", "NotAction")
        if "Resource" in value and "NotResource" in value:
            self._one_of(value, path, "Resource", "NotResource")
        if "Principal" in value and "NotPrincipal" in value:
            self._one_of(value, path, "Principal", "NotPrincipal")
        for name, element in value.items():
            if isinstance(element, str) and name in _MAY_BE_TEXT:
                continue
            check = _ELEMENTS.get(name)
            if check is not None:
                check(self, element, path, name)

    def _effect(self, value: dict[str, Any], path: str) -> None:
        if "Effect" not in value:
            self.tell(Fault("MISSING_EFFECT", path, "Missing required field Effect"))
            return
        effect = value["Effect"]
        near = effect.capitalize() if isinstance(effect, str) else None
        instead = near if near in ("Allow", "Deny") else None
        self.tell(Fault("INVALID_EFFECT", join(path, "Effect"), "Effect must be Allow or Deny", instead=instead))

    def _one_of(self, value: dict[str, Any], path: str, one: str, other: str) -> None:
        if one in value:
            message = f"A statement may hold {one} or {other}, not both"
            self.tell(Fault("UNSUPPORTED_ELEMENT_COMBINATION", join(path, other), message, key=True))
        else:
            self.tell(Fault(f"MISSING_{one.upper()}", path, f"Missing required field {one}"))

    def _known(self, value: dict[str, Any], names: tuple[str, ...], path: str, code: str) -> None:
        for name in value:
            if name not in names:
                instead = nearest(name, names)
                hint = f", did you mean {instead}?" if instead else f": expected one of {', '.join(names)}"
                self.tell(Fault(code, join(path, name), f"Unknown field {name}{hint}", key=True, instead=instead))

    def text_value(self, value: Any, path: str, name: str) -> None:
        if not isinstance(value, str):
            self.tell(Fault("DATA_TYPE_MISMATCH", join(path, name), f"{name} must be text"))

    def texts(self, value: Any, path: str, name: str) -> None:
        if isinstance(value, str):
            return
        if not isinstance(value, list):
            self.tell(Fault("DATA_TYPE_MISMATCH", join(path, name), f"{name} must be text or a list of texts"))
            return
        for index, item in enumerate(value):
            if not isinstance(item, str):
                place = join(join(path, name), index)
                self.tell(Fault("DATA_TYPE_MISMATCH", place, f"{name} must hold only text"))

    def principal(self, value: Any, path: str, name: str) -> None:
        if value == "*":
            return
        here = join(path, name)
        if not isinstance(value, dict):
            message = f'{name} must be "*" or an object such as {{"AWS": "arn:aws:iam::111122223333:user/alice"}}'
            self.tell(Fault("INVALID_PRINCIPAL_FORMAT", here, message))
            return
        self._known(value, PRINCIPAL_KINDS, here, "INVALID_PRINCIPAL_KEY")
        for kind, names in value.items():
            self.texts(names, here, kind)

    def condition(self, value: Any, path: str, name: str) -> None:
        if not isinstance(value, dict):
            message = 'Condition must be an object such as {"Bool": {"aws:SecureTransport": "true"}}'
            self.tell(Fault("DATA_TYPE_MISMATCH", join(path, name), message))
            return
        for operator, keys in value.items():
            if isinstance(keys, dict):
                for key, values in keys.items():
                    if not isinstance(values, str):
                        self._values(values, path, name, operator, key)
            else:
                message = "A condition operator holds an object of condition keys and values"
                self.tell(Fault("DATA_TYPE_MISMATCH", join(join(path, name), operator), message))

    def _values(self, values: Any, path: str, name: str, operator: str, key: str) -> None:
        for item in values if isinstance(values, list) else (values,):
            if not isinstance(item, (str, int, float)):
                place = join(join(join(path, name), operator), key)
                message = "A condition value must be text, a number, true or false"
                self.tell(Fault("DATA_TYPE_MISMATCH", place, message))


_MAY_BE_TEXT = {"Sid", "Action", "NotAction", "Resource", "NotResource"}
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
