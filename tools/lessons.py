"""Build the lessons from their Markdown (`make lessons`), or look for faults in the built ones (part of `make lint`).

`python tools/lessons.py build` builds every lesson, `… build 06` one, `… lint` says which rules are broken where.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from iamlab.classroom.ipynb import loads
from iamlab.classroom.markdown import SourceError
from iamlab.classroom.notebook_lint import lint
from iamlab.classroom.notebooks import build, disagreements

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def sources(chosen: list[str]) -> list[Path]:
    """The Markdown files whose names begin with one of `chosen`; all when none is chosen."""
    every = sorted((NOTEBOOKS / "source").glob("*.md"))
    return [path for path in every if not chosen or path.name.startswith(tuple(chosen))]


def built(source: Path) -> Path:
    """Where the notebook of a source lies."""
    return NOTEBOOKS / f"{source.stem}.ipynb"


def build_one(source: Path) -> str:
    """Build one lesson and write it; say how it went."""
    from nbclient.exceptions import CellExecutionError

    try:
        text = build(source.read_text("utf-8"), NOTEBOOKS)
    except (SourceError, CellExecutionError) as error:
        return f"{source.name}: {error}"
    built(source).write_text(text, "utf-8", newline="\n")
    return ""


def build_all(chosen: list[str]) -> int:
    """Build lessons side by side, each in its own kernel."""
    paths = sources(chosen)
    with ThreadPoolExecutor(4) as pool:
        failures = [said for said in pool.map(build_one, paths) if said]
    print("\n".join(failures) or f"{len(paths)} lessons built.")
    return 1 if failures or not paths else 0


def faults_of(source: Path) -> list[str]:
    """What is wrong with one built lesson, as sentences."""
    if not built(source).is_file():
        return ["is not built; run `make lessons`"]
    notebook = loads(built(source).read_text("utf-8"))
    stale = [f"{said}; run `make lessons`" for said in disagreements(source.read_text("utf-8"), notebook)]
    return stale + [str(fault) for fault in lint(notebook)]


def lint_all() -> int:
    """Print every fault of every lesson, and of notebooks that have no source."""
    paths = sources([])
    faults = [f"{built(path).name}: {fault}" for path in paths for fault in faults_of(path)]
    orphans = {path.stem for path in NOTEBOOKS.glob("*.ipynb")} - {path.stem for path in paths}
    faults += [f"{name}.ipynb: has no source" for name in sorted(orphans)]
    print("\n".join(faults) or f"{len(paths)} lessons keep the rules.")
    return 1 if faults else 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build").add_argument("lesson", nargs="*", help="the beginning of its name: 06")
    commands.add_parser("lint")
    arguments = parser.parse_args()
    return build_all(arguments.lesson) if arguments.command == "build" else lint_all()


if __name__ == "__main__":
    sys.exit(main())
