"""Controls with their labels: the only way panels make them, so that none is without one.

Each function returns an ipywidget; `description` is its visible label, which the stylesheet puts above the control.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import ipywidgets
import traitlets

from iamlab.display import escape

Control = Any
"""An ipywidget (ipywidgets has no types)."""

_LABEL = {"description_width": "initial"}
"""Labels in full, also where the stylesheet cannot be loaded."""


class _Typed(traitlets.HasTraits):
    """What is typed is not sent back to the page that sent it, ahead of the answer, as ipywidgets do.

    They mean it for other pages of the same kernel, which see what is typed here only when they are loaded again.
    """

    value = traitlets.Unicode().tag(sync=True, echo_update=False)


class _Text(_Typed, ipywidgets.Text):  # type: ignore[misc]
    pass


class _Textarea(_Typed, ipywidgets.Textarea):  # type: ignore[misc]
    pass


class _Combobox(_Typed, ipywidgets.Combobox):  # type: ignore[misc]
    pass


def text(label: str, value: str = "", *, placeholder: str = "", live: bool = False) -> Control:
    """A line to type into.

    Args:
        label: what it is for.
        value: what stands in it.
        placeholder: an example, in grey while it is empty.
        live: tell Python on every key; otherwise when Enter is pressed or the field is left.
    """
    return _field(_Text, label, value, live, placeholder=placeholder)


def area(label: str, value: str = "", *, rows: int = 6, live: bool = False) -> Control:
    """Several lines to type into."""
    return _field(_Textarea, label, value, live, rows=rows, layout={"width": "100%"})


def choice(label: str, options: Sequence[Any], value: Any = None) -> Control:
    """One of a few options.

    Args:
        label: what it is for.
        options: texts, or pairs of text and value.
        value: the chosen one; the first when not given.
    """
    control = _made(ipywidgets.Dropdown, options=options, description=label, style=_LABEL)
    if value is not None:
        control.value = value
    return control


def offer(control: Control, options: Sequence[Any]) -> None:
    """Give a choice other options; what was chosen stays chosen if it is still there, else it is the first one.

    Args:
        control: made by `choice`.
        options: texts, or pairs of text and value.
    """
    chosen = control.value
    values = [option[1] if isinstance(option, tuple) else option for option in options]
    with control.hold_sync():
        control.options = options
        control.value = chosen if chosen in values else next(iter(values), None)


def search(
    label: str, options: Sequence[str], value: str = "", *, placeholder: str = "", live: bool = False
) -> Control:
    """One of very many options: typing narrows them, and other words may be typed too.

    Args:
        label: what it is for.
        options: what is offered.
        value: what stands in it.
        placeholder: a hint, in grey while it is empty.
        live: tell Python on every key, and when an option is picked; otherwise when the field is left.
    """
    return _field(_Combobox, label, value, live, options=tuple(options), placeholder=placeholder)


def _field(kind: type[Control], label: str, value: str, live: bool, **traits: Any) -> Control:
    """A control to type into."""
    return _made(kind, value=value, description=label, continuous_update=live, style=_LABEL, **traits)


def several(label: str, options: Sequence[Any], *, rows: int = 6) -> Control:
    """Several of some options."""
    return _made(ipywidgets.SelectMultiple, options=options, description=label, rows=rows, style=_LABEL)


def tick(label: str, value: bool = False) -> Control:
    """Yes or no."""
    return _made(ipywidgets.Checkbox, value=value, description=label, indent=False)


def button(label: str, *, primary: bool = False) -> Control:
    """A button.

    Args:
        label: what is written on it.
        primary: is it what people will want to press next?
    """
    return _made(ipywidgets.Button, description=label, button_style="primary" if primary else "")


def tabs(pages: Sequence[Control], titles: Sequence[str]) -> Control:
    """Pages behind each other, with their titles above."""
    return _made(ipywidgets.Tab, children=pages, titles=titles)


def _made(kind: type[Control], **traits: Any) -> Control:
    """A control that can be found in the page, and whose messages are answered in order."""
    return in_order(kind(**address(), **traits))


def address() -> dict[str, Any]:
    """What a control is made with so that `look.js` finds its model, to send what is held back before a click."""
    name = uuid4().hex
    return {"model_id": name, "_dom_classes": (f"iamlab-model-{name}",)}


def in_order(control: Control) -> Control:
    """Have what the page says about a control answered in the order in which it was said.

    JupyterLab sends the messages of all widgets to one thread. ipykernel 7.4 sends them on to the thread that last
    changed the control, so that a click can be answered before what was typed just before it; not for a comm that has
    no such way.
    """
    control.comm._reply_subshell_for = None  # noqa: SLF001 - there is no public way; elsewhere it is not looked at
    return control


def on_focus(control: Control, do: Callable[[], object]) -> Control:
    """Call a function whenever somebody goes into a control: what it offers may have changed since it was made.

    Returns:
        The control.
    """
    control.on_msg(lambda _, content, __: do() if content.get("event") == "focus" else None)
    return dressed(control, "iamlab-tells-focus")  # look.js sends the message


def on_enter(control: Control, do: Callable[[], object]) -> None:
    """Call a function when Enter is pressed in a line that is typed into.

    Args:
        control: made by `text` or `search`, with `live`, so that what is typed is known by then.
        do: what a click on the button would do.
    """
    control.on_msg(lambda _, content, __: do() if content.get("event") == "submit" else None)


def say_opened(button: Control, opened: bool) -> None:
    """Say of a button that it opens something, and whether that is open: `look.js` tells those who do not see it."""
    button.add_class("iamlab-opens")
    (button.add_class if opened else button.remove_class)("iamlab-opened")


def words(html: str, *classes: str) -> Control:
    """A piece of HTML; whoever makes it has escaped what comes from data."""
    return dressed(ipywidgets.HTML(html), *classes)


def live(*classes: str) -> Control:
    """Words that are read out when they change: one region that stays, whose content changes (see `look.js`)."""
    return words("", "iamlab-live", *classes)


def heading(title: str, level: int = 4) -> Control:
    """A heading inside a panel, escaped."""
    control = words("", "iamlab-heading")
    retitle(control, title, level)
    return control


def retitle(control: Control, title: str, level: int = 4) -> None:
    """Give a heading other words."""
    control.value = f'<div role="heading" aria-level="{level}">{escape(title)}</div>'


def row(*controls: Control, top: bool = False) -> Control:
    """Controls beside each other; they wrap where it is narrow.

    Args:
        controls: from left to right.
        top: do they begin at the same height, instead of ending there, as a field and its button do?
    """
    return dressed(ipywidgets.HBox(controls), "iamlab-row", *(["iamlab-from-top"] if top else []))


def column(*controls: Control) -> Control:
    """Controls one below the other."""
    return dressed(ipywidgets.VBox(controls), "iamlab-column")


def box(*controls: Control) -> Control:
    """Controls in a frame, as the Console groups them."""
    return dressed(ipywidgets.VBox(controls), "iamlab-box")


def dressed(control: Control, *classes: str) -> Control:
    """A control with classes of our stylesheet."""
    for name in classes:
        control.add_class(name)
    return control


def show(control: Control, visible: bool) -> None:
    """Show or hide a control; hidden ones are for nobody, screen readers included."""
    control.layout.display = None if visible else "none"


def is_shown(control: Control) -> bool:
    """Is a control shown, as far as `show` was asked?"""
    return bool(control.layout.display != "none")
