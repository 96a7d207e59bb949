"""Every page that somebody gets, in every mode in which somebody looks at it, and as a screen reader says it.

Which pages there are stands in the table of the walks: a page without an id in its address is visited by itself, one
with an id needs a way in `WAYS`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attacks.routes import addresses
from tests.attacks.table import TABLE
from tests.journeys.conftest import (
    COLOURS,
    SHOTS,
    WCAG,
    Running,
    axe_finds_nothing,
    choose,
    code_of,
    no_wider_than_the_screen,
    sign_in,
    sign_in_as_staff,
)
from tests.journeys.passkeys import Device
from tests.journeys.spoken import says_what_it_said
from tests.journeys.test_board import BOARD
from tests.journeys.test_teacher import ordinary

pytestmark = pytest.mark.browser
FILES = {
    "site:manifest",
    "site:security-txt",
    "state:live",
    "state:ready",
    "register:extract",
    "register:report",
    "register:act_letter",
    "register:figures_csv",
    "register:figures_description",
    "register:catalogue",
    "portfolio:download",
    "portfolio:file",
    "portfolio:file-small",
    "portfolio:queued",
    "portfolio:worker",
    "processing:json",
}
"""What is no page: something for a program, or to keep."""
WHO = ("anonymous", "teacher", "manager", "support", "auditor", "operator", "office")
PHONE, WIDE, NARROW = (390, 800), (1280, 900), (320, 800)


ID = "[0-9a-f-]{36}"


def _linked(start: str, pattern: str) -> Callable[[Page], str]:
    """The first address of this form to which a page leads."""

    def found(page: Page) -> str:
        page.goto(start)
        return re.search(f'"({pattern})', page.locator("main").inner_html())[1]  # type: ignore[index]

    return found


_entry = _linked("/portfolio/", f"/portfolio/{ID}/")
_collection = _linked("/portfolio/verzamelingen/", f"/portfolio/{ID}/")
WAYS: dict[str, Callable[[Page], str]] = {
    "accounts:mandates": lambda page: f"/bestuur/{BOARD.number}/machtigingen/",
    "accounts:staff": lambda page: f"/bestuur/{BOARD.number}/medewerkers/",
    "person:objection": _linked("/mijn-gegevens/", f"/mijn-gegevens/bezwaar/{ID}/"),
    "processing:activity": _linked("/verwerkingen/", r"/verwerkingen/[a-z0-9-]+/\d+/"),
    "register:act": _linked("/mijn-registratie/", f"/mijn-registratie/besluiten/{ID}/"),
    "register:activate_with_code": lambda page: "/activeren/ABCD-EFGH-JKMN-PQRS5/",
    "register:board": lambda page: f"/bestuur/{BOARD.number}/",
    "register:board_then": lambda page: f"/bestuur/{BOARD.number}/toen/",
    "register:calendar": lambda page: f"/bestuur/{BOARD.number}/kalender/",
    "register:delivery": _linked(f"/bestuur/{BOARD.number}/", f"/bestuur/{BOARD.number}/aanleveringen/{ID}/"),
    "register:case": _linked("/mijn-registratie/", f"/mijn-registratie/zaken/{ID}/"),
    "register:death": lambda page: f"/bestuur/{BOARD.number}/overlijden/",
    "register:desk_case": _linked("/ondersteuning/zaken/", f"/ondersteuning/zaken/{ID}/"),
    "register:desk_then": lambda page: WAYS["register:desk_case"](page) + "toen/",
    "register:questions": lambda page: f"/bestuur/{BOARD.number}/vragen/",
    "register:dispute": _linked("/mijn-registratie/", f"/mijn-registratie/klopt-niet/{ID}/"),
    "register:mend": lambda page: WAYS["register:delivery"](page) + "verbeteren/",
    "register:person": lambda page: f"/bestuur/{BOARD.number}/persoon/",
    "register:rulebook_version": lambda page: "/reglement/1/",
    "register:upload": lambda page: f"/bestuur/{BOARD.number}/aanleveren/",
    "portfolio:entry": _entry,
    "portfolio:edit": lambda page: _entry(page) + "bewerken/",
    "portfolio:history": lambda page: _entry(page) + "eerder/",
    "portfolio:unlink": _linked("/portfolio/sleutel/", f"/portfolio/sleutel/ontkoppelen/{ID}/"),
    "portfolio:passkey-remove": _linked("/portfolio/sleutel/", f"/portfolio/sleutel/passkey/{ID}/"),
    "portfolio:pick": lambda page: _collection(page) + "kiezen/",
    "portfolio:arrange": lambda page: _collection(page) + "volgorde/",
    "portfolio:share": lambda page: _collection(page) + "delen/",
    "portfolio:shared": _linked("/portfolio/gedeeld/", f"/portfolio/gedeeld/{ID}/"),
}
THINGS: dict[str, Callable[[Page], str]] = {
    "portfolio-goal": _linked("/portfolio/doelen/", f"/portfolio/{ID}/"),
    "portfolio-theme": _linked("/portfolio/themas/", f"/portfolio/{ID}/"),
    "portfolio-collection": _collection,
    "portfolio-repeat": _linked("/portfolio/komt-terug/", f"/portfolio/{ID}/"),
    "portfolio-edit-goal": lambda page: THINGS["portfolio-goal"](page) + "bewerken/",
}
"""At the address of an entry also what is no entry."""


def pages() -> dict[str, tuple[str, str]]:
    """By a name for the snapshot: the address and who visits it; the first page also as somebody with a portfolio."""
    found = {"home-teacher": ("site:home", "teacher")} | dict.fromkeys(THINGS, ("portfolio:entry", "teacher"))
    for name, row in TABLE.items():
        if row.get == "page" and name not in FILES:
            found[name.replace(":", "-")] = (name, next(who for who in WHO if who in row.who))
    of_a_registration = ("register:act", "register:ask_name", "register:case", "register:leave")
    found |= {name.replace(":", "-"): (name, "registered") for name in of_a_registration}
    return found | {"register-own-registered": ("register:own", "registered")}


def _order(page: Page) -> None:
    """A thing of each form, and the entry with a word, a goal and a place in the collection."""
    for where, label, name in (
        ("doelen", "Wat wil je leren of bereiken?", "Rust in het hoofd"),
        ("themas", "Hoe heet je thema?", "Werkdruk"),
        ("verzamelingen", "Hoe heet je verzameling?", "Mijn jaar"),
        ("komt-terug", "Wat komt terug?", "Intervisie met de sectie"),
    ):
        page.goto(f"/portfolio/{where}/")
        page.get_by_label(label).fill(name)
        page.get_by_role("button", name="Opslaan").click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.goto(_entry(page) + "bewerken/")
    page.get_by_label("Trefwoorden").fill("werkdruk, intervisie")
    page.get_by_text("Doel, laatste dag of uren").click()
    page.get_by_label("Rust in het hoofd").check()
    page.get_by_label("Uren").fill("1,5")
    page.get_by_role("button", name="Opslaan").click()
    page.goto(_collection(page) + "kiezen/")
    page.get_by_label("Intervisie over werkdruk.").check()
    page.get_by_role("button", name="Opslaan").click()
    page.goto(_collection(page) + "volgorde/")
    page.get_by_role("region", name="Tekst aan het eind").get_by_label("Tekst").fill("En zo kwam er rust.")
    page.get_by_role("region", name="Tekst aan het eind").get_by_role("button").click()


def _share(page: Page) -> None:
    """Her collection is shared with herself by name, and then by a link, which comes first in what she shares."""
    page.goto("/portfolio/met-mij-gedeeld/")
    address = page.locator("#ontvangstadres").inner_text()
    for way in ("Op naam, met een ontvangstadres", "Met een geheime link"):
        page.goto(_collection(page) + "delen/")
        page.get_by_label("Een collega").check()
        page.get_by_role("button", name="Verder").click()
        page.get_by_label("Waarvoor deel je dit?").fill("Om samen na te praten")
        page.get_by_label(way).check()
        page.get_by_role("textbox", name="Ontvangstadres").fill(address if "naam" in way else "")
        page.get_by_role("button", name="Nu delen").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Gedeeld")


def _key(page: Page, name: str, other: str) -> None:
    """She has kept her recovery code, linked another identity, and added a passkey."""
    page.goto("/portfolio/sleutel/")
    page.get_by_role("button", name="Ik heb de code bewaard").click()
    page.goto("/portfolio/sleutel/")
    page.get_by_role("button", name="Inlogmiddel koppelen").click()
    choose(page, name)
    page.get_by_role("button", name="Inloggen met Demo-eID").click()
    choose(page, other)
    expect(page.get_by_role("status")).to_contain_text("Gekoppeld.")
    device = Device(page)
    page.get_by_role("button", name="Passkey toevoegen").click()
    choose(page, name)
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_role("status")).to_contain_text("Je passkey is toegevoegd.")
    device.forget()


@dataclass
class Visitors:
    """One browser for each, signed in when first asked for."""

    browser: Browser
    demo: Running
    pages: dict[str, Page] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def __call__(self, who: str) -> Page:
        """Her page, at the width of a phone."""
        if who not in self.pages:
            context = self.browser.new_context(
                viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=self.demo.address, locale="nl-NL"
            )
            self.pages[who] = context.new_page()
            getattr(self, f"_{who}")(self.pages[who])
        return self.pages[who]

    def _anonymous(self, page: Page) -> None:
        """Who just comes by."""

    def _teacher(self, page: Page) -> None:
        """Joined, with one thing to answer, and something written, changed once."""
        person = ordinary(self.demo, 54)
        self.names += (person["name"],)
        sign_in(page, person["name"])
        page.goto(f"/activeren/{code_of(page, self.demo, person['id'])}/")
        page.get_by_role("main").get_by_role("button").first.click()
        page.goto("/")
        page.get_by_role("textbox").first.fill("Intervisie over taakbelasting.")
        page.get_by_role("button", name="Opslaan").click()
        page.get_by_role("link", name="Datum, soort of tekst aanpassen").click()
        page.get_by_role("textbox", name="Wat wil je vastleggen?").fill("Intervisie over werkdruk.")
        page.get_by_role("button", name="Opslaan").click()
        expect(page.get_by_text("Intervisie over werkdruk.").first).to_be_visible()
        _order(page)
        _share(page)
        _key(page, person["name"], ordinary(self.demo, 56)["name"])

    def _registered(self, page: Page) -> None:
        """In the register, for she confirmed what was delivered; later she saw that it is wrong."""
        person = ordinary(self.demo, 86)
        self.names += (person["name"],)
        sign_in(page, person["name"])
        page.goto(f"/activeren/{code_of(page, self.demo, person['id'])}/")
        page.get_by_role("main").get_by_role("button").first.click()
        page.get_by_role("button", name="Klopt").first.click()
        expect(page.get_by_role("heading", name="Je staat in het register")).to_be_visible()
        page.get_by_role("link", name="Er klopt toch iets niet").click()
        page.get_by_label("Wat klopt er niet?").fill("Ik begon een jaar eerder.")
        page.get_by_role("button", name="Versturen").click()
        expect(page.get_by_role("heading", name="Wat loopt er")).to_be_visible()

    def _manager(self, page: Page) -> None:
        sign_in_as_staff(page, "Bram")

    def _support(self, page: Page) -> None:
        sign_in_as_staff(page, "Joke")

    def _auditor(self, page: Page) -> None:
        sign_in(page, "Kees", provider="Demo-schoolaccount")

    def _operator(self, page: Page) -> None:
        sign_in(page, "Otto", provider="Demo-schoolaccount")

    def _office(self, page: Page) -> None:
        sign_in_as_staff(page, "Zita")


@pytest.fixture(scope="module")
def visitors(browser: Browser, demo: Running) -> Iterator[Visitors]:
    made = Visitors(browser, demo)
    yield made
    for page in made.pages.values():
        page.context.close()


def test_every_page_with_an_id_has_a_way() -> None:
    assert {name for name, _ in pages().values() if "<" in addresses()[name]} == set(WAYS)


@pytest.mark.parametrize("snapshot", pages())
def test_the_page_holds_in_every_mode_and_says_what_it_said(visitors: Visitors, snapshot: str) -> None:
    name, who = pages()[snapshot]
    page = visitors(who)
    way = THINGS.get(snapshot) or WAYS.get(name)
    page.goto(way(page) if way else f"/{addresses()[name]}")
    assert page.get_by_role("heading", level=1).count() == 1
    for mode, check in MODES.items():
        check(page, f"{snapshot} ({mode})")
    if name != "state:state":  # it says how the register does at this moment
        says_what_it_said(page, snapshot, hide=visitors.names)


# --- the modes ---------------------------------------------------------------------------------------------------


def _shot(page: Page, where: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{where.replace(' ', '-')}.png", full_page=True)


def in_light(page: Page, where: str) -> None:
    """On a phone, as most see it: no violation of WCAG 2.2 AA, nothing sticks out."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    axe_finds_nothing(page, where, {"runOnly": WCAG["runOnly"]})
    no_wider_than_the_screen(page, where)
    _shot(page, where)


