"""The rules a built lesson keeps, each with a sentence that says what to do.

A rule is a function from a notebook to its faults; `RULES` lists them in the order of a lesson:

- opening: one title, what you will be able to do, the minutes
- imports: one import cell, the first, with a version check
- closing: Quiz, Summary, Glossary and Next, in this order
- prose: fewer than 120 words between two code cells
- tags: misconceptions are numbers from 1 to 25
- executed: every code cell is numbered, without a gap, and none ended in an error or wrote to stderr
- clean: no widget state, no timing
- portable: no paths of one machine, no memory addresses
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from iamlab.classroom.ipynb import Cell, Notebook, joined
from iamlab.classroom.markdown import headings, prose_lines
from iamlab.classroom.notebooks import WIDGET_VIEW

MOST_WORDS = 120
"""Prose between two code cells stays below this many words."""

MISCONCEPTIONS = range(1, 26)
"""The numbers of the misconceptions that the course is about."""

CLOSING = ("Quiz", "Summary", "Glossary", "Next")
"""How the last sections' headings begin, in this order."""

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_MACHINE_PATH = re.compile(r"(?<![\w/.:*$}-])(?:/(?:home|root|Users|tmp|mnt|opt|usr|var)/[\w.]|[A-Z]:\\+\w)")


@dataclass(slots=True)
class Fault:
    """One rule broken in one place: the cell's id ("" for the whole notebook) and what to do."""

    cell: str
    message: str

    def __str__(self) -> str:
        """`cell 'quiz': …`."""
        return f"cell {self.cell!r}: {self.message}" if self.cell else self.message


Faults = Iterator[Fault]


def lint(notebook: Notebook) -> list[Fault]:
    """Every fault of a built lesson, in the order of `RULES`; none when it keeps them all."""
    return [fault for rule in RULES for fault in rule(notebook)]


def opening(notebook: Notebook) -> Faults:
    """A title, what you will be able to do, and how long it takes: all before the first code cell."""
    first, *_ = [*_prose_runs(notebook), []]
    text = "\n\n".join(_text(cell) for cell in first)
    if not text.startswith("# "):
        yield Fault("", "begin with a title: '# 06 · Policies'")
    if "able to" not in text:
        yield Fault("", "say, before the first code cell, what 'you will be able to' do")
    if not re.search(r"\b\d+ minutes\b", text):
        yield Fault("", "say, before the first code cell, how many minutes it takes: '25 minutes'")
    for cell in _cells(notebook, "markdown")[1:]:
        if any(level == 1 for level, _ in headings(_text(cell))):
            yield Fault(cell["id"], "only the lesson's title is a '# ' heading; write '## '")


def imports(notebook: Notebook) -> Faults:
    """The first code cell imports and checks the version; no other imports."""
    code = _cells(notebook, "code")
    if not code or not _has_import(_text(code[0])) or "needs_version(" not in _text(code[0]):
        yield Fault(code[0]["id"] if code else "", "the first code cell imports and calls needs_version(…)")
    for cell in code[1:]:
        if _has_import(_text(cell)):
            yield Fault(cell["id"], "imports belong into the first code cell")


def closing(notebook: Notebook) -> Faults:
    """Quiz, Summary, Glossary, Next."""
    titles = [title for cell in _cells(notebook, "markdown") for _, title in headings(_text(cell))]
    at = 0
    for wanted in CLOSING:
        places = [i for i, title in enumerate(titles) if i >= at and title.startswith(wanted)]
        if not places:
            order = ", ".join(CLOSING)
            yield Fault("", f"the section {wanted!r} is missing or out of order; a lesson ends with {order}")
            return
        at = places[0] + 1


def prose(notebook: Notebook) -> Faults:
    """Short prose: counted between code cells; from the quiz on, where nothing is run any more, by section."""
    at_the_end = False
    for run in _prose_runs(notebook):
        words, most, where = 0, 0, ""
        for cell in run:
            for line in prose_lines(_text(cell)):
                for _, title in headings(line):
                    at_the_end = at_the_end or title.startswith(CLOSING[0])
                    words = 0 if at_the_end else words
                words += _words(line)
                if words > most:
                    most, where = words, cell["id"]
        if most >= MOST_WORDS:
            yield Fault(where, f"{most} words of prose here; stay below {MOST_WORDS} between code cells")


def tags(notebook: Notebook) -> Faults:
    """Misconceptions are a list of their numbers."""
    for cell in notebook["cells"]:
        numbers = cell["metadata"].get("misconceptions", [])
        if not isinstance(numbers, list) or any(number not in MISCONCEPTIONS for number in numbers):
            last = MISCONCEPTIONS[-1]
            yield Fault(cell["id"], f"misconceptions={numbers!r}: write a list of numbers from 1 to {last}")


def executed(notebook: Notebook) -> Faults:
    """Every code cell ran, from the top, without an error."""
    for count, cell in enumerate(_cells(notebook, "code"), 1):
        if cell["execution_count"] != count:
            yield Fault(cell["id"], "not executed in order from the top; run `make lessons`")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                yield Fault(cell["id"], f"ends in {output['ename']}; catch the error and show what it says")
            elif output.get("name") == "stderr":
                yield Fault(cell["id"], "writes to stderr, which differs between machines; print to stdout instead")


def clean(notebook: Notebook) -> Faults:
    """Nothing that only one run's front end can read."""
    if "widgets" in notebook["metadata"]:
        yield Fault("", "carries widget state; run `make lessons`")
    for cell in _cells(notebook, "code"):
        if "execution" in cell["metadata"]:
            yield Fault(cell["id"], "carries timing; run `make lessons`")
        if any(WIDGET_VIEW in output.get("data", {}) for output in cell["outputs"]):
            yield Fault(cell["id"], "carries a widget view, shown as an error when reopened; run `make lessons`")


def portable(notebook: Notebook) -> Faults:
    """The same on every machine and in every run."""
    for cell in notebook["cells"]:
        text = "\n".join([_text(cell), json.dumps(cell.get("outputs", []), ensure_ascii=False)])
        if path := _MACHINE_PATH.search(text):
            yield Fault(cell["id"], f"shows a path of one machine, at {text[path.start() : path.start() + 20]!r}")
        if address := _ADDRESS.search(text):
            yield Fault(cell["id"], f"shows a memory address, {address[0]}; give the object a stable repr")


RULES: tuple[Callable[[Notebook], Faults], ...] = (
    opening,
    imports,
    closing,
    prose,
    tags,
    executed,
    clean,
    portable,
)


def _text(cell: Cell) -> str:
    return joined(cell["source"])


def _cells(notebook: Notebook, kind: str) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def _prose_runs(notebook: Notebook) -> list[list[Cell]]:
    """The Markdown cells before the first code cell, between it and the second, and so on."""
    runs: list[list[Cell]] = [[]]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            runs.append([])
        else:
            runs[-1].append(cell)
    return runs


def _words(line: str) -> int:
    """Words of a line of prose: a row of a table is looked up, not read."""
    return 0 if line.lstrip().startswith("|") else len(re.findall(r"\w[\w'’.:*/-]*", line))


def _has_import(source: str) -> bool:
    """Does a cell import anything? Lines for IPython alone (`%time`, `!ls`, `name?`) are no Python and are left out."""
    python = "\n".join(line for line in source.split("\n") if not re.match(r"[%!]|.*\?$", line))
    try:
        tree = ast.parse(python)
    except SyntaxError:
        return False
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(tree))
