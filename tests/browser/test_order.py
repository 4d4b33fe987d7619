"""Nothing overtakes a change: a click is answered with all that was typed and chosen, however slow the kernel is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from jupyterlab_page import open_widgets
from playwright.sync_api import Locator, Page, expect
from running_lab import IAMLAB, PLAIN, RunningLab, start_lab

pytestmark = pytest.mark.browser

SLOW_PANEL = """
import time
from iamlab.widgets import choices, controls
from iamlab.widgets.base import Panel
from iamlab.widgets.choices import Choices
from iamlab.widgets.editor.json_editor import JsonEditor
from iamlab.widgets.rich import CheckGroups

class Slow(Panel):
    title = "Slow"

    def __init__(self, field, trait="value"):
        super().__init__()
        self.field, self.trait, self.read, self.said = field, trait, [], controls.words("")
        self.on(getattr(field, "rich", field), lambda _: time.sleep(0.2), trait)
        self.arrange(field, self.button("Read", self.answer), self.said)

    def answer(self):
        self.read.append(str(getattr(self.field, self.trait)))
        self.said.value = " ".join(self.read)

    def plain(self):
        return "slow"

letters = list("abcdef")
def chosen(mode):
    field = Choices()
    field.fill("Field", mode, letters)
    return Slow(field, "selected")
def ticked():
    field = CheckGroups("Field")
    field.fill([("All", "All letters", letters)], [])
    return Slow(field, "selected")
"""
WORDS = [f"text{number}" for number in range(6)]
TYPED = (
    'Slow(controls.text("Field", live=True))',
    'Slow(controls.text("Field"))',
    'Slow(controls.search("Field", [], live=True))',
    'Slow(JsonEditor("Field"))',
)


def typing(page: Page, panel: Locator) -> Iterator[str]:
    """Write one word after the other; what is in the field each time."""
    field = panel.get_by_label("Field", exact=True).filter(visible=True)
    for word in WORDS:
        field.click()
        page.keyboard.press("Control+a")
        page.keyboard.type(word, delay=20)
        yield word


def choosing(_: Page, panel: Locator) -> Iterator[str]:
    """Choose two options, one right after the other, three times."""
    field = panel.get_by_label("Field", exact=True).filter(visible=True)
    for first, second in ("bc", "de", "fa"):
        field.select_option(first)
        field.select_option(second)
        yield second


def choosing_several(_: Page, panel: Locator) -> Iterator[str]:
    field = panel.get_by_label("Field", exact=True).filter(visible=True)
    for first, second in ("bc", "de", "fa"):
        field.select_option(first)
        field.select_option([first, second])
        yield str(tuple(sorted([first, second])))


def picking(_: Page, panel: Locator) -> Iterator[str]:
    for first, second in ((0, 1), (2, 3), (4, 5)):
        panel.get_by_role("radio").nth(first).click()
        panel.get_by_role("radio").nth(second).click()
        yield str([second])


def ticking(_: Page, panel: Locator) -> Iterator[str]:
    """Tick more and more boxes."""
    for first, second in ((0, 1), (2, 3), (4, 5)):
        panel.get_by_role("checkbox").nth(first).click()
        panel.get_by_role("checkbox").nth(second).click()
        yield str([*range(second + 1)])


def ticking_in_groups(_: Page, panel: Locator) -> Iterator[str]:
    if not panel.get_by_role("checkbox").first.is_visible():
        panel.locator("summary").click()
    ticked = ""
    for pair in ("ab", "cd", "ef"):
        for letter in pair:
            panel.get_by_role("checkbox", name=letter, exact=True).click()
        ticked += pair
        yield str([*ticked])


def toggling(_: Page, panel: Locator) -> Iterator[str]:
    """Tick a box, and at once take the tick away again."""
    for _ in range(3):
        panel.get_by_role("checkbox", name="Field").click()
        panel.get_by_role("checkbox", name="Field").click()
        yield "False"


def moving(_: Page, panel: Locator) -> Iterator[str]:
    """Put steps in another order: the first one goes down, twice."""
    for order in ([1, 2, 0, 3, 4, 5], [2, 0, 1, 3, 4, 5], [0, 1, 2, 3, 4, 5]):
        panel.get_by_role("button", name="Down").nth(0).click()
        panel.get_by_role("button", name="Down").nth(1).click()
        yield str(order)


USES: dict[str, Callable[[Page, Locator], Iterator[str]]] = {
    **dict.fromkeys(TYPED, typing),
    'Slow(controls.choice("Field", letters))': choosing,
    'Slow(controls.several("Field", letters))': choosing_several,
    'Slow(controls.tick("Field"))': toggling,
    "chosen(choices.ONE)": picking,
    "chosen(choices.SEVERAL)": ticking,
    "chosen(choices.ORDER)": moving,
    "ticked()": ticking_in_groups,
}


@pytest.fixture(scope="module", params=[IAMLAB, PLAIN], ids=["iamlab", "jupyter lab"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    command: Sequence[str] = request.param
    with start_lab(tmp_path_factory.mktemp("lab"), command) as running:
        yield running


def test_a_click_never_overtakes_what_was_typed_or_chosen(lab: RunningLab, page: Page, tmp_path: Path) -> None:
    first, *others = USES
    panels = open_widgets(page, lab, "order", f"{SLOW_PANEL}{first}", *others)
    wanted = []
    for panel, use in zip(panels, USES.values(), strict=True):
        read = []
        for value in use(page, panel):
            panel.get_by_role("button", name="Read", exact=True).click()
            read.append(value)
        wanted.append(" ".join(read))
    for panel, words in zip(panels, wanted, strict=True):
        expect(panel.get_by_text(words, exact=True)).to_be_visible(timeout=60_000)
