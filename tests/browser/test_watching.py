"""The watch over a page sees what it is there to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import Browser, Watched, watched

ELSEWHERE = "http://elsewhere.invalid/a.png"


def _watch(browser: Browser, tmp_path: Path, body: str) -> Watched:
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><title>page</title><body>{body}</body>", encoding="utf-8")
    with watched(browser, tmp_path, width=390) as one:
        one.page.goto(page.as_uri(), wait_until="networkidle")
        one.measure()
    return one


def test_a_clean_page_is_clean(browser: Browser, tmp_path: Path) -> None:
    one = _watch(browser, tmp_path, "<p>Nothing to see.</p>")
    assert (one.complaints, one.reached_out, one.wide) == ([], [], 0)


@pytest.mark.parametrize(
    "body",
    [
        f"<img src='{ELSEWHERE}'>",
        f"<script>fetch('{ELSEWHERE}').catch(() => 0)</script>",
        f"<link rel='stylesheet' href='{ELSEWHERE}'>",
        f"<iframe src='{ELSEWHERE}'></iframe>",
    ],
)
def test_a_request_that_would_leave_the_machine_is_seen_and_stopped(
    browser: Browser, tmp_path: Path, body: str
) -> None:
    assert _watch(browser, tmp_path, body).reached_out == [ELSEWHERE]


@pytest.mark.parametrize(
    "body",
    [
        "<script>console.error('no')</script>",
        "<script>throw new Error('no')</script>",
        "<img src='missing.png'>",
    ],
)
def test_an_error_on_the_page_is_a_complaint(browser: Browser, tmp_path: Path, body: str) -> None:
    assert _watch(browser, tmp_path, body).complaints


def test_a_page_wider_than_its_window_is_seen(browser: Browser, tmp_path: Path) -> None:
    assert _watch(browser, tmp_path, "<div style='width: 500px'>wide</div>").wide > 100
