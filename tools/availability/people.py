"""People at work: teachers who sign in, activate, confirm, write and change; a board's manager who delivers."""

import io
import json
import re
import threading
import time
import uuid
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from tools.availability.browser import Browser, Ended
from tools.availability.ledger import Ledger

from demo import letters, synthetic

ENTRIES = 12
PAUSE = 0.1
_CARD = re.compile(r'name="versie" value="([^"]+)">\s*<input type="hidden" name="persoon" value="([^"]+)"')


@dataclass
class Town:
    """Where they all live: the address of the register, their letters, what they were told."""

    address: str
    ca: Path
    demo: Path
    teachers: int
    ledger: Ledger = field(default_factory=Ledger)
    ending: threading.Event = field(default_factory=threading.Event)
    browsers: list[Browser] = field(default_factory=list)
    _waiting: Queue[str] = field(default_factory=Queue)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, teachers: int) -> None:
        """So many teachers at a time, and one manager."""
        for person in json.loads((self.demo / "people.json").read_text(encoding="utf-8")):
            if not person["cast"] and letters.letters_of(self.demo / letters.FILE, person["id"]):
                self._waiting.put(person["id"])
        work = [*([self._teachers] * teachers), self._manager]
        self._threads = [threading.Thread(target=self._at_work, args=(each,)) for each in work]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """They stop where they are."""
        self.ending.set()
        for thread in self._threads:
            thread.join(90)

    def browser(self, *, after: bool = False) -> Browser:
        """A new one; `after`: for looking back when the drill is over."""
        return Browser(self.address, self.ca, self.ledger, threading.Event() if after else self.ending)

    def _at_work(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except Ended:
            return
        except Exception as error:
            self.ledger.surprised(f"somebody stopped: {type(error).__name__}: {error}")

    def _teachers(self) -> None:
        while True:
            try:
                person = self._waiting.get_nowait()
            except Empty:
                self.ledger.surprised("there are no more people; load more")
                return
            browser = self.browser()
            browser.sign_in("eid", person)
            self.browsers.append(browser)
            self._activate(browser, person)
            for number in range(ENTRIES):
                self._write(browser, change=number % 3 == 2)

    def _activate(self, browser: Browser, person: str) -> None:
        """She fills in the code of her letter, looks, and confirms what is right."""
        letter = letters.letters_of(self.demo / letters.FILE, person)[0]
        code = json.loads(letter.values)[0]["code"]
        fields = browser.fields(browser.get("/activeren/").text, "/activeren/")
        answer = browser.send("/activeren/", {**fields, "code": code}, text=code)
        if answer.status == 302:
            self.ledger.done("activation", person, answer.asked_at)
        elif not browser.uncertain:
            self.ledger.surprised(f"the code of {person} is refused: {answer.status}")
        own = browser.get("/mijn-registratie/").text
        cards = _CARD.findall(own)
        if not cards:
            self.ledger.surprised(f"{person} was joined to nothing")
        for version, her in cards:
            token = browser.fields(own, "/mijn-registratie/bevestigen/")
            answer = browser.send(
                "/mijn-registratie/bevestigen/", {**token, "versie": version, "persoon": her}, text=version
            )
            if answer.to.endswith("antwoord=klopt"):
                self.ledger.done("confirmation", version.replace("-", ""), answer.asked_at)
            self.ending.wait(PAUSE)

    def _write(self, browser: Browser, *, change: bool) -> None:
        """She types and saves, and sometimes changes it at once."""
        words = f"Bewaard {uuid.uuid4().hex}"
        home = browser.get("/").text
        answer = browser.send(
            "/portfolio/bewaren/", {**browser.fields(home, "/portfolio/bewaren/"), "tekst": words}, text=words
        )
        entry = answer.to.partition("bewaard=")[2]
        if answer.status != 303 or not entry:
            self.ledger.surprised(f"saving was answered with {answer.status} {answer.to}")
            return
        self.ledger.done("entry", words, answer.asked_at)
        self.ending.wait(PAUSE)
        if not change:
            return
        form = browser.get(f"/portfolio/{entry}/bewerken/").text
        changed = f"{words}\nGewijzigd {uuid.uuid4().hex}"
        fields = {**browser.fields(form, "/portfolio/bewaren/"), "tekst": changed}
        answer = browser.send("/portfolio/bewaren/", fields, text=changed.rsplit(maxsplit=1)[-1])
        if answer.status == 303:
            self.ledger.done("change", changed, answer.asked_at)
        else:
            self.ledger.surprised(f"a change was answered with {answer.status}")
        self.ending.wait(PAUSE)

    def _manager(self) -> None:
        """A new colleague every second or two: a file, checked, delivered."""
        browser = self.browser()
        browser.sign_in("school", "bram", strong=True)
        self.browsers.append(browser)
        board = re.search(r'href="/bestuur/(\w+)/"', browser.get("/").text)
        assert board, "the manager has no board"
        place = f"/bestuur/{board[1]}"
        for number in range(1, 100_000):
            self._deliver(browser, place, board[1], f"drill{number}")
            self.ending.wait(1)

    def _deliver(self, browser: Browser, place: str, board: str, staff_number: str) -> None:
        upload = f"{place}/aanleveren/"
        content = file_for(board, staff_number, self.teachers)
        page = browser.get(upload).text
        form = re.search(r'action="(\?formulier=[^"]+)"', page)
        assert form, "the form for a file has no number"
        answer = browser.send(f"{upload}{form[1]}", browser.token(page), file=("levering.csv", content))
        if answer.status != 302:
            self.ledger.surprised(f"a file was answered with {answer.status}")
            return
        self.ledger.done("file", staff_number, answer.asked_at)
        page = answer.to.partition("?")[0]  # of the delivery
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            shown = browser.get(page).text
            if f'action="{page}leveren/"' in shown:
                answer = browser.send(f"{page}leveren/", browser.fields(shown, f"{page}leveren/"))
                if answer.to.endswith("klaar=1"):
                    self.ledger.done("delivery", page.rstrip("/").rpartition("/")[2].replace("-", ""), answer.asked_at)
                    return
            if self.ending.wait(0.3):
                raise Ended
        self.ledger.surprised("a delivery was not checked within two minutes")


def file_for(board: str, staff_number: str, teachers: int) -> bytes:
    """A file with one new colleague at a school of this board, made of a line of the demo."""
    everyone = synthetic.people(teachers, synthetic.boards(teachers))
    line = next(line for person in everyone for its, line in person.lines() if its == board)
    cells = line.split(";")
    cells[1], cells[2], cells[-1] = staff_number, "Proef", ""
    return f"{synthetic.COLUMNS}\n{';'.join(cells)}\n".encode()


def texts_of(browser: Browser) -> Counter[str]:
    """Every text of hers, each version, as she takes them home."""
    answer = browser.get("/portfolio/meenemen/zip/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        kept = json.loads(archive.read("portfolio.json"))
    found: Counter[str] = Counter()
    for entry in kept["entries"]:
        found.update([entry["content"]["text"], *(each["content"]["text"] for each in entry["earlier"])])
    return found
