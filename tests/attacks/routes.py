"""Every address of the project as the resolver knows it, filled in with ids, and what to send to it."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from lerarenregister.kernel import clock
from tests.register.cast import csv_of
from tests.samples import PDF

HAS_ID = re.compile(r"<uuid:|:number>")
_NAMES_OF_IDS = {
    f"{each}_id": each for each in ("session", "entry", "goal", "collection", "repeat", "identity", "passkey")
}
_NAMES_OF_IDS |= {"file_id": "photo", "share_id": "share", "note_id": "note", "shared_file_id": "shared file"}
_FIXED = {"slug": "eid", "code": "ABCD-EFGH-JKMN-PQRS5", "version": "1", "activity": "inloggen"}
_PROOF = dict.fromkeys(("ground", "sector", "subject", "level", "proof", "issuer", "begin"), "")
_PLACE = re.compile(r"<(\w+):(\w+)>")


def addresses() -> dict[str, str]:
    """Every address of the project: its name and its pattern."""
    return dict(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield f"{space}:{each.name}", before + str(each.pattern)
        else:
            yield from _walk(each, before + str(each.pattern), each.namespace or space)


def ids_in(pattern: str) -> list[str]:
    """The names, in the world, of the ids that the address holds."""
    return [
        _NAMES_OF_IDS.get(name, name) for kind, name in _PLACE.findall(pattern) if kind == "uuid" or name == "number"
    ]


def path_of(pattern: str, ids: dict[str, str]) -> str:
    """The address with these ids filled in."""

    def value(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        return ids[_NAMES_OF_IDS.get(name, name)] if kind == "uuid" or name == "number" else _FIXED[name]

    return "/" + _PLACE.sub(value, pattern)


def data_of(name: str, ids: dict[str, str]) -> dict[str, Any]:
    """A post that would have its effect if it were allowed."""
    review, asked, question = (ids[each].replace("-", "") for each in ("review", "asked", "question"))
    posts: dict[str, dict[str, Any]] = {
        "accounts:invitation": {"code": ids.get("code", "")},
        "accounts:staff": {"known_as": "Mallory", "role": "board-staff"},
        "portfolio:add-files": {"bestanden": SimpleUploadedFile("a.pdf", PDF, "application/pdf"), "einde": "1"},
        "person:messages": {"address": "bea@example.org", "rhythm": "weekly"},
        "person:verify-contact": {"code": ids["contact_code"]},
        "person:object": {"activity": "logboek", "words": "Bewaar mijn regels niet"},
        "person:answer-objection": {f"{asked}-decision": "refuse", f"{asked}-motive": "Het logboek is nodig"},
        "portfolio:keep-time": {"versie": "1", "nieuw": ids["delivery"]},
        "portfolio:share": {"wie": "colleague"},
        "portfolio:share-now": {
            "wie": "colleague",
            "nieuw": ids["delivery"],
            "gezien": ids.get("seen", ""),
            "waarvoor": "Om te bespreken",
            "naam": "Anouk",
            "tot": str(clock.dutch_date(clock.now())),
            "hoe": "link",
        },
        "shared:open": {"code": ids.get("secret", "")},
        "shared:write": {"tekst": "Mooi"},
        "portfolio:set-state": {"versie": "1", "stand": "reached"},
        "register:activate": {"code": ids.get("code", "")},
        "register:calendar": {"doe": "niets"},
        "register:answer": {f"{question}-answer": "kept", f"{question}-words": "Klopt"},
        "register:ask": {"board": "", "words": "Ik heb een diploma"},
        "register:ask_name": {
            "given_name": "Bea",
            "name_prefix": "",
            "family_name": "Vermeer",
            "birth_date": "1980-03-04",
            "words": "Een akte",
        },
        "register:case": {"reply": "objected", "words": "Kijk nog eens"},
        "register:death": {"staff_number": "p2", "on": "2018-01-02"},
        "register:desk_propose": {"outcome": "rejected", "standard": "", "words": "Geen bewijs", **_PROOF},
        "register:undo_merge": {"words": "Het zijn er toch twee"},
        "register:desk_send_back": {"words": "Vraag het nog eens"},
        "register:confirm": {"versie": ids["version"], "persoon": ids["person"]},
        "register:decide_review": {f"{review}-decision": "accept", f"{review}-words": "Akte gezien"},
        "register:dispute": {"words": "Dit klopt niet"},
        "register:upload": {"bestand": SimpleUploadedFile("l.csv", csv_of({"vak": "frans"}), "text/csv")},
        "site:language": {"taal": "en", "verder": "/hulp/"},
    }
    return posts.get(name, {})
