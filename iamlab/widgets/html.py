"""Pieces of HTML that several panels show."""

from __future__ import annotations

from iamlab.display import escape


def message_html(kind: str, sign: str, word: str, text: str) -> str:
    """A sentence in a frame, with a sign and a word: colour is never the only sign.

    >>> "<strong>Note:</strong> &lt;b&gt;" in message_html("warning", "!", "Note", "<b>")
    True
    """
    return (
        f'<div class="iamlab-message iamlab-{kind}"><span class="iamlab-sign" aria-hidden="true">{sign}</span>'
        f"<span><strong>{word}:</strong> {escape(text)}</span></div>"
    )


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
