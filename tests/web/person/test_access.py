"""She gets all that is held of her, in two forms, and nothing of anybody else."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Field, ForeignKey, Model, Q, QuerySet, UUIDField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from lerarenregister.accounts import models as accounts
from lerarenregister.audit import models as audit
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox.models import Message
from lerarenregister.person.models import CodeAsked, Contact, Objection
from lerarenregister.project import settings as project
from lerarenregister.register import models as register
from lerarenregister.web.person.document import SCHEMA_FILE
from lerarenregister.web.person.labels import FIELDS, SECTIONS, section_of
from tests import vaults
from tests.attacks import cast
from tests.register import cast as register_cast
from tests.register.cast import BOARD
from tests.web.person.planted import Planted, copy_of, plant, twice, went_along

pytestmark = pytest.mark.django_db
Rows = Callable[[UUID, list[UUID]], QuerySet[Any]]

# Where her rows of each model are, and under which name they come out.
HERS: dict[type[Model], tuple[str, Rows]] = {
    accounts.Account: ("accounts.account", lambda her, _: accounts.Account.objects.filter(pk=her)),
    accounts.Identity: ("accounts.identities", lambda her, _: accounts.Identity.objects.filter(account=her)),
    accounts.SignedInSession: (
        "accounts.sessions",
        lambda her, _: accounts.SignedInSession.objects.filter(account=her),
    ),
    accounts.RoleGrant: ("accounts.roles", lambda her, _: accounts.RoleGrant.objects.filter(account=her)),
    accounts.Invitation: (
        "accounts.invitations",
        lambda her, _: accounts.Invitation.objects.filter(redeemed_by=her),
    ),
    accounts.InvitationTry: (
        "accounts.invitation_tries",
        lambda her, _: accounts.InvitationTry.objects.filter(account=her),
    ),
    register.Employee: ("register.files", lambda her, _: register.Employee.objects.filter(account=her)),
    register.FileMove: (
        "register.moves",
        lambda _, files: register.FileMove.objects.filter(employee__in=files),
    ),
    register.PersonVersion: (
        "register.personal_facts",
        lambda _, files: register.PersonVersion.objects.filter(employee__in=files),
    ),
    register.Appointment: (
        "register.appointments",
        lambda _, files: register.Appointment.objects.filter(employee__in=files),
    ),
    register.AppointmentVersion: (
        "register.appointment_versions",
        lambda _, files: register.AppointmentVersion.objects.filter(appointment__employee__in=files),
    ),
    register.Confirmation: (
        "register.confirmations",
        lambda her, _: register.Confirmation.objects.filter(account=her),
    ),
    register.Dispute: ("register.disputes", lambda her, _: register.Dispute.objects.filter(account=her)),
    register.Registration: ("register.registration", lambda her, _: register.Registration.objects.filter(account=her)),
    register.Act: ("register.acts", lambda her, _: register.Act.objects.filter(registration__account=her)),
    register.RegistrationSpell: (
        "register.registration_spells",
        lambda her, _: register.RegistrationSpell.objects.filter(registration__account=her),
    ),
    register.EndNotice: (
        "register.end_notices",
        lambda her, _: register.EndNotice.objects.filter(registration__account=her),
    ),
    register.Qualification: (
        "register.qualifications",
        lambda her, _: register.Qualification.objects.filter(account=her),
    ),
    register.ProvenPerson: (
        "register.proven_names",
        lambda her, _: register.ProvenPerson.objects.filter(account=her),
    ),
    register.Duplicate: (
        "register.duplicates",
        lambda account, files: register.Duplicate.objects.filter(
            Q(one__in=files) | Q(other__in=files) | Q(other_account=account)
        ),
    ),
    register.Merge: (
        "register.merges",
        lambda her, _: register.Merge.objects.filter(Q(registration__account=her) | Q(into__account=her)),
    ),
    register.AnswersAs: (
        "register.answers_as",
        lambda her, _: register.AnswersAs.objects.filter(Q(registration__account=her) | Q(root__account=her)),
    ),
    register.Case: ("register.cases", lambda her, _: register.Case.objects.filter(account=her)),
    register.CaseStep: ("register.case_steps", lambda her, _: register.CaseStep.objects.filter(case__account=her)),
    register.RegistrationPart: (
        "register.registration_parts",
        lambda her, _: register.RegistrationPart.objects.filter(registration__account=her),
    ),
    register.PreRegisterAssignment: (
        "register.pre_register",
        lambda her, _: register.PreRegisterAssignment.objects.filter(account=her),
    ),
    register.ActivationCodeIssued: (
        "register.codes",
        lambda _, files: register.ActivationCodeIssued.objects.filter(employee__in=files),
    ),
    register.ActivationTry: ("register.code_tries", lambda her, _: register.ActivationTry.objects.filter(account=her)),
    register.WorkMail: (
        "register.work_addresses",
        lambda _, files: register.WorkMail.objects.filter(employee__in=files),
    ),
    register.Review: ("register.reviews", lambda her, _: register.Review.objects.filter(account=her)),
    register.Objection: ("register.objections", lambda her, _: register.Objection.objects.filter(account=her)),
    Contact: ("person.contacts", lambda her, _: Contact.objects.filter(account=her)),
    CodeAsked: ("person.codes_asked", lambda her, _: CodeAsked.objects.filter(account=her)),
    Objection: ("person.objections", lambda her, _: Objection.objects.filter(account=her)),
    register.DeliveryLine: (
        "register.lines",
        lambda her, _: register.DeliveryLine.objects.filter(
            person__in=register.Employee.objects.filter(account=her).values("staff_number")
        ),
    ),
    Message: ("messages.messages", lambda _, files: Message.objects.filter(reference__in=files)),
    AuditEvent: (
        "log.events",
        lambda her, files: AuditEvent.objects.filter(
            pk__in=audit.EventSubject.objects.filter(subject__in=[her, *files]).values("event")
        ),
    ),
}
# Models that hold nothing of a person, or that come out in another form.
ELSEWHERE = {
    "accounts.Mandate": "between a board and an office",
    "accounts.Office": "an organisation",
    "audit.EventSubject": "which events concern her: the events themselves come out",
    "audit.Forgotten": "until when the log was forgotten",
    "audit.TreeHead": "a signature over the whole log",
    "register.Board": "a board",
    "register.BoardContact": "where a board is reminded",
    "register.BoardName": "a board",
    "register.BoardStatement": "what a board said",
    "register.BurdenOfAll": "what delivering cost all boards together",
    "register.PublishedCount": "figures as they were published",
    "register.Delivery": "a file of a board; those with something of hers come out, without who sent it",
    "register.InstitutionBoard": "a school",
    "register.Location": "a school",
    "register.Transfer": "a school that goes to another board",
    "sendings.Sending": "that a form was done: keyed hashes, from which nobody finds whose",
    "register.NumberEnded": "a hash of the number of somebody who closed her account",
    "upkeep.Horizon": "until when the clock was believed",
    "upkeep.Part": "when the daily work was done",
    "portfolio.Draft": "in the zip of her portfolio",
    "portfolio_sharing.Copy": "a copy of what is in the zip of her portfolio",
    "portfolio_sharing.CopyFile": "a copy of what is in the zip of her portfolio",
    "portfolio_sharing.CopyPiece": "a copy of what is in the zip of her portfolio",
    "portfolio_sharing.Note": "in the zip of her portfolio; of a reader there is nothing but what she wrote herself",
    "portfolio_sharing.Share": "in the zip of her portfolio",
    "portfolio_sharing.Sheet": "a copy of what is in the zip of her portfolio",
    "portfolio.KeyErasure": "which key of a closed account must go, and what erases it: nobody knows whose it was",
    "portfolio.PortfolioKey": "the number of a key and what erases it: random; what is noted of it comes out",
    "portfolio.Entry": "in the zip of her portfolio",
    "portfolio.EntryVersion": "in the zip of her portfolio",
    "portfolio.File": "in the zip of her portfolio",
    "portfolio.FilePiece": "in the zip of her portfolio",
    "portfolio.IndexSegment": "words of what is in the zip of her portfolio, by which she finds it",
    "portfolio.Release": "an envelope; what is in it comes out: tests/web/portfolio/test_releasing.py",
    "portfolio.Waiting": "a file that no entry names yet; gone within two days",
    "portfolio.Purge": "in the zip of her portfolio: what lies in the bin",
}
# Columns of hers that do not come out as they are stored.
LEFT_OUT = {
    ("accounts.Identity", "account"): "she herself: at the head of the document",
    ("accounts.SignedInSession", "account"): "she herself",
    ("accounts.RoleGrant", "account"): "she herself",
    ("accounts.RoleGrant", "given_by"): "another person",
    ("accounts.Invitation", "code_hash"): "a secret, and kept only as a hash",
    ("accounts.Invitation", "form"): "with which form another person made it",
    ("accounts.Invitation", "given_by"): "another person",
    ("accounts.Invitation", "redeemed_by"): "she herself",
    ("accounts.InvitationTry", "account"): "she herself",
    ("audit.AuditEvent", "actor_account"): "`by_herself` says whether it was she; another is a role without a name",
    ("audit.AuditEvent", "salt"): "proof, nothing of her",
    ("audit.AuditEvent", "commitment"): "proof, nothing of her",
    ("audit.AuditEvent", "leaf_hash"): "proof, nothing of her",
    ("register.Employee", "account"): "she herself",
    ("register.Appointment", "series"): "a hash of what comes out",
    ("register.AppointmentVersion", "series"): "a hash of what comes out",
    ("register.ActivationCodeIssued", "code_hash"): "a secret, and kept only as a hash",
    ("register.ActivationCodeIssued", "redeemed_by"): "she herself",
    ("register.ActivationTry", "account"): "she herself",
    ("register.Case", "account"): "she herself",
    ("register.Case", "assigned_to"): "another person",
    ("register.Case", "board"): "comes out as the number of the board",
    ("register.Duplicate", "facts"): "a hash of what comes out, and of another person",
    ("register.Duplicate", "one"): "her file, which comes out, or that of another",
    ("register.Duplicate", "other"): "her file, which comes out, or that of another",
    ("register.Duplicate", "other_account"): "her account, which comes out, or that of another",
    ("register.Merge", "registration"): "comes out as a number",
    ("register.Merge", "into"): "comes out as a number",
    ("register.AnswersAs", "registration"): "comes out as a number",
    ("register.AnswersAs", "root"): "comes out as a number",
    ("register.CaseStep", "account"): "she herself, or another person: a role",
    ("register.CaseStep", "birth_hash"): "a hash of what another person's sign-in said",
    ("register.CaseStep", "name_hash"): "a hash of what another person's sign-in said",
    ("register.Qualification", "account"): "she herself",
    ("register.ProvenPerson", "account"): "she herself",
    ("register.Confirmation", "account"): "she herself",
    ("register.Dispute", "account"): "she herself",
    ("register.DeliveryLine", "values"): "comes out by the names of the cells",
    ("register.PreRegisterAssignment", "account"): "she herself",
    ("register.Registration", "account"): "she herself",
    ("register.Review", "account"): "she herself",
    ("register.Review", "employee"): "a file that is not hers: its board comes out",
    ("register.Review", "decided_by"): "another person: a role",
    ("person.Objection", "account"): "she herself",
    ("person.Contact", "account"): "she herself",
    ("person.Contact", "code_hash"): "a secret, and kept only as a hash",
    ("person.Contact", "code_until"): "how long a secret works",
    ("person.Contact", "tries"): "how often a secret was tried",
    ("person.CodeAsked", "account"): "she herself",
    ("person.CodeAsked", "address_hash"): "a hash of what comes out",
    ("person.Objection", "answered_by"): "another person: a role",
    ("register.Objection", "account"): "she herself",
    ("register.Objection", "board"): "comes out as the number of the board",
    ("register.Objection", "staff_hash"): "a hash of what comes out",
    ("register.WorkMail", "address_hash"): "the hash of an address that comes out, or is erased",
    ("register.FileMove", "giving"): "comes out as the number of the board",
    ("register.FileMove", "transfer"): "of schools: what it did to her comes out",
    ("register.Employee", "board"): "comes out as the number of the board",
}


@pytest.fixture
def planted(db: None) -> tuple[Planted, Planted]:
    """She, and a colleague of the same board who did the same."""
    register_cast.institutions()
    her = plant("kanarie")
    twice(her)
    planted = her, plant("musje", born=date(1969, 2, 3))
    went_along({"kanarie": date(1971, 11, 23), "musje": date(1969, 2, 3)}, planted)
    return planted


def ours() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model.__module__.startswith("lerarenregister."):
            yield model


def told(files: dict[str, bytes]) -> str:
    """All that can be read in it."""
    return "".join(data.decode() for name, data in files.items() if not name.endswith(".zip"))


def plain(value: Any) -> Any:
    """A value as the document has it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def test_every_model_comes_out_or_says_why_it_holds_nothing_of_a_person() -> None:
    for model in ours():
        label = model._meta.label
        assert (model in HERS) is not (label in ELSEWHERE), (
            f"{label} is new: does it hold something of a person? Then let the part of its domain hand it over "
            f"(`held_of` in its queries), and add it to HERS here. If not, say in ELSEWHERE what it is."
        )
        if label in ELSEWHERE and not label.startswith(("portfolio.", "portfolio_sharing.")):
            allowed = {"audit.EventSubject": {"subject"}, "register.Delivery": {"account", "delivered_account", "form"}}
            allowed["register.Transfer"] = {"proposed_by"}  # of support, until another agrees
            found = {each.name for each in model._meta.concrete_fields if _of_a_person(each)}
            assert found == allowed.get(label, set()), f"{label} has a column of a person, and does not come out"


