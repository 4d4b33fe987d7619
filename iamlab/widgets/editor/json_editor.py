"""The JSON editor: CodeMirror where the page can run it, a plain text area where it cannot.

`JsonEditor` holds the text in its trait `value`. CodeMirror's side is `source.js`, from which `build.mjs` makes the
`built.js` of the package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import traitlets

from iamlab.widgets import controls
from iamlab.widgets.rich import Rich, WithStandIn


class CodeMirror(Rich):
    """CodeMirror 6 for JSON; see `source.js` for what the traits do."""

    _esm = Path(__file__).parent / "built.js"

    value = traitlets.Unicode().tag(sync=True)
    findings = traitlets.List(traitlets.Dict()).tag(sync=True)
    read_only = traitlets.Bool().tag(sync=True)
    cursor = traitlets.List(traitlets.Int(), default_value=[1, 1, 0]).tag(sync=True)
    repairs = traitlets.Int().tag(sync=True)


class JsonEditor(WithStandIn):
    """A text with findings at their lines.

    Args:
        label: the editor's name, for people who do not see it.
        on_repair: is called with the number of the finding whose repair is wanted.

    Attributes:
        value: the text.
    """

    value = traitlets.Unicode()

    def __init__(self, label: str, on_repair: Callable[[int], object] = lambda _: None) -> None:
        plain = controls.dressed(controls.area(label, rows=16, live=True), "iamlab-json")
        super().__init__(CodeMirror(label=label), plain)
        self.add_class("iamlab-editor")
        for view in (self.rich, self.plain):
            view.observe(lambda change: self._typed(change["new"]), "value")
        self._on_repair = on_repair
        self.rich.on_msg(self._told)

    def _typed(self, text: str) -> None:
        self.value = text

    def _told(self, _: object, content: dict[str, Any], __: object) -> None:
        """The page sent a message: a repair is wanted, of a finding that may be another one by now."""
        number = content["repair"]
        if number < len(self.rich.findings) and self.rich.findings[number]["message"] == content["message"]:
            self._on_repair(number)

    @traitlets.observe("value")
    def _changed(self, change: Any) -> None:
        self.rich.value = change["new"]
        self.refresh()

    def fill_plain(self) -> None:
        self.plain.value = self.value

    def mark(self, markers: Sequence[dict[str, Any]]) -> None:
        """Show findings at their lines."""
        if self.rich.findings != list(markers):
            self.rich.findings = list(markers)

    def count_repair(self) -> None:
        """Say that the text that comes next is a repair: one step, which Ctrl+Z takes back."""
        self.rich.repairs += 1

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor to a place, and the keyboard's focus with it."""
        self.rich.cursor = [line, column, self.rich.cursor[2] + 1]

    def __repr__(self) -> str:
        return f"<JsonEditor: {len(self.value)} characters>"
