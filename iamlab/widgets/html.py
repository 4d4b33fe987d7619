"""Pieces of HTML that several panels show."""

from __future__ import annotations

import re

from iamlab.display import escape

_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[:/_,.=])(?=[\w$*])")
_LONG = re.compile(r"(\S{13,})")
_TOGETHER = 24  # at the most so many characters are kept together


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


def document_html(title: str, text: str) -> str:
    """A document to read under its title; it scrolls, by keyboard too.

    >>> "&lt;b&gt;" in document_html("<b>", "{}")
    True
    """
    name = escape(title)
    return (
        f'<div class="iamlab-subtitle">{name}</div>'
        f'<pre class="iamlab-document" tabindex="0" role="region" aria-label="{name}">{escape(text)}</pre>'
    )