def _of_a_person(field: Field[Any, Any]) -> bool:
    if isinstance(field, ForeignKey):
        return field.related_model in HERS and field.related_model is not AuditEvent
    return isinstance(field, UUIDField) and not field.primary_key


def test_every_column_of_every_row_of_hers_comes_out(planted: tuple[Planted, Planted]) -> None:
    her = planted[0]
    files = list(register.Employee.objects.filter(account=her.account).values_list("id", flat=True))
    held = json.loads(copy_of(her.client)["gegevens.json"])["held"]
    missing = []
    for model, (section, rows) in HERS.items():
        given = {str(each["id"]): each for each in held[section]}
        hers = list(rows(her.account, files))
        assert hers, f"nothing of {model._meta.label} is planted: the test must write one through the front door"
        for row in hers:
            values = list(given.get(str(row.pk), {}).values())
            missing += [
                (model._meta.label, field.name, value)
                for field in model._meta.concrete_fields
                if (model._meta.label, field.name) not in LEFT_OUT
                and (value := plain(getattr(row, field.attname))) not in values
            ]
    assert missing == [], "hand it over in the part of its domain, or say in LEFT_OUT why not"
    cells = next(each["cells"] for each in held["register.lines"] if each["outcome"] == "accepted")
    assert cells["achternaam"] == "kanarieachternaam"


