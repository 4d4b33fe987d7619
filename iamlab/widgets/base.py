"""What every widget is built on: a panel with a title, a verdict, "Copy as code" and a plain answer.

- `Panel`: subclass it; make controls, `arrange` them, write one method for each thing that can be done, and `plain`
- `Verdict`: the region that says what came of it, read out by screen readers

A panel is a thin view. Its state is in traits or in its controls; its logic is in plain functions that tests call. A
method that a control calls goes through `Panel.guard`: what it raises is shown in words inside the panel, because
JupyterLab shows nobody the errors of callbacks. CONTRIBUTING.md shows the pattern on one page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol

import ipywidgets

from iamlab.display import CROSS, TICK, escape
from iamlab.errors import AwsError, InvalidInput, MalformedPolicyDocument
from iamlab.widgets import controls
from iamlab.widgets.code import CopyAsCode
from iamlab.widgets.controls import Control
from iamlab.widgets.html import message_html
from iamlab.widgets.look import look
from iamlab.widgets.turns import deliver, turn

P = ParamSpec("P")

_SIGNS = {
    "success": (TICK, "Done"),
    "info": ("i", "Note"),
    "warning": ("!", "Warning"),
    "error": (CROSS, "Error"),
    "allowed": (TICK, "Allowed"),
    "denied": (CROSS, "Denied"),
    "conditional": ("?", "It depends"),
    "right": (TICK, "Right"),
    "wrong": (CROSS, "Not yet"),
    "surprise": (CROSS, "Not so"),
}
"""A sign and a word for each kind of verdict: colour is never the only sign."""


class Shown(Protocol):
    """Something that shows itself as text and as HTML: a Table, a Picture, a Decision."""

    def __repr__(self) -> str: ...
    def _repr_html_(self) -> str: ...


class Verdict(ipywidgets.HTML):  # type: ignore[misc]
    """What came of it: a sign, a word, a sentence, and perhaps more. An `aria-live` region.

    Attributes:
        kind: one of `success`, `info`, `warning`, `error`, `allowed`, `denied`, `conditional`, `right`,
            `wrong`, `surprise`; empty when nothing is said.
        text: what it says, without the sign.
        count: how often something was said.
    """

    def __init__(self) -> None:
        self.kind = ""
        self.text = ""
        self.count = 0
        super().__init__()
        controls.dressed(self, "iamlab-verdict", "iamlab-live")

    def say(self, kind: str, text: str, more: Shown | None = None) -> None:
        """Say something in place of what was said before; it is sent at once.

        Args:
            kind: which sign, word and colour go with it.
            text: a sentence; it is escaped here.
            more: what is shown below it.
        """
        self.kind, self.text = kind, text
        self.count += 1
        sign, word = _SIGNS[kind]
        below = more._repr_html_() if more is not None else ""
        self.value = f"{message_html(kind, sign, word, text)}{below}"
        deliver()

    def clear(self) -> None:
        """Say nothing."""
        self.kind = self.text = ""
        self.value = ""

    def __repr__(self) -> str:
        return f"<Verdict: {self.text}>"


def in_words(error: BaseException) -> str:
    """An error as a sentence for the person who clicked, as the Console says it: the sentence first, then AWS's code.

    >>> from iamlab.errors import NoSuchEntity
    >>> in_words(NoSuchEntity("The user with name zoe cannot be found."))
    'The user with name zoe cannot be found. (NoSuchEntity)'
    >>> in_words(InvalidInput("Choose a service first."))  # our word for a field: no call was made
    'Choose a service first.'
    """
    if isinstance(error, InvalidInput):
        return error.message
    if isinstance(error, MalformedPolicyDocument) and error.line is not None:
        return f"Line {error.line}, column {error.column}: {error.reason}. ({error.code})"
    if isinstance(error, AwsError):
        return f"{error.message} ({error.code})" if error.message else error.code
    if isinstance(error, ValueError):
        return str(error) or type(error).__name__
    return f"This is a fault in iamlab, not yours: {type(error).__name__}: {error}"


class Panel(ipywidgets.VBox):  # type: ignore[misc]
    """A widget of iamlab.

    Attributes:
        title: the heading, as the Console has it.
        verdict: what came of the last click.
        code: the Python that does again what was clicked.
    """

    title = ""

    def __init__(self) -> None:
        self.verdict = Verdict()
        self.code = CopyAsCode()
        super().__init__(**controls.address())
        self.add_class("iamlab")

    def arrange(self, *rows: Control) -> None:
        """Put the controls into the panel: the title first, then these, then the verdict and "Copy as code".

        Args:
            rows: from top to bottom; a panel that wants its verdict elsewhere puts it among them.
        """
        title = controls.words(f'<div role="heading" aria-level="3">{escape(self.title)}</div>', "iamlab-title")
        end = [part for part in (self.verdict, self.code) if part not in rows]
        self.children = (look(), title, *rows, *end)

    def plain(self) -> Shown | str:
        """The answer as it is now, without controls: what a saved notebook shows, and what `print` would say.

        That is what was said last; a panel that shows more than that says so here.
        """
        return self.verdict.text

    def button(self, label: str, do: Callable[[], object], *, primary: bool = False) -> Control:
        """A button.

        Args:
            label: what is written on it.
            do: what it does; its errors show in the verdict.
            primary: is it what people will want to press next?
        """
        control = controls.button(label, primary=primary)
        guarded = self.guard(do)
        control.on_click(lambda _: guarded())
        return control

    def on(self, control: Control, do: Callable[[Any], object], trait: str = "value") -> Control:
        """Call a function with each new value of a control; its errors show in the verdict.

        Returns:
            The control.
        """
        guarded = self.guard(do)
        control.observe(lambda change: guarded(change["new"]), trait)
        return control

    def when_entered(self, do: Callable[[], object]) -> None:
        """Call a function when somebody comes into the panel: another cell may have changed what it shows."""
        controls.on_focus(self, self.guard(do, keeps=True))

    def guard(self, do: Callable[P, object], *, keeps: bool = False) -> Callable[P, None]:
        """A function whose errors are shown in the verdict, in words.

        Errors of AWS and wrong values are the user's business, and end there. Anything else is a fault of ours: it is
        shown, and goes on to Jupyter's log. An error is about what was done last: it goes with the next thing that is
        done, when that has none.

        Args:
            do: answers a click, or a change of a control.
            keeps: does an error that shows stay, because nothing is really done?
        """

        @wraps(do)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            with turn(do):
                said = self.verdict.count
                try:
                    do(*args, **kwargs)
                    if not keeps and self.verdict.kind == "error" and self.verdict.count == said:
                        self.verdict.clear()
                except (AwsError, ValueError) as error:
                    self.verdict.say("error", in_words(error))
                except Exception as error:
                    self.verdict.say("error", in_words(error))
                    raise

        return guarded

    def __repr__(self) -> str:
        """The kind of widget, and the first line of its answer."""
        answer = self.plain()
        first = (answer if isinstance(answer, str) else repr(answer)).partition("\n")[0]
        return f"<{type(self).__name__}: {first}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The live view for a running kernel, and the plain answer for everybody else."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        answer = self.plain()
        if isinstance(answer, str):
            bundle |= {"text/plain": answer, "text/html": f"<pre>{escape(answer)}</pre>"}
        else:
            bundle |= {"text/plain": repr(answer), "text/html": answer._repr_html_()}
        return bundle
