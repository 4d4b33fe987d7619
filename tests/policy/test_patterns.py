"""Patterns against a naive matcher, and against time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab.policy.patterns import compile_pattern, contains, overlaps, sort_out

patterns = st.text("ab*?[", max_size=8)
letters = "ab["
texts = st.text("ab[*\n", max_size=10)


def naive(pattern, text):
    """The rule itself, by recursion."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return naive(pattern[1:], text) or (bool(text) and naive(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and naive(pattern[1:], text[1:])


@given(patterns, texts)
def test_matches_as_the_rule_says(pattern, text):
    assert compile_pattern(pattern)(text) is naive(pattern, text)


@st.composite
def filled(draw, pattern):
    """A text that a pattern matches: letters in the place of its wildcards."""
    some = {"*": st.text(letters, max_size=3), "?": st.sampled_from(letters)}
    return "".join(draw(some[char]) if char in some else char for char in pattern)


@st.composite
def like(draw, pattern, *, wider):
    """A pattern made from another one place by place: the same, wider, or (if not `wider`) now and then narrower."""
    choices = {"*": ["*", "*", "**"], "?": ["?", "?", "*"]}
    if not wider:
        choices = {"*": [*choices["*"], "?", "?*", "a", ""], "?": [*choices["?"], "a", "??"]}
    places = [draw(st.sampled_from(choices.get(char, [char, char, char, "?", "*", f"*{char}"]))) for char in pattern]
    return "".join(places) + draw(st.sampled_from(["", "", "*"]))


@given(st.data())
def test_overlap_is_never_missed(data):
    text = data.draw(st.text(letters, max_size=8))
    a, b = data.draw(like(text, wider=True)), data.draw(like(text, wider=True))
    assert naive(a, text)
    assert naive(b, text)
    assert overlaps(a, b)


@given(st.text("ab*?", max_size=5), st.text("ab*?", max_size=5))
def test_overlap_is_never_invented(a, b):
    if overlaps(a, b):
        longest = len(a) + len(b)
        common = [""]
        for _ in range(longest + 1):
            if any(naive(a, text) and naive(b, text) for text in common):
                return
            common = [text + char for text in common for char in "ab" if _may_begin(a, text + char)]
        raise AssertionError(f"{a} and {b} share no text")


def _may_begin(pattern, text):
    return naive(pattern + "*", text) or any(naive(pattern[:i] + "*", text) for i in range(len(pattern)))


@given(st.data())
def test_what_contains_is_right(data):
    """The outer pattern is mostly a wider one, so that most are contained, and sometimes narrower in a place."""
    inner = data.draw(patterns)
    outer, text = data.draw(like(inner, wider=False)), data.draw(filled(inner))
    assert naive(inner, text)
    if contains(outer, inner):
        assert naive(outer, text)


def test_plain_containments_are_seen():
    assert contains("s3:*", "s3:Get*")
    assert contains("*", "*")
    assert contains("s3:?et*", "s3:Get*")
    assert not contains("s3:Get*", "s3:*")
    assert not contains("s3:Get?", "s3:Get*")


def test_a_hostile_pattern_takes_no_time_worth_speaking_of():
    assert not compile_pattern("*a" * 5000 + "b")("a" * 10_000)
    assert compile_pattern("*a" * 5000)("a" * 10_000)
    assert not compile_pattern("?*a" * 3000 + "b")("a" * 10_000)


def test_every_unicode_character_is_plain_text():
    assert compile_pattern("é*\U0001f600?")("éxx\U0001f600\n")
    for pattern, text, other in (("[ab]", "[ab]", "a"), ("[ab]?", "[ab]c", "ac"), ("[!a]*?", "[!a]b", "bb")):
        assert compile_pattern(pattern)(text)
        assert not compile_pattern(pattern)(other)


def test_containment_with_question_marks_swallows_characters_but_no_star():
    assert contains("a?c*", "abc*")
    assert contains("a??", "a??")
    assert contains("[?]*", "[a]*")
    assert contains("*??", "a?b?")
    assert contains("?*", "*?*")
    assert not contains("a?", "a*")
    assert not contains("[?]*", "a*")
    assert not contains("a?c*", "a*c*")


def test_overlap_looks_at_runs_of_wildcards_as_one():
    assert overlaps("a**b", "a*?*b")
    assert overlaps("??*", "*ab")
    assert overlaps("*?a", "ba*")
    assert not overlaps("a??*", "?b")
    assert not overlaps("a?", "*b?b")
    assert overlaps("a", "?")
    assert not overlaps("", "?*")
    assert overlaps("", "*")


@pytest.mark.parametrize(
    ("pattern", "sorted_out"),
    [
        ("a", ({"a"}, (), [])),
        ("a*", (set(), ("a",), [])),
        ("*", (set(), ("",), [])),
        ("a?", (set(), (), ["a?"])),
        ("a?*", (set(), (), ["a?*"])),
        ("a**", (set(), (), ["a**"])),
        ("*a", (set(), (), ["*a"])),
        ("a*?", (set(), (), ["a*?"])),
    ],
)
def test_names_and_beginnings_are_told_from_other_patterns(pattern, sorted_out):
    assert sort_out([pattern]) == sorted_out
