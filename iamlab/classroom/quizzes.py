"""Quizzes: questions, and why each wrong choice is wrong. Plain data and pure functions; nothing here shows itself.

- `Question`: one of five kinds; what can be chosen has letters, and an answer is a string of letters
- `mark`: an answer's marking, with an explanation for everything that is wrong
- `question_text`: a question as people read it, the same on every run

How quizzes are written down, and read, is in `quiz_files`. Kinds and their answers:

    single     one of the options: "b"
    several    all that are right: "ac"
    order      the options in the right order: "cadb"
    match      an option for each item: "bca"
    decisions  an outcome for each request; the options are a allowed, b explicit deny, c implicit deny: "acc"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from iamlab.display import CROSS, TICK, bullet_list, unmarked
from iamlab.errors import InvalidInput

SINGLE, SEVERAL, ORDER, MATCH, DECISIONS = KINDS = ("single", "several", "order", "match", "decisions")
"""The kinds of questions."""

OUTCOMES = {"allowed": "allowed", "explicitDeny": "explicit deny", "implicitDeny": "implicit deny"}
"""The options of a decision column, as the evaluator and as people call them."""

MISCONCEPTIONS = range(1, 26)
"""The numbers of the misconceptions that the course is about."""


@dataclass(slots=True)
class Reason:
    """Why a choice is wrong, and the number of the misconception behind it, if there is one."""

    why: str
    misconception: int | None = None


@dataclass(slots=True)
class Question:
    """A question; treat it as immutable.

    Attributes:
        kind: one of `KINDS`.
        prompt: what is asked; `code` stands between backticks.
        options: what can be chosen; the first has the letter a.
        key: the right answer, in letters.
        reasons: why what is wrong is wrong. Its keys are an option's letter (`b`), an item's number from 1 (`2`), or
            both (`2b`); the most exact one counts. For an order, the letter of a step that comes too early.
        items: what an option is chosen for: the left side of a match, the requests of a decision column.
        shown: a policy or other text that the question is about.
        why: the point, said after a right answer.
    """

    kind: str
    prompt: str
    options: tuple[str, ...]
    key: str
    reasons: Mapping[str, Reason]
    items: tuple[str, ...] = ()
    shown: str = ""
    why: str = ""

    @property
    def letters(self) -> str:
        """The letters of the options."""
        return ascii_lowercase[: len(self.options)]

    def reason(self, letter: str, item: int = 0) -> Reason | None:
        """Why a wrong choice is wrong; `None` when nothing is said about it.

        Args:
            letter: what was chosen.
            item: what it was chosen for, from 1; 0 in questions without items.
        """
        return self.reasons.get(f"{item}{letter}") or self.reasons.get(str(item)) or self.reasons.get(letter)


@dataclass(slots=True)
class Remark:
    """What is said about one part of an answer: what it is about, why it is wrong, and the misconception's number."""

    about: str
    why: str
    misconception: int | None


