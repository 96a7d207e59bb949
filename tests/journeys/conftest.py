"""The journeys run against what `make run` starts: every process real, every person synthetic."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from demo import letters

ROOT = Path(__file__).resolve().parents[2]
WCAG: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
OTHER_SCHEME = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules that look at colours: all that another colour scheme can change."""
SHOTS = os.environ.get("SCREENSHOTS")
SHAPE = """() => {
  const words = new Set(["src", "value", "action", "content", "title", "alt", "datetime"]);
  const said = (one) => words.has(one.name) || one.name.startsWith("data-") || (one.name === "href" &&
    !one.value.startsWith("#"));
  const own = (each) => [...each.attributes].map((one) => `${one.name}=${said(one) ? one.value !== "" : one.value}`);
  const walk = (each) => [each.tagName, own(each), each.checked, [...each.childNodes].map((child) =>
    child.nodeType === 1 ? walk(child) : child.nodeType === 3 && child.data.trim() !== "")];
  const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-reduced-motion: reduce)"];
  return JSON.stringify([innerWidth, media.map((one) => matchMedia(one).matches), document.title !== "",
    walk(document.documentElement)]).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
}"""
"""A page without its words: its elements with what axe reads of them, its width and its colours."""
_PASSED: set[tuple[str, str]] = set()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; as root it has no sandbox of its own."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": path, "args": [*sandbox, *quiet]}


