"""A lesson's Markdown source, as cells."""

from __future__ import annotations

import jupytext
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupytext.languages import _JUPYTER_LANGUAGES

from iamlab.classroom.markdown import (
    PROSE_LANGUAGES,
    SourceCell,
    SourceError,
    cell_ids,
    headings,
    parse,
)
from iamlab.classroom.notebooks import assemble

EVERYTHING = """\
# 06 · Policies

You will be able to read one.

12 minutes

```python
import iamlab
```

## Ask

Text.

```json
{"a": [1,

2]}
```


A second cell, after two blank lines.

```python misconceptions=[1, 2] tags=["predict"]
x = 1


y = "```"
```

```python
"two in a row"
```

<!-- #region misconceptions=[3] -->
Prose with a tag.


And two blank lines inside.
<!-- #endregion -->

## Quiz

```text
alice
```
"""


def test_code_and_prose_become_cells_in_order() -> None:
    cells = parse(EVERYTHING)
    assert [cell.kind for cell in cells] == [
        "markdown",
        "code",
        "markdown",
        "markdown",
        "code",
        "code",
        "markdown",
        "markdown",
    ]
    assert cells[4] == SourceCell("code", 'x = 1\n\n\ny = "```"', {"misconceptions": [1, 2], "tags": ["predict"]})
    assert cells[6].metadata == {"misconceptions": [3]}
    assert cells[6].text.endswith("\n\n\nAnd two blank lines inside.")


def test_a_fence_of_another_language_stays_in_its_prose() -> None:
    cells = parse("Look:\n\n```json\n{}\n\n\n```\n\nand on")
    assert cells == [SourceCell("markdown", "Look:\n\n```json\n{}\n\n\n```\n\nand on")]


def test_jupytext_reads_the_same_cells() -> None:
    theirs = jupytext.reads(EVERYTHING, fmt="md").cells
    assert [(c.cell_type, c.source, dict(c.metadata)) for c in theirs] == [
        (c.kind, c.text, c.metadata) for c in parse(EVERYTHING)
    ]


def test_a_teachers_edit_comes_back_through_jupytext() -> None:
    import nbformat

    notebook = nbformat.from_dict(assemble(parse(EVERYTHING)))
    assert parse(jupytext.writes(notebook, fmt="md")) == parse(EVERYTHING)


def test_jupytext_takes_none_of_the_prose_languages_for_code() -> None:
    assert not set(PROSE_LANGUAGES) & _JUPYTER_LANGUAGES


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("one\n\n```python\n1 + 1\n", 3, "no end"),
        ("<!-- #region -->\ntext", 1, "no end"),
        ("---\njupyter: x\n", 1, "no second '---'"),
        ("a\n\n```bash\nls\n```", 3, "'bash' would become a cell"),
        ("```python tags=[predict]\n```", 1, "'tags' is not JSON"),
        ('```python {"tags": []}\n```', 1, "expected name=JSON"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(SourceError, match=rf"line {line}: .*{said}") as caught:
        parse(source)
    assert caught.value.line == line


def test_ids_come_from_headings_and_an_edit_leaves_other_sections_alone() -> None:
    before = cell_ids(parse("# A\n\n```python\n1\n```\n\n## B\n\n```python\n2\n```\n"))
    after = cell_ids(parse("# A\n\n```python\n1\n```\n\nmore\n\n```python\n1.5\n```\n\n## B\n\n```python\n2\n```\n"))
    assert before == ["a", "a-2", "b", "b-2"]
    assert [name for name in after if name.startswith("b")] == ["b", "b-2"]


@given(st.lists(st.one_of(st.just(""), st.text(max_size=80).map(lambda t: "# " + t.replace("\n", " "))), max_size=30))
def test_ids_are_what_nbformat_allows_and_unique(texts: list[str]) -> None:
    import re

    ids = cell_ids([SourceCell("markdown", text) for text in texts])
    assert len(set(ids)) == len(ids) == len(texts)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in ids)


def test_headings_in_a_fence_are_none() -> None:
    assert headings("```text\n# no\n```\n## Yes") == [(2, "Yes")]
