"""JupyterLab as browser tests use it: open a notebook, run it, and take its widgets by mouse or by keyboard."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

from playwright.sync_api import Locator, Page, expect
from running_lab import RunningLab

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SLOW = 90_000  # milliseconds for what starts a kernel or runs a lesson

NAME = """element => element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent"""
"""The accessible name of the controls that we have."""


def open_notebook(page: Page, lab: RunningLab, name: str) -> None:
    page.goto(f"{lab.root}/lab/tree/{quote(name)}?reset&token={lab.token}")
    expect(page.locator(".jp-Notebook:visible .jp-Cell").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=SLOW)  # else a question about the kernel comes in between


def run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def write_notebook(folder: Path, name: str, *cells: str) -> str:
    """Write a notebook of code cells; returns its name for `open_notebook`."""
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    code = [{**empty, "id": f"cell-{place}", "source": cell} for place, cell in enumerate(cells)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook), "utf-8")
    return f"{name}.ipynb"


def open_widgets(page: Page, lab: RunningLab, name: str, *cells: str) -> list[Locator]:
    """Run a notebook of these cells, each of which shows a panel; the panels, in order."""
    open_notebook(page, lab, write_notebook(lab.folder, name, *cells))
    run_all(page)
    panels = page.locator(".jp-OutputArea-output > .iamlab")
    expect(panels).to_have_count(len(cells), timeout=SLOW)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=SLOW)
    return panels.all()


def use_theme(lab: RunningLab, theme: str) -> None:
    """Switch JupyterLab to its `Light` or `Dark` theme, from the next page on."""
    raw = json.dumps({"theme": f"JupyterLab {theme}", "adaptive-theme": False})
    address = f"{lab.root}/lab/api/settings/@jupyterlab/apputils-extension:themes?token={lab.token}"
    headers = {"Content-Type": "application/json"}
    urlopen(Request(address, json.dumps({"raw": raw}).encode(), headers, method="PUT")).close()


class Mouse:
    """Uses a widget by mouse; keys only to write words."""

    def __init__(self, page: Page, widget: Locator) -> None:
        self.page = page
        self.widget = widget

    def press(self, role: str, name: str) -> None:
        """Press a button, tick a box, open a group, turn to a tab."""
        if role == "group":
            self.widget.locator("summary", has_text=name).first.click()
        else:
            self.widget.get_by_role(role, name=name, exact=True).first.click()

    def write(self, name: str, words: str) -> None:
        """Write into a field, in place of what is there."""
        self.widget.get_by_label(name, exact=True).fill(words)

    def choose(self, name: str, option: str) -> None:
        self.widget.get_by_label(name, exact=True).select_option(label=option)

    def enter_editor(self) -> None:
        """Go to the start of the JSON editor."""
        self.widget.locator(".cm-content").click()
        self.page.keyboard.press("Control+Home")


class Keyboard(Mouse):
    """Uses a widget by keyboard alone."""

    def tab_to(self, *names: str) -> str:
        """Press Tab until a control of one of these names has the focus, round and round the widget; its name."""
        if not self.widget.evaluate("widget => widget.contains(document.activeElement)"):
            self.widget.locator("input, button").first.focus()  # as Tab from the cell does
        step, was_inside = "Tab", True
        for _ in range(600):
            inside = self.widget.evaluate("widget => widget.contains(document.activeElement)")
            if inside and (focused := self._focused()) in names:
                return focused
            if was_inside and not inside:
                step = "Shift+Tab" if step == "Tab" else "Tab"
            was_inside = inside
            self.page.keyboard.press(step)
        raise AssertionError(f"no Tab leads to {' or '.join(names)}")

    def _focused(self) -> str:
        return " ".join(str(self.page.evaluate(f"() => ({NAME})(document.activeElement)")).split())

    def press(self, role: str, name: str) -> None:
        if role == "tab":
            names = self.widget.get_by_role("tab").all_inner_texts()
            now = self.widget.locator("[role=tab][aria-selected=true]").first.inner_text()
            self.tab_to(now)
            self._arrows("Right", "Left", names.index(name) - names.index(now))
            self.page.keyboard.press("Enter")
        elif role == "radio":
            names = self.widget.locator("label:has(input[type=radio])").all_inner_texts()
            focused = self.tab_to(*names)  # a group takes Tab once; arrows go on from there
            self._arrows("Down", "Up", names.index(name) - names.index(focused))
            self.page.keyboard.press("Space")
        elif role == "group":
            self.tab_to(self._group(name))
            self.page.keyboard.press("Enter")
        else:
            self.tab_to(name)
            self.page.keyboard.press("Space" if role == "checkbox" else "Enter")

    def _arrows(self, forth: str, back: str, times: int) -> None:
        for _ in range(abs(times)):
            self.page.keyboard.press(f"Arrow{forth if times > 0 else back}")

    def _group(self, name: str) -> str:
        return " ".join(self.widget.locator("summary", has_text=name).first.inner_text().split())

    def write(self, name: str, words: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)

    def choose(self, name: str, option: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Home")
        chosen = "() => document.activeElement.value"
        for _ in range(self.page.evaluate("() => document.activeElement.options.length")):
            if self.page.evaluate(chosen) == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no option {option!r}")

    def enter_editor(self) -> None:
        self.tab_to("Policy document (JSON)")
        self.page.keyboard.press("Control+Home")
