"""JupyterLab, opened at a lesson, in this process.

The learner's own Jupyter settings stay as they are: ours come from a configuration folder inside this package (no news
popup; what widgets are told is handled in the order in which it was done, and not beside a running cell), and the
layout of tabs is kept in the work folder. Without a display nothing is opened; the address is printed. Started as root,
JupyterLab is told that this is meant. JupyterLab is imported only when it is started.
"""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from iamlab.classroom import reopened

FIRST_PORT = 8888
"""Where JupyterLab listens, or at the first free port after it."""

_PORTS_TRIED = 50
_OUR_SETTINGS = Path(__file__).parent / "jupyter"


class LabError(Exception):
    """Why JupyterLab cannot be opened; the message is one sentence that says what to do."""


@dataclass(slots=True)
class Opening:
    """What is opened, and where.

    Args:
        folder: the work folder: JupyterLab shows nothing above it.
        lesson: the notebook, as a name within the folder, with `/`.
        port: where JupyterLab listens on this machine.
        token: what the address must carry.
        browser: whether to open a browser.
    """

    folder: Path
    lesson: str
    port: int
    token: str
    browser: bool

    @property
    def path(self) -> str:
        """The lesson's address within JupyterLab."""
        return f"/lab/tree/{quote(self.lesson)}"

    @property
    def address(self) -> str:
        """The whole address, with its token."""
        return f"http://localhost:{self.port}{self.path}?token={self.token}"


def prepare(folder: Path, lesson: str, *, port: int | None = None, browser: bool = True) -> Opening:
    """Find out how to open a lesson.

    Args:
        folder: the work folder.
        lesson: the notebook, as a name within the folder.
        port: this port and no other; when not given, the first free one from `FIRST_PORT` on.
        browser: open a browser, if this machine has a display.

    Raises:
        LabError: JupyterLab is not installed, or the port cannot be had.
    """
    if find_spec("jupyterlab") is None:
        raise LabError("JupyterLab is not installed: run pip install 'iamlab[lab]', then try again.")
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    chosen = free_port() if port is None else _demand(port)
    return Opening(folder, lesson, chosen, token, browser and has_display())


def run(opening: Opening, announce: Callable[[str], object]) -> None:
    """Open JupyterLab; return when it is stopped.

    Args:
        opening: what to open.
        announce: is given the address as soon as it answers.
    """
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        [str(_OUR_SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    )
    from jupyterlab.labapp import LabApp

    server = LabApp.initialize_server(
        argv=arguments(opening),
        kernel_websocket_connection_class=prompt_connection(),
        contents_manager_class=reopened.contents(),
    )
    server.io_loop.add_callback(announce, opening.address)  # its turn comes after that of listening
    server.start()
    server.io_loop.run_sync(end_tasks)


async def end_tasks() -> None:
    """End what a stopped server was still doing, as `asyncio.run` would.

    A request in the middle of reading a file has a thread of anyio's, which waits for its task to end; Python waits for
    the thread, and the lab that was stopped would never be gone.
    """
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def prompt_connection() -> type:
    """Jupyter's own connection from a page to its kernel, which sends each message at once.

    A click is answered by several short messages. Sockets hold a short one back until the one before it is acknowledged
    (Nagle's algorithm), which a page does up to 40 ms later: a click would take five times as long.
    """
    from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

    class PromptConnection(ZMQChannelsWebsocketConnection):
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return PromptConnection


def arguments(opening: Opening) -> list[str]:
    """JupyterLab's command line for this opening."""
    return [
        f"--ServerApp.root_dir={opening.folder}",
        f"--ServerApp.port={opening.port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.open_browser={opening.browser}",
        f"--ServerApp.allow_root={is_root()}",
        "--ServerApp.answer_yes=True",  # Ctrl+C stops it at once
        "--Application.log_level=ERROR",
        f"--IdentityProvider.token={opening.token}",
        "--KernelManager.transport_encryption=auto",
        f"--LabApp.default_url={opening.path}",
        f"--LabApp.workspaces_dir={opening.folder / '.iamlab' / 'workspaces'}",
    ]


def has_display() -> bool:
    """Can this machine show a browser? Windows and macOS can; others say so in their environment."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in wanted)


def is_root() -> bool:
    """Does this run as root? (Windows has no such user.)"""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def free_port(first: int = FIRST_PORT) -> int:
    """The first port from `first` on that nobody listens at.

    Raises:
        LabError: many in a row are taken.
    """
    for port in range(first, first + _PORTS_TRIED):
        if _problem_with(port) is None:
            return port
    raise LabError(f"The ports from {first} to {first + _PORTS_TRIED - 1} are all busy: name another with --port.")


def _demand(port: int) -> int:
    """This port, or an error that says why not."""
    problem = _problem_with(port)
    if problem is None:
        return port
    if problem == errno.EADDRINUSE:
        raise LabError(f"Port {port} is busy: close what uses it, or leave --port out and a free one is found.")
    raise LabError(f"Port {port} cannot be used ({os.strerror(problem)}): name another, for example {FIRST_PORT}.")


def _problem_with(port: int) -> int | None:
    """The error number of listening at a port of this machine, or `None` when it works."""
    if not 0 < port < 65536:
        return errno.ERANGE
    with socket.socket() as probe:
        if sys.platform != "win32":  # as tornado does: a port that was closed a moment ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno or errno.EIO
    return None
