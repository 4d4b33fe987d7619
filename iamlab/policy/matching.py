"""A statement compiled on first use: does it speak of this action, of this resource, in this context?

`compile_actions` makes the test of the action, `StatementMatcher` those of resource and conditions. Resource patterns
follow AWS's rule for ARNs: a wildcard stays within its part, but a `*` at the end of a part may run on beyond the
colon; the last part is one piece.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from iamlab.policy.operators import ConditionTest, Context
from iamlab.policy.patterns import REMEMBERED, Matcher, any_of, beginning_of, compile_pattern, has_wildcard, sort_out
from iamlab.policy.variables import Filled, FilledMatcher, compile_escaped, compile_text

ResourceTest = Callable[[str, Context], bool]
ResourcePattern = tuple[str, FilledMatcher | Matcher]


class Elements(Protocol):
    """What matching looks at in a statement; `iamlab.policy.document.Statement` has it."""

    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    variables: bool

    @property
    def conditions(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Operator, key and values."""


class StatementMatcher:
    """The parts of one statement, ready to be tried.

    Attributes:
        statement: what it was made from.
        patterns: the patterns of its Resource or NotResource, each with its matcher.
        resource: `resource(arn, context)`, or `None` where every resource matches.
        beginnings: a resource that matches begins with one of these; with `""`, where nothing is known.
        uses_context: does it look at the request's context?
    """

    __slots__ = ("_names", "_tests", "beginnings", "patterns", "resource", "statement", "uses_context")

    def __init__(self, statement: Elements) -> None:
        self.statement = statement
        self.patterns = _resource_patterns(statement)
        self.resource, has_variables = _resource_test(statement, self.patterns)
        self.beginnings = _beginnings(statement, self.patterns) if self.resource is not None else ("",)
        self.uses_context = has_variables or bool(statement.conditions)
        self._tests: tuple[ConditionTest, ...] | None = None
        self._names: Matcher | None = None

    @classmethod
    def settled(cls, statement: Elements) -> StatementMatcher:
        """A matcher of a statement that is known to apply: it asks for nothing more."""
        matcher = cls.__new__(cls)
        matcher.statement = statement
        matcher.patterns, matcher.resource, matcher.beginnings, matcher.uses_context = [], None, ("",), False
        matcher._tests = ()  # noqa: SLF001 - this class's own
        matcher._names = None  # noqa: SLF001
        return matcher

    @property
    def tests(self) -> tuple[ConditionTest, ...]:
        """Its conditions, compiled when a resource has matched for the first time."""
        if self._tests is None:
            effect, variables = self.statement.effect, self.statement.variables
            self._tests = tuple(
                ConditionTest(operator, key, values, effect=effect, variables=variables)
                for operator, key, values in self.statement.conditions
            )
        return self._tests

    def may_name(self, resource: str) -> bool:
        """Could the statement be about a resource, whatever the values of its variables are?"""
        if self.resource is None or self.statement.not_resources is not None:
            return True
        if self._names is None:
            texts = [test.template.opened if isinstance(test, FilledMatcher) else text for text, test in self.patterns]
            self._names = any_of(texts, compile_resource)
        return self._names(resource)

    def applies(self, resource: str, context: Context) -> bool:
        """Do resource and conditions match? (The action and the principal are looked at elsewhere.)"""
        if self.resource is not None and not self.resource(resource, context):
            return False
        tests = self._tests if self._tests is not None else self.tests  # asking the property each time takes too long
        for test in tests:  # noqa: SIM110 - a plain loop, since this is the hottest line of all
            if not test.holds(context):
                return False
        return True


def action_pattern_problem(pattern: str) -> str:
    """Why an action pattern is none that AWS knows, or empty.

    >>> action_pattern_problem("s3:Get*"), action_pattern_problem("*")
    ('', '')
    >>> action_pattern_problem("s3*:Get")
    'Action s3*:Get: the service prefix may hold no wildcard'
    """
    service, colon, name = pattern.partition(":")
    if pattern in ("*", "*:*"):
        return ""
    if not colon or not name:
        return f"Action {pattern}: expected a service prefix, a colon and a name, such as s3:GetObject"
    return f"Action {pattern}: the service prefix may hold no wildcard" if has_wildcard(service) else ""


def compile_action(pattern: str, *, effect: str) -> Matcher:
    """A matcher of action names in lower case; a pattern AWS does not know is only ever taken to deny."""
    if effect == "Allow" and action_pattern_problem(pattern):
        return _nothing
    return compile_pattern(pattern.lower())


def _nothing(text: str) -> bool:  # noqa: ARG001 - a matcher takes the text
    return False


def compile_actions(statement: Elements) -> Matcher:
    """A matcher of action names in lower case for a statement's Action or NotAction."""
    negated = statement.actions is None
    # What NotAction lists is left out of the statement: there a doubtful pattern must not widen an Allow.
    effect = statement.effect if not negated else ("Deny" if statement.effect == "Allow" else "Allow")
    patterns = statement.actions if not negated else statement.not_actions
    matches = _any_action(patterns or (), effect=effect)
    return (lambda action: not matches(action)) if negated else matches


def _any_action(patterns: Sequence[str], *, effect: str) -> Matcher:
    """Does an action match any of the patterns?"""
    if len(patterns) == 1:
        return compile_action(patterns[0], effect=effect)
    known = [pattern.lower() for pattern in patterns if effect == "Deny" or not action_pattern_problem(pattern)]
    return any_of(known, compile_pattern)