@dataclass(slots=True)
class Marking:
    """How an answer is marked: how many of its parts are right, and a remark on each that is not."""

    points: int
    out_of: int
    remarks: list[Remark] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Is all of it right?"""
        return not self.remarks


def check_answer(question: Question, answer: str) -> str:
    """An answer in its one form: lower case, without spaces, and in a fixed order where order does not matter.

    Raises:
        InvalidInput: it has the wrong letters or the wrong number of them; the message says what is expected.
    """
    letters = "".join(answer.lower().split()).replace(",", "")
    if question.kind == SEVERAL:
        letters = "".join(sorted(set(letters)))
    unknown = [letter for letter in letters if letter not in question.letters]
    if unknown:
        raise InvalidInput(
            f"{unknown[0]!r} is not an option; the options are {question.letters[0]} to {question.letters[-1]}"
        )
    if question.kind == SEVERAL:
        return letters
    if question.kind == ORDER and sorted(letters) != list(question.letters):
        raise InvalidInput(f"Put each of the {len(question.options)} steps in one place, such as {question.letters!r}")
    wanted = len(question.key)
    if len(letters) != wanted:
        raise InvalidInput(
            f"Choose one option{'' if wanted == 1 else ' for each item'}: {wanted} letter(s) are expected"
        )
    return letters


def mark(question: Question, answer: str) -> Marking:
    """Mark an answer.

    Args:
        question: what was asked.
        answer: letters, as the module's docstring says.

    Raises:
        InvalidInput: it is not an answer to this kind of question.

    >>> question = Question("single", "Which of these has no password?", ("user", "role"), "b",
    ...                     {"a": Reason("A user may have one.", 4)})
    >>> mark(question, "a").remarks[0].why
    'A user may have one.'
    >>> mark(question, "b").right
    True
    """
    given = check_answer(question, answer)
    match question.kind:
        case "several":
            wrong = [(letter, 0) for letter in question.letters if (letter in given) != (letter in question.key)]
            out_of = len(question.options)
        case "order":
            wrong = [(letter, 0) for letter in _too_early(question.key, given)]
            out_of = len(question.options)
        case _:
            has_items = bool(question.items)
            pairs = enumerate(zip(given, question.key, strict=True), 1)
            wrong = [(letter, place if has_items else 0) for place, (letter, right) in pairs if letter != right]
            out_of = len(question.key)
    return Marking(out_of - len(wrong), out_of, [_remark(question, letter, item) for letter, item in wrong])


def _too_early(key: str, given: str) -> Iterator[str]:
    """The steps that come before one that must come first."""
    for place, letter in enumerate(given):
        if any(key.index(later) < key.index(letter) for later in given[place + 1 :]):
            yield letter


def _remark(question: Question, letter: str, item: int) -> Remark:
    option = question.options[question.letters.index(letter)]
    reason = question.reason(letter, item) or Reason(question.why)
    missed = question.kind == SEVERAL and letter in question.key
    about = f"{question.items[item - 1]}: {option}" if item else f"(not chosen) {option}" if missed else option
    return Remark(about, reason.why, reason.misconception)


def wrong_choices(question: Question) -> Iterator[tuple[str, int]]:
    """Everything that can be chosen wrongly, as letter and item; each needs a reason."""
    match question.kind:
        case "several":
            yield from (
                (letter, 0) for letter in question.letters
            )  # ticking the wrong ones, leaving out the right ones
        case "order":
            yield from ((letter, 0) for letter in question.key[1:])  # what comes first cannot come too early
        case "single":
            yield from ((letter, 0) for letter in question.letters if letter != question.key)
        case _:
            for item, right in enumerate(question.key, 1):
                yield from ((letter, item) for letter in question.letters if letter != right)


def question_text(question: Question, number: int = 0) -> str:
    """A question as text, without its answer; the same on every run.

    Args:
        question: what is asked.
        number: its number in the quiz; 0 for none.
    """
    prompt = unmarked(question.prompt)
    lines = [f"{number}. {prompt}" if number else prompt]
    if question.shown:
        lines += ["", *(f"    {line}" for line in question.shown.splitlines()), ""]
    choices = [*enumerate(question.items, 1), *zip(question.letters, question.options, strict=True)]
    return "\n".join([*lines, *(f"   {sign}) {unmarked(words)}" for sign, words in choices)])


def points_text(question: Question, marking: Marking) -> str:
    """How much of a wrong answer is right, in words; empty where it is all or nothing."""
    wrong = marking.out_of - marking.points
    match question.kind:
        case "order":
            return "one step comes too early" if wrong == 1 else f"{wrong} steps come too early"
        case "several":
            return f"you are right about {marking.points} of the {marking.out_of}"
        case _:
            return f"{marking.points} of {marking.out_of} are right" if marking.out_of > 1 else ""


def marking_text(question: Question, marking: Marking) -> str:
    """A marking as text: what is right, or why what is wrong is wrong."""
    if marking.right:
        return unmarked(f"{TICK} Right. {question.why}".rstrip())
    points = points_text(question, marking)
    lines = [f"{CROSS} Not yet{points and ': '}{points}.", bullet_list(map(remark_text, marking.remarks))]
    return unmarked("\n".join(lines))


def remark_text(remark: Remark) -> str:
    """A remark as one sentence."""
    return f"{remark.about} — {remark.why}"


def instruction(question: Question) -> str:
    """What to do with a question of this kind, in a few words."""
    return {
        SINGLE: "Choose one.",
        SEVERAL: "Choose all that are right.",
        ORDER: "Put the steps in order.",
        MATCH: "Choose what belongs to each.",
        DECISIONS: "Fill in what IAM decides about each request.",
    }[question.kind]


def total(questions: Sequence[Question], answers: Mapping[int, str]) -> tuple[int, int]:
    """How many questions are answered right, of how many; answers by question number from 1."""
    right = sum(mark(question, answers[n]).right for n, question in enumerate(questions, 1) if n in answers)
    return right, len(questions)
