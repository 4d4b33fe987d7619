"""The core runs in a browser's Python too: Pyodide in node answers as CPython does."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
import qrcode
from test_floors import CORE

import iamlab

PYODIDE = "314.0.7"
HERE = Path(__file__).parent

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def pyodide(need: Callable[..., str], pytestconfig: pytest.Config) -> Path:
    """The folder of Pyodide, from npm, kept in pytest's cache."""
    need("node")
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir(f"pyodide-{PYODIDE}")
    package = folder / "node_modules" / "pyodide"
    if not (package / "pyodide.asm.wasm").exists():
        install = [need("npm"), "install", "--no-audit", "--no-fund", "--no-save", f"pyodide@{PYODIDE}"]
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode and not os.environ.get("IAMLAB_NO_SKIPS"):
            pytest.skip("npm cannot reach Pyodide")
        assert done.returncode == 0, done.stderr
    return package


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip of the core floors and nothing above them, with the two packages, pure Python, that they import late."""
    package = Path(iamlab.__file__).parent
    archive = tmp_path_factory.mktemp("core") / "core.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(package.rglob("*")):
            within = path.relative_to(package)
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and within.parts[0].removesuffix(".py") in ("__init__", *CORE)
            ):
                zipped.write(path, f"iamlab/{within.as_posix()}")
        for package in (Path(pyotp.__file__).parent, Path(qrcode.__file__).parent):
            for path in sorted(package.rglob("*.py")):
                zipped.write(path, path.relative_to(package.parent).as_posix())
    return archive


@pytest.fixture(scope="module")
def in_node(need: Callable[..., str], pyodide: Path, core: Path) -> dict[str, Any]:
    command = [need("node"), str(HERE / "run.mjs"), str(pyodide), str(core), str(HERE / "questions.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


@pytest.fixture(scope="module")
def here() -> dict[str, Any]:
    """The same questions, answered by this Python."""
    room: dict[str, Any] = {}
    exec(compile((HERE / "questions.py").read_text("utf-8"), "questions.py", "exec"), room)
    answer: dict[str, Any] = room["answer"]()
    return answer


def test_it_really_is_a_browsers_python(in_node: dict[str, Any]) -> None:
    assert in_node["platform"] == "emscripten"


def test_it_answers_as_cpython_does(in_node: dict[str, Any], here: dict[str, Any]) -> None:
    assert in_node["answer"] == here


def test_it_decides_saves_and_loads(in_node: dict[str, Any]) -> None:
    said = in_node["answer"]
    assert said["allowed"] is True
    assert "is not authorized to perform: s3:DeleteObject" in said["denied"]
    assert said["bare"] == "allowed"
    assert said["simulated"] == ["allowed", "implicitDeny"]
    assert "s3:ListBucket" in said["actions"]
    assert "s3:GetObject" not in said["actions"]
    assert said["after loading"] is True
    assert said["saved the same"] is True
    assert "newcomer" in said["users"]


def test_it_knows_effective_permissions(in_node: dict[str, Any]) -> None:
    said = in_node["answer"]["effective"]
    assert "s3:GetObject" in said["allowed"]
    assert {"s3:PutObject", "sqs:SendMessage"} <= set(said["implicitDeny"])


def test_it_signs_in_with_mfa(in_node: dict[str, Any]) -> None:
    said = in_node["answer"]
    # RFC 7914, 11: the first 32 octets of PBKDF2-HMAC-SHA-256 of "passwd" and "salt", one round
    assert said["PBKDF2"] == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
    assert said["with MFA"] == "true"
    assert said["after loading, with MFA"] is True
    assert said["refused"][-1] == "NewPasswordRequired"
    assert len(set(said["refused"][:-1])) == 1
    assert said["QR code"].startswith("<svg")


def test_it_acts_as_a_role(in_node: dict[str, Any]) -> None:
    said = in_node["answer"]
    assert said["role session"] == "arn:aws:sts::111122223333:assumed-role/Reader/browser"
    assert (said["the role may"], said["done"], said["expired"]) == ("allowed", True, "ExpiredToken")
    assert "is not authorized to perform: s3:PutObject" in said["the role may not"]
    assert said["denied when called"] == said["the role may not"]
    assert said["events"] == [["AssumeRole", None], ["GetObject", None], ["PutObject", "AccessDenied"]]
