"""A policy document: read, kept and given back.

`PolicyDocument.parse` reads AWS's grammar and keeps the JSON it was given, in its order; `Statement` holds one
statement's elements in one shape, whatever way they were written (one value or a list). What one policy type forbids
(a Principal in an identity policy) is no matter of reading: see `iamlab.policy.validate`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from iamlab.policy.grammar import check_grammar
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.places import Places, json_value, locate

if TYPE_CHECKING:
    from iamlab.policy.matching import StatementMatcher
    from iamlab.policy.patterns import Matcher

Principal = str | dict[str, tuple[str, ...]]
"""`"*"`, or the names under each kind of principal."""

Condition = tuple[str, str, tuple[str, ...]]
"""Operator as written (`ForAnyValue:StringLikeIfExists`), condition key, values."""


class Statement:
    """One statement of a policy; treat it as immutable.

    Attributes:
        index: its place in the document, from 0.
        sid: its Sid, or `None`.
        effect: `"Allow"` or `"Deny"`.
        actions, not_actions, resources, not_resources: the patterns, or `None` when the element is not there.
        principal, not_principal: `"*"`, names by kind, or `None`.
        variables: are `${…}` policy variables (Version 2012-10-17) or plain text?
    """

    __slots__ = (
        "_concerns",
        "_condition",
        "_conditions",
        "_matcher",
        "actions",
        "effect",
        "index",
        "not_actions",
        "not_principal",
        "not_resources",
        "principal",
        "resources",
        "sid",
        "variables",
    )

    def __init__(self, index: int, element: dict[str, Any], *, variables: bool) -> None:
        get = element.get
        self.index = index
        self.variables = variables
        self.sid: str | None = get("Sid")
        self.effect: str = element["Effect"]
        # Most statements have two of these six, and most documents are made to answer one question: so no call in vain.
        self.actions = _texts(element["Action"]) if "Action" in element else None
        self.not_actions = _texts(element["NotAction"]) if "NotAction" in element else None
        self.resources = _texts(element["Resource"]) if "Resource" in element else None
        self.not_resources = _texts(element["NotResource"]) if "NotResource" in element else None
        self.principal = _principal(element["Principal"]) if "Principal" in element else None
        self.not_principal = _principal(element["NotPrincipal"]) if "NotPrincipal" in element else None
        self._condition: dict[str, dict[str, Any]] = get("Condition", {})
        self._conditions: tuple[Condition, ...] | None = None
        self._concerns: Matcher | None = None
        self._matcher: StatementMatcher | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Operator, key and values of every condition, in order; read on first use."""
        if self._conditions is None:
            self._conditions = _conditions(self._condition)
        return self._conditions

    def concerns(self, action: str) -> bool:
        """Do Action or NotAction speak of this action (in lower case)? Compiled on first use."""
        if self._concerns is None:
            from iamlab.policy.matching import compile_actions  # to read and show a document takes no operators

            self._concerns = compile_actions(self)
        return self._concerns(action)

    @property
    def matcher(self) -> StatementMatcher:
        """Its resource and conditions compiled for matching, on first use."""
        if self._matcher is None:
            from iamlab.policy.matching import StatementMatcher

            self._matcher = StatementMatcher(self)
        return self._matcher

    @property
    def label(self) -> str:
        """How people call it: its Sid, or `statement 1`."""
        return self.sid or f"statement {self.index + 1}"

    def __repr__(self) -> str:
        return f"<Statement {self.index + 1}: {self.effect}{' ' + self.sid if self.sid else ''}>"


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _principal(value: str | dict[str, Any]) -> Principal:
    return value if isinstance(value, str) else {kind: _texts(names) for kind, names in value.items()}


def _conditions(block: dict[str, dict[str, Any]]) -> tuple[Condition, ...]:
    return tuple((operator, key, _values(values)) for operator, keys in block.items() for key, values in keys.items())


def _values(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        return (values,)
    return tuple(map(_value, values)) if isinstance(values, list) else (_value(values),)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)


_Ordered = dict[Statement, None]
"""A set of statements that keeps their order."""
_ByService = tuple[dict[str, _Ordered], _Ordered]
"""The statements that may speak of each service that is named, and those that may speak of any other."""


