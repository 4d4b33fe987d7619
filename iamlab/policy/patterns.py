"""Patterns with `*` (any run of characters, none too) and `?` (exactly one character).

`compile_pattern` makes a matcher that takes time linear in the text, whatever the pattern: without `?` it is one string
comparison or a chain of finds; with `?` a regular expression whose groups are atomic, so it never goes back. `overlaps`
and `contains` compare two patterns with each other. Everything here is case-sensitive: who compares without case
lowers both sides first.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html]
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

Matcher = Callable[[str], bool]

REMEMBERED = 32_768
"""How many patterns stay compiled: those of an account at its quotas."""


def has_wildcard(pattern: str) -> bool:
    """Does it hold a `*` or a `?`?"""
    return "*" in pattern or "?" in pattern


def beginning_of(pattern: str) -> str:
    """What stands before the first wildcard: every text that matches begins so.

    >>> beginning_of("arn:aws:s3:::reports-202?/*")
    'arn:aws:s3:::reports-202'
    """
    return pattern.partition("*")[0].partition("?")[0]


def sort_out(patterns: Iterable[str]) -> tuple[set[str], tuple[str, ...], list[str]]:
    """Plain names, the beginnings of patterns that only end with a `*`, and all other patterns.

    Most patterns are of the first two kinds, of which many are tried at once.

    >>> sort_out(["s3:GetObject", "s3:Put*", "s3:*Object"])
    ({'s3:GetObject'}, ('s3:Put',), ['s3:*Object'])
    """
    names: set[str] = set()
    beginnings: list[str] = []
    others: list[str] = []
    for pattern in patterns:
        beginning, star, rest = pattern.partition("*")
        if rest or "?" in beginning:
            others.append(pattern)
        elif star:
            beginnings.append(beginning)
        else:
            names.add(pattern)
    return names, tuple(beginnings), others


def any_of(patterns: Iterable[str], compile: Callable[[str], Matcher]) -> Matcher:  # noqa: A002
    """A matcher of texts that match any of the patterns.

    Args:
        patterns: some patterns.
        compile: makes the matcher of a pattern that is no plain name and not only a beginning.
    """
    names, beginnings, rest = sort_out(patterns)
    others = [compile(pattern) for pattern in rest]
    if not others:
        return lambda text: text in names or text.startswith(beginnings)
    return lambda text: text in names or text.startswith(beginnings) or any(test(text) for test in others)


def _anything(text: str) -> bool:  # noqa: ARG001 - a matcher takes the text
    return True


@lru_cache(maxsize=REMEMBERED)
def compile_pattern(pattern: str) -> Matcher:
    """Make a function that says whether a text matches the pattern.

    Args:
        pattern: plain text with `*` and `?`.

    >>> is_report = compile_pattern("arn:aws:s3:::reports/*.csv")
    >>> is_report("arn:aws:s3:::reports/2026/q3.csv"), is_report("arn:aws:s3:::reports")
    (True, False)
    """
    if "?" in pattern:
        return compile_wild(fnmatch.translate(pattern.replace("[", "[[]")))
    if "*" not in pattern:
        return pattern.__eq__
    head, *middle, tail = pattern.split("*")
    middle = [part for part in middle if part]
    if not middle:
        return _ends_and_starts(head, tail)
    return _chain(head, middle, tail)


def compile_wild(expression: str) -> Matcher:
    """A matcher from a regular expression that must fit the whole text."""
    match = re.compile(expression).match
    return lambda text: match(text) is not None


def _ends_and_starts(head: str, tail: str) -> Matcher:
    if not head and not tail:
        return _anything
    if not tail:
        return lambda text: text.startswith(head)
    if not head:
        return lambda text: text.endswith(tail)
    shortest = len(head) + len(tail)
    return lambda text: len(text) >= shortest and text.startswith(head) and text.endswith(tail)


def _chain(head: str, middle: list[str], tail: str) -> Matcher:
    """Find the parts between the stars in turn, each as early as possible: that never needs a second try."""
    start, stop = len(head), len(tail)

    def matches(text: str) -> bool:
        if not (text.startswith(head) and text.endswith(tail)):
            return False
        at, end = start, len(text) - stop
        for part in middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return at <= end

    return matches


def _tidy(pattern: str) -> str:
    """The same pattern with each run of wildcards written in one way: first its `?`, then one `*`."""
    return re.sub(r"[*?]{2,}", lambda run: "?" * run[0].count("?") + ("*" if "*" in run[0] else ""), pattern)


@lru_cache(maxsize=REMEMBERED)
def overlaps(a: str, b: str) -> bool:
    """Is there a text that matches both patterns?

    >>> overlaps("s3:Get*", "s3:*Object"), overlaps("s3:Get*", "s3:Put*")
    (True, False)
    """
    if not has_wildcard(b):
        return compile_pattern(a)(b)
    if not has_wildcard(a):
        return compile_pattern(b)(a)
    a, b = _tidy(a), _tidy(b)
    # row[j]: can a[:i] and b[:j] meet? A star stands for nothing or swallows one character of the other.
    row = [True]
    for char in b:
        row.append(row[-1] and char == "*")
    for left in a:
        above, row = row, [row[0] and left == "*"]
        for j, right in enumerate(b):
            if left == "*" or right == "*":
                meets = above[j + 1] or row[j]
            else:
                meets = above[j] and (left == right or left == "?" or right == "?")
            row.append(meets)
    return row[-1]


@lru_cache(maxsize=REMEMBERED)
def contains(outer: str, inner: str) -> bool:
    """Does everything that matches `inner` match `outer` too? `False` may also mean: not sure.

    >>> contains("s3:*", "s3:Get*"), contains("s3:Get*", "s3:*")
    (True, False)
    """
    if "?" not in outer or not has_wildcard(inner):
        # A star of `inner` can only be swallowed by a star of `outer`, whose other parts hold none.
        return compile_pattern(outer)(inner)
    # The same with `?` in `outer`, which swallows any one character of `inner` but a star.
    characters = _tidy(outer).replace("[", "[[]").replace("?", "[!*]")
    return compile_wild(fnmatch.translate(characters))(_tidy(inner))
