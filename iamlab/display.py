"""How anything shows itself: as text, as HTML, as a picture.

`Table` is rows with a heading, `Picture` is an SVG with the same answer in words. Both have a `__repr__` and a
`_repr_html_` that are the same on every run: no addresses, no sets, no dates. `escape` is the one way for data into
HTML, `breakable` lets long names break where it is narrow, and `verbatim` keeps notebooks from reading formulas into
it. Pictures travel as `<img src="data:image/svg+xml;base64,…">`, because JupyterLab strips inline SVG and `<style>`
from a notebook it does not trust yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Cell = str | int | float | bool | None

TICK, CROSS = "✔", "✘"
"""Yes and no, wherever a sign says it: a colour is never the only sign."""

_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0;white-space:pre-wrap"

_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[:/_,.=])(?=[\w$*])")
_LONG = re.compile(r"(\S{13,})")
_TOGETHER = 24  # at the most so many characters are kept together

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
"""What `html.escape` does; the `html` module loads all of HTML's entities with it."""


def escape(text: object) -> str:
    """Make any text safe between tags and inside attribute quotes.

    >>> escape('<b a="1">')
    '&lt;b a=&quot;1&quot;&gt;'
    """
    return str(text).translate(_ESCAPED)


def breakable(words: str) -> str:
    """Words as HTML, with places where a line may break: ARNs and names in camel case have no spaces. (As in rows.js.)

    >>> breakable("iam:AttachUserPolicy <b> AccountId")
    'iam:<wbr>Attach<wbr>User<wbr>Policy &lt;b&gt; AccountId'
    """
    parts = _LONG.split(words)
    return "".join(_cut(part) if place % 2 else escape(part) for place, part in enumerate(parts))


def _cut(word: str) -> str:
    """A long word with places to break."""
    pieces = [piece[at : at + _TOGETHER] for piece in _BREAKS.split(word) for at in range(0, len(piece), _TOGETHER)]
    return "<wbr>".join(map(escape, pieces))


def unmarked(words: str) -> str:
    """Words for places that know no markup: without the backticks around code.

    >>> unmarked("Is `iam:*` allowed?")
    'Is iam:* allowed?'
    """
    return words.replace("`", "")


def verbatim(markup: str) -> str:
    """Put HTML into a box in which `${aws:username}` stays what it is: notebooks set text between two `$` as a formula.

    >>> verbatim("<p>${aws:username} or ${aws:userid}</p>")
    '<div class="mathjax_ignore tex2jax_ignore"><p>${aws:username} or ${aws:userid}</p></div>'
    """
    return f'<div class="mathjax_ignore tex2jax_ignore">{markup}</div>'


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


@dataclass(slots=True)
class Table:
    """Rows under headings.

    Args:
        columns: the headings.
        rows: one sequence a row, as long as `columns`.
        caption: a sentence above the table.
        limit: how many rows are shown at the most; the rest is counted.

    >>> Table(["user", "allowed"], [["alice", True], ["bob", None]])
    user   allowed
    -----  -------
    alice  True
    bob
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    limit: int = 60

    def _shown(self) -> tuple[list[list[str]], str]:
        rows = [[_text(cell) for cell in row] for row in self.rows[: self.limit]]
        left = len(self.rows) - len(rows)
        return rows, f"… and {left} more rows" if left > 0 else ""

    def __repr__(self) -> str:
        """Columns aligned with spaces."""
        rows, more = self._shown()
        lines = [list(self.columns), *rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        out = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        out.insert(1, "  ".join("-" * w for w in widths))
        return "\n".join(([self.caption] if self.caption else []) + out + ([more] if more else []))

    def _repr_html_(self) -> str:
        """A plain HTML table, everything escaped."""
        rows, more = self._shown()
        heading = f'scope="col" style="{_CELL};border-bottom:1px solid"'
        head = "".join(f"<th {heading}>{escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f'<td style="{_CELL}">{breakable(c)}</td>' for c in row) + "</tr>" for row in rows
        )
        caption = f'<caption style="text-align:left">{escape(self.caption)}</caption>' if self.caption else ""
        tail = f"<div>{escape(more)}</div>" if more else ""
        return verbatim(f'<table style="border-collapse:collapse">{caption}<tr>{head}</tr>{body}</table>{tail}')


@dataclass(slots=True)
class Picture:
    """An SVG picture and the same answer in words.

    Args:
        svg: the whole SVG document, from `<svg` to `</svg>`.
        text: what it says, for people and places that show no pictures (it becomes the alternative text).
        width: how wide it is shown, in CSS pixels; `None` for its own width.
        height: how high it is shown where it must be narrower, too: it lays itself out anew. `None`: it gets smaller.
        narrowest: how narrow it may be, in CSS pixels; where there is less room, the page scrolls.

    >>> Picture("<svg xmlns='http://www.w3.org/2000/svg'/>", "nothing to see")
    nothing to see
    """

    svg: str = field(repr=False)
    text: str
    width: int | None = None
    height: int | None = None
    narrowest: int | None = None

    def __repr__(self) -> str:
        """The words."""
        return self.text

    def _repr_html_(self) -> str:
        """The picture as an `<img>` that even an untrusted notebook shows."""
        from base64 import b64encode  # only here

        data = b64encode(self.svg.encode()).decode()
        sizes = (("width", self.width), ("height", self.height), ("min-width", self.narrowest))
        style = "".join(f"{name}:{size}px;" for name, size in sizes if size)
        return (
            f'<img class="iamlab-picture" alt="{escape(self.text)}" style="{style}max-width:100%"'
            f' src="data:image/svg+xml;base64,{data}">'
        )


def bullet_list(items: Iterable[object]) -> str:
    """Lines with a bullet each, as text.

    >>> print(bullet_list(["one", "two"]))
    • one
    • two
    """
    return "\n".join(f"• {item}" for item in items)
