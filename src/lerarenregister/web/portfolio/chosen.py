"""The files of a form: those that its entry had, those that wait since an earlier try, and those that came just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.http import HttpRequest

from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio.actions.files import let_go
from lerarenregister.portfolio.queries import files
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.web.portfolio.uploads import files_in
from lerarenregister.web.requests import DoorRequest

HAD, WAITS, AWAY = "bestand", "wacht", "weg"
"""The fields with ids: a file of the entry, a file that waits for it, and those that she takes away."""
_MOST_IDS = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form says of files. `had` and `waiting` are shown in it again; `away` are those she takes away."""

    had: tuple[FileRef, ...] = ()
    waiting: tuple[FileRef, ...] = ()
    away: frozenset[UUID] = frozenset()
    missing: bool = False
    """Whether a file that waited is not there any more."""

    @classmethod
    def of(cls, request: DoorRequest, sealer: Sealer, entry: UUID) -> Self:
        """Read from the post; a file that is there twice, by its content and name, comes once."""
        try:
            known = {each.id: each for each in files.files_of(request.viewer, sealer, entry)}
        except Absent:
            known = {}
        had = [known[each] for each in ids_in(request, HAD) if each in known]
        asked = ids_in(request, WAITS)
        found = files.files_waiting(request.viewer, sealer, [each for each in asked if each not in known])
        had += [known[each] for each in asked if each in known]  # the same form came a moment earlier
        missing = len(found) < sum(each not in known for each in asked)
        handler = files_in(request)
        waiting: list[FileRef] = []
        twice: list[FileRef] = []
        for each in [*found, *(handler.kept if handler else [])]:
            (twice if each in had or each in waiting else waiting).append(each)
        let_go(viewer=request.viewer, files=twice)
        if handler:
            handler.kept = [each for each in handler.kept if all(each.id != other.id for other in twice)]
        return cls(tuple(dict.fromkeys(had)), tuple(waiting), frozenset(ids_in(request, AWAY)), missing)

    @property
    def files(self) -> tuple[FileRef, ...]:
        """Those that the entry will name."""
        return tuple(each for each in (*self.had, *self.waiting) if each.id not in self.away)

    @property
    def left_out(self) -> Sequence[FileRef]:
        """Those that waited, and that she does not want after all."""
        return [each for each in self.waiting if each.id in self.away]


def ids_in(request: HttpRequest, field: str) -> list[UUID]:
    """The ids that a field of the post holds, each once, in their order."""
    found: dict[UUID, None] = {}
    for each in request.POST.getlist(field)[:_MOST_IDS]:
        try:
            found[UUID(each)] = None
        except ValueError:
            continue
    return list(found)
