"""What people do: each act is a form that is filled in, sent (again), and looked for afterwards through the front door.

An act is acknowledged when the answer says so. Then it must be there once; until then, once or not at all, and never
half. Whoever gets no answer sends the same form again.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from tests.faults.browsers import Answer, Browser, File, Form, token_in

Told = Callable[[Answer], bool]
Seen = Callable[[Browser], int]


class Half(AssertionError):
    """Something is there in part."""


@dataclass(frozen=True)
class Act:
    """A form, when its answer acknowledges it, and how often what it does is there."""

    name: str
    form: Form
    told: Told
    seen: Seen


def redirected(words: str) -> Told:
    """Told by being sent on to an address with these words in it."""
    return lambda answer: answer.status in (302, 303) and words in answer.location


def hidden_in(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form on a page that is sent to this address."""
    form = page[page.rindex(f'action="{action}"') :].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', form))


def everything(browser: Browser) -> dict[str, Any]:
    """All that she has in her portfolio, taken out with her own key."""
    answer = browser.get("/portfolio/meenemen/zip/")
    if answer.status != 200:
        raise Half(f"her portfolio does not open: {answer.status}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        found: dict[str, Any] = json.loads(packed.read("portfolio.json"))
    return found


def texts(browser: Browser, *, deleted: bool = False) -> list[str]:
    """The texts as they are now: outside the bin, or in it."""
    return [each["content"]["text"] for each in everything(browser)["entries"] if each["deleted"] is deleted]


def save(browser: Browser, text: str) -> Act:
    """Write something new on her first page."""
    fields = hidden_in(browser.get("/").text, "/portfolio/bewaren/")
    path = f"/portfolio/{fields['formulier']}/"

    def seen(by: Browser) -> int:
        page = by.get(path)
        count = texts(by).count(text)
        if (page.status == 200 and text in page.text) is not (count == 1):
            raise Half(f"{text!r} is {count} times in the portfolio and its page says {page.status}")
        return count

    return Act("save", Form("/portfolio/bewaren/", fields | {"tekst": text}), redirected("bewaard="), seen)


def edit(browser: Browser, path: str, before: str, text: str) -> Act:
    """Change a text; what it said before is kept as a version."""
    page = browser.get(f"{path}bewerken/").text
    fields = hidden_in(page, "/portfolio/bewaren/")

    def seen(by: Browser) -> int:
        found = [each for each in everything(by)["entries"] if each["content"]["text"] == text]
        if found and int(fields["versie"]) != len(found[0]["earlier"]):
            raise Half(f"{text!r} has {len(found[0]['earlier'])} earlier versions instead of {fields['versie']}")
        if not found and before not in by.get(path).text:
            raise Half("neither the old text nor the new one")
        return len(found)

    return Act("edit", Form("/portfolio/bewaren/", fields | {"tekst": text}), redirected("/portfolio/"), seen)


def delete(browser: Browser, path: str, text: str) -> Act:
    """Put a text in the bin."""
    fields = hidden_in(browser.get(path).text, f"{path}verwijderen/")
    return Act("delete", Form(f"{path}verwijderen/", fields), redirected("verwijderd="), _moved(text, to_bin=True))


def restore(browser: Browser, path: str, text: str) -> Act:
    """Take a text out of the bin."""
    fields = hidden_in(browser.get(path).text, f"{path}herstellen/")
    return Act("restore", Form(f"{path}herstellen/", fields), redirected("teruggehaald"), _moved(text, to_bin=False))


def _moved(text: str, *, to_bin: bool) -> Seen:
    def seen(by: Browser) -> int:
        inside, outside = texts(by, deleted=True).count(text), texts(by).count(text)
        if inside + outside != 1:
            raise Half(f"{text!r} is {outside} times in the portfolio and {inside} times in the bin")
        return inside if to_bin else outside

    return seen


def earlier_version(browser: Browser, path: str, version: int, expected: int, text: str) -> Act:
    """Make an earlier version the present one."""
    fields = token_in(browser.get("/").text) | {"versie": str(expected)}
    told = redirected("teruggezet")
    return Act("earlier version", Form(f"{path}eerder/{version}/", fields), told, lambda by: texts(by).count(text))


def draft(browser: Browser, text: str) -> Act:
    """Type, and have it kept by itself."""
    fields = hidden_in(browser.get("/").text, "/portfolio/bewaren/") | {"tekst": text}

    def told(answer: Answer) -> bool:
        return answer.status == 200 and answer.content.startswith(b'{"state": "saved"')

    def seen(by: Browser) -> int:
        return int(everything(by).get("draft", "") == text)

    return Act("draft", Form("/portfolio/concept/", fields), told, seen)


def bring_in(browser: Browser, packed: bytes, brought: list[str]) -> Act:
    """Bring a zip in: all of it or nothing."""
    fields = token_in(browser.get("/portfolio/terugbrengen/").text)
    form = Form("/portfolio/terugbrengen/", fields, File("zip", "portfolio.zip", packed))

    def seen(by: Browser) -> int:
        there = texts(by) + texts(by, deleted=True)
        counts = {there.count(text) for text in brought}
        if len(counts) != 1:
            raise Half(f"of {len(brought)} texts in the zip {sum(text in there for text in brought)} are there")
        return counts.pop()

    return Act("import", form, lambda answer: answer.status == 200 and "had je al" in answer.text, seen)


def share(browser: Browser, collection: str, purpose: str, *, answers: bool = False) -> Act:
    """Share a collection by a link; `answers`: who reads it may write back."""
    page = browser.post(Form(f"{collection}delen/", token_in(browser.get("/").text) | {"wie": "colleague"})).text
    fields = hidden_in(page, f"{collection}delen/nu/")
    until = re.findall(r'name="tot" value="([0-9-]+)"', page)[0]
    fields |= {"waarvoor": purpose, "naam": "Anouk", "tot": until, "hoe": "link"}
    fields |= {"reactie": "on"} if answers else {}
    path = f"/portfolio/gedeeld/{fields['nieuw']}/"

    def seen(by: Browser) -> int:
        count = sum(each["purpose"] == purpose for each in everything(by).get("shares", []))
        if ("/gedeeld/#" in by.get(path).text) is not (count == 1):
            raise Half(f"it is shared {count} times, and its page has another opinion on the link")
        return count

    return Act("share", Form(f"{collection}delen/nu/", fields), redirected("/portfolio/gedeeld/"), seen)


def stop_sharing(browser: Browser, path: str) -> Act:
    """Take a share back."""
    fields = hidden_in(browser.get(path).text, f"{path}stoppen/")

    def seen(by: Browser) -> int:
        ended = "gestopt op" in by.get("/portfolio/gedeeld/").text
        if ("/gedeeld/#" in by.get(path).text) is ended:
            raise Half("it has ended and can be opened, or neither")
        return int(ended)

    return Act("stop sharing", Form(f"{path}stoppen/", fields), redirected("gestopt=1"), seen)


def redeem(browser: Browser, code: str, staff_number: str) -> Act:
    """Fill in the code of a letter."""
    fields = token_in(browser.get("/activeren/").text) | {"code": code}

    def seen(by: Browser) -> int:
        return min(1, by.get("/mijn-registratie/").text.count(f"<dd>{staff_number}</dd>"))

    return Act("code", Form("/activeren/", fields), redirected("code=gekoppeld"), seen)


def appointments(page: str) -> list[dict[str, str]]:
    """What waits for her on her registration page: the hidden fields of each form."""
    forms = page.split('action="/mijn-registratie/bevestigen/"')[1:]
    return [dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', each.partition("</form>")[0])) for each in forms]


def confirm(browser: Browser) -> Act:
    """Say that the first appointment that waits is right."""
    fields = appointments(browser.get("/mijn-registratie/").text)[0]
    before = _confirmed(browser)
    told = redirected("antwoord=klopt")
    return Act("confirm", Form("/mijn-registratie/bevestigen/", fields), told, lambda by: _confirmed(by) - before)


def _confirmed(browser: Browser) -> int:
    """How many appointments are confirmed, on her page and in her extract alike."""
    page = browser.get("/mijn-registratie/").text
    extract = json.loads(browser.get("/mijn-registratie/uittreksel/").content)
    shown = len(re.findall(r">\s*Bevestigd\s*<", page))
    kept = len(extract["benoemingen"]) + len(extract["voorportaal"])
    if shown != kept or bool(extract["benoemingen"]) is not bool(extract["registernummer"]):
        raise Half(f"{shown} are confirmed on her page, {kept} in her extract: {extract['registernummer']}")
    return shown


def dispute(browser: Browser, words: str) -> Act:
    """Say what is wrong with the last appointment that waits."""
    version = appointments(browser.get("/mijn-registratie/").text)[-1]["versie"]
    path = f"/mijn-registratie/klopt-niet/{version}/"
    fields = token_in(browser.get(path).text) | {"words": words}
    told = redirected("antwoord=klopt-niet")
    return Act("dispute", Form(path, fields), told, lambda by: by.get("/mijn-registratie/").text.count(words))


def upload(browser: Browser, board: str, content: bytes, staff_number: str) -> Act:
    """Send a file of changes to be checked. `staff_number` stands in this file alone."""
    page = browser.get(f"/bestuur/{board}/aanleveren/").text
    address = re.findall(r'action="(\?formulier=[^"]+)"', page)[0]
    form = Form(f"/bestuur/{board}/aanleveren/{address}", token_in(page), File("bestand", "levering.csv", content))
    return Act("upload", form, redirected("/aanleveringen/"), lambda by: len(deliveries_with(by, board, staff_number)))


def deliveries_with(browser: Browser, board: str, staff_number: str) -> list[str]:
    """The pages of those deliveries of a board that hold this staff number, or are still being read."""
    page = browser.get(f"/bestuur/{board}/").text
    paths = re.findall(rf'href="(/bestuur/{board}/aanleveringen/[0-9a-f-]+/)"', page)
    return [path for path in paths if f">{staff_number}<" in browser.get(path).text]


def deliver(browser: Browser, path: str, lines: int) -> Act:
    """Deliver what was checked; a worker does it."""
    fields = token_in(browser.get(path).text)

    def seen(by: Browser) -> int:
        page = by.get(path).text
        if "Geleverd" not in page:
            return 0
        rows = by.get(f"{path}terugmelding.csv").text.count("\n") - 1
        if rows != lines:
            raise Half(f"{rows} of {lines} lines are in the report")
        return 1

    return Act("deliver", Form(f"{path}leveren/", fields), redirected("klaar=1"), seen)


def letters(browser: Browser, board: str, employee: str) -> Act:
    """Print a letter with a new code for one person. `seen` counts the codes that live, whichever letter they are in;
    raises Half when the codes that were printed last are not among them."""
    fields = token_in(browser.get(f"/bestuur/{board}/").text) | {"persoon": employee, "opnieuw": "ja"}

    def seen(by: Browser) -> int:
        rows = [row for row in by.get(f"/bestuur/{board}/").text.split("</tr>") if f'value="{employee}"' in row]
        if len(rows) != 1:
            raise Half(f"she stands {len(rows)} times on the page of the board")
        return int("Geen code" not in rows[0])

    told: Told = lambda answer: bool(codes_in(answer)) or printed_before(answer)  # noqa: E731
    return Act("letters", Form(f"/bestuur/{board}/brieven/", fields), told, seen)


def printed_before(answer: Answer) -> bool:
    """Whether the letters were made by an earlier sending, whose answer had the codes."""
    return "brieven=eerder" in answer.location


def codes_in(answer: Answer) -> list[str]:
    """The codes in printed letters; none when it is no PDF."""
    if not answer.content.startswith(b"%PDF"):
        return []
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4})+-?[0-9A-Z]*\b", text)


