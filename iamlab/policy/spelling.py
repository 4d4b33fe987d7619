"""The word that was probably meant.

>>> nearest("getobjekt", ["GetObject", "PutObject"])
'GetObject'
"""

from __future__ import annotations

from collections.abc import Iterable


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
