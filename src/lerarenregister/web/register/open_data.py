"""The published figures as open data: a file with a stable address, what its columns mean, and where to find it.

CSV by RFC 4180, its description by CSV on the Web (W3C, 2015), the catalogue by DCAT-AP-NL 3.0. Free to use (CC0).
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from lerarenregister.register import queries
from lerarenregister.register.queries import DayPublished
from lerarenregister.register.rulebook import rulebook_at
from lerarenregister.register.rules.rulebooks import Rulebook
from lerarenregister.web.requests import DoorRequest

COLUMNS = ("peildatum", "telling", "sector", "aantal", "onderdrukt", "afgerond_op", "versie", "gepubliceerd")
FIRST_MADE = date(2018, 8, 1)
CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
_EU = "http://publications.europa.eu/resource/authority/"
_CSV = f"{_EU}file-type/CSV"
LICENCE, LANGUAGE, FREQUENCY = f"{_EU}licence/CC0", f"{_EU}language/NLD", f"{_EU}frequency/MONTHLY"
THEME, PUBLIC = f"{_EU}data-theme/EDUC", f"{_EU}access-right/PUBLIC"
CSV_ON_THE_WEB = "http://www.w3.org/TR/tabular-data-primer/"
MEDIA_TYPE = "http://www.iana.org/assignments/media-types/text/csv"

_Asked = Callable[[HttpRequest], Any]


def rows(days: list[DayPublished]) -> Iterator[tuple[str, ...]]:
    """The lines of the file, the header first: all that holds, the oldest day first."""
    yield COLUMNS
    for day in days:
        for (figure, sector), amount in day.amounts.items():
            said = "" if amount is None else str(amount)
            few = "ja" if amount is None else "nee"
            moment = day.published_at.isoformat(timespec="seconds")
            yield (
                day.on.isoformat(),
                str(figure),
                sector or "totaal",
                said,
                few,
                str(day.base),
                str(day.revision),
                moment,
            )


def as_csv(days: list[DayPublished]) -> bytes:
    """The file: UTF-8, a comma between values, lines that end as RFC 4180 says."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows(days))
    return text.getvalue().encode()


def _newest(_: HttpRequest) -> datetime | None:
    return max((day.published_at for day in queries.figures_published()), default=None)


def _tag(request: HttpRequest) -> str:
    """The same figures have the same tag; the words beside them change with the register itself."""
    said = "|".join(f"{day.on}:{day.revision}" for day in queries.figures_published())
    return f'"{hashlib.sha256(f"{request.path}|{settings.BASE_URL}|{said}".encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_tag, last_modified_func=_newest)
def figures_csv(_: DoorRequest) -> HttpResponse:
    """The figures, as a file."""
    answer = HttpResponse(as_csv(queries.figures_published()), content_type="text/csv; charset=utf-8; header=present")
    answer["Content-Disposition"] = 'attachment; filename="lerarenregister-cijfers.csv"'
    answer["Link"] = f'<{reverse("register:figures_description")}>; rel="describedby"; type="application/csvm+json"'
    return answer


@require_safe
@condition(etag_func=_tag, last_modified_func=_newest)
def figures_description(request: DoorRequest) -> HttpResponse:
    """What the columns of the file mean, for who reads it by a program."""
    return _json(described(rulebook_at(request.at)), "application/csvm+json")


@require_safe
@condition(etag_func=_tag, last_modified_func=_newest)
def catalogue(request: DoorRequest) -> HttpResponse:
    """The catalogue with the data set, in JSON-LD."""
    return _json(catalogued(rulebook_at(request.at), queries.figures_published()), "application/ld+json")


def _json(content: dict[str, Any], kind: str) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False, indent=1) + "\n", content_type=kind)


