"""docs/tutorial/first-steps.md, run as it stands: a renamed button or command breaks it.

A block ```sh after `<!-- run -->` is executed; each line of a block ```text after it must be in its output. A numbered
step is one sentence of a few forms, and what stands in **"…"** names a button, link, field or text on the page.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import ROOT, Running

pytestmark = pytest.mark.browser
TUTORIAL = ROOT / "docs" / "tutorial" / "first-steps.md"
PIECE = re.compile(
    r"^<!-- run -->\n```sh\n(?P<command>.*?)^```$|^```text\n(?P<output>.*?)^```$|^\d+\. (?P<step>[^\n]+)$",
    re.MULTILINE | re.DOTALL,
)
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}-[0-9A-Z]{5}")


@dataclass
class Reader:
    """Who follows the tutorial: a browser, a second terminal, and the folder of the running demo."""

    page: Page
    var: Path
    said: str = ""

    def type_command(self, command: str) -> None:
        """In the second terminal."""
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        done = subprocess.run(
            ["bash", "-euc", command],
            cwd=ROOT,
            env={**environment, "VAR": str(self.var)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        self.said = done.stdout

    def step(self, sentence: str) -> None:
        """In the browser. A sentence that is of no known form is a mistake in the tutorial."""
        if match := re.fullmatch(r"Open `(/\S*)`", sentence):
            self.page.goto(match[1])
        elif match := re.fullmatch(r'Press \*\*"(.+)"\*\*', sentence):
            self.press(match[1])
        elif match := re.fullmatch(r'You see \*\*"(.+)"\*\*', sentence):
            expect(self.page.get_by_text(match[1]).first).to_be_visible()
        elif match := re.fullmatch(r'Type `(.+)` in \*\*"(.+)"\*\*', sentence):
            self.page.get_by_role("textbox", name=match[2]).fill(match[1])
        elif match := re.fullmatch(r'Type the code of the letter in \*\*"(.+)"\*\*', sentence):
            self.page.get_by_role("textbox", name=match[1]).fill(self.code())
        elif match := re.fullmatch(r'Press \*\*"(.+)"\*\* and save the file as `var/(\S+)`', sentence):
            with self.page.expect_download() as downloading:
                self.press(match[1])
            downloading.value.save_as(self.var / match[2])
        else:
            pytest.fail(f"a step that nobody can follow: {sentence}")

    def press(self, name: str) -> None:
        """The first button or link with a name that begins so."""
        pattern = re.compile(rf"^{re.escape(name)}(?!\s*niet)")
        self.page.get_by_role("button", name=pattern).or_(self.page.get_by_role("link", name=pattern)).first.click()
        self.page.wait_for_load_state()

    def code(self) -> str:
        """Read in the PDF, in the letter to the one whom the delivery was about."""
        letters = PdfReader(self.var / "brieven" / "brieven-90001.pdf").pages
        mine = next(text for text in (letter.extract_text() for letter in letters) if "Veld" in text)
        found = CODE.search(mine)
        assert found, mine
        return found.group()


def pieces() -> Iterator[tuple[str, str]]:
    """Commands, outputs and steps, in the order of the page."""
    for match in PIECE.finditer(TUTORIAL.read_text(encoding="utf-8")):
        kind = match.lastgroup
        assert kind
        yield kind, match[kind]


def test_the_first_steps(browser: Browser, demo: Running) -> None:
    context = browser.new_context(base_url=demo.address, locale="nl-NL")
    reader = Reader(context.new_page(), demo.var)
    kinds = set()
    for kind, text in pieces():
        kinds.add(kind)
        if kind == "command":
            reader.type_command(text)
        elif kind == "step":
            reader.step(text)
        else:
            assert [line for line in text.splitlines() if line not in reader.said] == [], reader.said
    context.close()
    assert kinds == {"command", "output", "step"}


def test_every_button_that_the_text_names_is_named_in_a_page() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("src", "demo")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".py")
    )
    named = re.findall(r'\*\*"(.+?)"\*\*', TUTORIAL.read_text(encoding="utf-8"))
    made = ("Inloggen met Demo-eID", "Inloggen als Hanna in 't Veld")
    assert [name for name in named if name not in sources and name not in made] == []
