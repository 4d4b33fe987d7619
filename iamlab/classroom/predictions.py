"""Predictions: what can be guessed before an answer is shown, what of it is right, and why the rest is not.

A cell must not give the answer away. So what is right comes from the result itself (`of_result`), or from the lesson's
data file, where the quiz is, too (`of_lesson`). Plain data and pure functions; nothing here shows itself.

- `Prediction`: the options, which are right, and why the others are not
- `check_guess`, `judge`: a guess as the numbers of options, and what is said about it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from iamlab.classroom.quiz_files import lesson_quiz
from iamlab.classroom.quizzes import OUTCOMES, SEVERAL, Question
from iamlab.display import unmarked
from iamlab.errors import AwsError, InvalidInput, NoSuchEntity
from iamlab.evaluation import Decision
from iamlab.evaluation.verdict import CONDITIONAL

ALLOWED_OR_DENIED = ("allowed", "denied")
"""The options about a decision, when no others are given."""

CONDITIONAL_WORDS = "it depends"

YES_OR_NO = ("yes", "no")
"""The options about what is true or false, when no others are given."""


@dataclass(slots=True)
class Prediction:
    """What can be guessed; treat it as immutable.

    Attributes:
        options: what can be chosen; code stands between backticks.
        right: the numbers of the right options, from 0; `None` when nobody knows them.
        several: may several be chosen, or none?
        why: the point, said with the answer.
        reasons: why an option is wrong, or, where several can be chosen, why it must not be left out.
    """

    options: tuple[str, ...]
    right: tuple[int, ...] | None = None
    several: bool = False
    why: str = ""
    reasons: Mapping[int, str] = field(default_factory=dict)

    def words(self, numbers: Sequence[int]) -> str:
        """Some of the options in words.

        >>> Prediction(("red", "green", "blue")).words([0, 2]), Prediction(("red", "green")).words([])
        ('red and blue', 'none of them')
        """
        return unmarked(" and ".join(self.options[number] for number in numbers)) or "none of them"

    @property
    def answer(self) -> str:
        """What is right, in words; empty when nobody knows."""
        return "" if self.right is None else self.words(self.right)


def of_lesson(lesson: str | int, prompt: str) -> Prediction:
    """A prediction from a lesson's data file, found by its question.

    Raises:
        NoSuchEntity: the lesson has no file, or no prediction with this question.
    """
    for question in lesson_quiz(lesson).predictions:
        if question.prompt == prompt:
            return _of_question(question)
    raise NoSuchEntity(f"Lesson {lesson} has no prediction {prompt!r}")


def _of_question(question: Question) -> Prediction:
    number = question.letters.index
    reasons = {number(letter): reason.why for letter, reason in question.reasons.items()}
    right = tuple(map(number, question.key))
    return Prediction(question.options, right, question.kind == SEVERAL, question.why, reasons)


def of_result(result: Any, options: Sequence[str] = (), right: str | Sequence[str] | None = None) -> Prediction:
    """A prediction about a result that tells what is right, if it can.

    A decision, a truth value, a number, a text and an error (by its code) make the option right that names them; a list
    or a set makes all options right that are in it.

    Args:
        result: what the answer shows.
        options: what can be guessed; about a decision or a truth value there are some already.
        right: which option is right (a list: which ones), when the result does not tell.

    Raises:
        InvalidInput: there are fewer than two options, or what is right is none of them.

    >>> of_result(3, ["2", "3", "4"]).answer
    '3'
    >>> of_result({"alice", "carol"}, ["alice", "bob", "carol"]).answer
    'alice and carol'
    """
    offered = tuple(options) or _usual_options(result)
    if len(offered) < 2:
        raise InvalidInput("A prediction needs two options at least to choose from")
    if right is None:
        names, several = _told(result)
    else:
        names, several = ([right], False) if isinstance(right, str) else (list(right), True)
        if unknown := [name for name in names if name not in offered]:
            raise InvalidInput(f"{unknown[0]!r} is right, but no option; the options are {', '.join(offered)}")
    if names is None:
        return Prediction(offered)
    found = [offered.index(name) for name in names if name in offered]
    if several:
        return Prediction(offered, tuple(sorted(set(found))), several=True)
    return Prediction(offered, tuple(found[:1]) or None)


def _usual_options(result: Any) -> tuple[str, ...]:
    if isinstance(result, Decision):
        return (*ALLOWED_OR_DENIED, CONDITIONAL_WORDS) if result.outcome == CONDITIONAL else ALLOWED_OR_DENIED
    return YES_OR_NO if isinstance(result, bool) else ()


def _told(result: Any) -> tuple[list[str] | None, bool]:
    """The options that a result would make right, the most exact first; and: are all of them right?"""
    if isinstance(result, Decision):
        if result.outcome == CONDITIONAL:
            return [CONDITIONAL_WORDS], False
        return [OUTCOMES[result.outcome], ALLOWED_OR_DENIED[not result.allowed], YES_OR_NO[not result.allowed]], False
    if isinstance(result, bool):
        return [YES_OR_NO[not result], str(result)], False
    if isinstance(result, int | float | str):
        return [str(result)], False
    if isinstance(result, BaseException):
        return [result.code if isinstance(result, AwsError) else type(result).__name__], False
    if isinstance(result, Set | list | tuple):
        return [str(item) for item in result], True
    return None, False


def check_guess(prediction: Prediction, guess: str | Sequence[str]) -> list[int]:
    """A guess as the numbers of its options.

    Args:
        prediction: what can be guessed.
        guess: an option, or some of them where several can be chosen; with or without backticks.

    Raises:
        InvalidInput: nothing is guessed, or something that is not an option.

    >>> check_guess(Prediction(("`s3`", "`ec2`")), "ec2")
    [1]
    """
    options = list(map(unmarked, prediction.options))
    given = list(map(unmarked, [guess] if isinstance(guess, str) else guess))
    if unknown := [text for text in given if text not in options]:
        raise InvalidInput(f"{unknown[0]!r} is not an option; the options are {', '.join(options)}")
    if not prediction.several and len(given) != 1:
        raise InvalidInput("Choose what you expect first; a wrong guess costs nothing")
    return sorted({options.index(text) for text in given})


def judge(prediction: Prediction, guess: Sequence[int]) -> tuple[bool | None, list[str]]:
    """Whether a guess is right, and the reasons for what is not.

    Args:
        prediction: what could be guessed.
        guess: the numbers of the options that were.

    Returns:
        Right or wrong (`None` when nobody knows), and a sentence for each option that was wrongly chosen or left out.

    >>> judge(Prediction(("allow", "deny"), (1,), reasons={0: "A deny wins."}), [0])
    (False, ['allow: A deny wins.'])
    """
    if prediction.right is None:
        return None, []
    chosen, right = set(guess), set(prediction.right)
    # Where only one is right, saying why the chosen one is not says all.
    wrong = chosen ^ right if prediction.several else chosen - right
    said = [f"{prediction.options[n]}: {prediction.reasons[n]}" for n in sorted(wrong) if n in prediction.reasons]
    return chosen == right, said
