"""How the simulator's answers look: AWS's sentence, every statement with its reason, the table of questions asked.

Text and HTML only: no widget in here. Everything that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from iamlab.display import CROSS, TICK, Table, breakable, escape, verbatim
from iamlab.evaluation import Decision
from iamlab.widgets.asking import Asked, StatementRow, shortened
from iamlab.widgets.html import message_html

COLUMNS = ("Principal", "Action", "Resource", "Context", "Answer")
MOST_STATEMENTS = 100
"""How many statements are shown; the rest is counted."""

KINDS = {"allowed": "allowed", "explicitDeny": "denied", "implicitDeny": "denied", "conditional": "conditional"}
"""Outcomes, and the verdicts they are shown as."""


def question_cells(asked: Asked, decision: Decision) -> list[str]:
    """A question with its answer, as a row of the table."""
    pasted = f" + {len(asked.policies)} pasted" if asked.policies and asked.principal else ""
    return [asked.who + pasted, asked.action, asked.resource, asked.context_words, decision.sentence]


@dataclass(slots=True)
class Message:
    """AWS's sentence for a denial, and what has to be said about a decision besides."""

    decision: Decision

    def __repr__(self) -> str:
        return "\n".join([f"{word}: {note}" for word, note in self._notes()] + self._more())

    def _more(self) -> list[str]:
        decision = self.decision
        lines = [f"AWS says: {decision.message}"] if decision.message and decision.request.principal else []
        lines += [f"Credential: {decision.credential}"] if decision.credential else []
        return lines + [f"Not settled by AWS's documentation: {remark}" for remark in decision.undocumented]

    def _notes(self) -> list[tuple[str, str]]:
        """What makes the answer doubtful, such as an action that no service has."""
        notes = [("Note", note) for note in self.decision.notes]
        return notes + [("Could not be evaluated", problem) for problem in self.decision.problems]

    def _repr_html_(self) -> str:
        notes = [message_html("warning", "!", word, note) for word, note in self._notes()]
        return "".join(notes + [f'<div class="iamlab-quiet">{escape(line)}</div>' for line in self._more()])


def statements_html(rows: Iterable[StatementRow]) -> str:
    """Every statement as a table; each opens to show what was compared."""
    shown = list(rows)
    left = len(shown) - MOST_STATEMENTS
    body = "".join(_statement_html(row) for row in shown[:MOST_STATEMENTS])
    if not body:
        return "<p>No statement of any policy is about this action.</p>"
    more = f"<p>… and {left} more statements</p>" if left > 0 else ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Statement", "Policy", "Why"))
    return verbatim(
        f'<table aria-label="Every statement"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}'
    )


_SIGNS = {True: TICK, False: CROSS, None: "?"}


def _statement_html(row: StatementRow) -> str:
    verdict = {True: "applies", False: "does not apply", None: "may apply"}[row.applies]
    compared = "".join(
        f"<li>{_SIGNS[element.matched]} {escape(element.name)} "
        f"{breakable(shortened(element.wanted))} — {breakable(element.found)}</li>"
        for element in row.elements
    )
    tone = ("iamlab-tone-success" if row.effect == "Allow" else "iamlab-tone-error") if row.applies else ""
    return (
        f'<tr class="{tone}">'
        f"<td>{_SIGNS[row.applies]} <b>{escape(row.effect)}</b> {verdict}<br>{breakable(row.label)}</td>"
        f"<td>{breakable(row.policy)}<br><span class='iamlab-quiet'>{escape(row.layer)}</span></td>"
        f"<td>{breakable(row.reason)}"
        f"<details><summary>Compare each element</summary><ul>{compared}</ul></details></td></tr>"
    )


@dataclass(slots=True)
class QuestionsText:
    """The questions that were asked, and their answers."""

    asked: list[tuple[Asked, Decision]] = field(default_factory=list)

    def _table(self) -> Table:
        rows = [question_cells(asked, decision) for asked, decision in self.asked]
        return Table(COLUMNS, rows, f"{len(rows)} question{'' if len(rows) == 1 else 's'} asked")

    def __repr__(self) -> str:
        return repr(self._table()) if self.asked else "No question has been asked yet."

    def _repr_html_(self) -> str:
        return self._table()._repr_html_() if self.asked else f"<div>{escape(repr(self))}</div>"