def test_nothing_of_another_person_comes_out(planted: tuple[Planted, Planted]) -> None:
    her, colleague = planted
    everything = told(copy_of(her.client))
    for word in her.words:
        assert word in everything, word
    assert "musje" not in everything
    assert str(colleague.account) not in everything
    others = accounts.Account.objects.exclude(pk=her.account).values_list("id", flat=True)
    assert [each for each in others if str(each) in everything] == []


def test_who_asked_for_her_file_before_her_stays_unknown_to_her(planted: tuple[Planted, Planted]) -> None:
    """Somebody else used a code of hers first and was refused: what he said of himself is his."""
    her = planted[0]
    register_cast.deliver(register_cast.csv_of({"personeelsnummer": "p9", "achternaam": "Kanarieachternaam",
        "voorvoegsel": "", "geboortedatum": "1971-11-23"}), at=clock.now())  # fmt: skip
    other = cast.sign_in("vinder", who=cast.NOBODY_KNOWN)
    other.client.post("/activeren/", {"code": register_cast.code_for("p9", at=clock.now())})
    register.Review.objects.filter(account=other.account).update(decided_at=clock.now(), accepted=False)
    code = register_cast.code_for("p9", at=clock.now())
    assert her.client.post("/activeren/", {"code": code})["Location"].endswith("gekoppeld")
    everything = told(copy_of(her.client))
    assert "register.ReviewAsked" in everything
    assert str(other.account) not in everything
    assert cast.NOBODY_KNOWN.family_name not in everything


