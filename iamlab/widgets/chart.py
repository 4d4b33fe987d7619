"""Picture: AWS's flow chart with one request's way through it.

`flow_chart(decision)` draws the boxes of `evaluation.path` one below the other, lights the way the request took, and
marks the box that decided by a thick frame, a sign and words. The same answer stands in the picture's text.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from iamlab.display import CROSS, TICK, Picture, escape
from iamlab.evaluation import Decision
from iamlab.evaluation.path import DENIED, GRANTED, OPEN, PASSED, SKIPPED, UNREACHED, Step, path
from iamlab.widgets import given

_WIDTH = 760
_LEFT, _BOX = 20, 572  # the boxes: where they begin, and how wide they are
_BADGE_X, _NAME_X, _ANSWER_X = 44, 66, 306
_EXIT_X, _EXIT_WIDTH = 620, 124
_SPINE_X = _BADGE_X
_GAP, _LINE, _PAD = 18, 17, 11
_ANSWER_CHARACTERS = 34  # that fit into a box even in bold type of a wide font
_REQUEST_CHARACTERS = 74
_MOST_LINES = 4
_SANS = "font-family='system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'"
_MONO = "font-family='ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace'"
_INK, _QUIET, _FAINT, _PAPER = "#16191f", "#4b535c", "#9aa4ad", "#ffffff"


@dataclass(slots=True)
class _Style:
    """How a box looks: its colour, its ground, how thick its frame is, its sign, and whether its frame is dashed."""

    ink: str
    ground: str
    frame: float
    sign: str
    dashed: bool = False


_WAY = "#0b5cad"
_STYLES = {
    PASSED: _Style(_WAY, "#f1f7fd", 1.5, "↓"),
    SKIPPED: _Style(_WAY, "#ffffff", 1.2, "–"),
    GRANTED: _Style("#1a6b2d", "#e6f5ea", 3.5, TICK),
    DENIED: _Style("#b3261e", "#fdecea", 3.5, CROSS),
    OPEN: _Style("#8a5300", "#fdf3e1", 3.5, "?"),
    UNREACHED: _Style(_FAINT, "#fafbfc", 1, "·", dashed=True),
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
        InvalidInput: it is no decision.

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
    return Picture(_svg(decision, steps), "\n".join(_lines(decision, steps)), _WIDTH)


def _lines(decision: Decision, steps: Sequence[Step]) -> Iterator[str]:
    request = decision.request
    yield f"{request.action} on {request.resource}, asked by {request.principal or 'somebody'}"
    for number, step in enumerate(steps, 1):
        yield f"{number} {step.name}: {_WORDS[step.state]}{step.answer}"
    yield f"Final decision: {_FINAL[decision.outcome][1]}{_kind_of_deny(decision)}"


def _kind_of_deny(decision: Decision) -> str:
    return {"explicitDeny": " (explicit deny)", "implicitDeny": " (implicit deny)"}.get(decision.outcome, "")


def _svg(decision: Decision, steps: Sequence[Step]) -> str:
    header, y = _request(decision)
    parts = [header]
    top = y
    for number, step in enumerate(steps, 1):
        answer = _answer(step)
        height = max(2, len(answer)) * _LINE + 2 * _PAD
        parts.append(_arrow_down(y - _GAP, y, lit=step.state != UNREACHED))
        parts += [_box(number, step, answer, y, height), _exit(step, decision, y + height / 2)]
        y += height + _GAP
    through = not any(step.ends for step in steps)
    parts += [_arrow_down(y - _GAP, y, lit=through), _last_exit(decision, y, lit=through)]
    height = y + 64
    frame = (
        f"<rect x='4' y='4' width='{_WIDTH - 8}' height='{height - 8}' rx='10' fill='{_PAPER}' stroke='#c9d1d9'/>"
        f"<line x1='{_LEFT}' y1='{top - _GAP - 6}' x2='{_WIDTH - _LEFT}' y2='{top - _GAP - 6}' stroke='#e1e6eb'/>"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' {_SANS}>"
        f"{frame}{''.join(parts)}</svg>"
    )


def _request(decision: Decision) -> tuple[str, int]:
    """What was asked, and where the first box begins."""
    request = decision.request
    y = 38
    parts = []
    for label, value in (
        ("Action", request.action),
        ("Resource", request.resource),
        ("Principal", request.principal or "somebody"),
    ):
        parts.append(_text(_LEFT, y, label, 12.5, _QUIET))
        for line in _few(_wrapped(value, _REQUEST_CHARACTERS)):
            weight = 700 if label == "Action" else 400
            parts.append(_text(_LEFT + 84, y, line, 13.5, _INK, weight=weight, mono=True))
            y += 20
    return "".join(parts), y + 26


def _box(number: int, step: Step, answer: Sequence[str], y: int, height: int) -> str:
    """A box of the chart: its number, its name, its question, and what the answer was."""
    style = _STYLES[step.state]
    reached = step.state != UNREACHED
    strong = step.state in (GRANTED, DENIED, OPEN)
    middle = y + height / 2
    dashes = " stroke-dasharray='5 4'" if style.dashed else ""
    first = middle - (len(answer) - 1) * _LINE / 2 + 4.5
    name_ink = _INK if reached else _QUIET
    answer_ink = style.ink if strong else _QUIET if step.state == SKIPPED else _INK
    sign = style.sign if strong else str(number)
    badge = (
        f"<circle cx='{_BADGE_X}' cy='{middle:g}' r='13' fill='{style.ink if reached else _PAPER}'"
        f" stroke='{style.ink}'/>"
        + _text(_BADGE_X, middle + 5, sign, 14, _PAPER if reached else _QUIET, weight=700, anchor="middle")
    )
    return (
        f"<rect x='{_LEFT}' y='{y}' width='{_BOX}' height='{height}' rx='8' fill='{style.ground}'"
        f" stroke='{style.ink}' stroke-width='{style.frame:g}'{dashes}/>{badge}"
        + _text(_NAME_X, middle - 3, step.name, 15, name_ink, weight=700 if reached else 600)
        + _text(_NAME_X, middle + 15, step.question, 12.5, _QUIET)
        + "".join(
            _text(_ANSWER_X, first + i * _LINE, line, 13, answer_ink, weight=600 if strong else 400)
            for i, line in enumerate(answer)
        )
    )


def _answer(step: Step) -> list[str]:
    if step.state == UNREACHED:
        return []
    return _few(_wrapped(step.answer, _ANSWER_CHARACTERS))


def _exit(step: Step, decision: Decision, middle: float) -> str:
    """The way out of the chart beside a box: faint, or, where the request left it, with the final decision."""
    start = _LEFT + _BOX
    if step.ends:
        style, words = _FINAL[decision.outcome]
        return _arrow_right(start, _EXIT_X, middle, style.ink, 4) + _pill(
            _EXIT_X, middle, style, words, _kind_of_deny(decision).strip(" ()")
        )
    return _arrow_right(start, _EXIT_X + 22, middle, _FAINT, 1) + _text(
        _EXIT_X + 32, middle + 4.5, step.exit, 12.5, _QUIET
    )


def _last_exit(decision: Decision, y: int, *, lit: bool) -> str:
    """Below the last box: whoever comes as far as this is allowed."""
    if lit:
        style, words = _FINAL[decision.outcome]
        return _pill(_LEFT, y + 20, style, words, "")
    return (
        f"<rect x='{_LEFT}' y='{y}' width='{_EXIT_WIDTH}' height='34' rx='17' fill='{_PAPER}' stroke='{_FAINT}'"
        f" stroke-dasharray='5 4'/>" + _text(_LEFT + _EXIT_WIDTH / 2, y + 22, "Allow", 12.5, _QUIET, anchor="middle")
    )


def _pill(x: float, middle: float, style: _Style, words: str, below: str) -> str:
    """The final decision."""
    center = x + _EXIT_WIDTH / 2
    return (
        f"<rect x='{x:g}' y='{middle - 20:g}' width='{_EXIT_WIDTH}' height='40' rx='20' fill='{style.ink}'/>"
        + _text(center, middle + 5.5, words, 16, _PAPER, weight=700, anchor="middle")
        + (_text(center, middle + 37, below, 12.5, style.ink, weight=600, anchor="middle") if below else "")
    )


def _arrow_down(start: float, end: float, *, lit: bool) -> str:
    ink, width = (_WAY, 4) if lit else (_FAINT, 1)
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


def _text(
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
    font = f" {_MONO}" if mono else ""
    return (
        f"<text x='{x:g}' y='{y:g}' font-size='{size:g}' font-weight='{weight}' fill='{ink}'"
        f" text-anchor='{anchor}'{font}>{escape(words)}</text>"
    )


def _wrapped(words: str, width: int) -> list[str]:
    return wrap(words, width, break_on_hyphens=True) or [""]


def _few(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1][:-1]}…"]
