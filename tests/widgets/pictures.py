"""What tests read in our pictures: the texts of one of the two layouts, with what both share."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from iamlab.display import Picture

SVG = "{http://www.w3.org/2000/svg}"


def layout(picture: Picture, kind: str) -> list[ElementTree.Element]:
    """All texts of the `wide` or of the `narrow` layout."""
    root = ElementTree.fromstring(picture.svg)
    other = {"wide": "narrow", "narrow": "wide"}[kind]
    hidden = {text for group in root.iter(f"{SVG}g") if group.get("class") == other for text in group.iter()}
    return [text for text in root.iter(f"{SVG}text") if text not in hidden]


def words(picture: Picture, kind: str = "wide") -> list[str]:
    """What they say."""
    return [text.text or "" for text in layout(picture, kind)]
