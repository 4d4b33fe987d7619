"""Findings under a policy that is being written: counts, as in the Console's footer, and a line for each.

The line says where the finding is, in words and for both editors, goes there, and repairs it where a repair is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets

from iamlab.display import escape
from iamlab.policy.checks.codes import ERROR, SECURITY_WARNING, SUGGESTION, TYPES, WARNING
from iamlab.policy.findings import Finding, Findings
from iamlab.policy.repairs import Repair, statement_number
from iamlab.widgets import controls
from iamlab.widgets.labels import label, labels
from iamlab.widgets.rich import Row, Rows

ORDER = (SECURITY_WARNING, ERROR, WARNING, SUGGESTION)
"""As the Console's footer has them."""

SHOWN = 20
"""How many findings get a line."""

_NOTES = 4
_REPAIRED = 10
_LONGEST_REPAIRED = 20_000
_TONES = {SECURITY_WARNING: "error", ERROR: "error", WARNING: "warning", SUGGESTION: "info"}
_NOTE = {SECURITY_WARNING: "bad", ERROR: "bad", WARNING: "doubt", SUGGESTION: "note"}
_SEVERITY = {ERROR: "error", SECURITY_WARNING: "warning", WARNING: "warning", SUGGESTION: "info"}


@dataclass(slots=True)
class Line:
    """A finding that gets a line, and its repair.

    Attributes:
        finding: what is found.
        tried: was a repair looked for?
        repair: the repair, if it was looked for and there is one.
    """

    finding: Finding
    tried: bool = False
    repair: Repair | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """The words on its buttons."""
        if not self.tried:
            return label("findings.go"), label("findings.repair")
        return label("findings.go"), *([self.repair.label] if self.repair else [])


def lines(findings: Findings, text: str) -> list[Line]:
    """The findings that get a line, in the order of the text; of very many the gravest.

    A repair is tried on a copy of the document before it is offered, which takes time: so that is done at once only for
    the first findings of a text that somebody may have written by hand, and for others when somebody asks.
    """
    found = list(enumerate(findings))
    if len(found) > SHOWN:
        found = sorted(sorted(found, key=lambda one: TYPES.index(one[1].type))[:SHOWN], key=lambda one: one[0])
    tried = _REPAIRED if len(text) <= _LONGEST_REPAIRED else 0
    return [
        Line(finding, True, finding.repair) if row < tried else Line(finding) for row, (_, finding) in enumerate(found)
    ]


def place(finding: Finding) -> str:
    """Where a finding is: the line of the JSON, and the statement.

    >>> place(Finding("INVALID_ACTION", ERROR, "…", "$.Statement[1].Action", 7, 3))
    'Line 7, statement 2'
    """
    number = statement_number(finding.path)
    return f"Line {finding.line}" + ("" if number is None else f", statement {number + 1}")


def worst_tone(findings: Sequence[Finding]) -> str:
    """The tone of the gravest."""
    return _TONES[min((finding.type for finding in findings), key=TYPES.index)]


def notes_html(findings: Sequence[Finding]) -> str:
    """The findings of one block, to stand in it: the first few, the gravest first."""
    gravest = sorted(findings, key=lambda one: TYPES.index(one.type))
    notes = [
        f'<div class="iamlab-{_NOTE[one.type]}"><strong>{one.label}:</strong> {escape(one.message)}</div>'
        for one in gravest[:_NOTES]
    ]
    if len(gravest) > _NOTES:
        notes.append(f"<div>… and {len(gravest) - _NOTES} more, below.</div>")
    return "".join(notes)


def by_block(lines: Sequence[Line], block_of: Callable[[str], int | None]) -> dict[int, list[Finding]]:
    """The findings that are about a statement, by the place of its block.

    Args:
        lines: those that get a line.
        block_of: the place of the block that shows a JSON path.
    """
    found: dict[int, list[Finding]] = {}
    for line in lines:
        if (place := block_of(line.finding.path)) is not None:
            found.setdefault(place, []).append(line.finding)
    return found


def rows(lines: Sequence[Line]) -> list[Row]:
    """A row for each line."""
    return [
        Row((place(one.finding), one.finding.label, one.finding.message), one.actions, _TONES[one.finding.type])
        for one in lines
    ]


def markers(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The findings as CodeMirror marks them in the text."""
    return [_marker(one.finding, one.repair.label if one.repair else "") for one in lines]


def _marker(finding: Finding, repair: str) -> dict[str, Any]:
    line, column = finding.line or 1, finding.column or 1
    end_line, end_column = finding.end or (line, column + 1)
    return {
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "severity": _SEVERITY[finding.type],
        "message": f"{finding.label}: {finding.message}",
        "repair": repair,
    }


def counts(findings: Findings) -> str:
    """How many there are of each type, in words."""
    counted = findings.counts()
    return "   ".join(f"{label(f'findings.{kind}')}: {counted[kind]}" for kind in ORDER)


class FindingsView(ipywidgets.VBox):  # type: ignore[misc]
    """Counts and lines.

    Args:
        go: is called with the finding that somebody wants to see.
        repair: is called with the repair that somebody wants.
        regret: is called with a sentence when there is none.
    """

    def __init__(
        self,
        go: Callable[[Finding], object],
        repair: Callable[[Repair], object],
        regret: Callable[[str], object],
    ) -> None:
        self._go = go
        self._repair = repair
        self._regret = regret
        self._lines: list[Line] = []
        self._counts = controls.live("iamlab-counts")
        self._rows = Rows("Findings", labels("findings.columns"), self.press)
        super().__init__([self._counts, self._rows])
        self.add_class("iamlab-column")

    def fill(self, findings: Findings, lines: list[Line]) -> None:
        """Show these findings.

        Args:
            findings: all of them, which are counted.
            lines: those that get a line.
        """
        self._lines = lines
        self._counts.value = escape(counts(findings))
        left = len(findings) - len(lines)
        more = f"… and {left} more, which follow as soon as there are fewer of these." if left > 0 else ""
        self._rows.fill(rows(lines), more)

    def press(self, row: int, action: str) -> None:
        """A button of a line was pressed."""
        if action == label("findings.go"):
            self._go(self._lines[row].finding)
        else:
            self.press_repair(row)

    def press_repair(self, row: int) -> None:
        """The repair of a finding was chosen, here or in the text."""
        if row >= len(self._lines):
            return  # of a text that is no more
        wanted = self._lines[row].finding.repair
        if wanted is None:
            self._regret(f"No repair is known for this one: {self._lines[row].finding.message}")
        else:
            self._repair(wanted)
