"""Copy as code: the Python that does again what was clicked.

A panel records one line of Python for each thing that was done; what was only clicked is gone when the kernel stops,
and nbval and grading start from a fresh one. `python` writes values as Python source that people like to read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

from iamlab.account import Account
from iamlab.widgets import controls
from iamlab.widgets.labels import label


def python(value: Any, indent: int = 0, width: int = 100) -> str:
    """A JSON value as Python source: one line where it fits, else laid out as the Console lays out JSON.

    An account is written as the name of its variable.

    >>> print(python({"Effect": "Allow", "Action": ["s3:GetObject"]}))
    {"Effect": "Allow", "Action": ["s3:GetObject"]}
    """
    flat = _flat(value)
    if len(flat) + indent <= width or not isinstance(value, dict | list | tuple) or not value:
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, dict):
        items = [f"{pad}{_flat(key)}: {python(item, indent + 4, width)}," for key, item in value.items()]
    else:
        items = [f"{pad}{python(item, indent + 4, width)}," for item in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([left, *items, " " * indent + right])


def _flat(value: Any) -> str:
    if isinstance(value, str):
        text = repr(value)
        # Double quotes, as formatters write them, where that needs no backslash.
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text and "\\'" not in text else text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flat(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return name_of(value) if isinstance(value, Account) else repr(value)


def call(function: str, *arguments: Any, **options: Any) -> str:
    """A call as Python source, without the options that are empty.

    >>> print(call('lab.create_policy', "Read", {"Statement": []}, description=""))
    lab.create_policy("Read", {"Statement": []})
    """
    given = [python(argument) for argument in arguments]
    given += [
        f"{name}={python(option)}" for name, option in options.items() if option not in ("", None, False, {}, [], ())
    ]
    return f"{function}({', '.join(given)})"


def shows(widget: str, *arguments: Any, **options: Any) -> str:
    """The Python that shows a widget: its import, which the notebook may not have, and the call.

    >>> print(shows("PolicyPage", Account(), "ReportsReader"))
    from iamlab.widgets import PolicyPage
    <BLANKLINE>
    PolicyPage(lab, "ReportsReader")
    """
    return shows_opened(widget, "", call(widget, *arguments, **options), ())


def shows_opened(widget: str, variable: str, made: str, opened: Sequence[str]) -> str:
    """The Python that shows a widget in which something is opened.

    Args:
        widget: its class.
        variable: what it is called meanwhile.
        made: the call that makes it.
        opened: the lines that open what stands in it; without any, nothing is.

    >>> print(shows_opened("PolicyPage", "page", 'PolicyPage(lab, "Mine")', ["page.edit()"]))
    from iamlab.widgets import PolicyPage
    <BLANKLINE>
    page = PolicyPage(lab, "Mine")
    page.edit()
    page
    """
    lines = [f"{variable} = {made}", *opened, variable] if opened else [made]
    return "\n".join([f"from iamlab.widgets import {widget}", "", *lines])


def name_of(lab: object) -> str:
    """What the notebook calls this account: the name of the variable that holds it, `lab` when there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    variables: Mapping[str, object] = shell.user_ns if shell is not None else {}
    return next((name for name, value in variables.items() if value is lab and not name.startswith("_")), "lab")


