"""The mail and the page in a browser: every width, light and dark."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from digest.model import Publication
from digest.outputs.mail.body import render_mail
from digest.outputs.mail.templates import mail_environment
from digest.renderers.page import PageRenderer
from tests.conftest import missing
from tests.golden import sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

FILES = ("mail.html", "site/index.html", "site/archive.html", "first/index.html")

# Every text that is shown, with its contrast to what is behind it (WCAG 2.2, 1.4.3).
CONTRASTS = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const luminance = colour => {
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = colour.slice(0, 3).map(c => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = rgb(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.body.querySelectorAll('*')) {
    const text = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
    if (!text || !element.checkVisibility()) continue;
    const pair = [luminance(rgb(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => b - a);
    found.push({text: text.slice(0, 40), contrast: (pair[0] + 0.05) / (pair[1] + 0.05)});
  }
  return found;
}"""

TARGETS = """() => [...document.querySelectorAll('a, summary')].filter(e => e.checkVisibility()).map(e => {
  const {width, height} = e.getBoundingClientRect();
  return {text: e.textContent.slice(0, 40), width, height};
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's mail and site on disk, and the site before the first dump."""
    root = tmp_path_factory.mktemp("look")
    templates = mail_environment()
    mail = render_mail(sample.edition(), sample.READER, sample.SITE, sample.UNSUBSCRIBE, environment=templates)
    (root / "mail.html").write_text(mail.html, encoding="utf-8")
    renderer = PageRenderer(environment=templates, site=sample.SITE)
    nothing = Publication(profiles=sample.PROFILES, feeds={}, days=(), archive=())
    for name, publication in (("site", sample.publication()), ("first", nothing)):
        (root / name).mkdir()
        for file in renderer.render(publication):
            (root / name / file.path).write_bytes(file.content)
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    if find_spec("playwright") is None:
        missing("playwright", "pip install playwright")
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium", "install it with your package manager")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, folder: Path, file: str, width: int, scheme: str) -> Iterator[Any]:
    """A file at a width in a scheme."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    shown = context.new_page()
    shown.goto((folder / file).as_uri())
    yield shown
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1100])
@pytest.mark.parametrize("file", FILES)
def test_it_is_readable(page: Any) -> None:
    """Nothing reaches over the edge, every text stands out from its ground, and a finger hits every link."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    contrasts = page.evaluate(CONTRASTS)
    assert contrasts
    assert [found for found in contrasts if found["contrast"] < 4.5] == []
    targets = page.evaluate(TARGETS)
    assert targets
    # WCAG 2.2, 2.5.8
    assert [found for found in targets if found["height"] < 24 or found["width"] < 24] == []


@pytest.mark.parametrize("file", FILES)
def test_dark_is_dark(browser: Any, folder: Path, file: str) -> None:
    """Ground and ink change places where a reader asks for it."""
    grounds = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        shown = context.new_page()
        shown.goto((folder / file).as_uri())
        style = "getComputedStyle(document.body)"
        grounds[scheme] = shown.evaluate(f"[{style}.backgroundColor, {style}.color]")
        context.close()
    assert grounds["light"] == ["rgb(255, 255, 255)", "rgb(27, 33, 38)"]
    assert grounds["dark"] == ["rgb(20, 24, 27)", "rgb(227, 231, 234)"]


def test_read_more_shows_the_whole_abstract_once(browser: Any, folder: Path) -> None:
    """Without a script: the cut gives way to the whole."""
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto((folder / "site/index.html").as_uri())
    article = shown.locator("article").first
    assert article.locator("p.abstract").nth(0).is_visible()
    article.locator("summary").click()
    assert not article.locator("p.abstract").nth(0).is_visible()
    assert article.locator("p.abstract").nth(1).is_visible()
    context.close()
