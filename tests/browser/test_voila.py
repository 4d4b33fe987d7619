"""A lesson in Voila: a page without code, on which every widget works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyterlab_page import SLOW, Mouse
from playwright.sync_api import Page, expect
from running_lab import VOILA, RunningLab, start_lab

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
WIDGETS = (
    "Create policy",
    "Effective permissions",
    "Policy simulator",
    "Policy ReportsReader",
    "Quiz: Policies",
)


@pytest.fixture(scope="module")
def running_voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    home = tmp_path_factory.mktemp("voila")
    shutil.copytree(NOTEBOOKS, home / "iamlab-work")
    with start_lab(home, VOILA) as lab:
        yield lab


def test_every_widget_of_the_lesson_works(page: Page, running_voila: RunningLab, screenshots: Path) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{running_voila.address.rstrip('/')}/voila/render/06-policies.ipynb")
    page.get_by_role("heading", name="06 · Policies").wait_for(timeout=SLOW)

    editor, table, simulator, policy, quiz = (
        Mouse(page, page.locator(".iamlab").filter(has=page.locator(".iamlab-title", has_text=title)).first)
        for title in WIDGETS
    )
    editor.press("tab", "JSON")
    editor.enter_editor()
    page.keyboard.type("x")
    expect(editor.widget.get_by_text("Errors: 1")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Backspace")
    expect(editor.widget.get_by_text("Errors: 0")).to_be_visible()
    editor.press("button", "Next")
    editor.write("Policy name", "ByHand")
    editor.press("button", "Create policy")
    expect(editor.widget.get_by_text("Policy ByHand is created.")).to_be_visible()

    table.press("button", "Explain: s3:GetObject")
    expect(table.widget.get_by_text("because of LogsReader, attached to group Support").first).to_be_visible()

    simulator.write("Action", "s3:GetObject")
    simulator.press("button", "Ask")
    answer = "Allowed: by LogsReader, attached to group Support"
    expect(simulator.widget.get_by_role("status").get_by_text(answer)).to_be_visible()
    page.screenshot(path=screenshots / "voila-simulator.png")

    policy.press("tab", "Policy versions")
    expect(policy.widget.get_by_role("row", name="v2 ✔ Default")).to_be_visible()

    quiz.press("radio", "PowerUserAccess")
    quiz.press("button", "Check")
    expect(quiz.widget.get_by_text("1 of 7 answered right")).to_be_visible()

    asked = page.locator(".iamlab").filter(has_text="May Grace now open everybody's salaries?").first
    expect(asked).not_to_contain_text("AmazonS3ReadOnlyAccess")
    asked.get_by_role("radio", name="denied").check()
    asked.get_by_role("button", name="Commit and see").click()
    expect(asked).to_contain_text("you expected denied; it is allowed.")
    assert page.locator(".jp-CodeMirrorEditor, .highlight").count() == 0, "there is no code"
