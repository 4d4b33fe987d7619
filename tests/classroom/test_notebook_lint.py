"""The linter catches each fault, names its cell, and is content with a good lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from iamlab.classroom.markdown import parse
from iamlab.classroom.notebook_lint import lint
from iamlab.classroom.notebooks import WIDGET_VIEW, assemble

GOOD = """\
# 06 · Policies

You will be able to read a policy. 25 minutes.

```python
from iamlab.classroom import needs_version

needs_version("0.1")
```

## See

```python misconceptions=[12, 22]
print("arn:aws:s3:::reports/home/alice")
```

## Quiz

Which?

## Summary

That.

## Glossary

**ARN**: a name.

## Next

Lesson 07.
"""


def lesson(source: str = GOOD) -> dict[str, Any]:
    notebook = assemble(parse(source))
    for count, cell in enumerate((c for c in notebook["cells"] if c["cell_type"] == "code"), 1):
        cell["execution_count"] = count
    notebook["metadata"] = dict(notebook["metadata"])
    return notebook


def code_cell(notebook: dict[str, Any]) -> dict[str, Any]:
    """The second code cell, `see-2`."""
    return next(cell for cell in notebook["cells"] if cell["id"] == "see-2")


def test_a_good_lesson_has_no_fault() -> None:
    assert lint(lesson()) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# 06 · Policies\n", "", "begin with a title"),
        ("be able to", "maybe", "'you will be able to'"),
        ("25 minutes", "Soon", "how many minutes"),
        ("## See", "# See", "cell 'see': only the lesson's title"),
        ('needs_version("0.1")', "", "first code cell imports and calls needs_version"),
        ("print(", "import os\nprint(", "cell 'see-2': imports belong"),
        ("print(", "%time 1\nfrom os import path\nprint(", "cell 'see-2': imports belong"),
        ("## Summary", "## Sum", "section 'Summary' is missing"),
        ("## Quiz", "## Next", "section 'Quiz' is missing"),
        ("## See", "## See\n\n" + "word " * 120, "cell 'see': 121 words"),
        ("Which?", "word " * 119, "cell 'quiz': 120 words"),
        ("Lesson 07.", "word " * 119, "cell 'quiz': 120 words"),
        ("[12, 22]", "[26]", "cell 'see-2': misconceptions=[26]"),
        ("[12, 22]", '"M1"', "cell 'see-2': misconceptions='M1'"),
        ("arn:aws:s3:::reports/home/alice", "/home/alice/x.csv", "cell 'see-2': shows a path"),
        ("arn:aws:s3:::reports/home/alice", "C:\\Users\\alice", "cell 'see-2': shows a path"),
    ],
)
def test_a_fault_in_the_source(old: str, new: str, said: str) -> None:
    assert old in GOOD
    faults = [str(fault) for fault in lint(lesson(GOOD.replace(old, new)))]
    assert any(said in fault for fault in faults), faults


def output(**fields: Any) -> Callable[[dict[str, Any]], None]:
    def add(notebook: dict[str, Any]) -> None:
        code_cell(notebook)["outputs"].append({"output_type": "display_data", "metadata": {}, "data": {}} | fields)

    return add


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda n: code_cell(n).update(execution_count=None), "not executed in order"),
        (lambda n: code_cell(n).update(execution_count=5), "not executed in order"),
        (output(output_type="error", ename="KeyError"), "ends in KeyError"),
        (output(output_type="stream", name="stderr", text="careful"), "writes to stderr"),
        (output(data={WIDGET_VIEW: {}}), "carries a widget view"),
        (output(data={"text/plain": "<Thing at 0x7f33aa10>"}), "memory address, 0x7f33aa10"),
        (output(data={"text/html": ["saved to\n", "/home/alice/x.json"]}), "shows a path"),
        (lambda n: code_cell(n)["metadata"].update(execution={}), "carries timing"),
        (lambda n: n["metadata"].update(widgets={}), "carries widget state"),
    ],
)
def test_a_fault_in_the_built_notebook(spoil: Callable[[dict[str, Any]], None], said: str) -> None:
    notebook = lesson()
    spoil(notebook)
    (fault,) = lint(notebook)
    assert said in str(fault)


def test_a_table_and_a_fence_are_not_prose() -> None:
    table = "| a | b |\n" + "| word | word |\n" * 80
    fence = "```text\n" + "word " * 200 + "\n```\n"
    assert lint(lesson(GOOD.replace("## See", f"## See\n\n{table}\n{fence}"))) == []


def test_prose_in_several_cells_between_code_is_counted_together() -> None:
    half = "word " * 70
    (fault,) = lint(lesson(GOOD.replace("## See", f"## See\n\n{half}\n\n\n{half}")))
    assert "141 words" in str(fault)
