"""The files around the package agree with each other: what is installed, pinned, said and licensed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from iamlab import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def requirements(*lines: str) -> dict[str, str]:
    """Requirements as name (with extras) -> versions."""
    parsed = [Requirement(line) for line in lines]
    return {
        canonicalize_name(r.name) + "".join(f"[{extra}]" for extra in sorted(r.extras)): str(r.specifier)
        for r in parsed
    }


def pins() -> dict[str, str]:
    lines = [line for line in text_of("constraints.txt").splitlines() if not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def test_the_version_is_said_once_and_the_same() -> None:
    assert PROJECT["version"] == __version__


def test_conda_installs_what_pip_does() -> None:
    *conda, last = yaml.safe_load(text_of("environment.yml"))["dependencies"]
    assert conda[0] == f"python{PROJECT['requires-python']}"
    listed = requirements(*conda[2:], *(line for line in last["pip"] if not line.startswith("-e")))
    assert listed == requirements(*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lab"])


def test_each_line_for_conda_says_who_needs_it() -> None:
    packages = [
        line for line in text_of("environment.yml").splitlines() if re.match(r"\s+- (?!conda-forge|pip:)", line)
    ]
    assert len(packages) > 10
    assert [line for line in packages if "  # " not in line] == []


def test_pins_are_names_and_versions_and_nothing_else() -> None:
    lines = text_of("constraints.txt").splitlines()[1:]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_everything_asked_for_is_pinned_within_its_bounds() -> None:
    extras = PROJECT["optional-dependencies"]
    asked = [Requirement(line) for line in PROJECT["dependencies"] + extras["lab"] + extras["test"]]
    pinned = {canonicalize_name(name): version for name, version in pins().items()}
    for requirement in asked:
        if requirement.name != "iamlab":
            assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_everything_pinned_installs_on_the_oldest_python_that_is_promised() -> None:
    oldest = f"{PROJECT['requires-python'].removeprefix('>=')}.0"
    here = {canonicalize_name(one.name): one.metadata.get("Requires-Python") or "" for one in distributions()}
    # What is not here is needed by older Pythons only, so that it is the run on those that says no.
    needs = {name: here[name] for name in map(canonicalize_name, pins()) if name in here}
    assert len(needs) > 0.9 * len(pins())
    assert {name: need for name, need in needs.items() if not SpecifierSet(need).contains(oldest)} == {}


def test_the_licence_is_apache_2_in_full() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    known = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == known


def test_make_says_what_there_is() -> None:
    targets = re.findall(r"^([a-z]+):.*##", text_of("Makefile"), re.MULTILINE)
    assert {"lab", "test", "lint", "lessons", "bench", "catalog", "clean"} <= set(targets)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_and_file_that_is_named_exists(name: str) -> None:
    text = text_of(name)
    targets = re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|```.*?```", text, re.DOTALL)))) <= set(
        targets
    )
    links = [link for link in re.findall(r"\]\(([^)#:\s]+)\)", text) if not (ROOT / link).exists()]
    assert links == []


@pytest.mark.parametrize(
    "name", ["Makefile", "constraints.txt", "environment.yml", ".ci/run", "README.md", "pyproject.toml"]
)
def test_no_paths_of_one_machine(name: str) -> None:
    assert re.findall(r"(?<![\w.~])/(?:home|root|work|Users|mnt)/\w+", text_of(name)) == []


def test_the_example_in_the_readme_runs_and_says_what_it_promises(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", text_of("README.md"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith("False\n")
    assert "is not authorized to perform: s3:DeleteObject" in said


def test_the_readme_names_the_lessons_that_are_here() -> None:
    here = [path.stem.partition("-")[0] for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    line = re.search(r"Here now: (.*?)\. You", text_of("README.md"), re.DOTALL)
    assert line is not None
    assert re.findall(r"\b\d\d\b", line[1]) == here


def test_pictures_in_the_readme_are_small_and_have_words() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", text_of("README.md"))
    assert len(pictures) == 2
    for words, name in pictures:
        assert len(words) > 20
        assert (ROOT / name).stat().st_size < 200_000
