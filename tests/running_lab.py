"""A running lab, as tests and benchmarks see it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit


@dataclass(slots=True)
class RunningLab:
    """A JupyterLab that `python -m iamlab` opened: its work folder and its address."""

    folder: Path
    address: str

    @property
    def root(self) -> str:
        """The address without path and token."""
        return self.address.partition("/lab")[0]

    @property
    def token(self) -> str:
        return self.address.partition("token=")[2]


IAMLAB = ("-m", "iamlab", "--no-browser")
PLAIN = ("-m", "jupyter", "lab", "--no-browser", "--allow-root", "--notebook-dir=iamlab-work")
"""JupyterLab as people start it who do not know of `iamlab`'s own way."""
VOILA = ("-m", "voila", "--no-browser", "iamlab-work")
"""Notebooks as pages without code."""


def _wait_for(address: SplitResult) -> None:
    """Until somebody answers at the address: a busy machine tells it a moment too early."""
    for _ in range(300):
        try:
            socket.create_connection((address.hostname, address.port), timeout=10).close()
            return
        except OSError:
            time.sleep(0.1)


@contextmanager
def start_lab(home: Path, command: Sequence[str] = IAMLAB) -> Iterator[RunningLab]:
    """A lab in a home of its own, until the block ends."""
    (home / "iamlab-work").mkdir(exist_ok=True)
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "DISPLAY"))}
    with socket.socket() as probe:  # a port of its own, since tests run side by side
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *command, f"--port={port}"],
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
                _wait_for(urlsplit(address[0]))
                yield RunningLab(home / "iamlab-work", address[0])
                break
        else:
            raise RuntimeError("iamlab stopped without an address:\n" + "".join(said))
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        process.wait(timeout=90)  # seconds: it ends its kernels first, and a busy machine is no fault
