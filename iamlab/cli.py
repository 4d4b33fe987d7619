"""The command line: `iamlab` opens the lab, `iamlab reset 06` lays out a lesson anew.

A command is a function from its arguments to an exit code, and a few lines in `_parser`. What goes wrong for a reason
that the user can put right is said in one sentence, on stderr, with exit code 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from iamlab import __version__
from iamlab.classroom import lab, workfolder

FIRST_LESSON = "notebooks/00-start-here.ipynb"

_SAID = {
    "new": "",  # a first start is no news, and a list of twelve names says nothing
    "replaced": "{name} is newer than your copy, which you had not changed: it was replaced.",
    "beside": "There is a newer version of a lesson that you have worked on: it lies beside yours as {name}.",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: the words after `iamlab`; those of the command line when not given.

    Returns:
        The exit code: 0 when all went well, 1 after a sentence on stderr. (argparse leaves with 2.)
    """
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except (workfolder.WorkFolderError, lab.LabError) as error:
        print(f"iamlab: {error}", file=sys.stderr)
        return 1


def open_lab(arguments: argparse.Namespace) -> int:
    """`iamlab`: hand out what is new, then open JupyterLab at lesson 00."""
    folder = workfolder.choose(arguments.folder)
    opening = lab.prepare(folder, FIRST_LESSON, port=arguments.port, browser=not arguments.no_browser)
    for change in workfolder.hand_out(folder):
        if sentence := _SAID[change.how].format(name=change.name):
            print(sentence)
    print(f"Your lessons and exercises are in {folder}. What you change there stays yours.", flush=True)
    lab.run(opening, _announce)
    return 0


def _announce(address: str) -> None:
    print(f"JupyterLab is open at\n\n    {address}\n\nCtrl+C stops it.", flush=True)


def reset(arguments: argparse.Namespace) -> int:
    """`iamlab reset 06`: lay out a lesson as it was; keep the learner's own beside it."""
    name, kept = workfolder.reset(workfolder.choose(arguments.folder), arguments.lesson)
    print(f"{name} is as it was in the beginning." + (f" Your own is kept as {kept}." if kept else ""))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="iamlab",
        description="An AWS account you can break. Without a command: open JupyterLab at lesson 00.",
    )
    parser.add_argument("--version", action="version", version=f"iamlab {__version__}")
    parser.add_argument("--port", type=int, help="listen at this port; without it, at the first free one from 8888 on")
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    _add_folder(parser, None)
    parser.set_defaults(command=open_lab)
    commands = parser.add_subparsers(title="commands", metavar="command")

    command = commands.add_parser("reset", help="lay out a lesson anew; yours is kept", description=reset.__doc__)
    command.add_argument("lesson", help="its number or name: 06, 06-policies; for an exercise exercises/06")
    _add_folder(command, argparse.SUPPRESS)
    command.set_defaults(command=reset)
    return parser


def _add_folder(parser: argparse.ArgumentParser, default: str | None) -> None:
    """`--folder`, before or after a command (which must not reset what was said before it)."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=default,
        help=f"your work folder; without it the current one if it is one, else {workfolder.DEFAULT_NAME!r} in it",
    )
