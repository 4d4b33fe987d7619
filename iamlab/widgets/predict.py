"""Predict: say what you expect, then see.

The answer is worked out when the cell is run and kept hidden until a guess is committed, so the cells that follow see
the same account with and without a person. Where nobody can click (a saved notebook, nbval, print) the answer is simply
there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets

from iamlab.display import escape, verbatim
from iamlab.errors import InvalidInput
from iamlab.evaluation import Decision
from iamlab.widgets import choices, controls
from iamlab.widgets.base import Panel
from iamlab.widgets.choices import Choices, marked

ALLOWED_OR_DENIED = ("allowed", "denied")
"""The options about a decision, when no others are given."""


@dataclass(slots=True)
class Revealed:
    """A question, the guess if there was one, and the answer."""

    prompt: str
    said: str
    result: Any

    def __repr__(self) -> str:
        result = self.result if isinstance(self.result, str) else repr(self.result)
        return "\n".join([self.prompt, *([self.said] if self.said else []), result])

    def _repr_html_(self) -> str:
        said = f"<div>{escape(self.said)}</div>" if self.said else ""
        return verbatim(f"<div>{marked(self.prompt)}</div>{said}{result_html(self.result)}")


def result_html(result: Any) -> str:
    """Anything as HTML: as it shows itself, or as its text."""
    html = getattr(result, "_repr_html_", lambda: None)()
    if html is not None:
        return str(html)
    text = result if isinstance(result, str) else repr(result)
    return verbatim(f'<pre style="white-space:pre-wrap">{escape(text)}</pre>')


def right_options(options: Sequence[str], right: str | Sequence[str]) -> list[int]:
    """The numbers of the right options.

    Raises:
        InvalidInput: what is right is no option.
    """
    wanted = [right] if isinstance(right, str) else list(right)
    missing = [text for text in wanted if text not in options]
    if missing:
        raise InvalidInput(f"{missing[0]!r} is right, but no option; the options are {', '.join(options)}")
    return [number for number, text in enumerate(options) if text in wanted]


class Predict(Panel):
    """A question to think about before the answer is shown.

    Args:
        prompt: the question; code stands between backticks.
        result: the answer: a decision, a table, a picture, text …
        options: what can be guessed; about a decision by default allowed and denied.
        right: which option is right (several: a list of them); known for a decision, and otherwise not said when not
            given.

    Attributes:
        guess: the options that were committed; empty before.

    >>> from iamlab import Account
    >>> Predict("May bob create users?", Account.example().decide("bob", "iam:CreateUser"))
    <Predict: May bob create users?>
    """

    title = "Predict"
    guess: traitlets.List[str] = traitlets.List()

    def __init__(
        self, prompt: str, result: Any, options: Sequence[str] = (), right: str | Sequence[str] | None = None
    ) -> None:
        super().__init__()
        if isinstance(result, Decision) and not options:
            options = ALLOWED_OR_DENIED
            right = ALLOWED_OR_DENIED[0 if result.allowed else 1]
        if len(options) < 2:
            raise InvalidInput("There must be two options at least to guess from")
        self.prompt, self.result, self.options = prompt, result, tuple(options)
        self._right = None if right is None else right_options(self.options, right)
        several = right is not None and not isinstance(right, str)
        self._choices = Choices()
        self._choices.fill(
            "Choose all that you expect." if several else "What do you expect?",
            choices.SEVERAL if several else choices.ONE,
            self.options,
        )
        self._several = several
        self._commit = self.button("Commit and see", self.commit, primary=True)
        asked = controls.words(f'<div class="iamlab-asked"><b>{marked(prompt)}</b></div>')
        self.arrange(asked, self._choices, self._commit)
        controls.show(self.code, False)  # a guess is nothing to build again

    def commit(self) -> None:
        """Commit the guess that is chosen, and show the answer.

        Raises:
            InvalidInput: nothing is chosen.
        """
        chosen = self._choices.selected
        if not chosen and not self._several:
            raise InvalidInput("Choose what you expect first; a wrong guess costs nothing")
        self.guess = [self.options[number] for number in sorted(chosen)]
        self._choices.lock()
        self._commit.disabled = True
        self.verdict.say(*self._said(sorted(chosen)), _Result(self.result))

    def _said(self, chosen: list[int]) -> tuple[str, str]:
        guess = " and ".join(self.guess) or "none of them"
        if self._right is None:
            return "info", f"You expected: {guess}. Here is what happens:"
        right = " and ".join(self.options[number] for number in self._right) or "none of them"
        if chosen == self._right:
            return "right", f"you expected {guess}, and so it is."
        return "surprise", f"you expected {guess}; it is {right}. Why? Look:"

    def plain(self) -> Revealed:
        """The question and the answer, and the guess if there was one."""
        return Revealed(self.prompt, f"expected: {' and '.join(self.guess)}" if self.guess else "", self.result)


@dataclass(slots=True)
class _Result:
    """The answer, below the verdict."""

    result: Any

    def __repr__(self) -> str:
        return repr(self.result)

    def _repr_html_(self) -> str:
        return result_html(self.result)
