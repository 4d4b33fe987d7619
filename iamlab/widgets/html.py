"""Pieces of HTML that several panels show."""

from __future__ import annotations

from iamlab.display import escape


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
