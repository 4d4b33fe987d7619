"""The order of the floors, held over what modules really import, at the top or inside a function.

A package imports only from the floors below it, nobody goes in a circle (inside a package not even for type checkers),
the core needs the standard library alone, and every other library has its one floor.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import iamlab

PACKAGE = Path(iamlab.__file__).parent

FLOORS = (
    "lazy",
    "errors",
    "arn",
    "clock",
    "display",
    "catalog",
    "policy",
    "evaluation",
    "account",
    "analysis",
    "federation",
    "aws",
    "classroom",
    "widgets",
    "cli",
    "__main__",
)
"""From the ground up."""

CORE = FLOORS[: FLOORS.index("analysis")]

APART = {
    "federation": {"lazy", "errors", "arn", "clock", "display"},  # the world outside AWS: it knows no account
    "aws": {*CORE},
    "classroom": {*CORE, "analysis"},
}
"""Doors that stand side by side: what they may use of ours."""

LIBRARIES = {
    "account": {"pyotp", "qrcode", "jwt", "signxml"},
    "analysis": {"pandas"},
    "federation": {"ldaptor", "ldap3", "signxml", "jwt", "cryptography", "lxml", "twisted"},
    "aws": {"boto3", "botocore"},
    "classroom": {"nbformat", "nbclient", "jupyterlab", "jupyter_server"},
    "widgets": {"ipywidgets", "anywidget", "traitlets", "IPython"},
}
"""Other people's libraries, and the floor that may use them."""

LATE = {"account", "classroom"}
"""Floors that may load them only when they are needed: inside a function."""

ONE_PLACE = {"pandas": "analysis.frames"}
"""Libraries that a single module, or package, may use."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: by which module of ours ("policy.document"), of what, and when.

    Attributes:
        late: does it wait for a call?
        for_types: is it for type checkers alone, and never runs?
    """

    by: str
    of: str
    late: bool
    for_types: bool = False

    @property
    def ours(self) -> str | None:
        """The module of ours that is imported, without `iamlab.`; `None` when it is somebody else's."""
        top, _, rest = self.of.partition(".")
        return rest if top == "iamlab" else None

    def __str__(self) -> str:
        return f"{self.by} imports {self.of}"


def module_name(path: Path, package: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_in(
    tree: ast.AST, late: bool = False, for_types: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    """Every import, whether it waits for a call, and whether it stands under `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, late, for_types
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports_in(ast.Module(node.body, []), late, True)
            yield from imports_in(ast.Module(node.orelse, []), late, for_types)
        else:
            yield from imports_in(node, late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef), for_types)


def imports_of(path: Path, package: Path) -> Iterator[Import]:
    """What a module imports; `from iamlab.policy import places` is an import of `iamlab.policy.places`."""
    by = module_name(path, package)
    for node, late, for_types in imports_in(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(by, alias.name, late, for_types)
            continue
        assert node.level == 0, f"{by}: write imports in full"
        for alias in node.names:
            inner = package.joinpath(*f"{node.module}.{alias.name}".split(".")[1:])
            is_module = inner.with_suffix(".py").is_file() or (inner / "__init__.py").is_file()
            yield Import(by, f"{node.module}.{alias.name}" if is_module else str(node.module), late, for_types)


def written_imports(package: Path = PACKAGE) -> list[Import]:
    return [found for path in sorted(package.rglob("*.py")) for found in imports_of(path, package)]


def all_imports(package: Path = PACKAGE) -> list[Import]:
    """Those that run."""
    return [found for found in written_imports(package) if not found.for_types]


def floor(module: str) -> str:
    return module.partition(".")[0]


def wrong_ways(imports: list[Import]) -> list[str]:
    """Imports of ours that do not go down."""
    wrong = []
    for found in imports:
        if found.ours is None or found.by == "":
            continue
        here, there = floor(found.by), floor(found.ours)
        allowed = APART.get(here, {*FLOORS[: FLOORS.index(here)]}) | {here}
        if here == "classroom" and found.ours == "":
            continue  # __version__
        if there not in allowed and not (here == "cli" and found.ours == ""):
            wrong.append(str(found))
    return wrong


def circles(imports: list[Import]) -> list[list[str]]:
    """Modules that import each other round and round, late imports too; one path a circle.

    Inside a package an import for type checkers counts as well: who reads one module has to know the other.
    """
    graph: dict[str, set[str]] = {}
    for found in imports:
        if found.ours and found.ours != found.by and (not found.for_types or floor(found.by) == floor(found.ours)):
            graph.setdefault(found.by, set()).add(found.ours)
    rings: list[list[str]] = []
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> None:
        if module in path:
            rings.append([*path[path.index(module) :], module])
        elif module not in done:
            for after in sorted(graph.get(module, ())):
                walk(after, [*path, module])
            done.add(module)

    for module in sorted(graph):
        walk(module, [])
    return rings


def test_every_module_stands_on_a_floor() -> None:
    names = {floor(module_name(path, PACKAGE)) for path in PACKAGE.rglob("*.py")} - {""}
    assert names <= set(FLOORS)


def test_imports_only_go_down() -> None:
    assert wrong_ways(all_imports()) == []


def test_no_circles() -> None:
    assert circles(written_imports()) == []


@pytest.mark.parametrize("here", FLOORS)
def test_each_floor_uses_only_its_own_libraries(here: str) -> None:
    allowed = LIBRARIES.get(here, set())
    for found in all_imports():
        library = found.of.partition(".")[0]
        if floor(found.by) != here or library in {*sys.stdlib_module_names, "iamlab"}:
            continue
        assert library in allowed, str(found)
        assert found.late or here not in LATE, f"{found}: inside the function that needs it"
        assert f"{found.by}.".startswith(f"{ONE_PLACE.get(library, here)}."), str(found)


def test_the_facade_imports_nothing_until_it_is_asked() -> None:
    facade = [found for found in all_imports() if found.by == ""]
    assert [found.of for found in facade if found.ours is not None] == ["iamlab.lazy"]
    others = [found.of.partition(".")[0] for found in facade if found.ours is None]
    assert set(others) <= set(sys.stdlib_module_names)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small package with a wrong way, two circles, and an import for type checkers only."""
    package = tmp_path / "iamlab"
    for name, text in {
        "__init__.py": "",
        "errors.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import iamlab.cli\n",
        "policy/__init__.py": "",
        "policy/document.py": "def late():\n    from iamlab.policy import places\n",
        "policy/places.py": "from iamlab.policy.document import late\nimport iamlab.account\n",
        "account/__init__.py": "import pyotp\n",
        "account/users.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import iamlab.account.groups\n",
        "account/groups.py": "import iamlab.account.users\n",
        "cli.py": "import iamlab.errors\n",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    return package


def test_a_wrong_way_and_a_circle_are_found(house: Path) -> None:
    found = all_imports(house)
    assert wrong_ways(found) == ["policy.places imports iamlab.account"]
    assert circles(found) == [["policy.document", "policy.places", "policy.document"]]


def test_inside_a_package_an_import_for_type_checkers_closes_a_circle(house: Path) -> None:
    found = circles(written_imports(house))
    assert ["account.groups", "account.users", "account.groups"] in found
    assert not any("cli" in ring for ring in found)


def test_an_import_at_the_top_is_told_from_a_late_one(house: Path) -> None:
    late = {str(found): found.late for found in all_imports(house)}
    assert late["account imports pyotp"] is False
    assert late["policy.document imports iamlab.policy.places"] is True
