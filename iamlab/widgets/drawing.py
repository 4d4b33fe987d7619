"""What our pictures share: texts, a wide and a narrow layout in one SVG, and colours for light and dark themes.

A picture is an `<img>`: no style of the page reaches into it. But media queries of its own ask two things of the place
that shows it: how wide it is, and its colour scheme, which JupyterLab sets with its theme.
[https://www.w3.org/TR/mediaqueries-5/#prefers-color-scheme, https://github.com/jupyterlab/jupyterlab/pull/16301]

Both layouts are as high as the higher one needs, since no image can be higher where it is narrower.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from iamlab.display import Picture, escape

WIDTH = 760
"""CSS pixels of the wide layout; whatever is narrower gets the narrow one."""

NARROW = 380
"""CSS pixels that the narrow layout needs; its frame and boxes are as wide as there is room."""

FRAME, LEFT = 4, 20
"""Where the frame and what is in it begin, and how far from the right edge they end."""

INK, QUIET, FAINT, LINES, THIN, PAPER = "#16191f", "#4b535c", "#9aa4ad", "#c9d1d9", "#e1e6eb", "#ffffff"
WAY, GOOD, BAD, OPEN = "#0b5cad", "#1a6b2d", "#b3261e", "#8a5300"

DARK = {
    INK: "#e6e9ed",
    QUIET: "#b4bcc6",
    FAINT: "#768390",
    LINES: "#545d68",
    THIN: "#3d444d",
    PAPER: "#1b1f24",
    WAY: "#6cb2f5",
    GOOD: "#7ee787",
    BAD: "#ff9a92",
    OPEN: "#f0b65a",
    "#fafbfc": "#20252b",
    "#f1f7fd": "#1c2a3a",
    "#e6f5ea": "#1b3326",
    "#fdecea": "#40211f",
    "#fdf3e1": "#3a2c14",
    "#eef1f4": "#2d333b",
    "#dff3e4": "#1d3a29",
    "#fbe1dd": "#4a2623",
    "#f1e6fa": "#392a4a",
    "#dcebfb": "#1d3550",
    "#fdf0d5": "#453414",
    "#e2f4f4": "#173a3a",
}
"""Every colour of our pictures, and what stands for it in a dark theme."""

_SANS = "font-family='system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'"
_MONO = " font-family='ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace'"


def picture(body: str, height: int, words: str) -> Picture:
    """A framed picture.

    Args:
        body: what is drawn in the frame, in the colours of `DARK`.
        height: of the picture, in CSS pixels.
        words: what it says.
    """
    frame = box(FRAME, FRAME, height - 2 * FRAME, 10, PAPER, LINES)
    return Picture(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='100%' height='{height}' {_SANS}>"
        f"<style>{_style(frame + body)}</style>{frame}{body}</svg>",
        words,
        WIDTH,
        height,
        NARROW,
    )


def _style(drawn: str) -> str:
    """The rules for a narrow place, and for the colours in a dark one."""
    dark = "".join(
        f"[{what}='{light}']{{{what}:{dark}}}"
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
        if f" {what}='{light}'" in drawn
    )
    insets = "".join(f".to-{x}{{width:calc(100% - {2 * x}px)}}" for x in (FRAME, LEFT))
    return (
        f"@media(max-width:{WIDTH - 1}px){{.wide{{display:none}}.narrow{{display:inline}}{insets}}}"
        f"@media(prefers-color-scheme:dark){{{dark}}}"
    )


def layouts(wide: str, narrow: str) -> str:
    """What is drawn where there is room, and what is drawn instead where there is none."""
    return f"<g class='wide'>{wide}</g><g class='narrow' display='none'>{narrow}</g>"


def at_right(drawn: str) -> str:
    """Something whose x is counted from the right edge: negative numbers."""
    return f"<svg x='100%' overflow='visible'>{drawn}</svg>"


def box(
    x: int, y: float, height: float, radius: int, fill: str, stroke: str, more: str = "", width: int | None = None
) -> str:
    """A rectangle; it ends as far from the right edge as it begins from the left, or, where it is wide, at a width.

    Args:
        x: `FRAME` or `LEFT`.
        y: its upper edge.
        height: in CSS pixels.
        radius: of its corners.
        fill: its colour.
        stroke: the colour of its frame.
        more: other attributes.
        width: in the wide layout; as far as the picture goes when not given.
    """
    return (
        f"<rect class='to-{x}' x='{x}' y='{y:g}' width='{width or WIDTH - 2 * x}' height='{height:g}' rx='{radius}'"
        f" fill='{fill}' stroke='{stroke}'{more}/>"
    )


def text(
    x: float,
    y: float,
    words: str,
    size: float,
    ink: str,
    *,
    weight: int = 400,
    anchor: str = "start",
    mono: bool = False,
) -> str:
    """A line of text.

    Args:
        x: where it begins, ends or has its middle, as `anchor` says.
        y: its base line.
        words: are escaped here.
        size: in CSS pixels.
        ink: its colour.
        weight: 400 is normal, 700 bold.
        anchor: `start`, `middle` or `end`.
        mono: in a fixed-width font?
    """
    return (
        f"<text x='{x:g}' y='{y:g}' font-size='{size:g}' font-weight='{weight}' fill='{ink}'"
        f" text-anchor='{anchor}'{_MONO if mono else ''}>{escape(words)}</text>"
    )


def lines(
    x: float, y: float, rows: Iterable[str], step: int, size: float, ink: str, *, weight: int = 400, mono: bool = False
) -> str:
    """Lines of text one below the other, each a `step` further down."""
    return "".join(text(x, y + n * step, row, size, ink, weight=weight, mono=mono) for n, row in enumerate(rows))


def wrapped(words: str, width: int) -> list[str]:
    """Words in lines of so many characters at the most, one at least."""
    return wrap(words, width, break_on_hyphens=True) or [""]
