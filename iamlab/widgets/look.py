"""The look of every panel: one stylesheet, and the little behaviour that ipywidgets lack.

`look()` is one invisible widget for the whole kernel; each panel shows it once. The front end puts the stylesheet into
the page a single time, however many panels there are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anywidget import AnyWidget

from iamlab.widgets import controls

_HERE = Path(__file__).parent


class Look(AnyWidget):
    """The stylesheet and the script of all panels; takes the texts that must be there before a click."""

    _css = _HERE / "style.css"
    _esm = _HERE / "look.js"

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(_take_texts)
        controls.in_order(self)

    def __repr__(self) -> str:
        return "Look()"


def _take_texts(_: object, content: dict[str, Any], __: object) -> None:
    for number, text in content.get("texts", {}).items():
        field = controls.field(int(number))
        if field is not None and field.value != text:
            field.set_state({"value": text})


_shared: Look | None = None


def look() -> Look:
    """The one `Look` of this kernel, made anew when somebody closed it."""
    global _shared
    if _shared is None or _shared.comm is None:
        layout: Any = {"display": "none"}
        _shared = Look(layout=layout)
    return _shared
