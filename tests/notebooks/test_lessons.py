"""The committed lessons: built from their source, by the rules, the same bytes when built again.

(`make test` also runs them with nbval, which compares every output.)
"""

from __future__ import annotations

from pathlib import Path

import pytest

from iamlab.classroom.ipynb import loads
from iamlab.classroom.markdown import parse
from iamlab.classroom.notebook_lint import lint
from iamlab.classroom.notebooks import build, disagreements

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
SOURCES = sorted((NOTEBOOKS / "source").glob("*.md"))

each_lesson = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def built(source: Path) -> str:
    return (NOTEBOOKS / f"{source.stem}.ipynb").read_text("utf-8")


def test_every_notebook_has_a_source() -> None:
    assert [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))] == [path.stem for path in SOURCES]


@each_lesson
def test_source_and_notebook_agree(source: Path) -> None:
    assert disagreements(source.read_text("utf-8"), loads(built(source))) == []


@each_lesson
def test_it_keeps_the_rules(source: Path) -> None:
    assert [str(fault) for fault in lint(loads(built(source)))] == []


@each_lesson
def test_built_again_it_is_the_same_to_the_byte(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    again, committed = build(source.read_text("utf-8"), NOTEBOOKS), built(source)
    cells = zip(loads(again)["cells"], loads(committed)["cells"], strict=True)
    stale = [new["id"] for new, old in cells if new != old]
    assert stale == [], "these cells say something else now; if that is meant, run `make lessons`"
    assert again == committed


@each_lesson
def test_an_edit_in_jupyterlab_comes_back_through_jupytext(source: Path) -> None:
    import jupytext
    import nbformat

    notebook = nbformat.reads(built(source), as_version=4)
    assert parse(jupytext.writes(notebook, fmt="md")) == parse(source.read_text("utf-8"))
