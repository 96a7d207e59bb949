"""More of what people do: files, copies that others read, what the profession may know, objections and roles."""

import json
import re
from uuid import uuid4

from tests.faults.acts import Act, Half, Told, hidden_in, redirected, texts
from tests.faults.browsers import Answer, Browser, File, Form, token_in

RIGHTS, RELEASE = "/mijn-gegevens/", "/portfolio/beroepsgroep/"


def add_file(browser: Browser, entry: str, name: str, content: bytes) -> Act:
    """A file beside an entry that is there."""
    fields = token_in(browser.get(entry).text) | {"einde": "1"}
    form = Form(f"{entry}bestanden/", fields, File("bestanden", name, content))
    return Act("add a file", form, redirected("bewaard="), lambda by: whole(by, entry, name, content))


def save_with_file(browser: Browser, text: str, name: str, content: bytes) -> Act:
    """Something new with a file beside it: both or neither."""
    fields = hidden_in(browser.get("/").text, "/portfolio/bewaren/")
    path = f"/portfolio/{fields['formulier']}/"

    def seen(by: Browser) -> int:
        count = texts(by).count(text)
        if whole(by, path, name, content) != count:
            raise Half(f"the text is {count} times there, its file is not")
        return count

    form = Form("/portfolio/bewaren/", fields | {"tekst": text, "einde": "1"}, File("bestanden", name, content))
    return Act("save with a file", form, redirected("bewaard="), seen)


def whole(browser: Browser, entry: str, name: str, content: bytes) -> int:
    """How often an entry has a file of this name; each of them must be the bytes that were sent."""
    links = re.findall(rf'href="([^"]+bewaar=1)" download>{re.escape(name)}<', browser.get(entry).text)
    for link in links:
        if browser.get(link).content != content:
            raise Half(f"{name} comes back as something else than was sent")
    return len(links)


def queued(browser: Browser, text: str) -> Act:
    """What a device kept while there was no connection."""
    given = json.loads(browser.get("/portfolio/eigen-apparaat/teksten/").content)
    fields = token_in(browser.get("/").text) | {
        "formulier": str(uuid4()),
        "naast": str(uuid4()),
        "apparaat": given["tag"],
        "versie": "0",
        "tekst": text,
    }
    told: Told = lambda answer: answer.content.startswith(b'{"state": "saved"')  # noqa: E731
    return Act("queued", Form("/portfolio/eigen-apparaat/teksten/", fields), told, lambda by: texts(by).count(text))


def release(browser: Browser) -> Act:
    """Give the profession what she sees on the page."""
    return Act("release", Form(RELEASE, hidden_in(browser.get(RELEASE).text, RELEASE)), redirected("gegeven"), released)


def withdraw_release(browser: Browser) -> Act:
    """Take it back."""
    form = Form(RELEASE, hidden_in(browser.get(RELEASE).text, RELEASE))
    return Act("withdraw a release", form, redirected("ingetrokken"), lambda by: 1 - released(by))


def released(browser: Browser) -> int:
    """How many releases of hers there are."""
    page = browser.get(RELEASE).text
    given, offered = page.count('value="intrekken"'), page.count('value="geven"')
    if given + offered != 1:
        raise Half(f"given {given} times, and offered {offered} times")
    return given


def link_of(owner: Browser, share: str) -> str:
    """The link that opens the copy of a share of hers."""
    return re.findall(r'<code id="geheim">([^<]+)</code>', owner.get(share).text)[0]


def open_copy(reader: Browser, owner: Browser, share: str) -> Act:
    """Open the copy of a link; seen in her list of openings."""

    def seen(_: Browser) -> int:
        return min(1, owner.get(share).text.count("<li><time"))

    fields = token_in(reader.get("/gedeeld/").text) | {"code": link_of(owner, share)}
    return Act("open a copy", Form("/gedeeld/openen/", fields), redirected("/gedeeld/lezen/"), seen)


def write_back(reader: Browser, owner: Browser, share: str, words: str) -> Act:
    """A reader writes back; only she who shared it reads it."""
    page = reader.get("/gedeeld/lezen/").text
    fields = hidden_in(page, "/gedeeld/schrijven/") | {"tekst": words, "naam": "Anouk"}
    told = redirected("geschreven=1")
    return Act("write back", Form("/gedeeld/schrijven/", fields), told, lambda _: owner.get(share).text.count(words))


def remove_share(browser: Browser, share: str) -> Act:
    """Remove the line of a share that has ended."""
    fields = hidden_in(browser.get(share).text, f"{share}weghalen/")

    def told(answer: Answer) -> bool:
        return redirected("weg=1")(answer) or answer.status == 404  # the second finds nothing, and says so

    def seen(by: Browser) -> int:
        listed = share in by.get("/portfolio/gedeeld/").text
        if (by.get(share).status == 200) is not listed:
            raise Half("it stands in the list and has no page, or the other way round")
        return int(not listed)

    return Act("remove a share", Form(f"{share}weghalen/", fields), told, seen)


def object_to_board(browser: Browser, staff_number: str) -> Act:
    """Object to being delivered: what she did not confirm is gone, all of it, and the objection stands."""
    path = _file_of(browser, staff_number)

    def seen(by: Browser) -> int:
        page, own = by.get(RIGHTS).text, by.get("/mijn-registratie/").text
        stands = page.count(f", {staff_number}</span>")
        if bool(stands) is (f"<dd>{staff_number}</dd>" in own):
            raise Half(f"the objection stands {stands} times, and the appointments have another opinion")
        return stands

    return Act("object", Form(path, token_in(browser.get(path).text)), redirected("gedaan=bezwaar"), seen)


