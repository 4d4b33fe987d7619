"""The JSON editor's built file is what its source and its pinned packages give."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import iamlab.widgets.editor

EDITOR = Path(iamlab.widgets.editor.__file__).parent


@pytest.mark.node
def test_building_again_gives_the_same_file(need: Callable[..., str], tmp_path: Path) -> None:
    npm, node = need("npm"), need("node")
    folder = tmp_path / "editor"
    shutil.copytree(EDITOR, folder, ignore=shutil.ignore_patterns("node_modules", "built.js", "*.py", "__pycache__"))
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder, check=True)
    subprocess.run([node, "build.mjs"], cwd=folder, check=True)
    again, packed = (folder / "built.js").read_bytes(), (EDITOR / "built.js").read_bytes()
    assert again == packed, "the editor's source changed: run `make editor`"


def test_the_lock_pins_everything_and_holds_no_addresses() -> None:
    lock = json.loads((EDITOR / "package-lock.json").read_text("utf-8"))
    packages = {path: fact for path, fact in lock["packages"].items() if path}
    assert packages["node_modules/codemirror"]["version"] == "6.0.2", "npm's latest is really CodeMirror 5"
    assert all(fact["version"] and fact["integrity"] for fact in packages.values())
    assert not any("resolved" in fact for fact in packages.values())
    assert "http" not in json.dumps(lock)


def test_the_built_file_names_what_it_holds() -> None:
    first = (EDITOR / "built.js").read_text("utf-8").partition("\n")[0]
    assert "MIT licence" in first
    assert "codemirror 6.0.2" in first
