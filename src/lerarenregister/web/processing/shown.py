"""The activities as pages say them: in the language of the page, with each term filled in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language

from lerarenregister.audit.activities import PROCESSING, Activity, Words
from lerarenregister.web.processing import terms


@dataclass(frozen=True, slots=True)
class DataShown:
    """Which data, and how long it is kept."""

    what: str
    kept: str


@dataclass(frozen=True, slots=True)
class ActivityShown:
    """An activity in one language. `no_events` is "" when it leaves events in the log."""

    code: str
    version: int
    path: str
    uri: str
    valid_from: date
    personal: bool
    latest: bool
    name: str
    purpose: str
    ground: str
    persons: tuple[str, ...]
    recipients: tuple[str, ...]
    measures: tuple[str, ...]
    data: tuple[DataShown, ...]
    events: tuple[str, ...]
    no_events: str


def activities(at: datetime) -> list[ActivityShown]:
    """The latest version of each activity that takes place in this installation."""
    return [shown(each, at) for each in PROCESSING.in_force() if takes_place(each)]


def takes_place(activity: Activity) -> bool:
    """Whether the domain that it needs is installed."""
    return not activity.needs or apps.is_installed(f"lerarenregister.{activity.needs}")


def names() -> list[tuple[str, str]]:
    """The code and the name, in the language of the page, of every activity with data about people."""
    language = get_language() or "nl"
    every = [each for each in PROCESSING.in_force() if takes_place(each) and each.personal]
    return [(each.code, each.name.said(language)) for each in every]


def uri_of(activity: Activity) -> str:
    """The identifier by which the log refers to this version."""
    return f"{settings.BASE_URL}{activity.path}"


def shown(activity: Activity, at: datetime) -> ActivityShown:
    """The activity in the language of the page."""
    language = get_language() or "nl"

    def said(words: Words) -> str:
        return words.said(language)

    return ActivityShown(
        code=activity.code,
        version=activity.version,
        path=activity.path,
        uri=uri_of(activity),
        valid_from=activity.valid_from,
        personal=activity.personal,
        latest=activity in PROCESSING.in_force(),
        name=said(activity.name),
        purpose=said(activity.purpose),
        ground=said(activity.ground.words),
        persons=tuple(said(each.words) for each in activity.persons),
        recipients=tuple(said(each.words) for each in activity.recipients),
        measures=tuple(said(each.words) for each in activity.measures),
        data=tuple(DataShown(said(each.words), terms.said(each.kept, at)) for each in activity.data),
        events=tuple(sorted(activity.events)),
        no_events=said(activity.no_events) if activity.no_events else "",
    )


def recipients(of: list[ActivityShown]) -> list[str]:
    """Everybody who gets to see data in one of these activities, once each."""
    return list(dict.fromkeys(who for each in of for who in each.recipients))


def grounds(of: list[ActivityShown]) -> list[tuple[str, list[str]]]:
    """Each ground with the names of the activities that rest on it."""
    every = dict.fromkeys(each.ground for each in of)
    return [(ground, [each.name for each in of if each.ground == ground]) for ground in every]
