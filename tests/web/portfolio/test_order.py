"""Order without forms: tags, goals, themes, collections and what comes back, as she meets them on the pages."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from lerarenregister.accounts.models import SignedInSession
from lerarenregister.portfolio.models import Entry
from tests.web.portfolio.conftest import Person, sign_in, ticket_in

pytestmark = pytest.mark.django_db
SAVE = "/portfolio/bewaren/"


def keep(person: Person, form: str, title: str, **fields: Any) -> str:
    """Keep a thing from the form on its list; its page."""
    lists = {"goal": "doelen", "theme": "themas", "collection": "verzamelingen", "repeat": "komt-terug"}
    ticket = person.ticket(person.get(f"/portfolio/{lists[form]}/"))
    answer = person.client.post(SAVE, {**ticket, "vorm": form, "titel": title, **fields})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"].partition("?")[0])


def change(person: Person, url: str, **fields: Any) -> Any:
    """Change an entry with the whole form."""
    page = person.get(url + "bewerken/")
    before = {"tekst": re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)[0], "meer": "1"}
    return person.client.post(SAVE, {**ticket_in(page), **before, **fields})


def id_of(url: str) -> str:
    return str(UUID(url.split("/")[2]))


def test_a_tag_leads_to_what_has_it_by_an_address_that_says_nothing(teacher: Person) -> None:
    url = teacher.written("Over feedback")
    teacher.written("Over iets anders")
    change(teacher, url, trefwoorden="#Feedback, formatief evalueren")
    page = teacher.get(url)
    address = re.findall(r'<a href="([^"]*)">Feedback</a>', page)[0]
    assert "eedback" not in address
    found = teacher.get(address)
    assert "Over feedback" in found
    assert "Over iets anders" not in found
    assert "Je ziet:" in found
    assert re.findall(r'<a href="([^"]*)">Feedback</a>', teacher.get(url))[0] != address  # no two are alike
    assert '<option value="formatief evalueren">' in teacher.get(url + "bewerken/")


def test_what_she_chooses_is_posted_and_comes_back_in_no_address(teacher: Person) -> None:
    url = teacher.written("Gelezen over feedback")
    change(teacher, url, trefwoorden="feedback", datum="2017-03-01")
    teacher.written("Vandaag")
    keep(teacher, "theme", "Thema")
    page = teacher.get("/portfolio/kiezen/")
    assert '<option value="feedback">' in page
    answer = teacher.client.post("/portfolio/kiezen/", {"trefwoord": "feedback", "jaar": "2017", "soort": "reading"})
    assert answer.status_code == 303
    assert not any(each in answer["Location"] for each in ("feedback", "2017", "reading"))
    found = teacher.get(answer["Location"])
    assert "feedback · Lezen · 2017" in found
    assert "Vandaag" not in found
    assert teacher.client.post("/portfolio/kiezen/", {})["Location"] == "/portfolio/"
    for wrong in ({"trefwoord": "x" * 10_000}, {"thema": str(uuid4())}, {"jaar": "2016"}, {"soort": "punten"}):
        assert teacher.client.post("/portfolio/kiezen/", wrong).status_code == 400


def test_a_choice_of_somebody_else_or_made_up_is_not_there(teacher: Person, stranger: Person) -> None:
    change(teacher, teacher.written("Over feedback"), trefwoorden="feedback")
    address = teacher.client.post("/portfolio/kiezen/", {"trefwoord": "feedback"})["Location"]
    assert stranger.client.get(address).status_code == 404
    base, _, told = address.partition("=")
    for wrong in (told[:-2], "x", "%00", "\u00e9", "A" * 3_000, told[:50] + "A" + told[51:]):
        assert teacher.client.get(f"{base}={wrong}").status_code == 404, wrong


def test_pages_of_a_choice_stay_within_it(teacher: Person) -> None:
    for number in range(21):
        teacher.write(f"Boek {number}", soort="reading")
    address = teacher.client.post("/portfolio/kiezen/", {"soort": "reading"})["Location"]
    further = re.findall(r'rel="next" href="([^"]*)"', teacher.get(address))[0].replace("&amp;", "&")
    page = teacher.get("/portfolio/" + further)
    assert "Pagina 2 van 2" in page
    assert "Je ziet:" in page


def test_she_ticks_a_goal_and_its_page_shows_what_she_did_for_it(teacher: Person) -> None:
    goal = keep(teacher, "goal", "Beter feedback geven", tekst="Omdat het werkt", tot="2030-07-01")
    url = teacher.written("Geoefend in 3 havo")
    page = teacher.get(url + "bewerken/")
    assert "Beter feedback geven" in page
    change(teacher, url, doel=id_of(goal), getoond=id_of(goal))
    assert "Geoefend in 3 havo" in teacher.get(goal)
    assert "Beter feedback geven" in teacher.get(url)
    assert "1 juli 2030" in teacher.get(goal)
    assert "Omdat het werkt" in teacher.get(goal)
    assert "%" not in re.sub(r"<[^>]*>", "", teacher.get(goal))
    change(teacher, url, getoond=id_of(goal))
    assert "Geoefend in 3 havo" not in teacher.get(goal)


def test_a_goal_is_reached_let_go_and_taken_up_again(teacher: Person) -> None:
    goal = keep(teacher, "goal", "Beter feedback geven")
    for state, word in (("reached", "Bereikt"), ("let-go", "Losgelaten"), ("open", "Mee bezig")):
        assert teacher.press(goal, "stand/", stand=state).status_code == 302
        assert f"<span>{word}</span>" in teacher.get(goal)
    assert all(f"<span>{word}</span>" in teacher.get(goal + "eerder/") for word in ("Bereikt", "Losgelaten"))
    assert teacher.press(goal, "stand/", stand="honderd procent").status_code == 404
    url = teacher.written("Geen doel")
    assert teacher.client.post(url + "stand/", {"versie": "1", "stand": "reached"}).status_code == 404


def test_a_form_without_the_optional_fields_leaves_them_as_they_are(teacher: Person) -> None:
    goal = keep(teacher, "goal", "Doel")
    url = teacher.written("Met alles")
    change(teacher, url, trefwoorden="een, twee", uren="1,5", tot="2030-01-01", doel=id_of(goal), getoond=id_of(goal))
    ticket = ticket_in(teacher.get(url + "bewerken/"))
    assert teacher.client.post(SAVE, {**ticket, "tekst": "Andere tekst"}).status_code == 303
    page = teacher.get(url)
    for each in ("Andere tekst", ">een</a>", ">twee</a>", "<dd>1,5</dd>", "1 januari 2030", ">Doel</a>"):
        assert each in page, each


def test_a_text_comes_back_with_all_she_filled_in_when_it_can_not_be_saved(teacher: Person) -> None:
    url = teacher.written("Eerst")
    old = ticket_in(teacher.get(url + "bewerken/"))
    change(teacher, url, tekst="In een ander tabblad")
    filled = {"tekst": "Van mij", "meer": "1", "trefwoorden": "eigen woord", "uren": "2", "tot": "2030-01-01"}
    answer = teacher.client.post(SAVE, {**old, **filled})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "In een ander tabblad" in page
    form = page.split(f'action="{SAVE}"')[1]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert hidden.items() >= {"trefwoorden": "eigen woord", "uren": "2", "tot": "2030-01-01", "meer": "1"}.items()
    assert teacher.client.post(SAVE, {**hidden, "tekst": "Van mij"}).status_code == 303
    assert "eigen woord" in teacher.get(url)

    teacher.client.cookies.clear()
    answer = teacher.client.post(SAVE, {**old, **filled})
    assert answer.status_code == 401
    assert 'name="trefwoorden" value="eigen woord"' in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"trefwoorden": "x" * 10_000}, "hooguit 20 trefwoorden"),
        ({"trefwoorden": ",".join(map(str, range(1_000)))}, "hooguit 20 trefwoorden"),
        ({"trefwoorden": "x" * 41}, "hooguit 20 trefwoorden"),
        ({"uren": "0,1"}, "kwartieren"),
        ({"uren": "-1"}, "kwartieren"),
        ({"uren": "NaN"}, "kwartieren"),
        ({"uren": "1e9"}, "kwartieren"),
        ({"uren": "1e999999"}, "kwartieren"),
        ({"uren": "9e999999"}, "kwartieren"),
        ({"uren": "1_0"}, "kwartieren"),
        ({"uren": "\u0661"}, "kwartieren"),
        ({"uren": "9" * 400}, "kwartieren"),
        ({"uren": "Infinity"}, "kwartieren"),
        ({"tot": "1999-01-01"}, "niet voor de eerste dag"),
        ({"tot": "gisteren"}, "Dit klopt nog niet"),
        ({"doel": "geen id"}, "Dit klopt nog niet"),
    ],
)
def test_a_wrong_field_is_explained_and_the_text_stays(teacher: Person, wrong: dict[str, str], said: str) -> None:
    response = teacher.write("Mijn tekst", meer="1", **wrong)
    page = response.content.decode()
    assert response.status_code == 400
    assert "Mijn tekst" in page
    assert said in page
    assert not Entry.objects.exists()


def test_a_goal_of_somebody_else_is_not_linked_and_not_shown(teacher: Person, stranger: Person) -> None:
    theirs = keep(stranger, "goal", "Doel van een ander")
    url = teacher.written("Van mij")
    assert change(teacher, url, doel=id_of(theirs)).status_code == 303
    assert "Doel van een ander" not in teacher.get(url)
    assert "Van mij" not in stranger.get(theirs)
    assert teacher.client.get(theirs).status_code == 404


def test_a_theme_gathers_what_has_its_words(teacher: Person) -> None:
    theme = keep(teacher, "theme", "Feedback")
    url = teacher.written("Over feedback")
    change(teacher, url, trefwoorden="feedback")
    assert "Over feedback" in teacher.get(theme)
    assert ">Feedback</a>" in teacher.get(url)
    assert "1 keer iets vastgelegd" in teacher.get("/portfolio/themas/")


@pytest.mark.parametrize("form", ["goal", "theme", "collection", "repeat"])
def test_a_thing_is_changed_deleted_and_restored_like_an_entry(teacher: Person, form: str) -> None:
    extra = {"elke": "week"} if form == "repeat" else {}
    url = keep(teacher, form, "Eerste naam", **extra)
    ticket = ticket_in(teacher.get(url + "bewerken/"))
    changed = {**ticket, "vorm": form, "titel": "Tweede naam", "tekst": "Met <b>uitleg</b>", **extra}
    assert teacher.client.post(SAVE, changed).status_code == 303
    assert "Tweede naam" in teacher.get(url)
    assert "<b>uitleg" not in teacher.get(url)
    assert "Eerste naam" in teacher.get(url + "eerder/")
    late = teacher.client.post(SAVE, {**changed, "titel": "Derde naam"})
    assert late.status_code == 409
    assert "Tweede naam" in late.content.decode()
    assert "Derde naam" in late.content.decode()
    assert teacher.press(url, "verwijderen/").status_code == 302
    assert "Tweede naam" in teacher.get("/portfolio/prullenbak/")
    assert teacher.client.get(url + "bewerken/").status_code == 404
    assert teacher.press(url, "herstellen/").status_code == 302
    assert "Tweede naam" in teacher.get(url)


@pytest.mark.parametrize("wrong", [{"titel": ""}, {"titel": "x" * 121}, {"titel": "x", "tekst": "x" * 100_001}])
@pytest.mark.parametrize("form", ["goal", "theme", "collection", "repeat"])
def test_a_wrong_thing_is_explained(teacher: Person, form: str, wrong: dict[str, str]) -> None:
    response = teacher.client.post(SAVE, {**teacher.ticket(), "vorm": form, "elke": "week", **wrong})
    assert response.status_code == 400
    assert "Dit klopt nog niet" in response.content.decode()
    assert not Entry.objects.exists()


def test_what_is_no_form_is_no_form(teacher: Person) -> None:
    assert teacher.client.post(SAVE, {**teacher.ticket(), "vorm": "punten", "titel": "x"}).status_code == 400
    assert teacher.client.post(SAVE, {**teacher.ticket(), "vorm": "repeat", "titel": "x"}).status_code == 400
    url = keep(teacher, "goal", "Doel")
    ticket = ticket_in(teacher.get(url + "bewerken/"))
    answer = teacher.client.post(SAVE, {**ticket, "vorm": "theme", "titel": "Nu een thema"})
    assert answer.status_code == 409
    assert "Doel" in teacher.get(url)


def test_headings_come_below_what_she_typed_and_are_no_title(teacher: Person) -> None:
    answer = teacher.client.post("/portfolio/kopjes/", {**teacher.ticket(), "tekst": "Al getypt", "sjabloon": "leerde"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Al getypt\n\nWat deed ik?\n\n\nWat leerde ik?\n\n\nWat nu?" in page.replace("\r\n", "\n")
    assert not Entry.objects.exists()
    teacher.client.post(SAVE, {**ticket_in(page), "tekst": "Wat deed ik?\nIntervisie gehad\n\nWat leerde ik?\nVeel"})
    listed = teacher.get("/portfolio/")
    assert ">Intervisie gehad</a>" in listed
    assert "Wat deed ik?" not in listed
    for wrong in ({"sjabloon": "punten"}, {"formulier": "x"}):
        posted = {**teacher.ticket(), "tekst": "x", "sjabloon": "les", **wrong}
        assert teacher.client.post("/portfolio/kopjes/", posted).status_code == 400
    ticket = teacher.ticket()
    teacher.client.cookies.clear()
    lost = teacher.client.post("/portfolio/kopjes/", {**ticket, "tekst": "Niet kwijt", "sjabloon": "les"})
    assert lost.status_code == 401
    assert "Niet kwijt" in lost.content.decode()


def test_a_copy_is_a_new_text_of_today(teacher: Person, stranger: Person) -> None:
    url = teacher.written("Intervisie over toetsen")
    change(teacher, url, trefwoorden="toetsen", datum="2017-03-01", uren="1")
    page = teacher.get(f"/portfolio/nieuw/?van={id_of(url)}")
    assert "Intervisie over toetsen" in page
    assert 'value="toetsen"' in page
    assert "2017-03-01" not in page
    assert ticket_in(page)["formulier"] != id_of(url)
    assert ticket_in(page)["versie"] == "0"
    for wrong in (str(uuid4()), "x", id_of(keep(teacher, "goal", "Doel"))):
        assert teacher.client.get(f"/portfolio/nieuw/?van={wrong}").status_code == 404
    assert stranger.client.get(f"/portfolio/nieuw/?van={id_of(url)}").status_code == 404


def test_what_comes_back_waits_on_her_first_page_and_is_kept_by_one_press(teacher: Person) -> None:
    repeat = keep(teacher, "repeat", "Intervisie met de sectie", elke="week", tekst="Wat bespraken we?")
    assert "Intervisie met de sectie" not in teacher.get("/portfolio/")
    home = teacher.get("/")
    assert "Klaar om vast te leggen" in home
    form = home[home.index('action="/portfolio/' + id_of(repeat)) :]
    posted = {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("versie", "nieuw")}
    answers = [teacher.client.post(repeat + "keer/", {**posted, "doe": "vastleggen"}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert "Opgeslagen" in teacher.get(answers[0]["Location"])
    assert Entry.objects.count() == 2
    assert "Klaar om vast te leggen" not in teacher.get("/")
    assert "Wat bespraken we?" in teacher.get("/portfolio/")


def test_a_time_can_be_passed_over(teacher: Person) -> None:
    repeat = keep(teacher, "repeat", "Intervisie", elke="month")
    form = re.findall(r'name="versie" value="(\d+)"', teacher.get(repeat))[0]
    teacher.client.post(repeat + "keer/", {"versie": form, "doe": "overslaan"})
    assert "Klaar om vast te leggen" not in teacher.get("/")
    assert Entry.objects.count() == 1


def test_a_time_that_was_handled_stays_so_when_an_earlier_text_comes_back(teacher: Person) -> None:
    repeat = keep(teacher, "repeat", "Intervisie", elke="month", tekst="Eerst")
    form = teacher.get(repeat + "bewerken/")
    posted = {**ticket_in(form), "vorm": "repeat", "elke": "month", "titel": "Intervisie", "tekst": "Daarna"}
    posted["datum"] = re.findall(r'name="datum" value="([^"]*)"', form)[0]
    assert teacher.client.post(SAVE, posted).status_code == 303
    version = re.findall(r'name="versie" value="(\d+)"', teacher.get(repeat))[0]
    teacher.client.post(repeat + "keer/", {"versie": version, "doe": "overslaan"})
    assert "Klaar om vast te leggen" not in teacher.get("/")
    teacher.client.post(repeat + "eerder/1/", {"versie": str(int(version) + 1)})
    assert "Eerst" in teacher.get(repeat)
    assert "Klaar om vast te leggen" not in teacher.get("/")


@pytest.mark.parametrize("others", [(), ("Nog een stuk",)])
def test_a_collection_of_which_a_piece_is_gone_for_good_does_not_come_in_twice(
    teacher: Person, others: tuple[str, ...]
) -> None:
    gone = teacher.written("Straks weg")
    story = keep(teacher, "collection", "Mijn jaar", tekst="Waar het over gaat")
    pick(teacher, story, gone, *(teacher.written(each) for each in others))
    Entry.objects.filter(pk=id_of(gone)).delete()
    packed = SimpleUploadedFile("portfolio.zip", teacher.client.get("/portfolio/meenemen/zip/").getvalue())
    page = teacher.client.post("/portfolio/terugbrengen/", {"zip": packed}).content.decode()
    assert "0 stukken zijn toegevoegd" in page


def test_a_goal_that_changed_elsewhere_says_so_and_keeps_its_state(teacher: Person) -> None:
    goal = keep(teacher, "goal", "Meer rust")
    assert (
        teacher.client.post(goal + "stand/", {"stand": "reached", "versie": "7"})["Location"] == f"{goal}?gedaan=anders"
    )
    page = teacher.get(f"{goal}?gedaan=anders")
    assert "intussen ergens anders veranderd" in page


def pick(person: Person, url: str, *ticked: str, shown: tuple[str, ...] = ()) -> Any:
    page = person.get(url + "kiezen/")
    version = re.findall(r'name="versie" value="(\d+)"', page)[0]
    posted = {"versie": version, "stuk": [id_of(each) for each in ticked], "getoond": [id_of(each) for each in shown]}
    return person.client.post(url + "kiezen/", posted)


def headings(person: Person, url: str) -> list[str]:
    page = person.get(url)
    return re.findall(r'<div class="pf-text[^"]*"><p>([^<]*)</p>', page)


def arrange(person: Person, url: str, act: str, place: int, **fields: str) -> Any:
    page = person.get(url + "volgorde/")
    version = re.findall(r'name="versie" value="(\d+)"', page)[0]
    return person.client.post(url + "volgorde/", {"versie": version, "doe": act, "plaats": str(place), **fields})


def test_whatever_she_presses_what_she_typed_in_the_form_is_kept(teacher: Person) -> None:
    one, two = teacher.written("Stuk een"), teacher.written("Stuk twee")
    story = keep(teacher, "collection", "Mijn jaar", tekst="Waar het over gaat")
    pick(teacher, story, two, one)
    arrange(teacher, story, "ervoor", 2, ervoor="Slot")
    arrange(teacher, story, "op", 2, tekst="Een ander slot")
    assert headings(teacher, story)[1:] == ["Stuk een", "Een ander slot", "Stuk twee"]
    arrange(teacher, story, "neer", 0, ervoor="Vooraf")
    assert headings(teacher, story)[1:] == ["Vooraf", "Een ander slot", "Stuk een", "Stuk twee"]
    arrange(teacher, story, "enter", 1, tekst="Tussen", naar="4")
    assert headings(teacher, story)[1:] == ["Vooraf", "Stuk een", "Stuk twee", "Tussen"]
    arrange(teacher, story, "enter", 3, tekst="Klaar", naar="")
    assert headings(teacher, story)[1:] == ["Vooraf", "Stuk een", "Stuk twee", "Klaar"]
    arrange(teacher, story, "weg", 1, ervoor="Daarvoor")
    assert headings(teacher, story)[1:] == ["Vooraf", "Daarvoor", "Stuk twee", "Klaar"]


def test_what_she_typed_beside_another_button_comes_back_when_the_collection_changed_elsewhere(teacher: Person) -> None:
    story = keep(teacher, "collection", "Mijn jaar", tekst="Waar het over gaat")
    pick(teacher, story, teacher.written("Stuk een"), teacher.written("Stuk twee"))
    posted = {"versie": "1", "doe": "neer", "plaats": "0", "ervoor": "Lang over nagedacht", "tekst": "En dit"}
    answer = teacher.client.post(story + "volgorde/", posted)
    assert answer.status_code == 409
    assert "Lang over nagedacht\n\nEn dit</textarea>" in answer.content.decode()


def test_she_makes_a_collection_orders_it_and_writes_between(teacher: Person) -> None:
    one, two, three = (teacher.written(f"Stuk {name}") for name in ("een", "twee", "drie"))
    story = keep(teacher, "collection", "Mijn jaar", tekst="Waar het over gaat")
    assert pick(teacher, story, three, two, one).status_code == 303
    assert headings(teacher, story) == ["Waar het over gaat", "Stuk een", "Stuk twee", "Stuk drie"]
    arrange(teacher, story, "op", 2)
    arrange(teacher, story, "neer", 0)
    arrange(teacher, story, "ervoor", 1, ervoor="En toen")
    assert headings(teacher, story)[1:] == ["Stuk drie", "En toen", "Stuk een", "Stuk twee"]
    arrange(teacher, story, "naar", 3, naar="1")
    arrange(teacher, story, "tekst", 2, tekst="En later")
    arrange(teacher, story, "weg", 3)
    assert headings(teacher, story)[1:] == ["Stuk twee", "Stuk drie", "En later"]
    assert pick(teacher, story, three, shown=(one, two, three)).status_code == 303
    assert headings(teacher, story)[1:] == ["Stuk drie", "En later"]
    assert "Stuk een" in teacher.get("/portfolio/")


def test_all_that_she_chose_goes_into_a_collection_at_once(teacher: Person) -> None:
    for number in range(21):
        teacher.write(f"Boek {number}", soort="reading")
    other = teacher.written("Iets anders")
    story = keep(teacher, "collection", "Wat ik las")
    chosen = teacher.client.post("/portfolio/kiezen/", {"soort": "reading", "voor": id_of(story)})["Location"]
    assert chosen.startswith(story + "kiezen/?keuze=")
    page = teacher.get(chosen)
    assert "Alles toevoegen (21)" in page
    version = re.findall(r'name="versie" value="(\d+)"', page)[0]
    for _ in range(2):
        answer = teacher.client.post(chosen, {"versie": version, "doe": "alles"})
        assert answer.status_code == 303
    assert sorted(headings(teacher, story)) == sorted(f"Boek {number}" for number in range(21))
    link = {"versie": "1", "doe": "alles", "stuk": []}
    assert teacher.client.post(other + "kiezen/", link).status_code == 303
    assert "Heeft te maken met" not in teacher.get(other)


@pytest.mark.parametrize(
    "fields",
    [
        {"doe": "op", "plaats": "0"},
        {"doe": "neer", "plaats": "99"},
        {"doe": "naar", "plaats": "0", "naar": "x"},
        {"doe": "naar", "plaats": "0", "naar": "0"},
        {"doe": "weg", "plaats": "-1"},
        {"doe": "tekst", "plaats": "0", "tekst": "over een stuk heen"},
        {"doe": "ervoor", "plaats": "1", "ervoor": "  "},
        {"doe": "punten", "plaats": "0"},
        {},
    ],
)
def test_a_button_that_can_not_do_anything_does_nothing(teacher: Person, fields: dict[str, str]) -> None:
    story = keep(teacher, "collection", "Mijn jaar")
    pick(teacher, story, teacher.written("Stuk een"), teacher.written("Stuk twee"))
    before = headings(teacher, story)
    assert teacher.client.post(story + "volgorde/", {"versie": "2", **fields}).status_code == 303
    assert headings(teacher, story) == before


def test_a_button_pressed_twice_moves_once_and_a_late_text_is_not_lost(teacher: Person) -> None:
    story = keep(teacher, "collection", "Mijn jaar")
    pick(teacher, story, *(teacher.written(f"Stuk {number}") for number in range(4)))
    before = headings(teacher, story)
    for _ in range(2):
        answer = teacher.client.post(story + "volgorde/", {"versie": "2", "doe": "neer", "plaats": "0"})
        assert answer["Location"] == story + "volgorde/?pagina=1#stuk-1"
    assert headings(teacher, story) == [before[1], before[0], *before[2:]]
    late = {"versie": "2", "doe": "ervoor", "plaats": "0", "ervoor": "Lang over nagedacht"}
    answer = teacher.client.post(story + "volgorde/", late)
    assert answer.status_code == 409
    assert "Lang over nagedacht" in answer.content.decode()
    assert "intussen in een ander tabblad veranderd" in answer.content.decode()
    for _ in range(2):
        assert teacher.client.post(story + "volgorde/", {**late, "versie": "3"}).status_code == 303
    assert headings(teacher, story).count("Lang over nagedacht") == 1


def test_ticks_of_an_older_tab_change_nothing_and_she_sees_how_it_is(teacher: Person) -> None:
    one, two = teacher.written("Stuk een"), teacher.written("Stuk twee")
    story = keep(teacher, "collection", "Mijn jaar")
    pick(teacher, story, one)
    answer = teacher.client.post(story + "kiezen/", {"versie": "1", "stuk": [id_of(two)], "getoond": [id_of(one)]})
    assert answer.status_code == 409
    assert headings(teacher, story) == ["Stuk een"]


def test_entries_are_linked_by_ticks_and_shown_both_ways(teacher: Person, stranger: Person) -> None:
    one, two = teacher.written("Het boek"), teacher.written("De les erna")
    theirs = stranger.written("Van een ander")
    goal = keep(teacher, "goal", "Doel")
    change(teacher, one, doel=id_of(goal), getoond=id_of(goal))
    assert pick(teacher, one, two, theirs, one).status_code == 303
    assert "De les erna" in teacher.get(one)
    assert "Het boek" in teacher.get(two)
    assert ">Doel</a>" in teacher.get(one)
    assert "Van een ander" not in teacher.get(one)
    assert pick(teacher, one, shown=(two,)).status_code == 303
    assert "De les erna" not in teacher.get(one)
    assert ">Doel</a>" in teacher.get(one)


def test_too_many_pieces_are_refused_and_nothing_changes(teacher: Person) -> None:
    url, many = teacher.written("Stuk"), [str(uuid4()) for _ in range(5_001)]
    story = keep(teacher, "collection", "Mijn jaar")
    assert teacher.client.post(story + "kiezen/", {"versie": "1", "stuk": many}).status_code == 413
    assert headings(teacher, story) == []
    links = teacher.client.post(url + "kiezen/", {"versie": "1", "stuk": many[:101]})
    assert links.status_code == 400
    assert "te veel bij elkaar" in links.content.decode()


def test_only_an_entry_and_a_collection_take_ticks_and_only_a_collection_has_an_order(teacher: Person) -> None:
    goal, url = keep(teacher, "goal", "Doel"), teacher.written("Tekst")
    for address in (goal + "kiezen/", goal + "volgorde/", url + "volgorde/", url + "keer/"):
        answer = teacher.client.post(address, {"versie": "1"})
        assert answer.status_code == 404, address


def test_no_address_on_any_page_holds_a_word_of_hers(teacher: Person) -> None:
    url = teacher.written("Kanarie een")
    goal = keep(teacher, "goal", "Kanarie twee")
    theme = keep(teacher, "theme", "Kanarie drie")
    story = keep(teacher, "collection", "Kanarie vier")
    change(teacher, url, trefwoorden="kanarie vijf", doel=id_of(goal), getoond=id_of(goal))
    lists = ["doelen/", "themas/", "verzamelingen/", "komt-terug/", "kiezen/", ""]
    for page in (url, goal, theme, story, url + "kiezen/", *(f"/portfolio/{each}" for each in lists)):
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', teacher.get(page)):
            assert "anarie" not in address


def test_the_zip_reads_in_her_order_with_links_between(teacher: Person) -> None:
    goal = keep(teacher, "goal", "Beter feedback geven")
    url = teacher.written("Geoefend in 3 havo")
    change(teacher, url, trefwoorden="feedback", uren="1,5", doel=id_of(goal), getoond=id_of(goal))
    story = keep(teacher, "collection", "Mijn jaar")
    pick(teacher, story, url)
    arrange(teacher, story, "ervoor", 0, ervoor="Hoe het begon")
    gone = teacher.written("Weggegooid")
    teacher.press(gone, "verwijderen/")
    packed = b"".join(teacher.client.get("/portfolio/meenemen/zip/").streaming_content)
    page = zipfile.ZipFile(io.BytesIO(packed)).read("index.html").decode()
    assert re.findall("<h2>([^<]*)</h2>", page)[1:] == ["Doelen", "Verzamelingen"]
    entry, goal_place = re.findall(r'<article id="(n\d+)">', page)[:2]
    assert f'<a href="#{goal_place}">Beter feedback geven</a>' in page
    assert f'<p>Hoe het begon</p>\n<p><a href="#{entry}">Geoefend in 3 havo</a></p>' in page
    assert "1,5 uur" in page
    assert "Trefwoorden: feedback" in page
    assert "Weggegooid" not in page


def test_a_draft_keeps_what_she_folded_out(teacher: Person) -> None:
    goal = keep(teacher, "goal", "Doel")
    more = {"meer": "1", "trefwoorden": "half af", "uren": "2", "getoond": id_of(goal), "doel": id_of(goal)}
    ticket = teacher.ticket(teacher.get("/portfolio/nieuw/"))
    assert teacher.client.post("/portfolio/concept/", {**ticket, "tekst": "Nieuw", **more}).json()["state"] == "saved"
    home = teacher.get("/")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', home[home.index(f'action="{SAVE}"') :]))
    assert hidden.items() >= more.items()
    assert teacher.client.post(SAVE, {**hidden, "tekst": "Nieuw"}).status_code == 303
    url = f"/portfolio/{ticket['formulier']}/"
    assert ">half af</a>" in teacher.get(url)

    ticket = ticket_in(teacher.get(url + "bewerken/"))
    changed = {**ticket, "tekst": "Anders", "meer": "1", "trefwoorden": "bijna af", "getoond": id_of(goal)}
    assert teacher.client.post("/portfolio/concept/", changed).json()["state"] == "saved"
    page = teacher.get(url + "bewerken/")
    assert 'value="bijna af"' in page
    assert " checked" not in page
    assert teacher.client.post("/portfolio/concept/", {**changed, "trefwoorden": "x" * 20_000}).status_code in (
        400,
        409,
    )


def test_a_form_with_very_many_goals_is_saved(teacher: Person) -> None:
    goals = [id_of(keep(teacher, "goal", f"Doel {number}")) for number in range(90)]
    url = teacher.written("Bij alles")
    page = teacher.get(url + "bewerken/")
    shown = re.findall('name="getoond" value="([^"]*)"', page)
    assert len(shown) == 1
    assert set(shown[0].split()) == set(goals)
    assert change(teacher, url, getoond=shown[0], doel=goals).status_code == 303
    assert teacher.get(url).count("Doel ") >= 90


def between(person: Person, story: str, text: str) -> dict[str, str]:
    """The post of a text between, from the page as it is."""
    page = person.get(story + "volgorde/")
    form = page[page.rindex("<form method") :]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return {**hidden, "doe": "ervoor", "ervoor": text}


def test_a_text_between_is_not_lost_with_the_session_or_its_key(teacher: Person, stranger: Person) -> None:
    story = keep(teacher, "collection", "Mijn jaar")
    posted = between(teacher, story, "Lang over nagedacht")
    other = stranger.client.post(story + "volgorde/", posted)
    assert "Lang over" not in other.content.decode()
    key = teacher.client.cookies.pop("sleutel")
    lost = teacher.client.post(story + "volgorde/", posted)
    assert lost.status_code == 401
    SignedInSession.objects.update(last_seen_at=F("last_seen_at") - timedelta(hours=2))
    again = teacher.client.post(story + "volgorde/", posted)
    assert again.status_code == 401
    for page in (lost.content.decode(), again.content.decode()):
        assert "Lang over nagedacht" in page
        assert f'action="{story}volgorde/"' in page
    stranger.client.cookies.pop("sleutel")
    sign_in(stranger.client, "stranger")
    stranger.client.cookies.pop("sleutel")
    other = stranger.client.post(story + "volgorde/", posted)
    assert "Lang over" not in other.content.decode()

    teacher.client.cookies["sleutel"] = key.value
    sign_in(teacher.client, "teacher")
    form = again.content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[form.index('action="/portfolio/') :]))
    assert teacher.client.post(story + "volgorde/", {**hidden, "ervoor": "Lang over nagedacht"}).status_code == 303
    assert headings(teacher, story) == ["Lang over nagedacht"]


def test_a_text_between_comes_back_when_the_token_of_its_form_does_not_fit(signed_in: Any) -> None:
    person = signed_in("teacher")
    story = keep(person, "collection", "Mijn jaar")
    posted = between(person, story, "Lang over nagedacht")
    person.client.handler.enforce_csrf_checks = True
    refused = person.client.post(story + "volgorde/", {**posted, "csrfmiddlewaretoken": "x" * 64})
    assert refused.status_code == 403
    assert "Lang over nagedacht" in refused.content.decode()
    assert "Je hebt intussen opnieuw ingelogd" in refused.content.decode()


def test_more_links_than_an_entry_has_are_said_and_nothing_is_lost(teacher: Person) -> None:
    goals = [str(uuid4()) for _ in range(101)]
    response = teacher.write("Mijn tekst", meer="1", doel=goals)
    assert response.status_code == 400
    assert "te veel bij elkaar" in response.content.decode()
    assert "Mijn tekst" in response.content.decode()
