"""Choices: one of a few, several of them, or all of them in order, with words as long as they need to be.

ipywidgets' radio buttons have no group for screen readers and cut long words off; these are a small anywidget with a
plain stand-in. `marked` makes HTML of words in which code stands between backticks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import traitlets

from iamlab.display import escape
from iamlab.widgets import controls
from iamlab.widgets.rich import Rich, WithStandIn

_HERE = Path(__file__).parent

ONE, SEVERAL, ORDER = "one", "several", "order"
"""What can be done with the options."""


def marked(words: str) -> str:
    """Words as HTML: everything is escaped, and what stands between backticks is code.

    >>> marked("`s3:*` allows <all>")
    '<code>s3:*</code> allows &lt;all&gt;'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))


class _ChoicesView(Rich):
    _esm = _HERE / "choices.js"
    _css = _HERE / "choices.css"

    mode = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)
    disabled = traitlets.Bool().tag(sync=True)


class Choices(WithStandIn):
    """Options to choose from, or to put in order.

    Args:
        do: is called with the numbers of the chosen options (or of all, in their order) after each change by a person.
    """

    def __init__(self, do: Callable[[list[int]], object] = lambda _: None) -> None:
        self._do = do
        self._quiet = False
        self._options: list[str] = []
        super().__init__(_ChoicesView(), controls.column())
        self.add_class("iamlab-column")
        self.rich.observe(self._chosen, "selected")

    def _chosen(self, change: Any) -> None:
        if not self._quiet:
            self._do(list(change["new"]))

    @property
    def selected(self) -> list[int]:
        """The numbers of the chosen options, from 0; for an order, of all of them."""
        return list(self.rich.selected)

    def fill(self, label: str, mode: str, options: Sequence[str], selected: Sequence[int] = ()) -> None:
        """Offer other options, without calling `do`.

        Args:
            label: what is to be done with them.
            mode: `one`, `several` or `order`.
            options: words, with code between backticks.
            selected: which are chosen; for an order, the order to begin with.
        """
        self._quiet = True
        try:
            self.rich.selected = []
            with self.rich.hold_sync():
                self.rich.label, self.rich.mode = label, mode
                self.rich.options = [marked(option) for option in options]
                self.rich.selected = list(selected) or (list(range(len(options))) if mode == ORDER else [])
            self._options = list(options)
            self.refresh()
        finally:
            self._quiet = False

    def choose(self, selected: Sequence[int]) -> None:
        """Choose exactly these, as a person would in the page."""
        self.rich.selected = list(selected)

    def lock(self, locked: bool = True) -> None:
        """Let nobody change it any more."""
        self.rich.disabled = locked
        self.refresh()

    def fill_plain(self) -> None:
        """The stand-in: a list, a list for several, or a list for each place."""
        numbered = [(text, number) for number, text in enumerate(self._options)]
        label, mode = self.rich.label, self.rich.mode
        if mode == ORDER:
            parts = [controls.choice(f"{place}.", numbered, n) for place, n in enumerate(self.selected, 1)]
        elif mode == SEVERAL:
            parts = [controls.several(label, numbered, rows=len(numbered))]
            parts[0].value = tuple(self.selected)
        else:
            chosen = self.selected[0] if self.selected else -1
            parts = [controls.choice(label, [("–", -1), *numbered], chosen)]
        for part in parts:
            part.disabled = self.rich.disabled
            part.observe(lambda _: self._take(parts, mode), "value")
        self.plain.children = parts

    def _take(self, parts: list[Any], mode: str) -> None:
        if mode == SEVERAL:
            self.choose(parts[0].value)
        else:
            self.choose([part.value for part in parts if part.value >= 0])
