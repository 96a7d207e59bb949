"""The register of processing activities for programs, in the form of the Processing Activities Register API.

The names are those of `media/rvva-openapi.json` in github.com/Logius-standaarden/logboek-dataverwerkingen (v0.1, a
draft: `recipients` is a list here, since there are several). What that form has no place for stands beside it: `uri`,
`retention`, `events`, `inEnglish`.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from lerarenregister.audit.activities import PROCESSING, Activity, Data, Known
from lerarenregister.kernel.clock import AMSTERDAM
from lerarenregister.web.processing.shown import takes_place, uri_of
from lerarenregister.web.processing.terms import duration_of, in_words

CONTROLLER = "aanbieder"


def register(at: datetime) -> dict[str, Any]:
    """Every version of every activity that takes place here, and who is named in them."""
    every = [each for each in PROCESSING.activities if takes_place(each)]
    codes = list(dict.fromkeys(each.code for each in every))
    recipients = {known.code: known for each in every for known in each.recipients}
    return {
        "processingActivities": [_activity([each for each in every if each.code == code], at) for code in codes],
        "entities": [_controller(), *(_entity(each) for each in recipients.values())],
    }


def _activity(versions: list[Activity], at: datetime) -> dict[str, Any]:
    latest = max(versions, key=lambda each: each.version)
    return {
        "id": _id(f"/verwerkingen/{latest.code}/"),
        "active": True,
        "latestVersion": latest.version,
        "versions": [_version(each, at) for each in versions],
    }


def _version(activity: Activity, at: datetime) -> dict[str, Any]:
    durations = [_end_of(each, at) for each in activity.data]
    ended = [each for each in durations if each is not None]
    longest = {"retentionPeriod": _iso(max(ended))} if ended and len(ended) == len(durations) else {}
    categories = [each.words.nl for each in activity.data]
    return {
        "uri": uri_of(activity),
        "version": activity.version,
        "validFrom": _moment(activity.valid_from),
        "name": activity.name.nl,
        "purpose": activity.purpose.nl,
        "legalBasis": [activity.ground.dpv] if activity.personal else [],
        "dataSubjects": [each.dpv for each in activity.persons],
        "personalData": {"categories": categories, **longest},
        "recipients": [{"legalRole": each.dpv, "entityId": _entity_id(each.code)} for each in activity.recipients],
        "measures": [{"measureType": "Technical", "measure": each.words.nl, "risks": []} for each in activity.measures],
        "retention": [_kept(each, at) for each in activity.data],
        "events": sorted(activity.events),
        "inEnglish": {"name": activity.name.en, "purpose": activity.purpose.en},
    }


def _kept(data: Data, at: datetime) -> dict[str, str]:
    duration, end = duration_of(data.kept, at), _end_of(data, at)
    said = data.kept.words.nl.replace("{term}", in_words(duration) if duration else "")
    return {"category": data.words.nl, "kept": said, **({"retentionPeriod": _iso(end)} if end else {})}


def _end_of(data: Data, at: datetime) -> timedelta | None:
    """After how long all of it is gone, when that is known beforehand."""
    return duration_of(data.kept, at) if data.kept.ends else None


def _controller() -> dict[str, str]:
    named = {"name": settings.ORGANISATION} if settings.ORGANISATION else {}
    return {"id": _entity_id(CONTROLLER), "type": "LegalEntity", **named, "email": settings.PRIVACY_EMAIL}


def _entity(known: Known) -> dict[str, str]:
    return {"id": _entity_id(known.code), "type": "Organisation", "name": known.words.nl}


def _entity_id(code: str) -> str:
    return _id(f"/verwerkingen/#{code}")


def _id(path: str) -> str:
    """A uuid that follows from the address: the same in every process and after every restart."""
    return str(uuid5(NAMESPACE_URL, f"{settings.BASE_URL}{path}"))


def _moment(day: date) -> str:
    return datetime.combine(day, time(), AMSTERDAM).isoformat()


def _iso(duration: timedelta) -> str:
    """A duration of ISO 8601: whole days, else whole minutes."""
    days, seconds = duration.days, duration.seconds
    return f"P{days}D" if not seconds else f"PT{round(duration.total_seconds() / 60)}M"
