"""What all pictures share: each colour has its dark one, and every text is readable on its ground in both themes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from pictures import SVG

from iamlab import Account
from iamlab.display import Picture
from iamlab.widgets import anatomy, flow_chart
from iamlab.widgets.drawing import DARK

LAB = Account.example()
SALES = "arn:aws:s3:::northwind-reports/q3.csv"
BY_MFA = {
    "Sid": "A",
    "Effect": "Deny",
    "NotPrincipal": "*",
    "NotAction": "s3:*",
    "NotResource": "*",
    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
}
PICTURES = {
    "allowed": flow_chart(LAB.decide("bob", "s3:GetObject", SALES)),
    "denied": flow_chart(LAB.decide("bob", "iam:CreateUser")),
    "allow": anatomy(LAB.policies["ReportsReader"]),
    "deny": anatomy({"Version": "2012-10-17", "Statement": [BY_MFA]}),
}


def light(colour: str) -> float:
    """A colour's relative luminance [https://www.w3.org/TR/WCAG22/#dfn-relative-luminance]."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well one colour is told from another [https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio]."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def ground(text: ElementTree.Element, shapes: list[ElementTree.Element]) -> str:
    """The colour of the last shape that was drawn under the middle of a text's height, at its anchor."""
    x, y = float(text.get("x", 0)), float(text.get("y", 0)) - float(text.get("font-size", 0)) / 3
    for shape in reversed(shapes):
        at = {name: float(shape.get(name, 0)) for name in ("x", "y", "width", "height", "cx", "cy", "r")}
        if shape.tag == f"{SVG}circle":
            inside = (x - at["cx"]) ** 2 + (y - at["cy"]) ** 2 <= at["r"] ** 2
        else:
            inside = at["x"] <= x <= at["x"] + at["width"] and at["y"] <= y <= at["y"] + at["height"]
        if inside:
            return shape.get("fill", "")
    raise AssertionError(f"{text.text!r} stands on nothing")


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_every_text_is_readable_on_its_ground_in_both_themes(picture: Picture) -> None:
    seen: list[ElementTree.Element] = []
    for element in ElementTree.fromstring(picture.svg).iter():
        if element.tag in (f"{SVG}rect", f"{SVG}circle"):
            seen.append(element)
        elif element.tag == f"{SVG}text":
            ink, paper = element.get("fill", ""), ground(element, seen)
            assert contrast(ink, paper) >= 4.5, element.text
            assert contrast(DARK[ink], DARK[paper]) >= 4.5, f"{element.text} in the dark"


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_each_colour_has_its_dark_one(picture: Picture) -> None:
    drawn = set(re.findall(r" (fill|stroke)='(#\w+)'", picture.svg))
    assert {colour for _, colour in drawn} <= set(DARK)
    style = picture.svg.partition("<style>")[2].partition("</style>")[0]
    dark = style.partition("prefers-color-scheme:dark")[2]
    assert all(f"[{what}='{colour}']{{{what}:{DARK[colour]}}}" in dark for what, colour in drawn)