def described(book: Rulebook) -> dict[str, Any]:
    """The description of the file by CSV on the Web."""
    whole = {"base": "integer", "minimum": 1}
    figures = {"base": "string", "format": "|".join(book.counted)}
    meaning = {
        language: "; ".join(f"{each.code}: {getattr(each, f'text_{language}')}" for each in book.counted.values())
        for language in ("nl", "en")
    }
    of_each: dict[str, tuple[Any, str, str]] = {
        "peildatum": ("date", "De dag aan het einde waarvan is geteld.", "The day at the end of which was counted."),
        "telling": (figures, meaning["nl"], meaning["en"]),
        "sector": (
            {"base": "string", "format": "totaal|po|so|vo|mbo"},
            "De sector van de school; totaal is alles samen en is geen optelsum.",
            "The sector of the school; totaal is all together, and no sum.",
        ),
        "aantal": (
            {"base": "integer", "minimum": 0},
            "Het afgeronde aantal; leeg als het er te weinig zijn om te noemen.",
            "The rounded number; empty when there are too few to say.",
        ),
        "onderdrukt": (
            {"base": "boolean", "format": "ja|nee"},
            "Of het aantal te klein is om te noemen (ook nul).",
            "Whether the number is too small to say (also none).",
        ),
        "afgerond_op": (whole, "Veelvoud waarop is afgerond.", "The multiple to which was rounded."),
        "versie": (whole, "Hoger dan 1 is een verbetering.", "Above 1 it is a correction."),
        "gepubliceerd": ("dateTime", "Wanneer het naar buiten kwam.", "When it was published."),
    }
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": _address("register:figures_csv"),
        "dc:title": "Cijfers van het Lerarenregister",
        "dc:license": {"@id": CC0},
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ","},
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "datatype": kind,
                    "required": name != "aantal",
                    "dc:description": [{"@value": nl, "@language": "nl"}, {"@value": en, "@language": "en"}],
                }
                for name, (kind, nl, en) in of_each.items()
            ],
            "primaryKey": ["peildatum", "telling", "sector"],
        },
    }


def catalogued(book: Rulebook, days: list[DayPublished]) -> dict[str, Any]:
    """The catalogue by DCAT-AP-NL 3.0, with its one data set and the file."""
    page, name = _address("register:counts"), settings.ORGANISATION or "Lerarenregister"
    agent, contact = f"{settings.BASE_URL}/#organisatie", f"{settings.BASE_URL}/#contact"
    newest = max((day.published_at.date() for day in days), default=FIRST_MADE).isoformat()
    of_both = {
        "dct:creator": {"@id": agent},
        "dct:publisher": {"@id": agent, "@type": "foaf:Agent", "foaf:name": _nl(name)},
        "dcat:contactPoint": {
            "@id": contact,
            "@type": "vcard:Kind",
            "vcard:fn": name,
            "vcard:hasEmail": {"@id": f"mailto:{settings.CONTACT_EMAIL}"},
        },
        "dct:language": {"@id": LANGUAGE},
        "dct:issued": _day(FIRST_MADE.isoformat()),
        "dct:modified": _day(newest),
    }
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": _address("register:catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": _both("Open gegevens van het Lerarenregister", "Open data of the Lerarenregister"),
        "dct:description": _both(
            "Wat het Lerarenregister naar buiten brengt, vrij te gebruiken.",
            "What the register publishes, free to use.",
        ),
        "dct:license": {"@id": LICENCE},
        "foaf:homepage": {"@id": page},
        **of_both,
        "dcat:dataset": _dataset(book, days, page) | of_both | {"dcat:distribution": _file(page, newest)},
    }


def _dataset(book: Rulebook, days: list[DayPublished], page: str) -> dict[str, Any]:
    dataset = {
        "@id": f"{page}#gegevens",
        "@type": "dcat:Dataset",
        "dct:title": _both("Cijfers van het Lerarenregister", "Figures of the Lerarenregister"),
        "dct:description": _both(*(_told(book, language) for language in ("nl", "en"))),
        "dct:identifier": f"{page}#gegevens",
        "dcat:theme": {"@id": THEME},
        "dct:accessRights": {"@id": PUBLIC},
        "dct:accrualPeriodicity": {"@id": FREQUENCY},
        "dcat:landingPage": {"@id": page},
        "foaf:page": {"@id": page},
        "dct:conformsTo": {"@id": CSV_ON_THE_WEB},
    }
    if days:
        dataset["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(days[0].on.isoformat()),
            "dcat:endDate": _day(days[-1].on.isoformat()),
        }
    return dataset


def _file(page: str, newest: str) -> dict[str, Any]:
    return {
        "@id": f"{page}#bestand",
        "@type": "dcat:Distribution",
        "dct:title": _both("Cijfers als CSV", "Figures as CSV"),
        "dcat:accessURL": {"@id": page},
        "dcat:downloadURL": {"@id": _address("register:figures_csv")},
        "dct:license": {"@id": LICENCE},
        "dct:format": {"@id": _CSV},
        "dcat:mediaType": {"@id": MEDIA_TYPE},
        "dct:language": {"@id": LANGUAGE},
        "dct:conformsTo": {"@id": _address("register:figures_description")},
        "dct:modified": _day(newest),
    }


def _told(book: Rulebook, language: str) -> str:
    parts = ((getattr(each, f"name_{language}"), getattr(each, f"text_{language}")) for each in book.counted.values())
    return " ".join(f"{name}: {text}" for name, text in parts)


def _address(name: str) -> str:
    return f"{settings.BASE_URL}{reverse(name)}"


def _nl(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "nl"}


def _both(dutch: str, english: str) -> list[dict[str, str]]:
    return [_nl(dutch), {"@value": english, "@language": "en"}]


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}
