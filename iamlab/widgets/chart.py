"""Picture: AWS's flow chart with one request's way through it.

`flow_chart(decision)` draws the boxes of `evaluation.path` one below the other, lights the way the request took, and
marks the box that decided by a thick frame, a sign and words. Where there is no room for the ways out beside the boxes,
only the one that was taken is drawn, at its box's edge. The same answer stands in the picture's text.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iamlab.display import CROSS, TICK, Picture
from iamlab.evaluation import Decision
from iamlab.evaluation.path import DENIED, GRANTED, OPEN, PASSED, SKIPPED, UNREACHED, Step, path
from iamlab.widgets import drawing, given
from iamlab.widgets.drawing import FAINT, INK, LEFT, PAPER, QUIET, THIN, WAY, layouts, lines, text, wrapped

_BOX = 572  # how wide the boxes are where there is room
_BADGE_X, _NAME_X, _ANSWER_X = 44, 66, 306
_EXIT_X, _EXIT_WIDTH = 620, 124
_SPINE_X = _BADGE_X
_GAP, _LINE, _PAD = 18, 17, 11
_ANSWER_CHARACTERS, _NARROW_ANSWER = 34, 37  # that fit into a box even in bold type of a wide font
_REQUEST_CHARACTERS, _NARROW_REQUEST = 74, 38
_MOST_LINES = 4


@dataclass(slots=True)
class _Style:
    """How a box looks: its colour, its ground, how thick its frame is, its sign, and whether its frame is dashed."""

    ink: str
    ground: str
    frame: float
    sign: str
    dashed: bool = False


_STYLES = {
    PASSED: _Style(WAY, "#f1f7fd", 1.5, "↓"),
    SKIPPED: _Style(WAY, PAPER, 1.2, "–"),
    GRANTED: _Style(drawing.GOOD, "#e6f5ea", 3.5, TICK),
    DENIED: _Style(drawing.BAD, "#fdecea", 3.5, CROSS),
    OPEN: _Style(drawing.OPEN, "#fdf3e1", 3.5, "?"),
    UNREACHED: _Style(FAINT, "#fafbfc", 1, "·", dashed=True),
}
_FINAL = {
    "allowed": (_STYLES[GRANTED], f"{TICK} Allowed"),
    "explicitDeny": (_STYLES[DENIED], f"{CROSS} Denied"),
    "implicitDeny": (_STYLES[DENIED], f"{CROSS} Denied"),
    "conditional": (_STYLES[OPEN], "? It depends"),
}
_WORDS = {
    PASSED: "",
    SKIPPED: "",
    GRANTED: f"{TICK} this allows: ",
    DENIED: f"{CROSS} this decides: ",
    OPEN: "? this is open: ",
    UNREACHED: "not reached",
}


def flow_chart(decision: Decision) -> Picture:
    """Draw AWS's flow chart with the way of a request through it.

    Args:
        decision: what was decided.

    Raises:
        InvalidInput: it is not a decision.

    >>> from iamlab import Account
    >>> lab = Account()
    >>> alice = lab.create_user("alice")
    >>> flow_chart(lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv"))
    s3:GetObject on arn:aws:s3:::reports/q3.csv, asked by arn:aws:iam::111122223333:user/alice
    1 Deny evaluation: No: no Deny speaks of this action
    2 Organizations RCPs: There are no RCPs here
    3 Organizations SCPs: There are no SCPs here
    4 Resource-based policies: The resource has no policy of its own
    5 Identity-based policies: ✘ this decides: No: the identity has no policies
    6 Permissions boundary: not reached
    7 Session policies: not reached
    Final decision: ✘ Denied (implicit deny)
    """
    steps = path(given.decision(decision))
    body, height = _body(decision, steps)
    return drawing.picture(body, height, "\n".join(_lines(decision, steps)))


def _lines(decision: Decision, steps: Sequence[Step]) -> Iterator[str]:
    request = decision.request
    yield f"{request.action} on {request.resource}, asked by {request.principal or 'somebody'}"
    for number, step in enumerate(steps, 1):
        yield f"{number} {step.name}: {_WORDS[step.state]}{step.answer}"
    yield f"Final decision: {_FINAL[decision.outcome][1]}{_kind_of_deny(decision)}"


def _kind_of_deny(decision: Decision) -> str:
    return {"explicitDeny": " (explicit deny)", "implicitDeny": " (implicit deny)"}.get(decision.outcome, "")


def _body(decision: Decision, steps: Sequence[Step]) -> tuple[str, int]:
    """What is drawn, and how high it is."""
    header, y = _request(decision)
    parts = [header, drawing.box(LEFT, y - _GAP - 6, 1, 0, THIN, "none")]
    for number, step in enumerate(steps, 1):
        height = _height(step)
        parts.append(_arrow_down(y - _GAP, y, lit=step.state != UNREACHED))
        parts += [_box(number, step, y, height), _exit(step, decision, y, height)]
        y += height + _GAP
    through = not any(step.ends for step in steps)
    parts += [_arrow_down(y - _GAP, y, lit=through), _last_exit(decision, y, lit=through)]
    return "".join(parts), y + 64


def _request(decision: Decision) -> tuple[str, int]:
    """What was asked, and where the first box begins."""
    request = decision.request
    said = {"Action": request.action, "Resource": request.resource, "Principal": request.principal or "somebody"}
    wide, wide_end = _said(said, 84, _REQUEST_CHARACTERS, 13.5)
    narrow, narrow_end = _said(said, 64, _NARROW_REQUEST, 12)
    return layouts(wide, narrow), max(wide_end, narrow_end) + 26


def _said(said: Mapping[str, str], x: int, characters: int, size: float) -> tuple[str, int]:
    """Labels, and what they say beside them; and where the next one would stand."""
    y = 38
    parts = []
    for label, value in said.items():
        rows = _few(wrapped(value, characters))
        parts.append(text(LEFT, y, label, 12.5, QUIET))
        parts.append(lines(LEFT + x, y, rows, 20, size, INK, weight=700 if label == "Action" else 400, mono=True))
        y += 20 * len(rows)
    return "".join(parts), y


def _height(step: Step) -> int:
    """How high a box is: the answer stands beside the name and the question, or below the name."""
    rows = max(2, len(_answer(step, _ANSWER_CHARACTERS)), 1 + len(_answer(step, _NARROW_ANSWER)))
    return rows * _LINE + 2 * _PAD


def _box(number: int, step: Step, y: int, height: int) -> str:
    """A box of the chart: its number, its name, its question, and what the answer was."""
    style = _STYLES[step.state]
    reached = step.state != UNREACHED
    strong = step.state in (GRANTED, DENIED, OPEN)
    middle = y + height / 2
    dashes = " stroke-dasharray='5 4'" if style.dashed else ""
    badge = (
        f"<circle cx='{_BADGE_X}' cy='{middle:g}' r='13' fill='{style.ink if reached else PAPER}'"
        f" stroke='{style.ink}'/>"
        + text(
            _BADGE_X,
            middle + 5,
            style.sign if strong else str(number),
            14,
            PAPER if reached else QUIET,
            weight=700,
            anchor="middle",
        )
    )
    name_ink, name_weight = (INK, 700) if reached else (QUIET, 600)
    ink, weight = (style.ink, 600) if strong else (QUIET if step.state == SKIPPED else INK, 400)
    wide, narrow = _answer(step, _ANSWER_CHARACTERS), _answer(step, _NARROW_ANSWER)
    first = middle - (len(wide) - 1) * _LINE / 2 + 4.5
    top = middle - len(narrow or [step.question]) * _LINE / 2 + 4.5
    return (
        drawing.box(LEFT, y, height, 8, style.ground, style.ink, f" stroke-width='{style.frame:g}'{dashes}", _BOX)
        + badge
        + layouts(
            text(_NAME_X, middle - 3, step.name, 15, name_ink, weight=name_weight)
            + text(_NAME_X, middle + 15, step.question, 12.5, QUIET)
            + lines(_ANSWER_X, first, wide, _LINE, 13, ink, weight=weight),
            text(_NAME_X, top, step.name, 15, name_ink, weight=name_weight)
            + (
                lines(_NAME_X, top + _LINE, narrow, _LINE, 13, ink, weight=weight)
                or text(_NAME_X, top + _LINE, step.question, 12.5, QUIET)
            ),
        )
    )


def _answer(step: Step, width: int) -> list[str]:
    if step.state == UNREACHED:
        return []
    return _few(wrapped(step.answer, width))


def _exit(step: Step, decision: Decision, y: int, height: int) -> str:
    """The way out of the chart at a box: faint, or, where the request left it, with the final decision."""
    start, middle = LEFT + _BOX, y + height / 2
    if step.ends:
        style, words = _FINAL[decision.outcome]
        kind = _kind_of_deny(decision)
        width = 8.4 * len(words + kind) + 20
        return layouts(
            _arrow_right(start, _EXIT_X, middle, style.ink, 4)
            + _pill(_EXIT_X, middle, style, words)
            + text(_EXIT_X + _EXIT_WIDTH / 2, middle + 37, kind.strip(" ()"), 12.5, style.ink, anchor="middle"),
            drawing.at_right(_pill(-LEFT - 12 - width, y - 5, style, words + kind, width, 24)),
        )
    arrow = _arrow_right(start, _EXIT_X + 22, middle, FAINT, 1)
    return layouts(arrow + text(_EXIT_X + 32, middle + 4.5, step.exit, 12.5, QUIET), "")


def _last_exit(decision: Decision, y: int, *, lit: bool) -> str:
    """Below the last box: whoever comes as far as this is allowed."""
    if lit:
        style, words = _FINAL[decision.outcome]
        return _pill(LEFT, y + 20, style, words)
    return (
        f"<rect x='{LEFT}' y='{y}' width='{_EXIT_WIDTH}' height='34' rx='17' fill='{PAPER}' stroke='{FAINT}'"
        f" stroke-dasharray='5 4'/>" + text(LEFT + _EXIT_WIDTH / 2, y + 22, "Allow", 12.5, QUIET, anchor="middle")
    )


def _pill(x: float, middle: float, style: _Style, words: str, width: float = _EXIT_WIDTH, height: int = 40) -> str:
    """The final decision."""
    size = 16 if height == 40 else 13
    return f"<rect x='{x:g}' y='{middle - height / 2:g}' width='{width:g}' height='{height}' rx='{height / 2:g}'" + (
        f" fill='{style.ink}'/>"
        + text(x + width / 2, middle + size / 3, words, size, PAPER, weight=700, anchor="middle")
    )


def _arrow_down(start: float, end: float, *, lit: bool) -> str:
    ink, width = (WAY, 4) if lit else (FAINT, 1)
    head = 5 if lit else 4
    return (
        f"<line x1='{_SPINE_X}' y1='{start:g}' x2='{_SPINE_X}' y2='{end - 8:g}' stroke='{ink}' stroke-width='{width}'/>"
        f"<path d='M{_SPINE_X - head} {end - 9:g} h{2 * head} l-{head} 8 z' fill='{ink}'/>"
    )


def _arrow_right(start: float, end: float, y: float, ink: str, width: int) -> str:
    head = 6 if width > 1 else 4
    return (
        f"<line x1='{start:g}' y1='{y:g}' x2='{end - 8:g}' y2='{y:g}' stroke='{ink}' stroke-width='{width}'/>"
        f"<path d='M{end - 9:g} {y - head:g} v{2 * head} l8 -{head} z' fill='{ink}'/>"
    )


def _few(rows: list[str]) -> list[str]:
    return rows if len(rows) <= _MOST_LINES else [*rows[: _MOST_LINES - 1], f"{rows[_MOST_LINES - 1][:-1]}…"]
