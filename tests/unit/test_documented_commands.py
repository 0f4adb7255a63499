"""Every `uptake` that the documentation shows is a command that there is, with those options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from orchestration.cli import main
from tests.paths import CHECKOUT

PAGES = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")]
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
UPTAKE = ".venv/bin/uptake "
VALUE = "what an option that running text names may need"
SPAN = re.compile(r"`(?:\.venv/bin/)?uptake ([^`]+)`")


def shown(page: Path) -> Iterator[list[str]]:
    """The arguments of every command on a page, in blocks and in running text."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        waiting = ""
        for line in block.replace("\\\n", " ").splitlines():
            if not waiting and not line.startswith(UPTAKE):
                continue
            waiting += f"{line}\n"
            try:
                _, *words = shlex.split(waiting, comments=True)
            except ValueError:  # a quotation goes on on the next line
                continue
            yield words
            waiting = ""
        assert not waiting, f"a command that does not end: {waiting}"
    for span in SPAN.findall(BLOCK.sub("", text)):
        yield [*shlex.split(span), VALUE]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_is_one(page):
    for words in shown(page):
        command = main
        context = click.Context(main)
        while isinstance(command, click.Group) and words[0] not in (VALUE, "--help"):
            command = command.get_command(context, words[0])
            assert command is not None, f"there is no `uptake {words[0]}`"
            words = words[1:]
        # raises where it does not know an option, or an option lacks its value
        command.make_parser(context).parse_args(list(words))


def test_commands_are_found_on_the_pages():
    assert sum(len(list(shown(page))) for page in PAGES) > 80
