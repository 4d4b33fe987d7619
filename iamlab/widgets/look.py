"""The look of every panel: one stylesheet, and the little behaviour that ipywidgets lack.

`look()` is one invisible widget for the whole kernel; each panel shows it once. The front end puts the stylesheet into
the page a single time, however many panels there are. `go_to` moves the keyboard's focus.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anywidget import AnyWidget

_HERE = Path(__file__).parent


class Look(AnyWidget):
    """The stylesheet and the script of all panels."""

    _css = _HERE / "style.css"
    _esm = _HERE / "look.js"

    def __repr__(self) -> str:
        return "Look()"


_shared: Look | None = None


def look() -> Look:
    """The one `Look` of this kernel, made anew when somebody closed it."""
    global _shared
    if _shared is None or _shared.comm is None:
        layout: Any = {"display": "none"}
        _shared = Look(layout=layout)
    return _shared


def go_to(control: Any) -> None:
    """Move the keyboard's focus into a control, which comes into view: to its first field, or else its first button.

    Args:
        control: an ipywidget that stands in a panel, or has just been put into one.
    """
    control.add_class(f"iamlab-model-{control.model_id}")
    look().send({"go": control.model_id})