def shown() -> list[str]:
    """The kinds of rows that a copy has: those of a portfolio only while there is one."""
    return [kind for kind in SECTIONS if cast.WITH_PORTFOLIO or not kind.startswith("portfolio.")]


def test_the_zip_reads_by_itself_follows_its_schema_and_its_checksums_fit(planted: tuple[Planted, Planted]) -> None:
    her = planted[0]
    files = copy_of(her.client)
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    document = json.loads(files["gegevens.json"])
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(document, json.loads(files["access-request.schema.json"]), format_checker=checker)
    assert document["account"] == str(her.account)
    page = files["index.html"].decode()
    assert page.count("<h2>") == len(shown())
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" in page  # the issuer of her identity, as text
    assert 'href="' not in page
    assert 'src="' not in page
    assert not re.search(r"(accounts|person|register)\.[A-Z]", page), "an event without words for her"


def test_the_published_schema_is_the_one_in_the_zip_and_everything_in_it_has_words() -> None:
    published = project.ROOT / "docs" / "reference" / "access-request.schema.json"
    assert published.read_bytes() == SCHEMA_FILE.read_bytes()
    kinds = json.loads(SCHEMA_FILE.read_text())["properties"]["held"]["properties"]
    assert set(kinds) == set(SECTIONS)
    for kind, described in kinds.items():
        assert section_of(kind).title
        assert set(described["items"]["properties"]) <= set(FIELDS), kind


