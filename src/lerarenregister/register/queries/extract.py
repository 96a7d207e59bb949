"""Her extract of the register."""

from dataclasses import dataclass
from typing import Any

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register.queries.own import CONFIRMED, own_registration


@dataclass(frozen=True, slots=True)
class Extract:
    """Her extract of the register: what she confirmed, and nothing else. `as_json` is its one JSON form."""

    number: str
    registered_on: str
    confirmed: tuple[dict[str, Any], ...]
    pre_register: tuple[dict[str, Any], ...]
    qualifications: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """As JSON values, in Dutch terms."""
        return {
            "versie": 2,
            "registernummer": self.number or None,
            "geregistreerd_op": self.registered_on or None,
            "benoemingen": list(self.confirmed),
            "bevoegdheden": list(self.qualifications),
            "voorportaal": list(self.pre_register),
            "toelichting": (
                "Vrijwillig register. Hierin staat alleen wat de leraar zelf heeft bevestigd. Geen rechtsgevolg."
            ),
        }


def extract_of(viewer: Viewer) -> Extract:
    """Her own extract; raises SignInNeeded or PersonBoundNeeded. The same facts give the same bytes."""
    own = own_registration(viewer)
    confirmed: list[dict[str, Any]] = []
    pre: list[dict[str, Any]] = []
    for each in own.appointments:
        version = each.latest if each.latest.answer == CONFIRMED else each.standing
        if version is None or version.withdrawn:
            continue
        (confirmed if each.qualified else pre).append(
            {
                "bestuursnummer": each.board,
                "vestiging": each.location_code,
                "benoemingsgrondslag": each.ground,
                "vak": each.subject or None,
                "onderwijsterrein": each.field or None,
                "begin": version.begin.isoformat(),
                "laatste_dag": version.last_day.isoformat() if version.last_day else None,
                "bevestigd_op": version.answered_at.isoformat() if version.answered_at else None,
            }
        )
    return Extract(
        number=own.number or own.answers_as,
        registered_on=own.registered_on.isoformat() if own.registered_on else "",
        confirmed=tuple(confirmed),
        pre_register=tuple(pre),
        qualifications=tuple(
            {
                "benoemingsgrondslag": each.ground,
                "sector": each.sector,
                "vak": each.subject or None,
                "niveau": each.level or None,
                "bewijs": {"certificate": "getuigschrift", "statement": "verklaring"}[each.proof],
                "afgegeven_door": each.issuer,
                "afgegeven_op": each.begin.isoformat(),
                "bevestigd_op": each.recorded_at.isoformat(),
            }
            for each in own.qualifications
        ),
    )
