"""Hands for tests: find a panel's controls by what is written on them, and use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


def controls(widget: Any) -> Iterator[Any]:
    """A widget and all it shows, from top to bottom; what is hidden is left out."""
    if widget.layout is not None and widget.layout.display == "none":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from controls(child)


def find(panel: Any, label: str) -> Any:
    """The first visible control with this label."""
    for control in controls(panel):
        if getattr(control, "description", None) == label:
            return control
    labels = [control.description for control in controls(panel) if getattr(control, "description", "")]
    raise AssertionError(f"no control says {label!r}, only {labels}")


def press(panel: Any, label: str) -> None:
    """Press a button; it must be enabled."""
    button = find(panel, label)
    assert not button.disabled, f"{label} is disabled"
    button.click()


def fill(panel: Any, label: str, value: Any) -> None:
    """Type into a control, or choose in it."""
    find(panel, label).value = value


def go_into(panel: Any, label: str) -> None:
    """Put the focus into a control, as far as Python is told of it."""
    control = find(panel, label)
    if "iamlab-tells-focus" in control._dom_classes:
        control._handle_custom_msg({"event": "focus"}, [])


def seen(panel: Any) -> str:
    """All HTML that the panel shows."""
    from ipywidgets import HTML

    return "\n".join(control.value for control in controls(panel) if isinstance(control, HTML))


@contextmanager
def told() -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """What the page is told meanwhile, message by message: a widget and its new state."""
    from ipywidgets import Widget

    messages: list[tuple[Any, dict[str, Any]]] = []

    def send(widget: Any, message: dict[str, Any], **_: Any) -> None:
        messages.append((widget, message.get("state", {})))

    with patch.object(Widget, "_send", send):
        yield messages


@contextmanager
def sent() -> Iterator[list[str]]:
    """Where the focus is sent meanwhile: the ids of controls."""
    from iamlab.widgets.look import Look

    goals: list[str] = []
    with patch.object(Look, "send", lambda _, content: goals.append(content["go"])):
        yield goals
