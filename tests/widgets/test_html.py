"""Pieces of HTML: long words may break, and stay what they are."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from iamlab.display import escape
from iamlab.widgets.html import breakable


@given(st.text() | st.from_regex(r"[a-zA-Z0-9:/*<&-]{0,80}", fullmatch=True))
def test_places_to_break_change_no_word_and_no_markup(words: str) -> None:
    html = breakable(words)
    assert html.replace("<wbr>", "") == escape(words)
    assert max(map(len, re.split(r"<wbr>|\s", html.replace("&amp;", "&").replace("&lt;", "<")))) <= 24 * 6


def test_names_break_at_their_parts() -> None:
    assert breakable("s3:PutObject on it") == "s3:PutObject on it"
    assert breakable("s3:PutObjectAcl") == "s3:<wbr>Put<wbr>Object<wbr>Acl"
    assert breakable("arn:aws:s3:::reports/q3.csv") == "arn:<wbr>aws:<wbr>s3:::<wbr>reports/<wbr>q3.<wbr>csv"
    assert breakable("x" * 60) == "<wbr>".join(["x" * 24, "x" * 24, "x" * 12])
