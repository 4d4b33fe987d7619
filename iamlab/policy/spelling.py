"""The word that was probably meant.

`nearest` looks for likeness, which is enough for a question ("Did you mean …?"). What is written into a policy at one
click has to be surer: `slip` finds the word that a slip or two of the hand made of another.

>>> nearest("getobjekt", ["GetObject", "PutObject"])
'GetObject'
>>> slip("GetObjekt", ["GetObject", "PutObject"]), slip("StopObject", ["GetObject", "PutObject"])
('GetObject', None)
"""

from __future__ import annotations

from collections.abc import Iterable

_LONG = 8
"""From this length on two slips are believed, in shorter words one."""


def nearest(word: str, words: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The most similar of some words, compared without case; `None` when none is similar.

    Args:
        word: what was written.
        words: what could have been meant.
        cutoff: how similar it must be, from 0 to 1.
    """
    from difflib import get_close_matches  # takes a while to load, and most words are right

    by_lower = {known.lower(): known for known in words}
    near = get_close_matches(word.lower(), list(by_lower), cutoff=cutoff)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A further sentence that names the most similar of some words, with a blank before it; or nothing.

    >>> did_you_mean("alcie", ["alice", "bob"])
    ' Did you mean alice?'
    """
    near = nearest(word, words)
    return f" Did you mean {near}?" if near else ""


def slip(word: str, words: Iterable[str]) -> str | None:
    """The word that became another by slips of the hand; `None` when there is none, or more than one as near.

    Args:
        word: what was written.
        words: what could have been meant.
    """
    near = slips(word, words)
    return near[0] if len(near) == 1 else None


def slips(word: str, words: Iterable[str]) -> list[str]:
    """All words from which a word differs by the fewest slips, compared without case, if that is few enough.

    A slip is one letter too many, too few or another one, or two neighbours that changed places.

    >>> slips("PetObject", ["GetObject", "PutObject", "DeleteObject"])
    ['GetObject', 'PutObject']
    """
    written = word.lower()
    most = 2 if len(written) >= _LONG else 1
    found: dict[int, list[str]] = {}
    for known in words:
        # Most words are too long or too short, which is seen at once.
        if abs(len(known) - len(written)) <= most and (far := _distance(written, known.lower())) <= most:
            found.setdefault(far, []).append(known)
    return found[min(found)] if found else []


def _distance(a: str, b: str) -> int:
    """By how many slips two words differ (optimal string alignment), row by row of the usual table."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and (char, a[i - 2]) == (b[j - 2], other):
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
    return row[-1]
