"""JupyterLab in a real browser: saved answers show before anything is trusted or run, and running gives them.

Screenshots go to the folder that IAMLAB_SCREENSHOTS names, else to pytest's temporary folder.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jupyterlab_page import SLOW, open_notebook, run_all
from playwright.sync_api import Locator, Page, expect
from running_lab import RunningLab

from iamlab.classroom.ipynb import Cell, joined, loads

pytestmark = pytest.mark.browser

ORIGINALS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = sorted(path.stem for path in ORIGINALS.glob("*.ipynb"))
READ = """async () => {
  const cells = [];
  const panel = document.querySelector(".jp-Notebook:not(.lm-mod-hidden) .jp-WindowedPanel-outer");
  for (let top = 0; top < panel.scrollHeight; top += panel.clientHeight / 2) {
    panel.scrollTo(0, top);
    await new Promise(done => setTimeout(done, 150));
    for (const cell of panel.querySelectorAll(".jp-CodeCell")) {
      const outputs = [...cell.querySelectorAll(".jp-OutputArea-output")];
      const images = outputs.flatMap(output => [...output.querySelectorAll("img")]);
      await Promise.all(images.map(image => image.decode().catch(() => {})));
      cells.push({
        count: Number(cell.querySelector(".jp-InputPrompt").textContent.replace(/\\D/g, "")),
        text: outputs.map(output => output.textContent).join("\\n"),
        pictures: images.filter(image => image.naturalWidth > 0).map(image => image.src),
        widget: outputs.some(output => output.querySelector(".jupyter-widgets") !== null),
      });
    }
  }
  panel.scrollTo(0, 0);
  return cells;
}"""
"""Scroll through the open notebook, since JupyterLab draws only what is near: what each code cell's outputs say, the
pictures that are really drawn, and whether there is a living widget."""


class _Words(HTMLParser):
    """The text of a piece of HTML, without its tags and its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data


def squeezed(text: str) -> str:
    """Text without white space, which a browser lays out in its own way."""
    return re.sub(r"\s+", "", text)


def htmls(cell: Cell) -> Iterator[str]:
    """The HTML of the saved outputs of a cell."""
    for output in cell.get("outputs", []):
        yield joined(output.get("data", {}).get("text/html", ""))


def answers(cell: Cell) -> Iterator[str]:
    """What the saved outputs of a cell say, as a reader sees it."""
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            yield joined(output["text"])
        elif "text/html" in output["data"]:
            words = _Words()
            words.feed(joined(output["data"]["text/html"]))
            yield words.text
        else:
            yield joined(output["data"]["text/plain"])


def saved(lesson: str) -> dict[int, set[str]]:
    """By execution count: what the saved outputs of a lesson say, squeezed, and the addresses of their pictures."""
    wanted = {}
    for cell in loads((ORIGINALS / f"{lesson}.ipynb").read_text("utf-8"))["cells"]:
        pictures = (re.findall(r"data:image/svg\+xml;base64,[\w+/=]+", html) for html in htmls(cell))
        if cell.get("outputs"):
            wanted[cell["execution_count"]] = {squeezed(text) for text in answers(cell)}.union(*pictures)
    return wanted


def see_every_answer(page: Page, lesson: str, *, widgets: bool) -> None:
    """Wait until each saved answer and picture is on the page; a living widget may stand for a saved answer."""
    wanted = saved(lesson)
    deadline = time.monotonic() + SLOW / 1000
    while wanted := {count: missing for count, missing in wanted.items() if missing}:
        short = {count: sorted(answer[:80] for answer in missing) for count, missing in wanted.items()}
        assert time.monotonic() < deadline, f"not on the page, by execution count: {short}"
        for cell in page.evaluate(READ):
            left = wanted.get(cell["count"], set())
            seen = {answer for answer in left if answer in squeezed(cell["text"]) or answer in cell["pictures"]}
            wanted[cell["count"]] = set() if widgets and cell["widget"] else left - seen


def scroll_to(page: Page, place: Locator) -> None:
    """Scroll down until JupyterLab draws this part of the notebook."""
    panel = page.locator(".jp-Notebook:visible .jp-WindowedPanel-outer")
    deadline = time.monotonic() + SLOW / 1000
    while not place.count():
        assert time.monotonic() < deadline, "not found on the way down"
        panel.evaluate("panel => panel.scrollBy(0, panel.clientHeight / 2)")
        page.wait_for_timeout(150)
    place.scroll_into_view_if_needed()


@pytest.mark.parametrize("lesson", LESSONS)
def test_saved_answers_show_before_anything_is_trusted_or_run(
    lesson: str, page: Page, running_lab: RunningLab, screenshots: Path
) -> None:
    folder = running_lab.folder / "originals"
    folder.mkdir(exist_ok=True)
    shutil.copy(ORIGINALS / f"{lesson}.ipynb", folder)
    open_notebook(page, running_lab, f"originals/{lesson}.ipynb")
    see_every_answer(page, lesson, widgets=False)
    expect(page.locator("[title*='ot trusted' i], [title*='untrusted' i]").first).to_be_attached()
    page.screenshot(path=screenshots / f"{lesson}-untrusted.png")


@pytest.mark.parametrize("lesson", LESSONS)
def test_running_the_learners_copy_gives_the_saved_answers_or_a_widget(
    lesson: str, page: Page, running_lab: RunningLab, screenshots: Path
) -> None:
    open_notebook(page, running_lab, f"notebooks/{lesson}.ipynb")
    expect(page.locator(".jp-Notebook:visible .jp-OutputArea-output")).to_have_count(0)
    page.screenshot(path=screenshots / f"{lesson}-fresh.png")
    run_all(page)
    see_every_answer(page, lesson, widgets=True)
    page.screenshot(path=screenshots / f"{lesson}-run.png")


def test_a_committed_guess_reveals_the_decision(page: Page, running_lab: RunningLab, screenshots: Path) -> None:
    open_notebook(page, running_lab, "notebooks/00-start-here.ipynb")
    run_all(page)
    question = page.locator(".jp-CodeCell", has_text="May he read the sales figures?").locator(".jp-OutputArea").first
    scroll_to(page, question)
    expect(question.get_by_role("button", name="Commit and see")).to_be_visible(timeout=SLOW)
    expect(question).not_to_contain_text("PowerUserAccess")
    question.locator("fieldset").get_by_text("allowed", exact=True).click()
    question.get_by_role("button", name="Commit and see").click()
    expect(question).to_contain_text("allowed by PowerUserAccess, attached to group Developers", timeout=SLOW)
    page.screenshot(path=screenshots / "00-start-here-decision.png")


def test_no_news_and_no_questions_at_the_start(page: Page, running_lab: RunningLab) -> None:
    page.goto(running_lab.address)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name=re.compile("Start here"))).to_be_visible()
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
