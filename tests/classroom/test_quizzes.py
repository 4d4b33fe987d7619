"""Quizzes: every kind is marked part by part, each wrong choice has its reason, and faults in a file are named."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab.classroom.quiz_files import lesson_quiz, lessons, read_quiz, shuffled
from iamlab.classroom.quizzes import (
    DECISIONS,
    KINDS,
    MATCH,
    ORDER,
    SEVERAL,
    SINGLE,
    Question,
    Reason,
    check_answer,
    mark,
    marking_text,
    points_text,
    question_text,
    total,
    wrong_choices,
)
from iamlab.display import unmarked
from iamlab.errors import InvalidInput, NoSuchEntity

QUESTIONS = [(lesson, number, q) for lesson in lessons() for number, q in enumerate(lesson_quiz(lesson).questions, 1)]
every_question = pytest.mark.parametrize(
    "question", [q for *_, q in QUESTIONS], ids=[f"{a}-{b}" for a, b, _ in QUESTIONS]
)


def answers(question: Question) -> Iterator[str]:
    """Every answer there is."""
    letters = question.letters
    if question.kind == SEVERAL:
        for size in range(len(letters) + 1):
            yield from map("".join, itertools.combinations(letters, size))
    elif question.kind == ORDER:
        yield from map("".join, itertools.permutations(letters))
    else:
        yield from map("".join, itertools.product(letters, repeat=len(question.key)))


@every_question
def test_only_the_key_is_right_and_every_other_answer_is_explained(question: Question) -> None:
    for answer in answers(question):
        marking = mark(question, answer)
        assert marking.right == (answer == question.key)
        assert marking.points < marking.out_of or marking.right
        assert all(remark.why for remark in marking.remarks)


@every_question
def test_every_wrong_choice_has_a_reason(question: Question) -> None:
    choices = list(wrong_choices(question))
    assert choices
    assert all(question.reason(letter, item) for letter, item in choices)
    assert question.why


@every_question
def test_the_text_holds_everything_but_the_answer(question: Question) -> None:
    text = question_text(question, 3)
    assert text.startswith("3. ")
    assert all(unmarked(words) in text for words in (*question.options, *question.items))
    assert "`" not in text, "paper knows no markup"
    assert question.why not in text
    assert unmarked(question.why) not in text


def test_the_lessons_have_every_kind_of_question() -> None:
    assert {question.kind for *_, question in QUESTIONS} == set(KINDS)


REASONS = {"a": Reason("not a", 1), "b": Reason("not b", 2), "c": Reason("not c")}


def test_several_counts_what_is_missed_and_what_is_too_much() -> None:
    question = Question(SEVERAL, "Which?", ("one", "two", "three"), "ac", REASONS)
    marking = mark(question, "ab")
    assert (marking.points, marking.out_of) == (1, 3)
    assert [(r.about, r.why, r.misconception) for r in marking.remarks] == [
        ("two", "not b", 2),
        ("(not chosen) three", "not c", None),
    ]
    assert mark(question, "C a").right


def test_order_names_the_steps_that_come_too_early() -> None:
    question = Question(ORDER, "Which first?", ("one", "two", "three"), "abc", REASONS)
    assert [remark.about for remark in mark(question, "bac").remarks] == ["two"]
    assert [remark.about for remark in mark(question, "cab").remarks] == ["three"]
    assert [remark.about for remark in mark(question, "cba").remarks] == ["three", "two"]


def test_the_most_exact_reason_counts() -> None:
    reasons = {"1": Reason("whichever"), "1b": Reason("this one"), "2": Reason("second")}
    question = Question(MATCH, "What goes with what?", ("x", "y", "z"), "ab", reasons, ("left", "right"))
    assert [remark.why for remark in mark(question, "ba").remarks] == ["this one", "second"]
    assert [remark.why for remark in mark(question, "cb").remarks] == ["whichever"]
    assert mark(question, "ba").remarks[0].about == "left: y"


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        (SINGLE, "d", "'d' is not an option"),
        (SINGLE, "ab", "1 letter"),
        (SINGLE, "", "1 letter"),
        (ORDER, "aab", "each of the 3 steps"),
        (ORDER, "ab", "each of the 3 steps"),
        (SEVERAL, "a!", "'!' is not an option"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(kind: str, answer: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        mark(Question(kind, "?", ("one", "two", "three"), "abc" if kind == ORDER else "a", REASONS), answer)


@given(st.text(alphabet="abcx ,AB", max_size=6))
def test_an_answer_has_one_form(text: str) -> None:
    question = Question(SEVERAL, "Which?", ("one", "two", "three"), "ac", REASONS)
    try:
        form = check_answer(question, text)
    except InvalidInput:
        assert "x" in text
        return
    assert check_answer(question, form) == form == "".join(sorted(form))


def test_a_marking_in_words() -> None:
    question = Question(SEVERAL, "Which?", ("one", "two", "`three`"), "ac", REASONS, why="Because of `c`.")
    assert marking_text(question, mark(question, "ac")) == "✔ Right. Because of c."
    said = "✘ Not yet: you are right about 2 of the 3.\n• (not chosen) three — not c"
    assert marking_text(question, mark(question, "a")) == said
    assert total([question, question], {1: "ac"}) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "key", "answer", "said"),
    [
        (ORDER, "abc", "acb", "one step comes too early"),
        (ORDER, "abc", "cba", "2 steps come too early"),
        (MATCH, "ab", "aa", "1 of 2 are right"),
        (SINGLE, "a", "b", ""),
    ],
)
def test_how_much_is_right_is_said_as_the_kind_of_question_has_it(kind: str, key: str, answer: str, said: str) -> None:
    items = ("first", "second") if kind == MATCH else ()
    question = Question(kind, "?", ("one", "two", "three"), key, REASONS, items)
    assert points_text(question, mark(question, answer)) == said


CHOICES = '[[question.choice]]\ntext = "a"\nright = true\n[[question.choice]]\ntext = "b"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[question]", "not TOML"),
        ('[[question]]\nprompt = "p"', r"Question 1 \(p\): 'kind' is missing"),
        ('[[question]]\nkind = "essay"\nprompt = "p"', "'essay' is not a kind of question"),
        (f'[[question]]\nkind = "single"\nprompt = "p"\n{CHOICES}', "no 'why' for 'b'"),
        (
            f'[[question]]\nkind = "single"\nprompt = "p"\n{CHOICES}right = true',
            "exactly one choice must be right, not 2",
        ),
        (f'[[question]]\nkind = "single"\nprompt = "p"\n{CHOICES}why = "w"\nmisconception = 26', "no misconception 26"),
        (
            '[[question]]\nkind = "decisions"\nprompt = "p"\n[[question.row]]\nrequest = "r"\noutcome = "no"',
            "not an outcome",
        ),
        (
            '[[question]]\nkind = "several"\nprompt = "p"\n[[question.choice]]\ntext = "a"\nwhy = "w"',
            "two options at least",
        ),
    ],
)
def test_a_fault_in_a_file_is_named_with_its_question(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_quiz(text)


def test_a_lesson_without_a_quiz() -> None:
    with pytest.raises(NoSuchEntity, match="06"):
        lesson_quiz("99")
    with pytest.raises(NoSuchEntity):
        lesson_quiz("../quiz_data/06")


@given(st.lists(st.text(), min_size=2, max_size=8, unique=True), st.text())
def test_shuffled_texts_are_never_in_their_old_order(texts: list[str], salt: str) -> None:
    assert sorted(shuffled(texts, salt)) == sorted(texts)
    assert shuffled(texts, salt) != texts
    assert shuffled(texts, salt) == shuffled(texts, salt)


def test_decisions_offer_the_three_outcomes() -> None:
    (question,) = [q for q in lesson_quiz("00").questions if q.kind == DECISIONS]
    assert question.options == ("allowed", "explicit deny", "implicit deny")
    assert mark(question, question.key).right