@lru_cache(maxsize=REMEMBERED)
def compile_resource(pattern: str, escaped: str | None = None) -> Matcher:
    """A matcher of ARNs, by AWS's rule for wildcards in the parts of an ARN.

    Args:
        pattern: as it stands in the policy.
        escaped: the pattern with literal wildcards marked (see `Filled`), if it has any.

    >>> every_bucket = compile_resource("arn:aws:s3:::*")
    >>> every_bucket("arn:aws:s3:::reports/2026/q3.csv"), every_bucket("arn:aws:sqs:us-east-1:111122223333:q")
    (True, False)
    """
    text = pattern if escaped is None else escaped
    compile_part = compile_pattern if escaped is None else compile_escaped
    parts = text.split(":", 5)
    bound = parts[:5]
    if not any(has_wildcard(part[:-1]) or part.endswith("?") for part in bound):
        # At most a star at the end of a part, which may run on: that is what an ordinary pattern does.
        return compile_part(text)
    return _part_by_part([(compile_part(part), part.endswith("*")) for part in bound], [*map(compile_part, parts[5:])])


def _part_by_part(bound: list[tuple[Matcher, bool]], last: list[Matcher]) -> Matcher:
    """Match each part between colons by itself; one that ends with a star may take more of them.

    Args:
        bound: the parts before the fifth colon, and whether each may run on.
        last: the matcher of all the rest; none, where the pattern has fewer parts.
    """

    def matches(arn: str) -> bool:
        pieces = arn.split(":")
        starts: Sequence[int] = range(1)  # where the next part may begin
        for test, runs_on in bound:
            ends = [start for start in starts if start < len(pieces) and test(pieces[start])]
            if not ends:
                return False
            starts = range(ends[0] + 1, len(pieces) + 1) if runs_on else [end + 1 for end in ends]
        if not last:
            return len(pieces) in starts
        return any(last[0](":".join(pieces[start:])) for start in starts if start < len(pieces))

    return matches


def _compile_filled(filled: Filled) -> Matcher:
    return compile_resource(filled.text, filled.escaped)


def has_early_variable(pattern: str) -> bool:
    """Does a variable stand before the fifth colon? AWS's guide allows none there, so it is plain text."""
    return "${" in ":".join(pattern.split(":", 5)[:5])


@lru_cache(maxsize=REMEMBERED)
def compile_resource_text(pattern: str, *, variables: bool) -> FilledMatcher | Matcher:
    """A matcher of ARNs for a pattern that may hold variables, after the fifth colon."""
    return compile_text(pattern, variables=variables and not has_early_variable(pattern), compile=_compile_filled)


def resource_pattern_problem(pattern: str) -> str:
    """Why a resource pattern is none that AWS knows, or empty: the service of an ARN takes no wildcard.

    >>> resource_pattern_problem("arn:aws:s*:::reports")
    'Resource arn:aws:s*:::reports: the service may hold no wildcard'
    """
    parts = pattern.split(":", 3)
    if parts[0] == "arn" and len(parts) > 2 and has_wildcard(parts[2]):
        return f"Resource {pattern}: the service may hold no wildcard"
    return ""


def _resource_patterns(statement: Elements) -> list[ResourcePattern]:
    """The patterns of a statement's Resource or NotResource, each with its matcher.

    A pattern that AWS does not know is only ever taken to deny; where it would allow, it is left out.
    """
    negated = statement.not_resources is not None
    patterns = statement.not_resources if statement.not_resources is not None else statement.resources or ()
    safe = (statement.effect == "Deny") is not negated
    return [
        (pattern, compile_resource_text(pattern, variables=statement.variables))
        for pattern in patterns
        if safe or not resource_pattern_problem(pattern)
    ]


def _beginnings(statement: Elements, patterns: list[ResourcePattern]) -> tuple[str, ...]:
    """What the resources that match begin with, pattern by pattern."""
    if statement.not_resources is not None:
        return ("",)
    return tuple(
        matcher.template.beginning if isinstance(matcher, FilledMatcher) else beginning_of(pattern)
        for pattern, matcher in patterns
    )


def _resource_test(statement: Elements, patterns: list[ResourcePattern]) -> tuple[ResourceTest | None, bool]:
    """The test of Resource or NotResource, and whether it looks at the context.

    There is no test where there is nothing to test (`*`, or a trust policy).
    """
    negated = statement.not_resources is not None
    if not negated and (statement.resources is None or "*" in statement.resources):
        return None, False
    fixed = {pattern: matcher for pattern, matcher in patterns if not isinstance(matcher, FilledMatcher)}
    dynamic = [(matcher.template.beginning, matcher) for _, matcher in patterns if isinstance(matcher, FilledMatcher)]
    names, beginnings, rest = sort_out(fixed)
    if not rest and not dynamic and not negated:
        return lambda resource, _: resource in names or resource.startswith(beginnings), False
    others = [fixed[pattern] for pattern in rest]

    def matches(resource: str, context: Context) -> bool:
        if resource in names or resource.startswith(beginnings):
            return True
        for match in others:
            if match(resource):
                return True
        for beginning, template in dynamic:
            if resource.startswith(beginning) and template.matches(resource, context):
                return True
        return False

    return (lambda resource, context: not matches(resource, context)) if negated else matches, bool(dynamic)
