"""Controls that ipywidgets lack, as small anywidgets, each with a plain stand-in.

- `Rows`: a table whose rows have buttons
- `CheckGroups`: many tick boxes in groups that open, with a filter

A page that cannot run anywidgets shows the plain stand-in, which is there from the start and goes when the rich
control says that it is shown. Both show the same traits; the JavaScript draws them and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ipywidgets
import traitlets
from anywidget import AnyWidget

from iamlab.display import Table, escape
from iamlab.widgets import controls
from iamlab.widgets.controls import Control

_HERE = Path(__file__).parent


class Rich(AnyWidget):
    """An anywidget that says when it is shown."""

    ready = traitlets.Bool().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**controls.address(), **traits)
        controls.in_order(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.label}>"


class WithStandIn(ipywidgets.VBox):  # type: ignore[misc]
    """A rich control where it runs, a plain one where it does not."""

    def __init__(self, rich: Rich, plain: Control) -> None:
        self.rich = rich
        self.plain = plain
        super().__init__([rich, plain])
        rich.observe(lambda _: self.refresh(), "ready")

    def refresh(self) -> None:
        """Show the one that works; only that one is kept up to date."""
        controls.show(self.plain, not self.rich.ready)
        if not self.rich.ready:
            self.fill_plain()

    def fill_plain(self) -> None:
        """Bring the plain control up to date; one that always shows the same needs nothing."""


@dataclass(slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: one text a column.
        actions: what can be done with it: the words on its buttons.
        tone: `error`, `warning` or `success`: a colour at its edge; the words must say it too.
    """

    cells: Sequence[str]
    actions: Sequence[str] = field(default=())
    tone: str = ""


class _RowsView(Rich):
    _esm = _HERE / "rows.js"

    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    above = traitlets.Unicode().tag(sync=True)
    more = traitlets.Unicode().tag(sync=True)


class Rows(WithStandIn):
    """A table with buttons in its rows.

    Args:
        label: what the table is about, for people who do not see it.
        columns: the headings.
        do: is called with the row's number and the words on the button that was pressed.
    """

    def __init__(self, label: str, columns: Sequence[str], do: Callable[[int, str], object] = lambda *_: None) -> None:
        self._do = do
        super().__init__(_RowsView(label=label, columns=list(columns)), controls.words(""))
        self.rich.on_msg(self._clicked)
        controls.show(self, False)

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return [Row(row["cells"], row["actions"], row["tone"]) for row in self.rich.rows]

    def fill(self, rows: Sequence[Row], more: str = "", above: str = "", columns: Sequence[str] = ()) -> None:
        """Show other rows, with one message to the page; a table without rows and sentences is not shown.

        Args:
            rows: from top to bottom.
            more: a sentence below them.
            above: a sentence above them, which screen readers read out when it changes; then they begin at the top.
            columns: other headings, if there are others.
        """
        with self.rich.hold_sync():
            if columns:
                self.rich.columns = list(columns)
            self.rich.rows = [{"cells": [*row.cells], "actions": [*row.actions], "tone": row.tone} for row in rows]
            self.rich.above, self.rich.more = above, more
        controls.show(self, bool(rows or above or more))
        self.refresh()

    def fill_plain(self) -> None:
        table = Table(self.rich.columns, [row.cells for row in self.rows], limit=len(self.rows))
        shown = f'<div class="iamlab-table">{table._repr_html_()}</div>' if self.rows else ""
        above, below = escape(self.rich.above), escape(self.rich.more)
        self.plain.value = f'<div role="status">{above}</div>{shown}<div>{below}</div>'

    def _clicked(self, _: object, content: dict[str, Any], __: object) -> None:
        """A button was clicked: the row that says what it said then is meant, if it is still there."""
        same = [number for number, row in enumerate(self.rich.rows) if row["cells"] == content["cells"]]
        if same:
            self.press(min(same, key=lambda number: abs(number - content["row"])), content["action"])

    def press(self, row: int, action: str) -> None:
        """Press a button of a row, as a click in the page does."""
        if 0 <= row < len(self.rich.rows) and action in self.rich.rows[row]["actions"]:
            self._do(row, action)


class _CheckGroupsView(Rich):
    _esm = _HERE / "checks.js"

    groups = traitlets.List(traitlets.Dict()).tag(sync=True)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True, echo_update=False)


class CheckGroups(WithStandIn):
    """Tick boxes in groups: each group opens, counts, and can be ticked as a whole.

    Args:
        label: what is chosen.
        do: is called with all chosen items after each change by a person.
    """

    def __init__(self, label: str, do: Callable[[list[str]], object] = lambda _: None) -> None:
        self._do = do
        self._quiet = False
        super().__init__(_CheckGroupsView(label=label), controls.several(label, [], rows=12))
        self.rich.observe(self._chosen, "selected")
        self.plain.observe(self._chosen, "value")

    def _chosen(self, change: Any) -> None:
        if not self._quiet:
            self._do(list(change["new"]))

    @property
    def selected(self) -> list[str]:
        """The items that are ticked."""
        return list(self.rich.selected)

    def fill(self, groups: Sequence[tuple[str, str, Sequence[str]]], selected: Sequence[str]) -> None:
        """Offer other items, without calling `do`.

        Args:
            groups: name, words of the box that ticks the whole group, items.
            selected: which are ticked.
        """
        self._quiet = True
        try:
            offered = [{"name": name, "all": every, "items": [*items]} for name, every, items in groups]
            if offered != self.rich.groups:
                self.rich.groups = offered
            if set(selected) != set(self.rich.selected):
                self.rich.selected = list(selected)
            self.refresh()
        finally:
            self._quiet = False

    def fill_plain(self) -> None:
        items = [item for group in self.rich.groups for item in group["items"]]
        if self.plain.options != tuple(items):
            self.plain.options = items
        self.plain.value = [item for item in items if item in set(self.rich.selected)]

    def choose(self, items: Sequence[str]) -> None:
        """Tick exactly these, as a person would in the page."""
        self.rich.selected = list(items)