def calls_again(function: str, first: str = "") -> Callable[..., str]:
    """A function that writes the call which stands in the running cell, with other keyword arguments.

    What a cell passes on (an account's answer, say) cannot be written as Python; the cell's own words for it can.

    Args:
        function: what is called.
        first: its first argument when that is a text, by which it is found where there are several.

    >>> calls_again("Predict", "Is it?")(guess="yes")  # no cell is running here
    '# In the call of Predict: guess="yes"'
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    cells: Sequence[str] = shell.user_ns.get("In", ()) if shell is not None else ()
    cell = cells[-1] if cells else ""
    return lambda **options: with_options(cell, function, first, **options)


def with_options(cell: str, function: str, first: str, **options: Any) -> str:
    r"""A call in a cell's source, with some of its keyword arguments set.

    Args:
        cell: the source.
        function: what is called.
        first: its first argument, by which it is found where there are several.
        options: keyword arguments.

    Returns:
        The call as it stands there, with its other arguments as they are; without such a call, a comment that says what
        is to be changed.

    >>> print(with_options('x = 1\nPredict("Is it?", f(x))', "Predict", "Is it?", guess="yes"))
    Predict("Is it?", f(x), guess="yes")
    """
    new = [f"{name}={python(value)}" for name, value in options.items()]
    found = _find_call(cell, function, first)
    if found is None:
        return f"# In the call of {function}: {', '.join(new)}" if new else ""
    old = (*found.args, *(word for word in found.keywords if word.arg not in options))
    called, *parts = (str(ast.get_source_segment(cell, part)) for part in (found.func, *old))
    parts += new
    flat = f"{called}({', '.join(parts)})"
    if "\n" not in flat and len(flat) <= 100:
        return flat
    return "\n".join([f"{called}(", *(f"    {part}," for part in parts), ")"])


def _find_call(cell: str, function: str, first: str) -> ast.Call | None:
    try:
        nodes = list(ast.walk(ast.parse(cell)))
    except SyntaxError:
        return None
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    calls = [node for node in calls if ast.unparse(node.func).rpartition(".")[2] == function]
    exact = [node for node in calls if node.args and getattr(node.args[0], "value", None) == first]
    return next(iter(exact or calls), None)


class CopyAsCode(ipywidgets.VBox):  # type: ignore[misc]
    """A button that shows what was done as Python, to be copied into a cell; it is not there before there is any.

    Attributes:
        lines: what was done, one statement of Python each.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._draft: Callable[[], str] = str
        self._outer: CopyAsCode | None = None
        self._toggle = controls.button(label("code.show"))
        self._toggle.on_click(lambda _: self._switch())
        self._area = controls.area(label("code.area"), rows=8)
        self._copy = controls.dressed(controls.button(label("code.copy")), "iamlab-copy")
        # Said here and not in the code: whoever copies has seen it.
        only = controls.words("Only what was done in this widget is in it, not what other widgets and cells did.")
        self._opened = controls.column(controls.dressed(only, "iamlab-quiet"), self._area, self._copy)
        controls.dressed(self._opened, "iamlab-answer")
        controls.show(self._opened, False)
        controls.say_opened(self._toggle, False)
        super().__init__([self._toggle, self._opened])
        self.add_class("iamlab-code")
        controls.show(self, False)

    @property
    def source(self) -> str:
        """All of it, as one piece of Python; the draft comes last."""
        return "\n".join(filter(None, [*self.lines, self._drafted()])) or label("code.nothing")

    def _drafted(self) -> str:
        """The draft; a comment in its place when it cannot be written: what was done is not lost with it."""
        try:
            return self._draft()
        except Exception as error:  # whatever it is, it must not take the lines with it
            return f"# Not in this code, what is only written: {' '.join(str(error).split())}"

    def add(self, line: str) -> None:
        """Record something that was done.

        Args:
            line: a statement of Python.
        """
        self.lines.append(line)
        if self._outer is not None:
            self._outer.add(line)
        self.refresh()

    def draft(self, source: str | Callable[[], str]) -> None:
        """Say what is being prepared but not done yet; a new draft takes the place of the old one.

        Args:
            source: Python, or a function that writes it when somebody wants to see it.
        """
        self._draft = source if callable(source) else lambda: source
        self.refresh()

    def write_into(self, outer: CopyAsCode) -> None:
        """Write into another panel's code from now on: of a panel in a panel, only the outer one shows code.

        Args:
            outer: keeps what was done also when the inner panel is gone. Its panel says in its own draft how it came
                to the inner one.
        """
        self._outer = outer
        controls.show(self, False)
        outer.refresh()

    def _switch(self) -> None:
        opened = controls.is_shown(self._opened)
        controls.show(self._opened, not opened)
        controls.say_opened(self._toggle, not opened)
        self._toggle.description = label("code.show" if opened else "code.hide")
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now."""
        if self._outer is not None:
            self._outer.refresh()
            return
        # Once there was something to copy, it stays: what has gone away under the pointer is looked for in vain.
        if not controls.is_shown(self):
            controls.show(self, bool(self.lines or self._drafted()))
        # Nobody waits for a text that is not shown.
        if controls.is_shown(self._opened):
            self._area.value = self.source

    def __repr__(self) -> str:
        return f"<CopyAsCode: {len(self.lines)} lines>"
