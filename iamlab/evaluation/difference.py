"""Do two policies decide alike? If not: requests on which they differ, each way.

`difference` sorts all actions into classes that neither policy tells apart, takes resources and context values at and
around everything the policies name, and evaluates both on every combination: each witness it shows was decided. It says
whether the answer is complete: it is, unless a pattern is too odd for that (a `?`, several stars in one part of an ARN,
a variable) or there are too many combinations to try them all. Where the resource's own policy must allow as well, both
are evaluated beside one that lets the caller's account in. Requests are taken to be as AWS makes them: an action on
resources that it works on, numbers without fractions, moments to the second, no empty text in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from iamlab.catalog import index
from iamlab.display import escape, verbatim
from iamlab.errors import InvalidInput
from iamlab.evaluation.boxes import why_resource_must_allow
from iamlab.evaluation.candidates import OTHER, Candidate, apart, in_words, values_for, with_value
from iamlab.evaluation.evaluator import evaluate
from iamlab.evaluation.policies import PolicySet
from iamlab.evaluation.request import Request
from iamlab.evaluation.resources import resources_for
from iamlab.policy import PolicyDocument, Statement
from iamlab.policy.actions import expand
from iamlab.policy.document import Document
from iamlab.policy.operators import Context
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.reach import kinds_reached
from iamlab.policy.variables import ContextValue, Template, has_variable

MOST_COMBINATIONS = 2000
"""How many resources and contexts are tried for one class of actions."""

CALLER = "arn:aws:iam::111122223333:user/somebody"


@dataclass(slots=True)
class Witness:
    """A request that one policy allows and the other does not.

    Attributes:
        action, resource: the request.
        context: the keys that matter, with their values; `None`: the key is absent.
        allowed_by: `"first"` or `"second"`.
        alike: how many more actions are decided like this one.
        let_in: is it so where the resource's policy lets the caller's account in? Otherwise nobody may, whatever its
            own policies say: such are other accounts' resources, roles to assume, and KMS keys.
    """

    action: str
    resource: str
    context: Mapping[str, Candidate]
    allowed_by: str
    alike: int
    let_in: bool = False

    def __repr__(self) -> str:
        more = f" (and {self.alike} more action{'' if self.alike == 1 else 's'} like it)" if self.alike else ""
        when = "".join(f", {in_words(key, value)}" for key, value in self.context.items())
        where = ", where the resource's policy lets the account in" if self.let_in else ""
        return f"only the {self.allowed_by} allows {self.action} on {self.resource}{when}{where}{more}"


class Difference:
    """How two policies differ.

    Attributes:
        witnesses: requests that they decide differently, the plainest of each class of actions.
        complete: was everything tried that could tell them apart? If not, being alike is not proven.
        why_incomplete: the reason, or empty.
    """

    __slots__ = ("why_incomplete", "witnesses")

    def __init__(self, witnesses: Iterable[Witness], why_incomplete: str) -> None:
        self.witnesses = tuple(witnesses)
        self.why_incomplete = why_incomplete

    @property
    def alike(self) -> bool:
        """Was no difference found?"""
        return not self.witnesses

    @property
    def complete(self) -> bool:
        """Is there surely nothing else to find?"""
        return not self.why_incomplete

    def _lines(self) -> Iterator[str]:
        if self.alike:
            yield "They decide alike." if self.complete else "No difference was found."
        yield from map(repr, self.witnesses)
        if not self.complete:
            yield f"Not everything could be tried: {self.why_incomplete}."

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return verbatim("".join(f"<div>{escape(line)}</div>" for line in self._lines()))


Sets = Sequence[tuple[PolicySet, PolicySet]]
"""For each document: it alone, and with a resource's policy that leaves it to the account who may."""

_NO_POLICIES = PolicySet()
_LET_IN = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": CALLER.split(":")[4]}, "Action": "*", "Resource": "*"},
}


def difference(first: Document, second: Document) -> Difference:
    """Compare what two identity-based policies allow.

    Args:
        first: a policy document, or its JSON.
        second: another, or another version of the first.

    Raises:
        MalformedPolicyDocument: one is not a policy.
        InvalidInput: one is not identity-based: it says of whom it speaks.

    >>> read = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "sqs:Get*", "Resource": "*"}})
    >>> some = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "sqs:GetQueueUrl", "Resource": "*"}})
    >>> difference(read, some)
    only the first allows sqs:GetQueueAttributes on arn:aws:sqs:us-east-1:111122223333:some-queue
    """
    documents = PolicyDocument.parse(first), PolicyDocument.parse(second)
    if any(s.principal is not None or s.not_principal is not None for one in documents for s in one.statements):
        raise InvalidInput("Only identity-based policies are compared: a Principal says of whom a statement speaks")
    sets = tuple((PolicySet(identity=document), PolicySet(document, _LET_IN)) for document in documents)
    statements = [statement for document in documents for statement in document.statements]
    reasons = dict.fromkeys(_odd_patterns(statements))
    spelling = {test.lower_key: test.key for statement in statements for test in statement.matcher.tests}
    witnesses: list[Witness] = []
    for action, count in _classes(statements):
        concerned = [s for s in statements if s.concerns(action.lower())]
        requests = _requests(action, concerned)
        witnesses += _differing(islice(requests, MOST_COMBINATIONS), sets, count - 1, spelling)
        if next(requests, None) is not None:
            reasons[f"{action} has more than {MOST_COMBINATIONS} combinations of resources and conditions"] = None
    return Difference(witnesses, "; ".join(reasons))


