"""A table whose rows have buttons, drawn again and again in a browser: texts, names, buttons and focus follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from jupyterlab_page import open_widgets
from playwright.sync_api import Locator, Page, expect
from running_lab import RunningLab

pytestmark = pytest.mark.browser

CELL = """from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.rich import Row, Rows

TABLES = [
    ([Row(("a<b>", "1"), ["Open", "Remove"], "error"), Row(("b", "2"), ["Open", "Remove"])], "Two of them", ""),
    ([Row(("c", "3"), ["Open", "Remove"]), Row(("d", "4"), ["Open"], "warning"), Row(("e", "5"))], "Three", "and more"),
    ([Row(("f", "6"), ["Remove"])], "", ""),
    ([Row(("g", "7")), Row(("h", "8"))], "Without buttons", ""),
    ([], "Nothing", ""),
]

class Example(Panel):
    title = "Rows"

    def __init__(self):
        super().__init__()
        self.at = -1
        self.rows = Rows("Letters", ["Letter", "Number"], self.guard(lambda row, action: self.turn(f"{action} {row}")))
        self.arrange(self.rows, self.button("Turn", lambda: self.turn("Turn")))
        self.turn("Start")

    def turn(self, what):
        self.at = (self.at + 1) % len(TABLES)
        rows, above, more = TABLES[self.at]
        self.rows.fill(rows, more, above)
        self.verdict.say("info", f"{what}, table {self.at}")

    def plain(self):
        return "rows"

Example()"""


LEVEL = """row => {
  const range = document.createRange();
  range.selectNodeContents(row.querySelector("td"));
  const button = document.createRange();
  button.selectNodeContents(row.querySelector("button"));
  return Math.abs(range.getBoundingClientRect().bottom - button.getBoundingClientRect().bottom);
}"""
"""How many pixels a row's first text stands above or below the words on its button."""


def shown(panel: Locator) -> list[list[str]]:
    """The texts of the rows, and the names of their buttons."""
    return [
        [*row.locator("td:not(.iamlab-actions)").all_inner_texts()]
        + [str(button.get_attribute("aria-label")) for button in row.get_by_role("button").all()]
        for row in panel.locator(".iamlab-rows tbody tr").all()
    ]


def test_other_rows_take_the_place_of_those_that_were_there(
    page: Page, running_lab: RunningLab, violations: Callable[[Page, Locator], list[str]]
) -> None:
    (panel,) = open_widgets(page, running_lab, "rows", CELL)
    table, status = panel.locator(".iamlab-rows .iamlab-table"), panel.locator(".iamlab-rows p[role=status]")
    expect(status).to_have_text("Two of them")
    assert shown(panel) == [["a<b>", "1", "Open: a<b>", "Remove: a<b>"], ["b", "2", "Open: b", "Remove: b"]]
    assert violations(page, panel) == []
    assert panel.locator(".iamlab-rows tbody tr").first.evaluate(LEVEL) <= 1.5

    panel.get_by_role("button", name="Remove: b").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_text("Remove 1, table 1")).to_be_visible()
    assert shown(panel) == [["c", "3", "Open: c", "Remove: c"], ["d", "4", "Open: d"], ["e", "5"]]
    expect(panel.get_by_text("and more")).to_be_visible()
    assert [row.get_attribute("class") or "" for row in panel.locator(".iamlab-rows tbody tr").all()] == [
        "",
        "iamlab-tone-warning",
        "",
    ]

    panel.get_by_role("button", name="Remove: c").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_text("Remove 0, table 2")).to_be_visible()
    assert shown(panel) == [["f", "6", "Remove: f"]]
    expect(panel.get_by_role("button", name="Remove: f")).to_be_focused()
    expect(status).to_be_hidden()
    expect(panel.get_by_text("and more")).to_be_hidden()

    page.keyboard.press("Enter")
    expect(panel.get_by_text("Remove 0, table 3")).to_be_visible()
    assert shown(panel) == [["g", "7"], ["h", "8"]]
    assert panel.get_by_role("columnheader").all_inner_texts() == ["Letter", "Number"]

    panel.get_by_role("button", name="Turn").click()
    expect(status).to_have_text("Nothing")
    expect(table).to_be_hidden()
    assert violations(page, panel) == []
    panel.get_by_role("button", name="Turn").click()
    expect(status).to_have_text("Two of them")
    assert shown(panel) == [["a<b>", "1", "Open: a<b>", "Remove: a<b>"], ["b", "2", "Open: b", "Remove: b"]]


def test_a_row_that_changes_under_the_mouse_is_not_pressed(page: Page, running_lab: RunningLab) -> None:
    (panel,) = open_widgets(page, running_lab, "aim", CELL)
    button = panel.get_by_role("button", name="Remove: a<b>").element_handle()
    button.dispatch_event("pointerdown")
    panel.get_by_role("button", name="Turn").click()  # as an answer that comes meanwhile
    expect(panel.get_by_text("Turn, table 1")).to_be_visible()
    assert button.get_attribute("aria-label") == "Remove: c"
    button.dispatch_event("click", {"detail": 1})
    page.wait_for_timeout(300)  # nothing is to happen
    expect(panel.get_by_text("Turn, table 1")).to_be_visible()
