"""Quiz: a lesson's questions one at a time; each wrong choice is told why it is wrong.

The questions, and how an answer is marked, are in `iamlab.classroom.quizzes`; what is shown of them is in `quiz_text`;
this is their view. What is answered is in the trait `answers`, what is chosen and not checked yet in `unchecked`;
nothing that a person has not answered is given away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import traitlets

from iamlab.classroom.quiz_files import QuizFile, lesson_quiz
from iamlab.classroom.quizzes import (
    ORDER,
    SEVERAL,
    SINGLE,
    Marking,
    Question,
    check_answer,
    instruction,
    mark,
    points_text,
    total,
)
from iamlab.display import unmarked
from iamlab.errors import InvalidInput
from iamlab.widgets import choices, controls
from iamlab.widgets.base import Panel
from iamlab.widgets.choices import Choices
from iamlab.widgets.code import calls_again, shows
from iamlab.widgets.quiz_text import OPEN, QuizText, Remarks, asked_html, check_choice, untouched

_MODES = {SINGLE: choices.ONE, SEVERAL: choices.SEVERAL, ORDER: choices.ORDER}


class Quiz(Panel):
    """A quiz.

    Args:
        quiz: a lesson's number, such as `"06"` or 6; a quiz that was read; or questions.
        answers: what is answered already, in letters, by question number: `{1: "b", 2: "ac"}`.
        unchecked: what is chosen already and not checked yet, in the same way; `-` for an item that is open.
        number: the question that is shown first, from 1.

    Attributes:
        number: the question that is shown, from 1.
        answers: the last answer to each question, in letters.
        unchecked: what was chosen since, in letters, for each question where it is something else.

    Raises:
        NoSuchEntity: the lesson has no quiz.
        InvalidInput: it is not a quiz, there are no questions, one of the answers is none, or there is no such number.
    """

    number = traitlets.Int(1)
    answers: traitlets.Dict[int, str] = traitlets.Dict()
    unchecked: traitlets.Dict[int, str] = traitlets.Dict()

    def __init__(
        self,
        quiz: str | int | QuizFile | Iterable[Question],
        answers: Mapping[int, str] | None = None,
        unchecked: Mapping[int, str] | None = None,
        number: int = 1,
    ) -> None:
        super().__init__()
        self._lesson = quiz if isinstance(quiz, str | int) else ""
        self._quiz = _quiz_file(quiz)
        self._again = calls_again(type(self).__name__)
        self.title = self._quiz.title
        self.answers = {n: check_answer(self._numbered(n), given) for n, given in (answers or {}).items()}
        self.unchecked = {n: check_choice(self._numbered(n), given) for n, given in (unchecked or {}).items()}
        self._numbered(number)
        self.number = number
        self._at_first = self._state()
        self._asked = controls.live()
        self._choices = Choices(self.guard(lambda _: self._choose()))
        self._slots = controls.column()
        self._check = self.button("Check", self.check, primary=True)
        self._back = self.button("Previous", lambda: self._go(-1))
        self._on = self.button("Next", lambda: self._go(1))
        self._score = controls.words("")
        self.arrange(
            self._asked,
            self._choices,
            self._slots,
            controls.row(self._check, self._back, self._on),
            self.verdict,
            self._score,
            self.code,
        )
        self.show_question()
        self.code.draft(self._python)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them."""
        return self._quiz.questions

    @property
    def question(self) -> Question:
        """The one that is shown."""
        return self.questions[self.number - 1]

    def _numbered(self, number: int) -> Question:
        if not 1 <= number <= len(self.questions):
            raise InvalidInput(f"There is no question {number}: there are {len(self.questions)}, from 1")
        return self.questions[number - 1]

    def show_question(self) -> None:
        """Show the question with this number, and what is chosen for it."""
        question, chosen = self.question, self.unchecked.get(self.number, self._settled())
        self._asked.value = asked_html(question, self.number, len(self.questions))
        if question.items:
            self._slots.children = [
                controls.choice(
                    unmarked(item),
                    [("–", OPEN), *((unmarked(words), letter) for letter, words in _lettered(question))],
                    letter,
                )
                for item, letter in zip(question.items, chosen, strict=True)
            ]
            for slot in self._slots.children:
                self.on(slot, lambda _: self._choose())
        else:
            numbers = [question.letters.index(letter) for letter in chosen]
            self._choices.fill(instruction(question), _MODES[question.kind], question.options, numbers)
        controls.show(self._slots, bool(question.items))
        controls.show(self._choices, not question.items)
        self._back.disabled = self.number == 1
        self._on.disabled = self.number == len(self.questions)
        self._say()

    def _go(self, by: int) -> None:
        self.number += by
        self.show_question()
        self.code.draft(self._python)

    def chosen(self) -> str:
        """What is chosen now, in letters."""
        if self.question.items:
            return "".join(slot.value for slot in self._slots.children)
        selected = self._choices.selected
        order = selected if self.question.kind == ORDER else sorted(selected)
        return "".join(self.question.letters[number] for number in order)

    def _settled(self) -> str:
        """What is chosen when nothing was chosen since the last answer."""
        return self.answers.get(self.number, untouched(self.question))

    def _choose(self) -> None:
        """Keep what was chosen: it need not be checked at once, and goes into the code."""
        kept = {number: chosen for number, chosen in self.unchecked.items() if number != self.number}
        chosen = self.chosen()
        self.unchecked = kept if chosen == self._settled() else {**kept, self.number: chosen}
        self.code.draft(self._python)

    def check(self) -> None:
        """Mark what is chosen.

        Raises:
            InvalidInput: something is not chosen yet.
        """
        chosen = self.chosen()
        if OPEN in chosen or (not chosen and self.question.kind != SEVERAL):
            raise InvalidInput(
                f"Choose {'one for each' if self.question.items else 'an answer'} first; a wrong one costs nothing"
            )
        self.answer(self.number, chosen)

    def answer(self, number: int, letters: str) -> Marking:
        """Answer a question, as a person would.

        Args:
            number: which question, from 1.
            letters: the answer; see `iamlab.classroom.quizzes`.

        Raises:
            InvalidInput: there is no such question, or it is not an answer to it.
        """
        given = check_answer(self._numbered(number), letters)
        self.answers = {**self.answers, number: given}
        self.unchecked = {other: chosen for other, chosen in self.unchecked.items() if other != number}
        if (number, given) != (self.number, self.chosen()):
            self.number = number
            self.show_question()
        self._say()
        self.code.draft(self._python)
        return mark(self.question, given)

    def _state(self) -> dict[str, Any]:
        """What a person has done, as `Quiz` takes it."""
        answers, unchecked = dict(sorted(self.answers.items())), dict(sorted(self.unchecked.items()))
        return {"answers": answers, "unchecked": unchecked, "number": self.number}

    def _python(self) -> str:
        """The Python that answers and chooses the same; questions that were written for it stand in their own cell."""
        if not self.answers and not self.unchecked:
            return ""
        now = self._state()
        if self._lesson == "":
            return self._again(**{name: value for name, value in now.items() if value != self._at_first[name]})
        return shows("Quiz", self._lesson, **(now | {"number": self.number if self.number > 1 else None}))

    def _say(self) -> None:
        right, count = total(self.questions, self.answers)
        self._score.value = f"{right} of {count} answered right" if self.answers else ""
        if self.number not in self.answers:
            self.verdict.clear()
            return
        marking = mark(self.question, self.answers[self.number])
        if marking.right:
            self.verdict.say("right", unmarked(self.question.why))
        else:
            self.verdict.say("wrong", points_text(self.question, marking) or "try another one", Remarks(marking))

    def plain(self) -> QuizText:
        """All questions on paper, with what was answered."""
        return QuizText(self.title, self.questions, self.answers)


def _quiz_file(quiz: Any) -> QuizFile:
    """A quiz from what `Quiz` was given."""
    if isinstance(quiz, str | int):
        return lesson_quiz(quiz)
    if isinstance(quiz, QuizFile):
        found = quiz
    elif isinstance(quiz, Iterable):
        found = QuizFile("Quiz", tuple(quiz))
    else:
        raise InvalidInput(f'A quiz is the number of a lesson, such as "06", or questions, not {quiz!r}')
    if not found.questions or not all(isinstance(question, Question) for question in found.questions):
        raise InvalidInput("A quiz is made of questions, one at least")
    return found


def _lettered(question: Question) -> list[tuple[str, Any]]:
    return list(zip(question.letters, question.options, strict=True))