def _differing(requests: Iterable[Request], sets: Sets, alike: int, spelling: Mapping[str, str]) -> list[Witness]:
    """For each way the plainest request on which they differ, with the keys that matter, spelt as in the policies."""
    ways = [(request, _way(request, sets)) for request in requests]
    found = []
    for way in ("first", "second"):
        request = next((request for request, its in ways if its == way), None)
        if request is None:
            continue
        others = [other.keys for other, its in ways if its != way and other.resource == request.resource]
        keys = _keys_that_matter(request.keys, others)
        context = {key: value for key, value in keys.items() if value is not None}
        if _way(Request(CALLER, request.action, request.resource, context), sets) != way:
            keys = dict(request.keys)
        spelt = {spelling.get(key, key): value for key, value in keys.items()}
        let_in = _needs_resource_policy(request)
        found.append(Witness(request.action, request.resource, spelt, way, alike, let_in))
    return found


def _way(request: Request, sets: Sets) -> str | None:
    """Which of the two alone allows it?"""
    let_in = _needs_resource_policy(request)
    one, two = (evaluate(request, policies[let_in]).allowed for policies in sets)
    return None if one == two else "first" if one else "second"


def _needs_resource_policy(request: Request) -> bool:
    return bool(why_resource_must_allow(request, _NO_POLICIES, _NO_POLICIES.rules(request.action)))


def _keys_that_matter(context: Context, others: list[Context]) -> dict[str, Candidate]:
    """The keys that another value of which, all else being the same, would change the difference."""
    keys = {key for other in others for key in other} | set(context)
    return {
        key: context.get(key)
        for key in sorted(keys)
        if any(with_value(context, key, other.get(key)) == other for other in others)
    }


def _classes(statements: Iterable[Statement]) -> Iterator[tuple[str, int]]:
    """One action of every class that the statements do not tell apart, and how many are in the class."""
    parts = [index.all_bits()]
    patterns = {p for s in statements for p in (s.actions or s.not_actions or ())}
    named = {p for s in statements for p in _patterns(s)}
    # A pattern that AWS does not know still denies: so as a Deny would take it.
    splits = [expand([pattern], effect="Deny") for pattern in sorted(patterns)]
    # Of actions on several kinds of resources one cannot stand for another that works on other kinds.
    splits += [bits for pattern in sorted(named) if pattern != "*" for bits in kinds_reached(pattern)]
    for bits in splits:
        parts = [part for old in parts for part in (old & bits, old & ~bits) if part]
    names = index.action_names()
    for part in parts:
        first = (part & -part).bit_length() - 1
        yield names[first], part.bit_count()
    # Actions that the catalog does not know, but a policy names.
    for pattern in sorted(patterns):
        if all(pattern.partition(":")) and not has_wildcard(pattern) and index.number(pattern) is None:
            yield pattern, 1


def _requests(action: str, statements: list[Statement]) -> Iterator[Request]:
    """Requests at and around everything the statements name, the plainest first."""
    tests = [test for s in statements for test in s.matcher.tests]
    variables = [key for s in statements for text in _texts(s) for key in _variables(text)]
    by_key: dict[str, list[ContextValue | None]] = {}
    for key in dict.fromkeys([test.lower_key for test in tests] + variables):
        asked = [test for test in tests if test.lower_key == key]
        by_key[key] = [*values_for(asked, {}), OTHER] if key in variables else apart(values_for(asked, {}), asked, {})
    for resource in resources_for(action, [p for s in statements for p in _patterns(s)]):
        for values in product(*by_key.values()):
            context: dict[str, ContextValue] = {}
            for key, value in zip(by_key, values, strict=True):
                context = with_value(context, key, value)
            yield Request(CALLER, action, resource, context)


def _texts(statement: Statement) -> list[str]:
    values = [value for _, _, wanted in statement.conditions for value in wanted]
    return [*_patterns(statement), *values]


def _patterns(statement: Statement) -> tuple[str, ...]:
    return statement.resources or statement.not_resources or ()


def _variables(text: str) -> list[str]:
    return [variable.key for variable in Template(text).variables]


_PLAIN = (re.compile(r"[\w-]*\*?"), re.compile(r"\*|\d*"), re.compile(r"[^*]*\*?[^*]*"))
"""How Region, account and resource are written in patterns with several stars whose parts can be taken one by one."""


def _is_odd(pattern: str) -> bool:
    """Is it such that a text may be overlooked that it tells from another?"""
    parts = pattern.split(":", 5)
    plain = len(parts) == 6 and all(form.fullmatch(part) for form, part in zip(_PLAIN, parts[3:], strict=True))
    return "?" in pattern or (pattern.count("*") > 1 and (not plain or has_wildcard("".join(parts[:3]))))


def _odd_patterns(statements: Iterable[Statement]) -> Iterator[str]:
    """Why the resources and values to try may not be all that matter."""
    for statement in statements:
        for pattern in _patterns(statement):
            if _is_odd(pattern):
                yield f"the pattern {pattern} is too odd to try everything"
        for text in _texts(statement):
            if has_variable(text):
                yield f"{text} depends on the request"
        for test in statement.matcher.tests:
            if any(has_wildcard(value) for value in test.values):
                yield f"{test.operator} on {test.key} has wildcards"
