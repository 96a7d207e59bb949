"""Promise 1, as a property: whatever a teacher does in her portfolio, the register does not notice.

"een individuele open ruimte ... zonder dat hier een werking vanuit gaat": for any portfolio history
her register extract is the same to the byte, and no row of any other domain is different.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Consultation, Reason
from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.models import Draft, Entry
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.facets import Every, Facets, Form
from lerarenregister.portfolio.rules.heads import DraftContent
from lerarenregister.register import queries as register
from lerarenregister.register.actions import confirm_appointment
from lerarenregister.register.models import Registration
from tests.register import cast

pytestmark = pytest.mark.django_db
OTHERS = ("accounts", "audit", "outbox", "register", "sendings", "django_tasks_database", "sessions")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["save", "edit", "delete", "restore", "draft", "purge", "goal", "repeat"]),
        TEXTS,
        st.sampled_from(Kind),
        st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    ),
    max_size=8,
)


def rows_of_others() -> dict[str, list[Any]]:
    """Every row of every table that is not the portfolio's."""
    models = [model for label in OTHERS for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: sorted(map(str, model._default_manager.values_list())) for model in models}


@pytest.fixture
def registered() -> Viewer:
    """A teacher with a confirmed registration."""
    cast.institutions()
    viewer = cast.joined()
    own = register.own_registration(viewer)
    seen = own.appointments[0].latest
    assert confirm_appointment(version=seen.id, person=seen.person, viewer=viewer, at=cast.AT)
    return viewer


def live(viewer: Viewer, sealer: Sealer, acts: list[tuple[str, str, Kind, date]]) -> None:
    """Her portfolio history."""
    ids: list[tuple[UUID, int]] = []
    at: datetime = cast.AT
    for act, text, kind, on in acts:
        at += timedelta(days=9)
        content = Content(kind, on, text)
        common: dict[str, Any] = {"viewer": viewer, "sealer": sealer, "at": at}
        if act == "save":
            key = uuid4()
            actions.save_entry(**common, entry_id=key, expected=0, content=content)
            ids.append((key, 1))
        elif act == "edit" and ids:
            key, version = ids[-1]
            actions.save_entry(**common, entry_id=key, expected=version, content=content)
        elif act in ("delete", "restore") and ids and Entry.objects.filter(pk=ids[-1][0]).exists():
            move = actions.delete_entry if act == "delete" else actions.restore_entry
            seen = Entry.objects.get(pk=ids[-1][0]).version
            move(**common, entry_id=ids[-1][0], expected=seen)
        elif act == "goal":
            facets = Facets(Form.GOAL, tags=(text[:40],), links=tuple(key for key, _ in ids))
            actions.save_entry(**common, entry_id=uuid4(), expected=0, content=replace(content, facets=facets))
        elif act == "repeat":
            key, facets = uuid4(), Facets(Form.REPEAT, every=Every.WEEK)
            actions.save_entry(**common, entry_id=key, expected=0, content=replace(content, facets=facets))
            if Entry.objects.filter(pk=key).exists():
                actions.keep_time(**common, repeat_id=key, expected=1, entry_id=uuid4(), on=at.date())
        elif act == "draft":
            actions.save_draft(viewer=viewer, sealer=sealer, content=DraftContent(uuid4(), text=text), expected=0)
        elif act == "purge":
            actions.purge_due(at=at)


def leaves_no_trace(registered: Viewer, acts: list[tuple[str, str, Kind, date]]) -> None:
    """The property: her extract is the same bytes, and every row of others is the same."""
    extract, others = canonical_json(register.extract_of(registered).as_json()), rows_of_others()
    assert b"LR-" in extract
    with transaction.atomic():
        live(registered, Sealer(new_key()), acts)
        assert canonical_json(register.extract_of(registered).as_json()) == extract, "her extract differs"
        assert rows_of_others() == others, "rows of others differ"
        Entry.objects.all().delete()
        Draft.objects.all().delete()


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_portfolio_history_changes_the_register(registered: Viewer, acts: list[tuple[str, str, Kind, date]]) -> None:
    leaves_no_trace(registered, acts)


def save_that_logs(save: Callable[..., Any]) -> Callable[..., Any]:
    """A portfolio that writes in the common log."""

    def leaking(*, viewer: Viewer, at: datetime, **rest: Any) -> Any:
        record(Consultation(Reason.ROLES_ARE_MANAGED), actor=viewer.as_teacher(), at=at)
        return save(viewer=viewer, at=at, **rest)

    return leaking


def save_that_touches_the_register(save: Callable[..., Any]) -> Callable[..., Any]:
    """A portfolio whose use shows in the register."""

    def leaking(*, viewer: Viewer, at: datetime, **rest: Any) -> Any:
        Registration.objects.filter(account=viewer.account).update(registered_at=at)
        return save(viewer=viewer, at=at, **rest)

    return leaking


def extract_that_looks(extract_of: Callable[[Viewer], Any]) -> Callable[[Viewer], Any]:
    """An extract that tells whether she has a portfolio, while no row of others changes."""

    def leaking(viewer: Viewer) -> Any:
        extract = extract_of(viewer)
        used = Entry.objects.filter(owner=viewer.person()).exists()
        return replace(extract, pre_register=({"portfolio": True}, *extract.pre_register)) if used else extract

    return leaking


@pytest.mark.parametrize(
    ("where", "leaking", "found"),
    [
        ((actions, "save_entry"), save_that_logs, "rows of others differ"),
        ((actions, "save_entry"), save_that_touches_the_register, "differ"),
        ((register, "extract_of"), extract_that_looks, "her extract differs"),
    ],
)
def test_the_property_finds_a_portfolio_that_leaves_a_trace(
    registered: Viewer,
    monkeypatch: pytest.MonkeyPatch,
    where: tuple[Any, str],
    leaking: Callable[..., Any],
    found: str,
) -> None:
    monkeypatch.setattr(*where, leaking(getattr(*where)))

    @hypothesis_settings(deadline=None, phases=[Phase.generate], database=None)
    @given(acts=ACTS)
    def tried(acts: list[tuple[str, str, Kind, date]]) -> None:
        leaves_no_trace(registered, acts)

    with pytest.raises(AssertionError, match=found):
        tried()
