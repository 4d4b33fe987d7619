"""How quizzes are written down: one TOML file a lesson, and every fault of it in words.

    title = "Policies"

    [[question]]
    kind = "single"
    prompt = "Which managed policy gives full access without IAM?"
    why = "PowerUserAccess allows everything but iam, organizations and account."
    [[question.choice]]
    text = "AdministratorAccess"
    why = "It allows everything, IAM too."
    misconception = 10
    [[question.choice]]
    text = "PowerUserAccess"
    right = true

`several` is written the same way, with a `why` for right choices too (they can be missed). Instead of choices, `order`
has `step`s in the right order (`text`; `why` says what goes wrong when it comes too early), `match` has `pair`s
(`left`, `right`, `why`) and perhaps `spare` right sides, and `decisions` has `row`s (`request`, `outcome`, `why`, and
`instead` with another reason for one wrong outcome). `shown` is a policy that the question is about.

A `prediction` is what the lesson asks before it shows an answer: written like a `single` or `several` question, and
found by its `prompt`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from iamlab.classroom.quizzes import (
    DECISIONS,
    KINDS,
    MATCH,
    MISCONCEPTIONS,
    ORDER,
    OUTCOMES,
    SEVERAL,
    SINGLE,
    Question,
    Reason,
    wrong_choices,
)
from iamlab.errors import InvalidInput, NoSuchEntity

FOLDER = Path(__file__).parent / "quiz_data"

Data = dict[str, Any]


@dataclass(slots=True)
class QuizFile:
    """A quiz: its title and its questions, and what else the lesson asks, to be predicted."""

    title: str
    questions: tuple[Question, ...]
    predictions: tuple[Question, ...] = ()


@lru_cache(maxsize=32)
def lesson_quiz(lesson: str | int) -> QuizFile:
    """The quiz of a lesson.

    Args:
        lesson: its number, such as `06` or 6.

    Raises:
        NoSuchEntity: the lesson has no quiz.

    >>> lesson_quiz(6) == lesson_quiz("06")
    True
    """
    name = f"{lesson:02}" if isinstance(lesson, int) else lesson
    path = FOLDER / f"{name}.toml"
    if not name.isalnum() or not path.is_file():
        raise NoSuchEntity(f"There is no quiz for lesson {lesson!r}; there is one for {', '.join(lessons())}.")
    return read_quiz(path.read_text("utf-8"))


def lessons() -> list[str]:
    """The lessons that have a quiz."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_quiz(text: str) -> QuizFile:
    """Read a quiz.

    Args:
        text: TOML, as the module's docstring says.

    Raises:
        InvalidInput: it is no TOML, or a question is not whole; the message names the question.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"The quiz is not TOML: {error}") from None
    predictions = [{"kind": SINGLE, **entry} for entry in data.get("prediction", [])]
    return QuizFile(
        str(data.get("title", "Quiz")),
        _questions("Question", data.get("question", []), KINDS),
        _questions("Prediction", predictions, (SINGLE, SEVERAL)),
    )


def _questions(called: str, entries: list[Data], kinds: Sequence[str]) -> tuple[Question, ...]:
    questions = []
    for number, entry in enumerate(entries, 1):
        try:
            if entry["kind"] not in kinds:
                raise ValueError(f"{entry['kind']!r} is not a kind of {called.lower()}; there are {', '.join(kinds)}")
            questions.append(_checked(_question(entry)))
        except (KeyError, ValueError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise InvalidInput(f"{called} {number} ({entry.get('prompt', 'without a prompt')}): {said}") from None
    return tuple(questions)


def _question(entry: Data) -> Question:
    kind, prompt = entry["kind"], entry["prompt"]
    if kind == ORDER:
        options, key, reasons = _order(entry["step"], prompt)
        items: tuple[str, ...] = ()
    elif kind == MATCH:
        options, key, reasons = _match(entry["pair"], entry.get("spare", []), prompt)
        items = tuple(pair["left"] for pair in entry["pair"])
    elif kind == DECISIONS:
        options, key, reasons = _decisions(entry["row"])
        items = tuple(row["request"] for row in entry["row"])
    else:
        options, key, reasons = _choices(entry["choice"])
        items = ()
    shown = str(entry.get("shown", "")).strip("\n")
    return Question(kind, prompt, options, key, reasons, items, shown, entry.get("why", ""))


Parts = tuple[tuple[str, ...], str, dict[str, Reason]]
"""Options, key, and reasons."""


def _choices(choices: list[Data]) -> Parts:
    letters = ascii_lowercase[: len(choices)]
    key = "".join(letter for letter, choice in zip(letters, choices, strict=True) if choice.get("right"))
    reasons = {letter: _reason(c) for letter, c in zip(letters, choices, strict=True) if "why" in c}
    return tuple(choice["text"] for choice in choices), key, reasons


def _order(steps: list[Data], prompt: str) -> Parts:
    texts = [step["text"] for step in steps]
    options = shuffled(texts, prompt)
    letter = {text: ascii_lowercase[place] for place, text in enumerate(options)}
    reasons = {letter[step["text"]]: _reason(step) for step in steps if "why" in step}
    return tuple(options), "".join(letter[text] for text in texts), reasons


def _match(pairs: list[Data], spare: list[str], prompt: str) -> Parts:
    options = shuffled([*dict.fromkeys(pair["right"] for pair in pairs), *spare], prompt)
    letter = {text: ascii_lowercase[place] for place, text in enumerate(options)}
    reasons = {str(place): _reason(pair) for place, pair in enumerate(pairs, 1) if "why" in pair}
    return tuple(options), "".join(letter[pair["right"]] for pair in pairs), reasons


def _decisions(rows: list[Data]) -> Parts:
    letter = dict(zip(OUTCOMES, ascii_lowercase, strict=False))
    reasons: dict[str, Reason] = {}
    for place, row in enumerate(rows, 1):
        if row["outcome"] not in letter:
            raise ValueError(f"{row['outcome']!r} is not an outcome; there are {', '.join(OUTCOMES)}")
        reasons[str(place)] = _reason(row)
        for outcome, why in row.get("instead", {}).items():
            reasons[f"{place}{letter[outcome]}"] = Reason(why, row.get("misconception"))
    return tuple(OUTCOMES.values()), "".join(letter[row["outcome"]] for row in rows), reasons


def _reason(entry: Data) -> Reason:
    number = entry.get("misconception")
    if number is not None and number not in MISCONCEPTIONS:
        raise ValueError(f"there is no misconception {number}")
    return Reason(entry["why"], number)


def shuffled(texts: list[str], salt: str) -> list[str]:
    """The texts in another order, which is the same on every run and machine."""
    mixed = sorted(texts, key=lambda text: sha256(f"{salt}\n{text}".encode()).digest())
    return mixed if mixed != texts or len(texts) < 2 else [*mixed[1:], mixed[0]]


def _checked(question: Question) -> Question:
    if len(question.options) < 2 or len(set(question.options)) < len(question.options):
        raise ValueError("there must be two options at least, and no two the same")
    if question.kind == SINGLE and len(question.key) != 1:
        raise ValueError(f"exactly one choice must be right, not {len(question.key)}")
    if not question.key:
        raise ValueError("no choice is right")
    for letter, item in wrong_choices(question):
        if question.reason(letter, item) is None:
            about = f" for {question.items[item - 1]!r}" if item else ""
            raise ValueError(f"no 'why' for {question.options[question.letters.index(letter)]!r}{about}")
    return question
