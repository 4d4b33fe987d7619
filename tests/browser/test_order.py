"""Nothing overtakes what was typed: a click is answered with the whole text, however slow the kernel is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from jupyterlab_page import open_widgets
from playwright.sync_api import Page, expect
from running_lab import IAMLAB, PLAIN, start_lab

pytestmark = pytest.mark.browser

SLOW_PANEL = """
import time
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.editor.json_editor import JsonEditor

class Slow(Panel):
    title = "Slow"

    def __init__(self, field):
        super().__init__()
        self.field, self.read, self.said = field, [], controls.words("")
        self.on(field, lambda _: time.sleep(0.2))
        self.arrange(field, self.button("Read", self.answer), self.said)

    def answer(self):
        self.read.append(self.field.value)
        self.said.value = " ".join(self.read)

    def plain(self):
        return "slow"

Slow(controls.text("Field", live=True))"""
FIELDS = (SLOW_PANEL, 'Slow(controls.text("Field"))', 'Slow(controls.search("Field", [], live=True))')
JSON = 'Slow(JsonEditor("Field"))'


@pytest.mark.parametrize("command", [IAMLAB, PLAIN], ids=["iamlab", "jupyter lab"])
def test_a_click_never_overtakes_what_was_typed(command: Sequence[str], page: Page, tmp_path: Path) -> None:
    words = [f"text{number}" for number in range(6)]
    with start_lab(tmp_path, command) as lab:
        panels = open_widgets(page, lab, "order", *FIELDS, JSON)
        for panel in panels:
            field = panel.get_by_label("Field", exact=True).filter(visible=True)
            for word in words:
                field.click()
                page.keyboard.press("Control+a")
                page.keyboard.type(word, delay=20)
                panel.get_by_role("button", name="Read", exact=True).click()
        for panel in panels:
            expect(panel.get_by_text(" ".join(words), exact=True)).to_be_visible(timeout=60_000)
