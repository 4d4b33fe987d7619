"""What several tests need: a running lab, and a tool that may be missing here but not in CI."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from running_lab import RunningLab

# How long an example takes says nothing on a busy machine; in CI the same examples are tried every time.
settings.register_profile("iamlab", deadline=None, derandomize=bool(os.environ.get("IAMLAB_NO_SKIPS")))
settings.load_profile("iamlab")


@pytest.fixture(scope="session")
def need() -> Callable[..., str]:
    """Find a program by its names; without it the test is skipped, or fails where IAMLAB_NO_SKIPS is set (CI)."""

    def find(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        missing = f"none of {', '.join(names)} is installed"
        if os.environ.get("IAMLAB_NO_SKIPS"):
            pytest.fail(missing)
        pytest.skip(missing)

    return find


@pytest.fixture(scope="session")
def running_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """`python -m iamlab` in an empty home, so that nobody's settings or trust decisions count."""
    home = tmp_path_factory.mktemp("home")
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "DISPLAY"))}
    with socket.socket() as probe:  # a port of its own, since tests run side by side
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "iamlab", "--no-browser", f"--port={port}"],
        cwd=home,
        env=theirs | {"HOME": str(home), "IPYTHONDIR": str(home / ".ipython"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if address := re.search(r"http://\S+", line):
                yield RunningLab(home / "iamlab-work", address[0])
                break
        else:
            pytest.fail("iamlab stopped without an address:\n" + "".join(said))
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        process.wait(timeout=20)