def in_dark(page: Page, where: str) -> None:
    """The colours of the night have contrast too."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(150)  # colours change in a short transition
    axe_finds_nothing(page, where, COLOURS)
    _shot(page, where)


def in_few_colours(page: Page, where: str) -> None:
    """With the colours that she forces upon every page."""
    page.emulate_media(color_scheme="light", forced_colors="active")
    axe_finds_nothing(page, where, COLOURS)
    _shot(page, where)
    page.emulate_media(forced_colors="none")


def still(page: Page, where: str) -> None:
    """Nothing moves for who asked for less motion."""
    moving = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) => {
          const look = getComputedStyle(each);
          return parseFloat(look.transitionDuration) > 0 || look.animationName !== "none";
        }).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert moving == [], f"{where}: moves though asked not to"


def with_text_twice_as_large(page: Page, where: str) -> None:
    """Nothing sticks out when the text is twice as large."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    no_wider_than_the_screen(page, where)
    page.evaluate("document.documentElement.style.fontSize = ''")


def on_a_narrow_screen(page: Page, where: str) -> None:
    """Nor on the narrowest screen of WCAG (1.4.10)."""
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    no_wider_than_the_screen(page, where)


def on_a_wide_screen(page: Page, where: str) -> None:
    """Nor on a wide one."""
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    no_wider_than_the_screen(page, where)
    _shot(page, where)


MODES: dict[str, Callable[[Page, str], None]] = {
    "light": in_light,
    "dark": in_dark,
    "forced colours": in_few_colours,
    "reduced motion": still,
    "twice the text": with_text_twice_as_large,
    "narrow": on_a_narrow_screen,
    "wide": on_a_wide_screen,
}
