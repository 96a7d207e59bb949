"""A case from asking to deciding, by everybody whose turn it is, in browsers of their own."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running, sign_in, sign_in_as_staff
from tests.journeys.test_board import BOARD
from tests.journeys.test_teacher import Look, ordinary

pytestmark = pytest.mark.browser


def colleague_of(page: Page, demo: Running, name: str) -> Page:
    """Somebody of the staff, in a browser of her own, as wide as this one."""
    made = page.context.browser.new_context(base_url=demo.address, locale="nl-NL").new_page()  # type: ignore[union-attr]
    made.set_viewport_size(page.viewport_size or {"width": 390, "height": 800})
    sign_in_as_staff(made, name)
    return made


def test_without_a_board_she_is_registered_by_two_and_leaves_and_comes_back(
    page: Page, demo: Running, look: Look
) -> None:
    wide = (page.viewport_size or {})["width"] > 600
    person = ordinary(demo, 50 if wide else 51)
    sign_in(page, person["name"])
    page.goto("/mijn-registratie/")
    page.get_by_role("link", name="Vraag zelf om registratie").click()
    page.get_by_label("Naam of plaats van je school").fill("xx geen school")
    page.get_by_role("button", name="Zoek je school").click()
    expect(page.get_by_text("We vinden geen school")).to_be_visible()
    page.get_by_label("Naam of plaats van je school").fill("School")
    page.get_by_role("button", name="Zoek je school").click()
    look(page, "ask")
    page.get_by_label("Wat moeten we weten?").last.fill("Ik heb een getuigschrift uit 2004.")
    page.get_by_role("button", name="Vraag het de ondersteuning").click()
    look(page, "case-asked")

    first = colleague_of(page, demo, "Joke")
    first.get_by_role("link", name="Zaken").click()
    look(first, "desk")
    first.get_by_role("link", name=person["family_name"]).first.click()
    first.get_by_role("button", name="Ik pak dit op").click()
    first.get_by_label("Toewijzen").check()
    first.get_by_label("Bevoegdheid").select_option("B02")
    first.get_by_label("Sector").select_option("vo")
    first.get_by_label("Soort bewijs").select_option("certificate")
    first.get_by_role("button", name="Voorstellen").click()
    look(first, "desk-wrong")
    first.get_by_label("Afgegeven door").fill("Hogeschool Voorbeeld")
    first.get_by_label("Afgegeven op").fill("2004-07-01")
    first.get_by_label("Standaardtekst").select_option("proof-seen")
    first.get_by_role("button", name="Voorstellen").click()
    expect(first.get_by_text("Je voorstel is bewaard.")).to_be_visible()
    look(first, "desk-proposed")
    expect(first.get_by_role("button", name="Akkoord: zo besluiten")).to_have_count(0)

    second = colleague_of(page, demo, "Mila")
    second.goto(first.url)
    look(second, "desk-second")
    second.get_by_role("button", name="Akkoord: zo besluiten").click()
    expect(second.get_by_text("Het besluit is genomen.")).to_be_visible()

    page.reload()
    look(page, "case-to-confirm")
    page.get_by_label("Akkoord").check()
    page.get_by_role("button", name="Versturen").click()
    page.get_by_role("link", name="Mijn registratie").first.click()
    expect(page.get_by_role("heading", name="Je staat in het register")).to_be_visible()
    look(page, "registered-by-proof")
    _known_otherwise(page, first, second, look)
    page.get_by_role("link", name="Uit het register gaan").click()
    page.get_by_role("button", name="Ga uit het register").click()
    look(page, "registration-left")
    page.get_by_role("button", name="Kom terug in het register").click()
    expect(page.get_by_role("heading", name="Je staat in het register")).to_be_visible()
    for each in (first, second):
        each.context.close()


def _known_otherwise(page: Page, first: Page, second: Page, look: Look) -> None:
    """She marries, and two see the deed."""
    page.get_by_role("link", name="Naam of geboortedatum aanpassen").click()
    page.get_by_label("Achternaam").fill("Van Voorbeeld-Anders")
    page.get_by_role("button", name="Vraag het aan").click()
    look(page, "name-wrong")
    page.get_by_label("Waaruit blijkt het?").fill("Mijn trouwakte.")
    page.get_by_role("button", name="Vraag het aan").click()
    look(page, "name-asked")
    first.goto("/ondersteuning/zaken/?soort=name")
    first.get_by_role("table").last.get_by_role("link").first.click()
    look(first, "desk-name")
    first.get_by_label("Toewijzen").check()
    first.get_by_label("Soort bewijs").select_option("deed")
    first.get_by_label("Standaardtekst").select_option("name-seen")
    first.get_by_role("button", name="Voorstellen").click()
    second.goto(first.url)
    look(second, "desk-name-second")
    second.get_by_role("button", name="Akkoord: zo besluiten").click()
    page.reload()
    look(page, "name-to-confirm")
    page.get_by_label("Akkoord").check()
    page.get_by_role("button", name="Versturen").click()
    page.get_by_role("link", name="Mijn registratie").first.click()
    expect(page.locator("main").get_by_text("Van Voorbeeld-Anders")).to_be_visible()
    look(page, "registered-renamed")


def test_a_board_reads_a_question_and_reports_a_death(page: Page, demo: Running, look: Look) -> None:
    """What is asked in the demonstration stays as it is: the pages of others show it."""
    staff = colleague_of(page, demo, "Bram")
    staff.goto(f"/bestuur/{BOARD.number}/")
    staff.get_by_role("link", name="Vragen").first.click()
    look(staff, "questions")
    card = staff.locator("section").filter(has_text="I. Mulder")
    expect(card.get_by_text("Ik begon in 2014 al.")).to_be_visible()
    card.get_by_role("button", name="Antwoord versturen").click()
    look(staff, "questions-wrong")
    staff.get_by_role("link", name="Een overlijden melden").click()
    staff.get_by_label("Personeelsnummer").fill("bestaat niet")
    staff.get_by_label("Datum van overlijden").fill("2018-01-02")
    staff.get_by_role("button", name="Melden").click()
    look(staff, "death-wrong")
    staff.context.close()

    sign_in(page, "Ilse")
    page.goto("/mijn-registratie/")
    page.get_by_role("link", name="Er klopt iets niet").first.click()
    look(page, "case-waits")
    expect(page.get_by_text("Het bestuur is aan de beurt")).to_be_visible()
