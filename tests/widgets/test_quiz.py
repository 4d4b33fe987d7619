"""Quiz and Choices: what is clicked is marked, each wrong choice says why, and paper gives nothing away."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hands import fill, find, press, seen

from iamlab.classroom.quiz_files import lesson_quiz
from iamlab.classroom.quizzes import MATCH, ORDER, SEVERAL, SINGLE, Question, Reason
from iamlab.display import unmarked
from iamlab.errors import AwsError
from iamlab.widgets.choices import Choices, marked
from iamlab.widgets.controls import is_shown
from iamlab.widgets.quiz import Quiz

REASONS = {
    "a": Reason("not a"),
    "b": Reason("not `b`", 3),
    "c": Reason("not c"),
    "1": Reason("one"),
    "2": Reason("two"),
}
THREE = ("one", "two", "<i>three</i>")
QUESTIONS = (
    Question(SINGLE, "Which `one`?", THREE, "a", REASONS, why="Because."),
    Question(SEVERAL, "Which?", THREE, "ac", REASONS, why="Because."),
    Question(ORDER, "In which order?", THREE, "bca", REASONS, why="Because."),
    Question(MATCH, "What with what?", THREE, "ab", REASONS, items=("`left`", "right"), why="Because."),
)


@pytest.fixture
def quiz() -> Quiz:
    return Quiz(QUESTIONS)


def choices(quiz: Quiz) -> Choices:
    (found,) = [child for child in quiz.children if isinstance(child, Choices)]
    return found


def test_a_wrong_choice_says_why_and_may_be_tried_again(quiz: Quiz) -> None:
    choices(quiz).choose([1])
    press(quiz, "Check")
    assert quiz.verdict.kind == "wrong"
    assert "not <code>b</code>" in quiz.verdict.value
    choices(quiz).choose([0])
    press(quiz, "Check")
    assert (quiz.verdict.kind, quiz.verdict.text) == ("right", "Because.")
    assert quiz.answers == {1: "a"}
    assert "1 of 4 answered right" in seen(quiz)


def test_nothing_chosen_is_said_in_words(quiz: Quiz) -> None:
    press(quiz, "Check")
    assert quiz.verdict.kind == "error"
    assert "Choose an answer first" in quiz.verdict.text
    assert quiz.answers == {}


def test_going_through_all_kinds_and_back(quiz: Quiz) -> None:
    assert find(quiz, "Previous").disabled
    press(quiz, "Next")
    choices(quiz).choose([0, 1])
    press(quiz, "Check")
    assert "(not chosen) &lt;i&gt;three&lt;/i&gt;" in quiz.verdict.value
    press(quiz, "Next")
    assert choices(quiz).selected == [0, 1, 2]
    choices(quiz).choose([1, 2, 0])
    press(quiz, "Check")
    assert quiz.verdict.kind == "right"
    press(quiz, "Next")
    assert find(quiz, "Next").disabled
    fill(quiz, "left", "a")
    press(quiz, "Check")
    assert quiz.verdict.kind == "error"
    fill(quiz, "right", "c")
    press(quiz, "Check")
    assert "two" in quiz.verdict.value
    press(quiz, "Previous")
    assert choices(quiz).selected == [1, 2, 0]
    assert quiz.verdict.kind == "right"
    assert quiz.answers == {2: "ab", 3: "bca", 4: "ac"}


def test_what_was_answered_can_be_built_again() -> None:
    quiz = Quiz("00")
    quiz.answer(2, quiz.questions[1].key)
    quiz.answer(1, "a")
    assert quiz.code.source.endswith(f'Quiz("00", answers={{1: "a", 2: "{quiz.questions[1].key}"}})')


def test_what_is_chosen_waits_until_it_is_checked(quiz: Quiz) -> None:
    assert not is_shown(quiz.code)
    choices(quiz).choose([1])
    assert is_shown(quiz.code)
    press(quiz, "Next")
    choices(quiz).choose([2, 0])
    press(quiz, "Next")
    press(quiz, "Next")
    fill(quiz, "right", "c")
    assert (quiz.answers, quiz.unchecked) == ({}, {1: "b", 2: "ac", 4: "-c"})
    for _ in range(3):
        press(quiz, "Previous")
    assert choices(quiz).selected == [1]
    press(quiz, "Check")
    assert (quiz.answers, quiz.unchecked) == ({1: "b"}, {2: "ac", 4: "-c"})
    choices(quiz).choose([0])
    assert quiz.unchecked[1] == "a"
    choices(quiz).choose([1])
    assert 1 not in quiz.unchecked, "it is the answer again"


def test_questions_of_their_own_are_written_with_what_has_changed(quiz: Quiz) -> None:
    quiz = Quiz(QUESTIONS, answers={1: "a"}, unchecked={4: "-C"}, number=4)
    assert find(quiz, "right").value == "c"
    assert not is_shown(quiz.code), "all is in the call"
    press(quiz, "Previous")
    choices(quiz).choose([1, 0, 2])
    assert quiz.code.source == '# In the call of Quiz: unchecked={3: "bac", 4: "-c"}, number=3'


def test_paper_holds_all_questions_and_gives_nothing_away(quiz: Quiz) -> None:
    text = quiz._repr_mimebundle_()["text/plain"]
    assert all(unmarked(question.prompt) in text for question in QUESTIONS)
    assert "Because" not in text
    quiz.answer(1, "b")
    assert "answered: b" in repr(quiz.plain())
    assert "try" not in repr(quiz.plain())
    assert "<i>" not in quiz._repr_mimebundle_()["text/html"]
    assert repr(quiz) == "<Quiz: Quiz>"


def test_words_are_escaped_and_code_is_marked(quiz: Quiz) -> None:
    assert "<code>one</code>" in seen(quiz)
    assert choices(quiz).rich.options[2] == "&lt;i&gt;three&lt;/i&gt;"
    assert marked("`<b>` & `") == "<code>&lt;b&gt;</code> &amp; `"


def test_answers_from_outside_are_checked() -> None:
    with pytest.raises(AwsError, match="'z' is not an option"):
        Quiz("00", answers={1: "z"})
    with pytest.raises(AwsError, match="'z' is not an option"):
        Quiz(QUESTIONS, unchecked={4: "z-"})
    with pytest.raises(AwsError, match="2 letter"):
        Quiz(QUESTIONS, unchecked={4: "-"})
    with pytest.raises(AwsError, match="no question 5: there are"):
        Quiz(QUESTIONS, number=5)
    with pytest.raises(AwsError, match="questions, one at least"):
        Quiz([])
    with pytest.raises(AwsError, match="no quiz"):
        Quiz("99")
    with pytest.raises(AwsError, match="no question 0: there are"):
        Quiz("00", answers={0: "a"})
    with pytest.raises(AwsError, match=r'the number of a lesson, such as "06", or questions, not 3\.5'):
        Quiz(cast(Any, 3.5))
    with pytest.raises(AwsError, match="made of questions"):
        Quiz(cast(Any, [3]))


def test_a_lesson_is_named_by_text_or_number() -> None:
    quiz = Quiz(0)
    assert quiz.questions == Quiz("00").questions
    quiz.answer(1, "a")
    assert quiz.code.source.endswith('Quiz(0, answers={1: "a"})')


def test_every_question_of_the_lessons_can_be_shown_and_answered() -> None:
    for lesson in ("00", "06"):
        quiz = Quiz(lesson)
        for number, question in enumerate(lesson_quiz(lesson).questions, 1):
            assert quiz.answer(number, question.key).right
            assert quiz.chosen() == question.key
        assert f"{number} of {number} answered right" in seen(quiz)


@pytest.mark.parametrize("mode", ["one", "several", "order"])
def test_the_plain_stand_in_does_the_same(mode: str) -> None:
    said: list[list[int]] = []
    control = Choices(said.append)
    control.fill("Choose", mode, THREE, [1] if mode != "order" else ())
    assert said == []
    parts = control.plain.children
    if mode == "order":
        assert [part.value for part in parts] == [0, 1, 2]
    elif mode == "several":
        parts[0].value = (0, 2)
        assert control.selected == [0, 2]
        assert said == [[0, 2]]
    else:
        assert parts[0].value == 1
        parts[0].value = 2
        assert control.selected == [2]
        assert said == [[2]]
    control.rich.ready = True
    assert control.plain.layout.display == "none"