FIRST = [f"test_{name}.py" for name in ("pages", "offline", "teacher", "sharing", "keyboard", "rights", "passkeys")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The pages go first: what a screen reader says of them is stored as it is right after the demo was loaded. Then
    what takes long, so that no process has much left when the others have done."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


@dataclass(frozen=True, slots=True)
class Running:
    """A running demo: its address and its folder."""

    address: str
    var: Path


def free_ports() -> int:
    """The first of four free ports in a row; processes of one run look in places of their own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in range(12000 + 1000 * (worker % 8), 20000, 10):
        probes = [socket.socket() for _ in range(4)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return port
    raise RuntimeError("no free ports")


def start(var: Path, port: int, seconds: float) -> subprocess.Popen[bytes]:
    """Start the demo and wait until it answers."""
    command = [sys.executable, "-m", "demo.run", "--port", str(port), "--teachers", "150"]
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    environment = {**kept, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "VAR": str(var)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the demo stopped by itself")
        try:
            if urllib.request.urlopen(f"http://localhost:{port + 2}/", timeout=1):
                return process
        except urllib.error.HTTPError:
            return process
        except (OSError, http.client.HTTPException):  # a port where nobody listens yet may answer itself
            time.sleep(0.1)
    process.kill()
    raise RuntimeError("the demo does not answer")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Press Ctrl-C and wait."""
    process.send_signal(signal.SIGINT)
    return process.wait(30)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    var, port = tmp_path_factory.mktemp("demo"), free_ports()
    process = start(var, port, 120)
    yield Running(f"http://localhost:{port}", var)
    stop(process)


@contextmanager
def opened(browser: Browser, demo: Running, width: int, height: int) -> Iterator[Page]:
    """A page that fails the journey on any script error or any request to somewhere else."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=demo.address, locale="nl-NL", accept_downloads=True
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.on("request", lambda asked: None if "//localhost:" in asked.url else wrong.append(f"third party: {asked.url}"))
    yield page
    context.close()
    assert wrong == []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each journey goes at both widths. A module whose journeys do not depend on it says in `WIDTHS` at which one
    alone: `test_pages` has every page at both."""
    if "width" in metafunc.fixturenames:
        metafunc.parametrize("width", getattr(metafunc.module, "WIDTHS", ("desktop", "phone")))


@pytest.fixture
def page(width: str, browser: Browser, demo: Running) -> Iterator[Page]:
    """A page as wide as that."""
    size = (1200, 900) if width == "desktop" else (360, 740)
    with opened(browser, demo, *size) as page:
        yield page


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """Look at a page: axe finds nothing, and nothing is wider than the screen. On a phone in both colour schemes and
    with few colours; what is different on a wide screen is where things stand."""

    def at(page: Page, name: str) -> None:
        size = page.viewport_size or {"width": 0, "height": 0}
        for scheme in ("light", "dark") if SHOTS or size["width"] < 600 else ("light",):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_timeout(150)  # colours change in a short transition
            axe_finds_nothing(page, f"{name} ({scheme})", WCAG if scheme == "light" else OTHER_SCHEME)
            the_title_says_so_when_something_is_wrong(page, name)
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{size['width']}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        no_wider_than_the_screen(page, name)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        no_wider_than_the_screen(page, f"{name}, text twice as large")
        page.evaluate("document.documentElement.style.fontSize = ''")
        if size["width"] < 600:
            page.set_viewport_size({"width": 320, "height": size["height"]})
            no_wider_than_the_screen(page, f"{name}, 320 wide")
            page.set_viewport_size(size)
            in_few_colours_and_still(page, name)

    return at


def axe_finds_nothing(page: Page, where: str, options: dict[str, Any] = WCAG) -> None:
    """No violation of WCAG 2.2 AA or of axe's best practices, or of the rules in `options`.

    A page that differs only in its words from one that passed in this process, the same rules at the same width and in
    the same colours, is not asked again: the rules read whether there are words, not which.
    """
    shape = (repr(options), page.evaluate(SHAPE))
    if shape in _PASSED:
        return
    found = Axe().run(page, options=options)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    _PASSED.add(shape)


def the_title_says_so_when_something_is_wrong(page: Page, where: str) -> None:
    """The title is the first thing that a screen reader says of a page."""
    wrong = page.get_by_role("alert").count() > 0
    assert page.title().startswith(("Fout: ", "Error: ")) is wrong, f"{where}: {page.title()}"


def no_wider_than_the_screen(page: Page, where: str) -> None:
    """The page as a whole never scrolls sideways; what sticks out is named."""
    sticking_out = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          return [...document.querySelectorAll("body *")]
            .filter((each) => each.getBoundingClientRect().right > wide + 1 && !each.closest(".lr-scroll"))
            .map((each) => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 40)}`)
            .concat("the page");
        }"""
    )
    assert sticking_out == [], f"{where}: wider than the screen"


def in_few_colours_and_still(page: Page, where: str) -> None:
    """Forced colours and reduced motion: axe finds nothing, and nothing moves."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    axe_finds_nothing(page, f"{where} (forced colours)", OTHER_SCHEME)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) => {
          const look = getComputedStyle(each);
          return parseFloat(look.transitionDuration) > 0 || look.animationName !== "none";
        }).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert moving == [], f"{where}: moves though asked not to"
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")


def sign_in(page: Page, name: str, *, provider: str = "Demo-eID") -> None:
    """Sign in as a person of the demo, by name."""
    page.goto("/inloggen/")
    page.get_by_role("button", name=provider).click()
    choose(page, name)


def sign_in_as_staff(page: Page, name: str) -> None:
    """Sign in with a school account, and once more with a second factor when the page asks for it."""
    sign_in(page, name, provider="Demo-schoolaccount")
    page.goto("/tweede-factor/")
    page.get_by_role("button", name="Opnieuw inloggen met Demo-schoolaccount").click()
    choose(page, name)


def choose(page: Page, name: str) -> None:
    """At the provider: choose a person of the cast, or search for her."""
    button = page.get_by_role("button", name=re.compile(f"Inloggen als {re.escape(name)}"))
    if not button.count():
        page.get_by_label("Zoek iemand op naam").fill(name)
        page.get_by_role("button", name="Zoeken").click()
    button.first.click()
    page.wait_for_load_state()


def code_of(page: Page, demo: Running, person: str) -> str:
    """The code in a person's newest letter: one of now, or else of when the demo was loaded."""
    folder = demo.var / "demo" / "letters" / person
    if any(folder.glob("*.txt")):
        return newest_code(folder)
    return _code_in(letters.letters_of(demo.var / "demo" / letters.FILE, person)[-1].text)


def newest_code(folder: Path) -> str:
    """The code of the newest letter in a folder."""
    return _code_in(max(folder.glob("*.txt"), key=lambda path: path.stat().st_mtime).read_text())


def _code_in(letter: str) -> str:
    found = re.search(r"Code: ([0-9A-Z-]+)", letter)
    assert found
    return found.group(1)
