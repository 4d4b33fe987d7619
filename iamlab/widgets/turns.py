"""Answering clicks: one at a time, and what somebody waits for first.

- `turn`: held while a click is answered
- `deliver`: sends to the page what was changed so far

Changes of controls are messages, and ipykernel leaves sending them to a thread of its own. Python lets that thread run
when the answering one waits, or has worked for five milliseconds: without a word, the page would see the first part of
an answer only when the last is made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_TURN = RLock()
"""Held while a click is answered: JupyterLab may send messages of different controls to different threads."""

_answering: list[object] = []
"""What answers that click: functions that call each other."""


@contextmanager
def turn(do: object) -> Iterator[None]:
    """One click is answered at a time, and the page knows at once that the kernel is busy: it draws that meanwhile.

    Args:
        do: the function that answers.
    """
    with _TURN:
        outermost = not _answering
        _answering.append(do)
        try:
            if outermost:
                deliver()
            yield
        finally:
            _answering.pop()


def deliver() -> None:
    """Send what was changed so far; the page draws it while the rest of the answer is made.

    Nothing happens outside of a click: what a cell shows is shown when it is complete.
    """
    if _answering:
        sys.stdout.flush()  # waits for the thread that sends: ipykernel's way to have it sent now