def _by_service(statements: Iterable[Statement]) -> _ByService:
    named: dict[str, _Ordered] = {}
    others: _Ordered = {}
    for statement in statements:
        last = None
        for action in statement.actions or ("*",):
            prefix = action.partition(":")[0]
            if prefix == last:
                continue
            last, service = prefix, prefix.lower()
            if has_wildcard(service):
                for found in (others, *named.values()):
                    found[statement] = None
            else:
                if service not in named:
                    named[service] = others.copy()
                named[service][statement] = None
    return named, others


class PolicyDocument:
    """A policy document; treat it as immutable.

    >>> document = PolicyDocument.parse('''{
    ...   "Version": "2012-10-17",
    ...   "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}}''')
    >>> document.statements[0].actions
    ('s3:GetObject',)

    Attributes:
        version: the language version written in it, or `None` (which AWS reads as 2008-10-17).
        id: its Id, or `None`.
        statements: its statements in order.
        text: the JSON text it was read from; compact JSON where it came as a mapping.
    """

    __slots__ = ("_by_service", "_places", "_text", "_value", "id", "statements", "version")

    def __init__(self, value: dict[str, Any], text: str | None = None) -> None:
        """Take a JSON value that `parse` has checked; call `parse` instead."""
        self._value = value
        self._text = text
        self._places: Places | None = None
        self._by_service: _ByService | None = None
        self.version: str | None = value.get("Version")
        self.id: str | None = value.get("Id")
        elements = value["Statement"]
        variables = self.version == "2012-10-17"
        self.statements = tuple(
            Statement(index, element, variables=variables)
            for index, element in enumerate(elements if isinstance(elements, list) else [elements])
        )

    @classmethod
    def parse(cls, source: Document) -> PolicyDocument:
        """Read a policy document; one that is read already is given back as it is.

        Args:
            source: JSON text, or the same as Python's dicts and lists.

        Raises:
            MalformedPolicyDocument: with line and column (of a text), JSON path and what was expected.
        """
        if isinstance(source, PolicyDocument):
            return source
        value, text = value_and_text(source)
        check_grammar(value, text)
        return cls(value, text)

    def concerning(self, action: str) -> list[Statement]:
        """The statements whose Action or NotAction speak of an action (in lower case), in order.

        Only those that may speak of its service are looked at.
        """
        if self._by_service is None:
            self._by_service = _by_service(self.statements)
        named, others = self._by_service
        found = named.get(action.partition(":")[0], others)
        return [statement for statement in found if statement.concerns(action)]

    @property
    def text(self) -> str:
        """The text it was read from."""
        if self._text is None:
            self._text = json.dumps(self._value, ensure_ascii=False)
        return self._text

    @property
    def size(self) -> int:
        """Characters without white space outside of quotes, as AWS counts them for its quotas.

        [https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html]
        """
        return len(json.dumps(self._value, ensure_ascii=False, separators=(",", ":")))

    @property
    def places(self) -> Places:
        """Line and column of every element in `text`."""
        if self._places is None:
            self._places = locate(self.text)
        return self._places

    def to_dict(self) -> dict[str, Any]:
        """The document as fresh dicts and lists, equal to what was read and in its order."""
        value: dict[str, Any] = json.loads(json.dumps(self._value))
        return value

    def to_json(self, indent: int | None = 4) -> str:
        """The document as JSON text, with its order kept.

        Args:
            indent: spaces a level, as the Console shows it with 4; `None` for one line.
        """
        return json.dumps(self._value, indent=indent, ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PolicyDocument) and self._sorted() == other._sorted()

    def __hash__(self) -> int:
        return hash(self._sorted())

    def _sorted(self) -> str:
        """The document as JSON without regard to the order of its names; Python takes `true` and 1 for the same."""
        return json.dumps(self._value, sort_keys=True)

    def __repr__(self) -> str:
        count = len(self.statements)
        return f"<PolicyDocument: {count} statement{'' if count == 1 else 's'}, {self.size} characters>"

    def _repr_html_(self) -> str:
        from iamlab.display import escape

        return f"<pre>{escape(self.to_json())}</pre>"


Document = PolicyDocument | str | Mapping[str, Any]
"""A policy document as people hand it in: one that is read, its JSON text, or the same as Python's dicts and lists."""


def value_and_text(document: Document) -> tuple[Any, str | None]:
    """The JSON value of a document, legal or not, as a copy; and its text, which a mapping does not have.

    Raises:
        MalformedPolicyDocument: it is no JSON.
    """
    if isinstance(document, PolicyDocument):
        return document.to_dict(), document.text
    return json_value(document), document if isinstance(document, str) else None