def _file_of(browser: Browser, staff_number: str) -> str:
    """The page on which she objects to this file of a board."""
    links = re.findall(r'href="(/mijn-gegevens/bezwaar/[0-9a-f-]+/)">([^<]*)<', browser.get(RIGHTS).text)
    return next(path for path, words in links if f" {staff_number})" in words)


def withdraw_objection(browser: Browser, staff_number: str) -> Act:
    """The board may deliver her again."""
    page = browser.get(RIGHTS).text
    path = re.findall(r'action="(/mijn-gegevens/bezwaar/[0-9a-f-]+/intrekken/)"', page)[0]

    def seen(by: Browser) -> int:
        return 1 - by.get(RIGHTS).text.count(f", {staff_number}</span>")

    return Act("withdraw an objection", Form(path, hidden_in(page, path)), redirected("gedaan=ingetrokken"), seen)


def write_objection(browser: Browser, words: str) -> Act:
    """Object to something else, in words; support answers."""
    path = "/mijn-gegevens/bezwaren/nieuw/"
    fields = hidden_in_form(browser.get(path).text, "words") | {"activity": "logboek", "words": words}
    told = redirected("gedaan=ingediend")
    return Act("write an objection", Form(path, fields), told, lambda by: by.get(RIGHTS).text.count(words))


def hidden_in_form(page: str, field: str) -> dict[str, str]:
    """The hidden fields of the form that has this field."""
    before = page[: page.index(f'name="{field}"')]
    form = before[before.rindex("<form") :]
    return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', form))


def take_back_objection(browser: Browser, words: str) -> Act:
    """Take back an objection that has no answer yet."""
    page = browser.get(RIGHTS).text
    path = re.findall(r'action="(/mijn-gegevens/bezwaren/[0-9a-f-]+/intrekken/)"', page)[0]

    def seen(by: Browser) -> int:
        now = by.get(RIGHTS).text
        if words not in now:
            raise Half("the objection is gone")
        return int(path not in now)

    return Act("take an objection back", Form(path, hidden_in(page, path)), redirected("gedaan=teruggenomen"), seen)


def answer_objection(support: Browser, owner: Browser, motive: str) -> Act:
    """Support answers an objection, with a motive."""
    page = support.get("/ondersteuning/bezwaren/").text
    path = re.findall(r'action="(/ondersteuning/bezwaren/[0-9a-f-]+/)"', page)[0]
    before = path.split("/")[3].replace("-", "")
    fields = hidden_in(page, path) | {f"{before}-decision": "refuse", f"{before}-motive": motive}

    def seen(by: Browser) -> int:
        count = owner.get(RIGHTS).text.count(motive)
        if (path in by.get("/ondersteuning/bezwaren/").text) is not (count == 0):
            raise Half(f"she reads the answer {count} times, and support has another opinion")
        return count

    return Act("answer an objection", Form(path, fields), redirected("gedaan=antwoord"), seen)


def accept_invitation(browser: Browser, manager: Browser, board: str, code: str, name: str) -> Act:
    """Take the role of an invitation."""
    fields = hidden_in_form(browser.get("/uitnodiging/").text, "code") | {"code": code}

    def seen(by: Browser) -> int:
        invited, held = in_the_team(manager, board, name)
        if invited + held != 1 or (by.get(f"/bestuur/{board}/").status == 200) is not bool(held):
            raise Half(f"invited {invited} times and holding {held} roles, and the pages of the board disagree")
        return held

    told: Told = lambda answer: answer.location.partition("?")[0] == "/"  # noqa: E731
    return Act("accept an invitation", Form("/uitnodiging/", fields), told, seen)


def in_the_team(manager: Browser, board: str, name: str) -> tuple[int, int]:
    """How many invitations for this name wait, and how many roles it has."""
    rows = manager.get(f"/bestuur/{board}/medewerkers/").text.split("</tr>")
    hers = [row for row in rows if f"<td>{name}</td>" in row]
    return sum("/uitnodigingen/" in row for row in hers), sum("/beeindigen/" in row for row in hers)


def end_role(manager: Browser, holder: Browser, board: str, name: str) -> Act:
    """End the role of a colleague, who can do nothing for the board from then on."""
    path, fields = _form_beside(manager, board, name, "beeindigen")

    def seen(by: Browser) -> int:
        held = in_the_team(by, board, name)[1]
        if (holder.get(f"/bestuur/{board}/").status == 200) is not bool(held):
            raise Half(f"holding {held} roles, and the pages of the board disagree")
        return 1 - held

    return Act("end a role", Form(path, fields), redirected("gedaan=rol"), seen)


def withdraw_invitation(manager: Browser, board: str, name: str) -> Act:
    """Make the code of an invitation void."""
    path, fields = _form_beside(manager, board, name, "intrekken")
    told = redirected("gedaan=uitnodiging")
    return Act("withdraw an invitation", Form(path, fields), told, lambda by: 1 - in_the_team(by, board, name)[0])


def _form_beside(manager: Browser, board: str, name: str, ending: str) -> tuple[str, dict[str, str]]:
    """The address and the hidden fields of the form in the row of a colleague."""
    rows = manager.get(f"/bestuur/{board}/medewerkers/").text.split("</tr>")
    row = next(each for each in rows if f"<td>{name}</td>" in each and f"/{ending}/" in each)
    path = re.findall(rf'action="([^"]+/{ending}/)"', row)[0]
    return path, hidden_in(row, path)


def code_of_invitation(answer: Answer) -> str:
    """The code that an invitation shows once."""
    return re.findall(r"<code>([0-9A-Z-]{17,})</code>", answer.text)[0]