def invite(browser: Browser, board: str, name: str) -> Act:
    """Invite a colleague; the code is shown once, in the answer."""
    path = f"/bestuur/{board}/medewerkers/"
    fields = hidden_in(browser.get(path).text, path) | {"known_as": name, "role": "board-staff"}
    told: Told = lambda answer: answer.status == 200 and bool(re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text))  # noqa: E731
    return Act("invite", Form(path, fields), told, lambda by: by.get(path).text.count(f"<td>{name}</td>"))


def decide(browser: Browser, review: str, owner: Browser, staff_number: str) -> Act:
    """Accept in a review of identity: from then on her file is hers, and she sees what was delivered."""
    prefix = review.replace("-", "")
    fields = token_in(browser.get("/ondersteuning/beoordelingen/").text)
    fields |= {f"{prefix}-decision": "accept", f"{prefix}-words": "Gebeld, zij is het"}
    path = f"/ondersteuning/beoordelingen/{review}/"

    def seen(by: Browser) -> int:
        waits = review in by.get("/ondersteuning/beoordelingen/").text
        hers = owner.get("/mijn-registratie/").text.count(f"<dd>{staff_number}</dd>")
        if waits is (hers > 0):
            raise Half(f"the review {'waits' if waits else 'waits no more'}, and she sees {hers} appointments")
        return hers

    return Act("review", Form(path, fields), redirected("gedaan=besluit"), seen)


def close_account(browser: Browser) -> Act:
    """Close the account; what is there afterwards is looked at from outside, for she has no session any more."""
    fields = token_in(browser.get("/mijn-gegevens/sluiten/").text)
    told = redirected("/mijn-gegevens/gesloten/")
    return Act("close", Form("/mijn-gegevens/sluiten/", fields), told, lambda _: 0)
