"""Findings: what validation has to say about a policy, each with its place and, where there is one, a repair.

`Finding` is one; `Findings` is the list of them, in the order of the text, which shows itself as a table.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-validation.html]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

from iamlab.display import Table
from iamlab.policy.checks.codes import ERROR, SECURITY_WARNING, SUGGESTION, TYPES, WARNING, page

if TYPE_CHECKING:
    from iamlab.policy.repairs import Repair

_LABELS = {ERROR: "Error", SECURITY_WARNING: "Security", WARNING: "Warning", SUGGESTION: "Suggestion"}
"""How the Console's editor calls the types, one of each."""


def _counted(kind: str, count: int) -> str:
    """`1 error`, `2 security warnings`."""
    return f"{count} {kind.lower().replace('_', ' ')}{'' if count == 1 else 's'}"


class Finding:
    """One finding; treat it as immutable.

    Attributes:
        code: Access Analyzer's issue code, such as `MISSING_VERSION`.
        type: `ERROR`, `SECURITY_WARNING`, `WARNING` or `SUGGESTION`.
        message: what is wrong and what to do about it.
        path: JSON path of the place.
        line, column: where the place begins in the text, from 1; `None` when the policy did not come as text.
        end: line and column behind the place; `None` when the policy did not come as text.
    """

    __slots__ = ("_offer", "_repair", "_tried", "code", "column", "end", "line", "message", "path", "type")

    def __init__(
        self,
        code: str,
        type: str,  # noqa: A002 - AWS's word
        message: str,
        path: str,
        line: int | None = None,
        column: int | None = None,
        end: tuple[int, int] | None = None,
        offer: Callable[[], Repair | None] | None = None,
    ) -> None:
        """Take the parts; `offer` tries the repair and returns it when it helps."""
        self.code, self.type, self.message, self.path = code, type, message, path
        self.line, self.column, self.end = line, column, end
        self._offer = offer
        self._tried = False
        self._repair: Repair | None = None

    @property
    def repair(self) -> Repair | None:
        """A change that makes this finding go away and brings no new error; `None` when none is known.

        It is tried when it is first asked for.
        """
        if not self._tried:
            self._repair = self._offer() if self._offer else None
            self._tried = True
        return self._repair

    @property
    def page(self) -> str:
        """Address of AWS's page about this issue code."""
        return page(self.code)

    @property
    def label(self) -> str:
        """What the Console's editor calls its type: `Error`, `Security`, `Warning` or `Suggestion`."""
        return _LABELS[self.type]

    @property
    def place(self) -> str:
        """The place in a few characters: `3:14` in a text, else the path."""
        return self.path if self.line is None else f"{self.line}:{self.column}"

    def __repr__(self) -> str:
        return f"{self.place} {self.type} {self.code}: {self.message}"

    def _said(self) -> tuple[object, ...]:
        return self.code, self.type, self.message, self.path, self.line, self.column

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())


class Findings(Sequence[Finding]):
    """All findings of one document, in the order of the text."""

    __slots__ = ("_findings",)

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._findings = tuple(findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: int | slice) -> Finding | Findings:
        if isinstance(index, slice):
            return Findings(self._findings[index])
        return self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Findings) and self._findings == other._findings

    def __hash__(self) -> int:
        return hash(self._findings)

    def of_type(self, kind: str) -> Findings:
        """Those of one type: `ERROR`, `SECURITY_WARNING`, `WARNING` or `SUGGESTION`."""
        return Findings(finding for finding in self._findings if finding.type == kind)

    @property
    def errors(self) -> Findings:
        """Those that keep a part of the policy from working."""
        return self.of_type(ERROR)

    @property
    def codes(self) -> list[str]:
        """The issue code of each."""
        return [finding.code for finding in self._findings]

    def counts(self) -> dict[str, int]:
        """How many there are of each type, all four types named."""
        counted = Counter(finding.type for finding in self._findings)
        return {kind: counted[kind] for kind in TYPES}

    @property
    def in_words(self) -> str:
        """How many there are of each type that there is, the gravest first: `1 error, 2 warnings`."""
        return ", ".join(_counted(kind, count) for kind, count in self.counts().items() if count)

    def _table(self) -> Table:
        rows = [
            (finding.place, finding.label, finding.message, finding.repair.label if finding.repair else "")
            for finding in self._findings
        ]
        return Table(["place", "type", "finding", "repair"], rows, self.in_words)

    def __repr__(self) -> str:
        return repr(self._table()) if self._findings else "No findings."

    def _repr_html_(self) -> str:
        return self._table()._repr_html_() if self._findings else "<p>No findings.</p>"
