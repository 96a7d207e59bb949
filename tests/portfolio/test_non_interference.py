"""Promise 1, as a property: whatever a teacher does in her portfolio, the register does not notice.

"een individuele open ruimte ... zonder dat hier een werking vanuit gaat": for any portfolio history
her register extract is the same to the byte, and no row of any other domain is different.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.models import Draft, Entry
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.heads import DraftContent
from lerarenregister.register import queries as register
from lerarenregister.register.actions import confirm_appointment
from tests.register import cast

pytestmark = pytest.mark.django_db
OTHERS = ("accounts", "audit", "outbox", "register", "django_tasks_database", "sessions")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["save", "edit", "delete", "restore", "draft", "purge"]),
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
            move(**common, entry_id=ids[-1][0])
        elif act == "draft":
            actions.save_draft(viewer=viewer, sealer=sealer, content=DraftContent(uuid4(), text=text), expected=0)
        elif act == "purge":
            actions.purge_due(at=at)


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_portfolio_history_changes_the_register(registered: Viewer, acts: list[tuple[str, str, Kind, date]]) -> None:
    extract, others = canonical_json(register.extract_of(registered).as_json()), rows_of_others()
    assert b"LR-" in extract
    with transaction.atomic():
        live(registered, Sealer(new_key()), acts)
        assert canonical_json(register.extract_of(registered).as_json()) == extract
        assert rows_of_others() == others
        Entry.objects.all().delete()
        Draft.objects.all().delete()


def test_the_property_fails_for_a_portfolio_that_leaves_a_trace(registered: Viewer) -> None:
    from lerarenregister.audit.actions import record
    from lerarenregister.audit.events import Consultation, Reason

    before = rows_of_others()
    record(Consultation(Reason.AUDIT), actor=registered.as_teacher(), at=cast.AT)
    assert rows_of_others() != before
