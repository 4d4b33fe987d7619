"""A lesson's Markdown source, as cells.

The format is what `jupytext --to md` writes, so that a teacher's edit in JupyterLab comes back:

- a ```` ```python ```` fence is a code cell; options after the word are its metadata:
  ```` ```python misconceptions=[1, 2] tags=["predict"] ````, each value as JSON
- everything else is prose; a code fence, or two blank lines, ends a Markdown cell
- `<!-- #region misconceptions=[3] -->` … `<!-- #endregion -->` is one Markdown cell with metadata
- a header between two `---` lines belongs to jupytext and is skipped

Other fences (```` ```json ````) stay prose, if their language is one that jupytext takes for prose too.
Cell ids come from headings: the cells below `## Ask one question` are `ask-one-question`, `ask-one-question-2`, …, so
that an edit in one section leaves the ids of all others alone.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

PROSE_LANGUAGES = ("", "json", "text", "console", "yaml", "toml", "ini", "csv", "xml", "http")
"""Languages of a fence inside prose. (jupytext would make a cell of `bash`, `html` and others.)"""

_FENCE = re.compile(r"```([\w+#-]*)(.*)")
_REGION = re.compile(r"<!-- #region(.*)-->")
_END_OF_REGION = "<!-- #endregion -->"
_OPTION = re.compile(r"\s*([\w.-]+)=")
_ID_LENGTH = 56  # nbformat allows 64; this leaves room for a number


class SourceError(ValueError):
    """A lesson's source that cannot be read.

    Args:
        message: what is wrong, and what to write instead.
        line: the line it is on, counted from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(slots=True)
class SourceCell:
    """One cell: its kind, its text, and the metadata from the options of its fence."""

    kind: Literal["markdown", "code"]
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)


def parse(text: str) -> list[SourceCell]:
    r"""The cells of a lesson's source, in order.

    Raises:
        SourceError: a fence or region has no end, an option is not `name=JSON`, or a fence's language is ambiguous.

    >>> parse("# One\n\nHello.\n\n```python tags=[\"predict\"]\n1 + 1\n```\n")[1]
    SourceCell(kind='code', text='1 + 1', metadata={'tags': ['predict']})
    """
    cells: list[SourceCell] = []
    prose: list[str] = []

    def end_prose() -> None:
        if body := "\n".join(prose).strip("\n"):
            cells.append(SourceCell("markdown", body))
        prose.clear()

    lines = _numbered_without_header(text)
    for number, line in lines:
        if region := _REGION.fullmatch(line):
            end_prose()
            body = _until(lines, _END_OF_REGION, number)
            cells.append(SourceCell("markdown", "\n".join(body).strip("\n"), _options(region[1], number)))
        elif (fence := _FENCE.fullmatch(line)) and fence[1] == "python":
            end_prose()
            body = _until(lines, "```", number)
            cells.append(SourceCell("code", "\n".join(body), _options(fence[2], number)))
        elif fence:
            if fence[1] not in PROSE_LANGUAGES:
                allowed = ", ".join(PROSE_LANGUAGES[1:])
                raise SourceError(f"a fence of {fence[1]!r} would become a cell; write one of: {allowed}", number)
            prose += [line, *_until(lines, "```", number), "```"]
        elif not line.strip() and prose and not prose[-1].strip():
            end_prose()
        else:
            prose.append(line)
    end_prose()
    return cells


def cell_ids(cells: Iterable[SourceCell]) -> list[str]:
    """An id for each cell from the heading it stands under: readable, unique, and the same on every build.

    >>> cell_ids([SourceCell("markdown", "# Start here"), SourceCell("code", "1"), SourceCell("markdown", "## Quiz!")])
    ['start-here', 'start-here-2', 'quiz']
    """
    ids: list[str] = []
    taken: dict[str, int] = {}
    current = "cell"
    for cell in cells:
        found = headings(cell.text) if cell.kind == "markdown" else []
        name = _slug(found[0][1]) if found else current
        current = _slug(found[-1][1]) if found else current
        taken[name] = taken.get(name, 0) + 1
        ids.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return ids


def headings(text: str) -> list[tuple[int, str]]:
    r"""The headings in a Markdown cell as (level, text); lines inside fences are none.

    >>> headings("# One\n\n```text\n# no\n```\n\n### Two")
    [(1, 'One'), (3, 'Two')]
    """
    found = (re.fullmatch(r"(#{1,6})\s+(.*?)\s*", line) for line in prose_lines(text))
    return [(len(heading[1]), heading[2]) for heading in found if heading]


def prose_lines(text: str) -> list[str]:
    """The lines of a Markdown cell that are outside fences."""
    kept, inside = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            kept.append(line)
    return kept


def _numbered_without_header(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    start = 0
    if lines and lines[0] == "---":
        try:
            start = lines.index("---", 1) + 1
        except ValueError:
            raise SourceError("the header that begins with '---' has no second '---'", 1) from None
    return enumerate(lines[start:], start + 1)


def _until(lines: Iterator[tuple[int, str]], end: str, opened: int) -> list[str]:
    """The lines up to `end`, which is taken too."""
    body: list[str] = []
    for _, line in lines:
        if line.rstrip() == end:
            return body
        body.append(line)
    raise SourceError(f"what begins here has no end: {end!r} is missing", opened)


def _options(text: str, line: int) -> dict[str, Any]:
    """`misconceptions=[1] tags=["predict"]` as a dict; each value is JSON."""
    options: dict[str, Any] = {}
    at = 0
    text = text.strip()
    while at < len(text):
        name = _OPTION.match(text, at)
        if name is None:
            raise SourceError(f"expected name=JSON, found {text[at:]!r}", line)
        try:
            options[name[1]], at = json.JSONDecoder().raw_decode(text, name.end())
        except ValueError:
            raise SourceError(f"the value of {name[1]!r} is not JSON: {text[name.end() :]!r}", line) from None
    return options


def _slug(heading: str) -> str:
    """`Ask one question!` as `ask-one-question`."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_ID_LENGTH].strip("-") or "cell"
