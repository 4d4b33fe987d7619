"""Predict: say what you expect, then see.

The answer is worked out when the cell is run and kept hidden until a guess is committed, so the cells that follow see
the same account with and without a person. Where nobody can click (a saved notebook, nbval, print) the answer is simply
there. What can be guessed, and what is right, is in `iamlab.classroom.predictions`; this is its view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets

from iamlab.classroom.predictions import Prediction, check_guess, judge, of_lesson, of_result
from iamlab.display import CROSS, TICK, bullet_list, escape, unmarked, verbatim
from iamlab.errors import InvalidInput
from iamlab.widgets import choices, controls
from iamlab.widgets.base import Panel
from iamlab.widgets.choices import Choices, marked
from iamlab.widgets.code import calls_again


@dataclass(slots=True)
class Revealed:
    """A question, what is said about the guess if there was one, and the answer with its reason."""

    prompt: str
    said: str
    result: Any
    why: str

    def __repr__(self) -> str:
        result = self.result if isinstance(self.result, str) else repr(self.result)
        return "\n".join(filter(None, [unmarked(self.prompt), unmarked(self.said), result, unmarked(self.why)]))

    def _repr_html_(self) -> str:
        lines = f'<div style="white-space:pre-wrap">{marked(self.said)}</div>' if self.said else ""
        why = f"<div>{marked(self.why)}</div>" if self.why else ""
        return verbatim(f"<div>{marked(self.prompt)}</div>{lines}{result_html(self.result)}{why}")


def result_html(result: Any) -> str:
    """Anything as HTML: as it shows itself, or as its text."""
    html = getattr(result, "_repr_html_", lambda: None)()
    if html is not None:
        return str(html)
    text = result if isinstance(result, str) else repr(result)
    return verbatim(f'<pre style="white-space:pre-wrap">{escape(text)}</pre>')


class Predict(Panel):
    """A question to think about before the answer is shown.

    Args:
        prompt: the question; code stands between backticks.
        result: the answer: a decision, a table, a picture, text …
        options: what can be guessed; about a decision by default allowed and denied.
        right: which option is right (several: a list of them), when the result does not tell; a decision, a truth
            value, a number, a text, a list and a set do.
        lesson: the number of the lesson whose data file has this question, with its options and reasons; then neither
            options nor right are given here.
        guess: what is committed at once, as "Copy as code" writes it: an option, or several.

    Attributes:
        guess: the options that were committed; empty before.

    Raises:
        InvalidInput: there are no options, or the guess is none of them.
        NoSuchEntity: the lesson does not ask this.

    >>> from iamlab import Account
    >>> asked = Predict("May bob create users?", Account.example().decide("bob", "iam:CreateUser"), guess="allowed")
    >>> print(asked.verdict.text)
    you expected allowed; it is denied. Why? Look:
    """

    title = "Predict"
    guess: traitlets.List[str] = traitlets.List()

    def __init__(
        self,
        prompt: str,
        result: Any,
        options: Sequence[str] = (),
        right: str | Sequence[str] | None = None,
        *,
        lesson: str | int = "",
        guess: str | Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        if lesson != "" and (options or right is not None):
            raise InvalidInput("The options of a lesson's prediction are in the lesson's file: give none here")
        self.prompt, self.result = prompt, result
        self.prediction = of_result(result, options, right) if lesson == "" else of_lesson(lesson, prompt)
        self._again = calls_again(type(self).__name__, prompt)
        self._choices = Choices(self.guard(lambda _: None))  # whoever chooses is not told any more to choose
        self._choices.fill(
            "Choose all that you expect." if self.prediction.several else "What do you expect?",
            choices.SEVERAL if self.prediction.several else choices.ONE,
            self.prediction.options,
        )
        self._commit = self.button("Commit and see", self.commit, primary=True)
        asked = controls.words(f'<div class="iamlab-asked"><b>{marked(prompt)}</b></div>')
        self.arrange(asked, self._choices, self._commit)
        if guess is not None:
            self._choices.choose(check_guess(self.prediction, guess))
            self.commit()

    def commit(self) -> None:
        """Commit the guess that is chosen, and show the answer.

        Raises:
            InvalidInput: nothing is chosen.
        """
        options = self.prediction.options
        chosen = check_guess(self.prediction, [options[number] for number in self._choices.selected])
        self.guess = [options[number] for number in chosen]
        self._choices.lock()
        self._commit.disabled = True
        self.verdict.say(*_verdict(self.prediction, chosen), _Answer(self.prediction, chosen, self.result))
        self.code.draft(self._again(guess=self.guess if self.prediction.several else self.guess[0]))

    def plain(self) -> Revealed:
        """The question and the answer, and what is said about the guess if there was one."""
        prediction = self.prediction
        why = f"Answer: {prediction.answer}. {prediction.why}" if prediction.why else ""
        if not self._commit.disabled:
            return Revealed(self.prompt, "", self.result, why)
        chosen = check_guess(prediction, self.guess)
        right, reasons = judge(prediction, chosen)
        sign = {True: f"{TICK} ", False: f"{CROSS} ", None: ""}[right]
        sentence = _verdict(prediction, chosen)[1]
        said = "\n".join(filter(None, [f"{sign}{sentence[0].upper()}{sentence[1:]}", bullet_list(reasons)]))
        return Revealed(self.prompt, said, self.result, why)


def _verdict(prediction: Prediction, chosen: list[int]) -> tuple[str, str]:
    """The kind of the verdict, and its sentence."""
    guess = prediction.words(chosen)
    right = judge(prediction, chosen)[0]
    if right is None:
        return "info", f"you expected: {guess}. Here is what happens:"
    if right:
        return "right", f"you expected {guess}, and so it is."
    return "surprise", f"you expected {guess}; it is {prediction.answer}. Why? Look:"


@dataclass(slots=True)
class _Answer:
    """What stands below the verdict: why the guess is not right, the answer, and the point of it."""

    prediction: Prediction
    chosen: list[int]
    result: Any

    def __repr__(self) -> str:
        return repr(self.result)

    def _repr_html_(self) -> str:
        reasons = "".join(f"<li>{marked(reason)}</li>" for reason in judge(self.prediction, self.chosen)[1])
        first = f'<ul class="iamlab-remarks">{reasons}</ul>' if reasons else ""
        why = f'<p class="iamlab-asked">{marked(self.prediction.why)}</p>' if self.prediction.why else ""
        return f"{first}{result_html(self.result)}{why}"
