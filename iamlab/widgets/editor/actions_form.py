"""The part of a block where actions are chosen: by access level, all of them, or by name and pattern."""

from __future__ import annotations

from collections.abc import Callable

from iamlab.policy.blocks import Block
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.editor import actions
from iamlab.widgets.labels import label, labels
from iamlab.widgets.rich import CheckGroups, Row, Rows


class ActionsForm:
    """Actions of a block.

    Args:
        panel: shows errors.
        changed: is called with the block's new actions.
    """

    def __init__(self, panel: Panel, changed: Callable[[tuple[str, ...]], object]) -> None:
        self._changed = changed
        self._block = Block("")
        self._filling = False
        self._heading = controls.heading("", 5)
        self._every = panel.on(controls.tick(""), self._tick_every)
        self._boxes = CheckGroups(label("block.actions"), panel.guard(self._tick))
        self._typed = controls.text(label("block.manual"), placeholder="GetObject, Get*")
        self._patterns: list[tuple[str, int]] = []
        self._rows = Rows(label("block.patterns"), labels("block.pattern_columns"), panel.guard(self._remove))
        self.view = controls.box(
            self._heading,
            self._every,
            self._boxes,
            controls.row(self._typed, panel.button(label("block.add_actions"), self._add)),
            self._rows,
        )

    def fill(self, block: Block) -> None:
        """Show the actions of a block."""
        self._block = block
        self._filling = True
        try:
            self._every.description = label("block.all_actions", prefix=block.service)
            self._every.value = block.all_actions
            levels = block.levels()
            self._boxes.fill(
                [(one.name, label("block.all_of_level", level=one.name.lower()), one.actions) for one in levels],
                actions.ticked(block),
            )
            controls.show(self._boxes, bool(levels))
        finally:
            self._filling = False
        controls.retitle(self._heading, label(f"block.actions_{block.effect}"), 5)
        self._patterns = actions.patterns(block)
        self._rows.fill(
            [
                Row((f"{block.service}:{one}", _means(count)), [label("common.remove")], "" if count else "warning")
                for one, count in self._patterns
            ]
        )

    def pending(self) -> str:
        """What is typed and not added, in words; empty when nothing is."""
        return str(self._typed.value).strip()

    def clear(self) -> None:
        """Take away what is typed."""
        self._typed.value = ""

    def _tick_every(self, wanted: bool) -> None:
        if not self._filling:
            self._changed(("*",) if wanted else ())

    def _tick(self, wanted: list[str]) -> None:
        self._changed(actions.after_ticking(self._block, wanted))

    def _add(self) -> None:
        new = actions.typed(self._block.service, self._typed.value)
        self._typed.value = ""
        self._changed(tuple(dict.fromkeys([*self._block.actions, *new])))

    def _remove(self, row: int, _: str) -> None:
        self._changed(tuple(one for one in self._block.actions if one != self._patterns[row][0]))


def _means(count: int) -> str:
    """How much a pattern names."""
    return f"{count} action{'' if count == 1 else 's'}" if count else "No action that AWS has"
