"""Pictures in JupyterLab, in a panel and as an answer: they follow its theme, and are readable where it is narrow."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from jupyterlab_page import SLOW, open_notebook, run_all, use_theme, write_notebook
from playwright.sync_api import Locator, Page, expect
from running_lab import RunningLab

from iamlab.widgets.drawing import DARK, NARROW, PAPER, WIDTH

pytestmark = pytest.mark.browser

PANEL = """from iamlab import Account
from iamlab.widgets import PolicySimulator, anatomy
lab = Account.example()
PolicySimulator(lab, "bob", "iam:CreateUser")"""
ANSWER = 'anatomy(lab.policies["ReportsReader"])'

COLOUR = """async png => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.drawImage(image, 0, 0);
  return "#" + [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].map(n => n.toString(16).padStart(2, "0")).join("");
}"""
"""The colour of a screenshot of one pixel."""


def paper(page: Page, picture: Locator) -> str:
    """The colour on which a picture is drawn, as it is seen near its upper left corner."""
    picture.evaluate("image => image.scrollIntoView({ block: 'start' })")
    page.wait_for_timeout(300)
    box = picture.bounding_box()
    assert box
    pixel = page.screenshot(clip={"x": box["x"] + 14, "y": box["y"] + 14, "width": 1, "height": 1})
    return str(page.evaluate(COLOUR, b64encode(pixel).decode()))


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (900, 700)])
def test_pictures_follow_the_theme_and_keep_their_letters_large(
    theme: str,
    width: int,
    height: int,
    page: Page,
    running_lab: RunningLab,
    violations: Callable[[Page, Locator], list[str]],
    screenshots: Path,
) -> None:
    use_theme(running_lab, theme)
    page.set_viewport_size({"width": width, "height": height})
    open_notebook(page, running_lab, write_notebook(running_lab.folder, f"pictures-{theme}-{width}", PANEL, ANSWER))
    run_all(page)
    pictures = page.locator(".jp-Notebook:visible .jp-OutputArea-output .iamlab-picture")
    expect(pictures).to_have_count(2, timeout=SLOW)
    for name, picture in zip(("panel", "answer"), pictures.all(), strict=True):
        assert paper(page, picture) == {"Light": PAPER, "Dark": DARK[PAPER]}[theme]
        page.screenshot(path=screenshots / f"picture-{name}-{theme}-{width}.png")
        shown = picture.bounding_box()
        assert shown
        assert shown["height"] == picture.evaluate("image => parseInt(image.style.height)"), "it is not scaled"
        assert (shown["width"] == WIDTH) if width == 1400 else (NARROW <= shown["width"] < WIDTH)
        output = picture.locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea-output')]")
        assert output.evaluate("output => output.scrollWidth <= output.clientWidth"), "nothing sticks out"
        assert violations(page, output) == []
    use_theme(running_lab, "Light")
