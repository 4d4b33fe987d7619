"""What a quiz shows and takes, as plain data: questions and remarks in words, and answers that are only half chosen.

No widget in here. Everything that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iamlab.classroom.quizzes import (
    ORDER,
    Marking,
    Question,
    check_answer,
    mark,
    marking_text,
    question_text,
    remark_text,
)
from iamlab.display import escape, unmarked, verbatim
from iamlab.widgets.choices import marked

OPEN = "-"
"""Stands for the letter of an item for which nothing is chosen yet."""


def untouched(question: Question) -> str:
    """What is chosen, in letters, before anybody has chosen: nothing, or the steps in their first order.

    >>> untouched(Question("match", "What with what?", ("one", "two"), "ab", {}, items=("left", "right")))
    '--'
    """
    return question.letters if question.kind == ORDER else OPEN * len(question.items)


def check_choice(question: Question, letters: str) -> str:
    """What may be chosen before it is checked, in its one form: an answer, perhaps with items still open.

    Raises:
        InvalidInput: it can never be chosen.
    """
    if question.items and OPEN in letters:
        check_answer(question, letters.replace(OPEN, question.letters[0]))
        return letters.lower()
    return check_answer(question, letters)


@dataclass(slots=True)
class Remarks:
    """What is said about an answer, below the verdict."""

    marking: Marking

    def __repr__(self) -> str:
        return "\n".join(unmarked(remark_text(remark)) for remark in self.marking.remarks)

    def _repr_html_(self) -> str:
        said = [f"<b>{marked(remark.about)}</b> — {marked(remark.why)}" for remark in self.marking.remarks]
        return f'<ul class="iamlab-remarks">{"".join(f"<li>{words}</li>" for words in said)}</ul>' if said else ""


@dataclass(slots=True)
class QuizText:
    """A quiz on paper: all questions, and under each that was answered, the answer and its marking."""

    title: str
    questions: tuple[Question, ...]
    answers: Mapping[int, str]

    def __repr__(self) -> str:
        lines = [self.title]
        for number, question in enumerate(self.questions, 1):
            lines += ["", question_text(question, number)]
            if number in self.answers:
                answer = self.answers[number]
                lines += [f"   answered: {answer or '(none)'}", f"   {marking_text(question, mark(question, answer))}"]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return verbatim(f'<pre style="white-space:pre-wrap">{escape(self)}</pre>')


def asked_html(question: Question, number: int, count: int) -> str:
    """A question without its options, as HTML.

    Args:
        question: what is asked.
        number: its number, from 1.
        count: how many there are.
    """
    shown = f'<pre tabindex="0">{escape(question.shown)}</pre>' if question.shown else ""
    return (
        f'<div class="iamlab-asked"><div>Question {number} of {count}</div>'
        f'<div role="heading" aria-level="4"><b>{marked(question.prompt)}</b></div>{shown}</div>'
    )
