"""How things show themselves: data is no markup and no formula, long names may break, long tables are counted."""

import ast
import base64
import html
import re
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from iamlab import Account
from iamlab.display import CROSS, TICK, Picture, Table, breakable, escape, verbatim

ROOT = Path(__file__).parent.parent
SHOWN = (".py", ".js", ".css", ".json", ".toml", ".md", ".ipynb", ".svg")
BOX = verbatim("").removesuffix("</div>")

FOLDER = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/${aws:username}/*"},
}


def test_data_is_no_markup() -> None:
    hostile = "<img src=x onerror='alert(1)'>\""
    assert "<img" not in Table(["<b>"], [[hostile]], caption=hostile)._repr_html_()
    assert "onerror='" not in Picture("<svg/>", hostile)._repr_html_()
    assert escape(hostile) == "&lt;img src=x onerror=&#x27;alert(1)&#x27;&gt;&quot;"
    assert escape("&amp;") == html.escape("&amp;") == "&amp;amp;"


def test_policy_variables_are_no_formulas() -> None:
    lab = Account()
    lab.create_user("mia").create_policy("own", FOLDER)
    decision = lab.decide("mia", "s3:PutObject", "arn:aws:s3:::b/mia/a")
    for shown in (Table(["a"], [["${x} ${y}"]]), decision, decision.explain()):
        assert shown._repr_html_().startswith(BOX)


def test_rows_beyond_the_limit_are_counted() -> None:
    table = Table(["n"], [[i] for i in range(5)], limit=2)
    assert repr(table).split("\n")[-1] == "… and 3 more rows"
    assert "… and 3 more rows" in table._repr_html_()


def test_a_picture_travels_as_an_image() -> None:
    page = Picture("<svg>ü</svg>", "words", 120)._repr_html_()
    assert base64.b64encode("<svg>ü</svg>".encode()).decode() in page
    assert 'alt="words"' in page
    assert "width:120px;max-width:100%" in page
    assert "height" not in page, "it keeps its form"


def test_a_picture_that_lays_itself_out_keeps_its_height() -> None:
    page = Picture("<svg/>", "words", 760, 300, 380)._repr_html_()
    assert "width:760px;height:300px;min-width:380px;max-width:100%" in page


def test_yes_and_no_have_one_sign_each_everywhere() -> None:
    others = re.compile("[✓✗☑☒✅❌]")
    folders = ("iamlab", "notebooks", "docs", "exercises")
    files = [file for name in folders for file in (ROOT / name).rglob("*") if file.suffix in SHOWN]
    assert len(files) > 100
    assert [str(file) for file in files if others.search(file.read_text("utf-8"))] == []
    signs = re.compile(f"[{TICK}{CROSS}]")
    code = [file for file in (ROOT / "iamlab").rglob("*.py") if file.name != "display.py"]
    strings = [node.value for file in code for node in _strings(file)]
    assert [text for text in strings if signs.search(text)] == []


def _strings(file: Path) -> Iterator[ast.Constant]:
    """The strings of a module without its docstrings, which may show what is printed."""
    tree = ast.parse(file.read_text("utf-8"))
    shown = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in shown:
            yield node


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


def test_long_names_in_a_table_may_break() -> None:
    html_ = Table(["resource"], [["arn:aws:iam::111122223333:policy/ReportsReader"]])._repr_html_()
    assert "arn:<wbr>aws:<wbr>iam::<wbr>111122223333:<wbr>policy/<wbr>Reports<wbr>Reader" in html_
