"""The visual editor: blocks one below the other, one of them open.

Closed blocks are rows of a table, so that a policy of many statements is as quick as one of a few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from iamlab.display import escape
from iamlab.errors import InvalidInput
from iamlab.policy.blocks import Block
from iamlab.policy.findings import Finding, Findings
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.editor.block_form import BlockForm
from iamlab.widgets.editor.draft import is_finished
from iamlab.widgets.editor.findings_view import notes_html, worst_tone
from iamlab.widgets.labels import label, labels
from iamlab.widgets.rich import Row, Rows

_NONE: Mapping[int, Sequence[Finding]] = {}


def few(items: Sequence[str], all_words: str) -> str:
    """Some names in a few words.

    >>> few(["a", "b", "c"], "All"), few(["*"], "All"), few([], "All")
    ('a and 2 more', 'All', '–')
    """
    if "*" in items:
        return all_words
    if not items:
        return "–"
    return items[0] if len(items) == 1 else f"{items[0]} and {len(items) - 1} more"


def block_row(number: int, block: Block, findings: Sequence[Finding] = ()) -> Row:
    """A closed block as a row.

    Args:
        number: its place, from 1.
        block: what it says.
        findings: what there is to say about it.
    """
    name = f"{number}. {block.title or 'No service yet'}" + (f" ({block.sid})" if block.sid else "")
    conditions = [one.key for one in block.conditions]
    buttons = [label("block.open"), *([] if block.json_only else [label("block.duplicate")]), label("common.remove")]
    if not is_finished(block):
        name += ": not finished, so not in the policy yet"
    if findings:
        name += f": {Findings(findings).in_words}"
    cells = (
        name,
        block.effect,
        few(block.actions, "All actions"),
        few(block.resources, "All resources"),
        few(conditions, ""),
    )
    return Row(cells, buttons, worst_tone(findings) if findings else "" if is_finished(block) else "warning")


class Visual:
    """The visual editor's view of a policy.

    Args:
        panel: shows errors.
        partition: of the ARNs that are built.
        edited: is called with all blocks after a change by hand.

    Attributes:
        blocks: what is shown.
        opened: the place of the open block.
    """

    def __init__(self, panel: Panel, partition: str, edited: Callable[[list[Block]], object]) -> None:
        self._edited = edited
        self.blocks: list[Block] = []
        self._findings = _NONE
        self.opened = 0
        columns = labels("block.columns")
        self._before = Rows("Blocks above the open one", columns, panel.guard(self.press))
        after = panel.guard(lambda row, action: self.press(row + self.opened + 1, action))
        self._after = Rows("Blocks below the open one", columns, after)
        self._form = BlockForm(panel, partition, self._changed)
        self._remove = panel.button(label("block.remove_open"), lambda: self.press(self.opened, label("common.remove")))
        self._open = controls.dressed(controls.box(self._form.view, self._remove), "iamlab-open")
        self._problem = controls.words("")
        self._add = panel.button(label("block.add_more"), self.add)
        self.view = controls.column(self._problem, self._before, self._open, self._after, self._add)

    def fill(
        self, blocks: Sequence[Block], findings: Mapping[int, Sequence[Finding]] = _NONE, problem: str = ""
    ) -> None:
        """Show a policy.

        Args:
            blocks: its blocks; without any, an empty one is offered.
            findings: what there is to say about blocks, by their places.
            problem: why there can be no blocks.
        """
        self.blocks, self._findings = list(blocks) or [Block("", (), ())], findings
        self.opened = min(self.opened, len(self.blocks) - 1)
        self._problem.value = f'<div class="iamlab-notes">{escape(problem)}</div>' if problem else ""
        for control in (self._open, self._add):
            controls.show(control, not problem)
        shown = [] if problem else self.blocks
        rows = [block_row(at + 1, block, findings.get(at, ())) for at, block in enumerate(shown)]
        self._before.fill(rows[: self.opened])
        self._after.fill(rows[self.opened + 1 :])
        controls.show(self._remove, len(shown) > 1)
        if shown:
            here = self.blocks[self.opened]
            self._form.fill(self.opened + 1, here, notes_html(findings.get(self.opened, ())))

    def press(self, row: int, action: str) -> None:
        """A button of a block was pressed: open, duplicate or remove it."""
        blocks = list(self.blocks)
        if action == label("block.open"):
            self.open(row)
            return
        if action != label("common.remove") or row == self.opened:
            self._form.clear()
        if action == label("common.remove"):
            del blocks[row]
            self.opened = max(0, self.opened - (row <= self.opened and self.opened > 0))
        else:
            blocks.insert(row + 1, replace(blocks[row], sid=None, origin=None))
            self.opened = row + 1
        self._edited(blocks)

    def open(self, place: int) -> None:
        """Open the block at a place, and close the one that was open."""
        if place != self.opened:
            self._form.clear()
        self.opened = place
        self.fill(self.blocks, self._findings)

    def add(self) -> None:
        """Add an empty block below the others, and open it."""
        self._form.clear()
        self.opened = len(self.blocks)
        self.fill([*self.blocks, Block("", (), ())], self._findings)

    def settle(self) -> None:
        """Take what is typed in the open block and not taken yet.

        Raises:
            InvalidInput: it is no service, or something is not added that only a button adds.
        """
        if self.blocks[self.opened].json_only:
            return
        self._form.settle()
        for words, button in self.pending():
            raise InvalidInput(f"Block {self.opened + 1}: {words} is not added yet: press {button}, or take it away.")

    def pending(self) -> list[tuple[str, str]]:
        """What is typed in the open block and not added: what it is, and the button that adds it."""
        opened = self.blocks[self.opened : self.opened + 1]  # none before the first policy is shown
        return [] if not opened or opened[0].json_only else self._form.pending()

    def _changed(self, block: Block) -> None:
        self._edited([*self.blocks[: self.opened], block, *self.blocks[self.opened + 1 :]])