def test_in_english_no_dutch_is_left(planted: tuple[Planted, Planted]) -> None:
    client = planted[0].client
    client.cookies["taal"] = "en"
    page = copy_of(client)["index.html"].decode()
    with translation.override("en"):
        titles = [section_of(kind).title for kind in shown()]
    assert all(f"<h2>{title}</h2>" in page for title in titles)
    with translation.override("nl"):
        dutch = [*(section_of(kind).title for kind in SECTIONS), *(str(label) for label in FIELDS.values())]
    with translation.override("en"):
        same = {str(label) for label in FIELDS.values()}
    assert [each for each in dutch if each not in same and f">{each}<" in page] == []
    client.cookies["taal"] = "nl"


def test_asking_is_noted_once_and_looking_at_the_page_is_not(planted: tuple[Planted, Planted]) -> None:
    client = planted[0].client
    before = AuditEvent.objects.count()
    assert client.get("/mijn-gegevens/").status_code == 200
    assert client.get("/mijn-gegevens/inzage/").status_code == 405
    assert AuditEvent.objects.count() == before
    copy_of(client)
    noted = AuditEvent.objects.order_by("-id")[0]
    assert AuditEvent.objects.count() == before + 1
    assert (noted.name, noted.actor_role) == ("person.AccessGiven", "teacher")
    assert noted.facts == {"with_portfolio": cast.WITH_PORTFOLIO}


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is taken away")
def test_her_portfolio_comes_along_while_her_key_is_there_and_never_without(planted: tuple[Planted, Planted]) -> None:
    her = planted[0]
    files = copy_of(her.client)
    inner = next(data for name, data in files.items() if name.endswith(".zip/portfolio.json"))
    for text in ("kanarieportfolio 0", "kanarieportfolio 1", "kanarieportfolio 2", "kanarieportfolio concept"):
        assert text in inner.decode()
    del her.client.cookies["sleutel"]
    page = her.client.get("/mijn-gegevens/").content.decode()
    assert "Je portfolio zit er nu niet bij" in page
    files = copy_of(her.client)
    assert not any(name.endswith(".zip") for name in files)
    assert b"kanarieportfolio" not in b"".join(files.values())
    assert "Je portfolio zit er nu niet bij" in files["index.html"].decode()


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is taken away")
def test_the_log_of_her_key_comes_along_and_only_hers(planted: tuple[Planted, Planted]) -> None:
    her = planted[0]
    (name,) = (each for each in copy_of(her.client) if each.startswith("sleutel-"))
    said = json.loads(copy_of(her.client)[name])
    assert [each["act"] for each in said["log"]][-1:] == ["made"]
    assert said["log"][-1]["said"] == "De sleutel is gemaakt."
    assert {each["kind"] for each in said["opens"]} == {"identity", "recovery"}
    assert len([each for each in said["opens"] if each["kind"] == "identity"]) == 1
    with vaults.away():
        files = copy_of(her.client)
        assert name not in files
        assert "Wanneer je portfolio openging, zit er niet bij" in files["index.html"].decode()
        assert any(each.endswith(".zip/portfolio.json") for each in files), "the rest comes"
    del her.client.cookies["sleutel"]
    assert not any(each.startswith("sleutel-") for each in copy_of(her.client))


