"""The life of a registration: leaving and coming back, what is asked, answered and decided, and who is there twice."""

import json
import re
from collections.abc import Callable

from tests.faults.acts import Act, Half, hidden_in, redirected
from tests.faults.browsers import Browser, Form, token_in

OWN, DESK = "/mijn-registratie/", "/ondersteuning/zaken/"


def registered(browser: Browser) -> int:
    """Whether she is in the register, on her page and in her extract alike."""
    page = browser.get(OWN).text
    extract = json.loads(browser.get(f"{OWN}uittreksel/").content)
    shown = "<dt>Registernummer</dt>" in page
    if shown is not bool(extract["registernummer"]):
        raise Half(f"her page says {shown}, her extract {extract['registernummer']}")
    return int(shown)


def leave(browser: Browser) -> Act:
    """Go out of the register, by a decision that says so."""
    path = f"{OWN}uit-het-register/"

    def seen(by: Browser) -> int:
        page, gone = by.get(OWN).text, 1 - registered(by)
        decided = page.count(">Je staat niet meer in het register</a>")
        if decided != gone:
            raise Half(f"she is out {gone} times, and that was decided {decided} times")
        return gone

    return Act("leave", Form(path, token_in(browser.get(path).text)), redirected("antwoord=eruit"), seen)


def come_back(browser: Browser) -> Act:
    """Come back, with the number that she had."""
    fields = hidden_in(browser.get(OWN).text, f"{OWN}terugkomen/")
    return Act("come back", Form(f"{OWN}terugkomen/", fields), redirected("antwoord=terug"), registered)


def ask(browser: Browser, words: str) -> Act:
    """Ask for registration, with a proof for the support organisation."""
    fields = token_in(browser.get(f"{OWN}aanvragen/").text) | {"board": "", "words": words}
    return Act("ask", Form(f"{OWN}aanvragen/", fields), redirected("gedaan=gevraagd"), _cases("Vraag om registratie"))


def ask_name(browser: Browser, name: str) -> Act:
    """Ask to be known by another family name."""
    page = browser.get(f"{OWN}naam/").text
    born = re.findall(r'name="birth_date" value="([0-9-]+)"', page)[0]
    fields = token_in(page) | {"given_name": "Bea", "name_prefix": "", "family_name": name, "birth_date": born}
    fields |= {"words": "Mijn trouwakte"}
    return Act("ask name", Form(f"{OWN}naam/", fields), redirected("gedaan=gevraagd"), _cases("Andere naam"))


def _cases(title: str) -> Callable[[Browser], int]:
    """How many cases of hers have this title, each with its one first step."""

    def seen(by: Browser) -> int:
        links = re.findall(rf'href="({OWN}zaken/[0-9a-f-]+/)">{title}', by.get(OWN).text)
        for link in links:
            if by.get(link).text.count("<strong>Gevraagd</strong>") != 1:
                raise Half("a case without the step by which it was asked")
        return len(links)

    return seen


def answer(browser: Browser, board: str, owner: Browser, words: str) -> Act:
    """A board answers what its teacher asked: it stays as it is."""
    page = f"/bestuur/{board}/vragen/"
    path = re.findall(rf'action="({page}[0-9a-f-]+/)"', browser.get(page).text)[0]
    prefix = path.split("/")[4].replace("-", "")
    fields = hidden_in(browser.get(page).text, path) | {f"{prefix}-answer": "kept", f"{prefix}-words": words}

    def seen(by: Browser) -> int:
        waits = path in by.get(page).text
        answered = _steps(owner, words)
        if waits is (answered > 0):
            raise Half(f"the question {'waits' if waits else 'waits no more'}, and was answered {answered} times")
        return answered

    return Act("answer", Form(path, fields), redirected("gedaan=antwoord"), seen)


def _steps(owner: Browser, words: str) -> int:
    """How often these words stand in a step of a case of hers."""
    links = re.findall(rf'href="({OWN}zaken/[0-9a-f-]+/)"', owner.get(OWN).text)
    return sum(owner.get(link).text.count(words) for link in links)


def propose(browser: Browser, case: str, words: str) -> Act:
    """One of the support organisation proposes to reject."""
    path = f"{DESK}{case}/"
    fields = hidden_in(browser.get(path).text, f"{path}voorstel/") | {"outcome": "rejected", "words": words}
    told = redirected("gedaan=voorstel")
    return Act("propose", Form(f"{path}voorstel/", fields), told, lambda by: by.get(path).text.count(words))


def agree(browser: Browser, proposal: str, done: Callable[[], int]) -> Act:
    """Another agrees, and what was proposed is done: `done` looks whether it is, elsewhere."""
    path = f"/ondersteuning/voorstellen/{proposal}/akkoord/"
    return Act("agree", Form(path, token_in(browser.get(DESK).text)), redirected("gedaan=besloten"), lambda _: done())


def content(browser: Browser, case: str, done: Callable[[Browser], int]) -> Act:
    """She agrees with what was granted, and it takes effect: `done` looks whether it has."""
    path = f"{OWN}zaken/{case}/"
    fields = token_in(browser.get(path).text) | {"reply": "content", "words": ""}

    def seen(by: Browser) -> int:
        closed = "Akkoord met het antwoord" in by.get(path).text
        effects = done(by)
        if closed is not bool(effects):
            raise Half(f"her case {'is closed' if closed else 'is open'}, and it has {effects} effects")
        return effects

    return Act("content", Form(path, fields), redirected("gedaan=antwoord"), seen)


def known_as(name: str) -> Callable[[Browser], int]:
    """Whether the register knows her by this family name, by a decision that says so."""

    def seen(by: Browser) -> int:
        page = by.get(OWN).text
        known, decided = page.count(f"Bea {name}</dd>"), page.count(">Je naam of geboortedatum is aangepast</a>")
        if known != decided:
            raise Half(f"she is known so {known} times, and that was decided {decided} times")
        return known

    return seen


def answers_as(one: Browser, other: Browser) -> int:
    """How many of the two registrations answer as the other, on both pages alike."""
    pages = one.get(OWN).text, other.get(OWN).text
    tied = sum(page.count("Je registratie geldt als LR-") for page in pages)
    taken = sum(page.count("<dt>Geldt ook als</dt>") for page in pages)
    if tied != taken:
        raise Half(f"{tied} answer as another, and {taken} have one that answers as theirs")
    return tied


def agree_to_transfer(browser: Browser, transfer: str, done: Callable[[], int]) -> Act:
    """Another agrees that schools go to another board today."""
    path = "/ondersteuning/overdrachten/"
    fields = token_in(browser.get(path).text) | {"doe": "akkoord", "overdracht": transfer}
    return Act("transfer", Form(path, fields), redirected("gedaan=akkoord"), lambda _: done())
