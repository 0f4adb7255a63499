"""The publication's pages, opened from disk as a reader opens them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.browser.chromium import Browser, Watched, watched
from tests.browser.conftest import uptake

pytestmark = pytest.mark.long

WIDE, NARROW = 1280, 390


@pytest.fixture(scope="module")
def pages(browser: Browser, publication: Path, shots: Path) -> list[Path]:
    """The index, and every page of the publication that a chain of links leads to."""
    reached: list[Path] = []
    wanted = [publication / "index.html"]
    with watched(browser, shots, width=WIDE) as one:
        while wanted:
            page = wanted.pop(0)
            reached.append(page)
            one.page.goto(page.as_uri())
            for link in one.page.eval_on_selector_all("a[href]", "them => them.map(a => a.href)"):
                target = _file(link)
                if target and target.suffix == ".html" and target not in [*reached, *wanted]:
                    wanted.append(target)
    return reached


@pytest.fixture(scope="module")
def preview(home: Path) -> list[Path]:
    """The preview's own pages, after its index."""
    done = uptake(home, "preview")
    assert done.returncode == 0, done.stdout + done.stderr
    names = ("index.html", "validation.html", "schools.html", "comments.html")
    return [home / "preview" / name for name in names]


def _file(link: str) -> Path | None:
    address = urlsplit(urldefrag(link).url)
    return Path(unquote(address.path)) if address.scheme == "file" else None


def _opened(one: Watched, page: Path) -> None:
    one.page.goto(page.as_uri(), wait_until="networkidle")


def test_every_page_of_the_publication_is_linked_and_every_link_leads_somewhere(
    pages: list[Path], publication: Path
) -> None:
    assert sorted(pages) == sorted(publication.rglob("*.html"))


def test_no_link_leads_off_the_publication_folder(
    browser: Browser, pages: list[Path], publication: Path, shots: Path
) -> None:
    with watched(browser, shots, width=WIDE) as one:
        for page in pages:
            one.page.goto(page.as_uri())
            for link in one.page.eval_on_selector_all("a[href]", "them => them.map(a => a.href)"):
                target = _file(link)
                assert target is not None, (page.name, link)
                assert target.is_relative_to(publication), (page.name, link)
                assert target.exists(), (page.name, link)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_page_complains_of_nothing_reaches_out_to_nobody_and_fits_its_window(
    browser: Browser, pages: list[Path], shots: Path, width: int
) -> None:
    for page in pages:
        with watched(browser, shots, width=width) as one:
            _opened(one, page)
            one.measure()
            assert one.wide == 0, page.name
            one.page.evaluate(
                "document.querySelectorAll('details').forEach(one => one.open = true)"
            )
            if page in pages[:2]:  # the local districts' pages are alike
                one.screenshot(f"report-{page.stem}-{width}")
            one.measure()
            assert one.complaints == [], page.name
            assert one.reached_out == [], page.name
            assert one.wide == 0, page.name


def test_every_chart_is_drawn_and_every_fragment_link_has_its_place(
    browser: Browser, pages: list[Path], shots: Path
) -> None:
    with watched(browser, shots, width=WIDE) as one:
        for page in pages:
            _opened(one, page)
            empty = one.page.eval_on_selector_all(
                "svg, img", "them => them.filter(x => !x.getBoundingClientRect().width).length"
            )
            assert empty == 0, page.name
            lost = one.page.eval_on_selector_all(
                "a[href^='#']",
                "them => them.filter(a => a.hash.length > 1 && "
                "!document.getElementById(decodeURIComponent(a.hash.slice(1))))"
                ".map(a => a.hash)",
            )
            assert lost == [], page.name


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_previews_pages_complain_of_nothing_fit_and_lead_only_to_one_another(
    browser: Browser, preview: list[Path], shots: Path, width: int
) -> None:
    with watched(browser, shots, width=width) as one:
        for page in preview:
            _opened(one, page)
            one.page.evaluate(
                "document.querySelectorAll('details').forEach(one => one.open = true)"
            )
            one.screenshot(f"preview-{page.stem}-{width}")
            one.measure()
            assert one.wide == 0, page.name
            for link in one.page.eval_on_selector_all("a[href]", "them => them.map(a => a.href)"):
                target = _file(link)
                assert target is not None, (page.name, link)
                assert target.parent == page.parent, (page.name, link)
                assert target.exists(), (page.name, link)
        assert one.complaints == []
        assert one.reached_out == []