def test_an_account_of_work_gets_all_that_is_held_of_that_account_and_a_stranger_signs_in_first() -> None:
    manager = cast.with_role("beheer", cast.Role.BOARD_MANAGER, BOARD)
    work = cast.with_role("werk", cast.Role.BOARD_STAFF, BOARD)
    assert manager.client.get(f"/bestuur/{BOARD}/medewerkers/").status_code == 200
    page = work.client.get("/mijn-gegevens/").content.decode()
    assert "een account van je werk" in page
    assert "Bezwaar tegen aanleveren" not in page
    files = copy_of(work.client)
    document = json.loads(files["gegevens.json"])
    held = document["held"]
    assert document["account"] == str(work.account)
    assert [each["role"] for each in held["accounts.roles"]] == ["board-staff"]
    assert [each["subject"] for each in held["accounts.identities"]] == ["werk"]
    assert held["accounts.sessions"]
    names = [each["name"] for each in held["log.events"]]
    assert names == [
        "accounts.AccountOpened",
        "accounts.SignedIn",
        "accounts.RoleGiven",
        "accounts.RolesListed",
        "person.AccessGiven",
    ]
    assert [kind for kind, rows in held.items() if rows and kind.startswith(("register.", "messages."))] == []
    assert str(manager.account) not in told(files), "who looked is a role, without a name"
    noted = AuditEvent.objects.order_by("-id")[0]
    assert (noted.name, noted.actor_role, noted.facts) == (
        "person.AccessGiven",
        "account-holder",
        {"with_portfolio": False},
    )
    looked = work.client.get("/wie-keek/").content.decode()
    assert "de beheerder keek wie een rol heeft" in looked
    assert 'href="/mijn-gegevens/"' in work.client.get("/").content.decode()
    assert Client().get("/mijn-gegevens/")["Location"].startswith("/inloggen/?verder=")


def test_who_has_an_identity_of_her_own_shows_nothing_of_hers_to_an_identity_of_work(
    planted: tuple[Planted, Planted],
) -> None:
    """An employer runs the identity that it gives: with it nobody reaches what a teacher has."""
    her = planted[0]
    accounts.Identity.objects.create(
        id=new_id(),
        account_id=her.account,
        provider="school",
        issuer="https://school.example.org",
        subject="werk",
        person_bound=False,
        linked_at=clock.now(),
    )
    work = cast.sign_in("werk", person_bound=False)
    assert work.account == her.account
    before = AuditEvent.objects.count()
    for answer in (
        work.client.get("/mijn-gegevens/"),
        work.client.post("/mijn-gegevens/inzage/"),
        work.client.get("/wie-keek/"),
    ):
        assert answer.status_code == 403
        assert "inlogmiddel van jezelf" in answer.content.decode()
    assert AuditEvent.objects.count() == before


def test_it_takes_as_many_queries_for_a_long_history_as_for_a_short_one(planted: tuple[Planted, Planted]) -> None:
    client = planted[0].client
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as taken:
            copy_of(client)
        counted.append(len(taken))
        for each in range(30):
            line = {"personeelsnummer": "kanarie-nummer", "achternaam": "kanarieachternaam", "voorvoegsel": "",
                "voorletters": "K.", "geboortedatum": "1971-11-23", "vak": f"nog {each}"}  # fmt: skip
            register_cast.deliver(register_cast.csv_of(line), at=clock.now())
    assert counted[0] == counted[1]
    assert counted[0] <= 116, counted


def test_every_form_that_answers_with_her_copy_says_that_a_file_comes() -> None:
    """Else the page would say that it is still being sent, long after the file came."""
    pages = SCHEMA_FILE.parent / "templates" / "person"
    forms = [
        line for page in pages.glob("*.html") for line in page.read_text().splitlines() if "'person:access'" in line
    ]
    assert len(forms) == 3
    assert all(" data-file>" in line for line in forms)
