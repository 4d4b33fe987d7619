"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`, `${?}`, `${$}`.

A `Template` is a text with variables in it. Filled in, a variable's value is literal: a `*` in a tag is no wildcard.
So filling in gives a `Filled`: the text, and which of its characters are meant literally. Variables exist only in
documents of Version 2012-10-17; older documents hold plain text.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html]
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from iamlab.policy.patterns import REMEMBERED, Matcher, beginning_of, compile_pattern, compile_wild, has_wildcard

ContextValue = str | tuple[str, ...]
"""One value, or the values of a multivalued key."""

_VARIABLE = re.compile(r"\$\{\s*(?:([*?$])|([^\s,'{}][^,'{}]*?)\s*(?:,\s*'([^']*)')?)\s*\}")
_SPECIAL = re.compile(r"[*?\[]")


@dataclass(slots=True)
class Variable:
    """A variable of a template.

    Attributes:
        key: the condition key, in lower case.
        default: what stands in when the key has no value; `None` for none.
    """

    key: str
    default: str | None

    def value(self, context: Mapping[str, ContextValue]) -> str | None:
        """Its value; a multivalued key has none that a variable could take."""
        value = context.get(self.key)
        return value if isinstance(value, str) else self.default


@dataclass(slots=True)
class Filled:
    """A template with its variables filled in.

    Attributes:
        text: the plain text.
        escaped: the same as a pattern in which `[*]`, `[?]` and `[[]` are the plain characters; `None` where no literal
            character needs it, so that `text` itself is the pattern.
    """

    text: str
    escaped: str | None

    @property
    def matcher(self) -> Matcher:
        """Match it as a pattern."""
        return compile_pattern(self.text) if self.escaped is None else compile_escaped(self.escaped)


def compile_escaped(pattern: str) -> Matcher:
    """A matcher for a pattern in which `[*]`, `[?]` and `[[]` are plain characters."""
    return compile_wild(fnmatch.translate(pattern))


class Template:
    """A text with variables.

    Attributes:
        beginning: what stands before the first variable or wildcard: every text that matches begins so.
        variables: its variables, in order.

    >>> home = Template("home/${aws:username}/*")
    >>> home.fill({"aws:username": "alice"}).text
    'home/alice/*'
    >>> home.fill({}) is None
    True
    """

    __slots__ = ("_literal", "_pieces", "_places", "beginning", "variables")

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        places: list[int] = []
        variables: list[Variable] = []
        literal: list[int] = []
        at = 0
        for found in _VARIABLE.finditer(text):
            pieces.append(text[at : found.start()])
            literal.append(len(pieces))
            character, key, default = found.groups()
            if key:
                places.append(len(pieces))
                variables.append(Variable(key.lower(), default))
            pieces.append(character or "")
            at = found.end()
        pieces.append(text[at:])
        self._pieces = pieces  # with nothing in the variables' places
        self._places = places
        self._literal = literal
        self.beginning = beginning_of(pieces[0])
        self.variables = tuple(variables)

    @property
    def opened(self) -> str:
        """The text with a `*` in place of every variable, which may have any value."""
        pieces = self._pieces.copy()
        for place in self._places:
            pieces[place] = "*"
        return "".join(pieces)

    def fill(self, context: Mapping[str, ContextValue]) -> Filled | None:
        """Put the values in; `None` when a variable has none.

        Args:
            context: the request's context, keys in lower case.
        """
        values = self.values(context)
        return None if values is None else _filled(self, values)

    def values(self, context: Mapping[str, ContextValue]) -> tuple[str, ...] | None:
        """The values of its variables; `None` when one has none."""
        values = []
        for variable in self.variables:
            value = variable.value(context)
            if value is None:
                return None
            values.append(value)
        return tuple(values)

    def filled(self, values: tuple[str, ...]) -> Filled:
        """Put values in, one for each variable."""
        pieces = self._pieces.copy()
        for place, value in zip(self._places, values, strict=True):
            pieces[place] = value
        text = "".join(pieces)
        if not has_wildcard("".join([pieces[place] for place in self._literal])):
            return Filled(text, None)
        escaped = [_escape(piece, literal=place in self._literal) for place, piece in enumerate(pieces)]
        return Filled(text, "".join(escaped))


@lru_cache(maxsize=REMEMBERED)
def _filled(template: Template, values: tuple[str, ...]) -> Filled:
    """A filled template; many requests come with the same values, and explanations ask again."""
    return template.filled(values)


def _escape(text: str, *, literal: bool) -> str:
    if not literal:
        return text.replace("[", "[[]")
    return _SPECIAL.sub(lambda found: f"[{found[0]}]", text)


def has_variable(text: str) -> bool:
    """Does it hold a policy variable?"""
    return "${" in text and _VARIABLE.search(text) is not None


def spelling_of(key: str, text: str) -> str:
    """A variable's key as it is spelt in a text; as it is given, where the text does not have it.

    >>> spelling_of("aws:principaltag/team", "home/${aws:PrincipalTag/Team}")
    'aws:PrincipalTag/Team'
    """
    at = text.lower().find(key)
    return text[at : at + len(key)] if at >= 0 else key


def compile_text(text: str, *, variables: bool, compile: Callable[[Filled], Matcher]) -> FilledMatcher | Matcher:  # noqa: A002
    """A matcher for a text that may hold variables.

    Args:
        text: as it stands in the policy.
        variables: does the document's Version know variables?
        compile: makes a matcher of the text once it is filled in.

    Returns:
        a plain matcher where there is no variable, else a `FilledMatcher` that needs the request's context.
    """
    if variables and has_variable(text):
        return FilledMatcher(Template(text), compile)
    return compile(Filled(text, None))


@dataclass(slots=True, eq=False)
class FilledMatcher:
    """Fills a template with each request's context before it matches; a variable without a value matches nothing.

    It is equal only to itself, so that what it was filled with can be remembered.
    """

    template: Template
    compile: Callable[[Filled], Matcher]

    def matches(self, text: str, context: Mapping[str, ContextValue]) -> bool:
        """Does the text match, in this context?"""
        values = self.template.values(context)
        return values is not None and _matcher_with(self, values)(text)


@lru_cache(maxsize=REMEMBERED)
def _matcher_with(filled: FilledMatcher, values: tuple[str, ...]) -> Matcher:
    """The matcher of a filled template; many requests come with the same values."""
    return filled.compile(_filled(filled.template, values))
