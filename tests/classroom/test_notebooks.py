"""Building a notebook: executed, normalised, the same bytes twice; and what no longer agrees with its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iamlab.classroom.ipynb import loads, without_outputs
from iamlab.classroom.markdown import parse
from iamlab.classroom.notebooks import WIDGET_VIEW, assemble, build, disagreements, normalise

SOURCE = """\
# Two cells

```python
import ipywidgets
from IPython.display import display

for word in ("one", "two"):
    print(word, flush=True)
```

```python misconceptions=[1]
display(ipywidgets.HTML("<b>allowed</b>"))
open("beside.txt").read()
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The same source built twice, under two hash seeds."""
    folder = tmp_path_factory.mktemp("lesson")
    (folder / "beside.txt").write_text("found")
    texts = []
    with pytest.MonkeyPatch.context() as patch:
        for seed in ("1", "2"):
            patch.setenv("PYTHONHASHSEED", seed)
            texts.append(build(SOURCE, folder))
    return texts[0], texts[1]


def test_the_same_source_gives_the_same_bytes(built: tuple[str, str]) -> None:
    assert built[0] == built[1]


def test_cells_were_run_beside_their_files_and_numbered(built: tuple[str, str]) -> None:
    code = [cell for cell in loads(built[0])["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2]
    assert code[0]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["one\n", "two\n"]}]
    assert code[1]["outputs"][-1]["data"]["text/plain"] == ["'found'"]
    assert code[1]["outputs"][-1]["execution_count"] == 2


def test_nothing_of_one_run_or_machine_is_kept(built: tuple[str, str]) -> None:
    assert WIDGET_VIEW not in built[0]
    notebook = loads(built[0])
    assert "widgets" not in notebook["metadata"]
    assert "version" not in notebook["metadata"]["language_info"]
    assert all("execution" not in cell["metadata"] for cell in notebook["cells"])


def test_metadata_of_a_fence_is_the_cells(built: tuple[str, str]) -> None:
    assert loads(built[0])["cells"][2]["metadata"] == {"misconceptions": [1]}


def test_normalising_takes_timing_and_widget_views_out() -> None:
    notebook: dict[str, Any] = {
        "metadata": {"widgets": {}},
        "cells": [
            {
                "cell_type": "code",
                "metadata": {"execution": {"iopub.status.busy": "…"}},
                "execution_count": 7,
                "outputs": [
                    {
                        "output_type": "execute_result",
                        "execution_count": 7,
                        "metadata": {"x": 1},
                        "data": {WIDGET_VIEW: {}},
                    }
                ],
            }
        ],
    }
    normalise(notebook)
    (cell,) = notebook["cells"]
    assert "widgets" not in notebook["metadata"]
    assert cell["metadata"] == {}
    assert cell["execution_count"] == 1
    assert cell["outputs"] == [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {}}]


def test_a_cell_that_raises_stops_the_build(tmp_path: Path) -> None:
    from nbclient.exceptions import CellExecutionError

    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        build("```python\n1 / 0\n```", tmp_path)


def test_source_and_notebook_agree(built: tuple[str, str]) -> None:
    assert disagreements(SOURCE, loads(built[0])) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Two cells", "2 cells", "'2-cells': its id"),
        ('"one"', '"won"', "'two-cells-2': its source"),
        ("misconceptions=[1]", "misconceptions=[2]", "'two-cells-3': its metadata"),
        ("# Two cells\n", "# Two cells\n\n\nMore.\n", "the source has 4 cells, the notebook 3"),
    ],
)
def test_an_edited_source_no_longer_agrees(built: tuple[str, str], old: str, new: str, said: str) -> None:
    assert said in "\n".join(disagreements(SOURCE.replace(old, new), loads(built[0])))


def test_without_outputs_keeps_the_cells_and_takes_the_answers(built: tuple[str, str]) -> None:
    cleared = loads(without_outputs(built[0]))
    assert disagreements(SOURCE, cleared) == []
    assert "found" not in json.dumps(cleared)
    assert [cell.get("outputs") for cell in cleared["cells"]] == [None, [], []]


def test_the_skeleton_is_valid() -> None:
    import nbformat

    nbformat.validate(nbformat.from_dict(assemble(parse(SOURCE))))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 1}'])
def test_what_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|not a notebook"):
        loads(text)
