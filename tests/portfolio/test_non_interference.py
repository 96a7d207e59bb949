"""Promise 1, as a property: whatever a teacher does in her portfolio, the register does not notice.

"een individuele open ruimte ... zonder dat hier een werking vanuit gaat": for any portfolio history
her register extract is the same to the byte, and no row of any other domain is different.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import FunctionType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.actions import record
from lerarenregister.audit.events import Actor, Consultation, Reason
from lerarenregister.jobs.machine import running
from lerarenregister.kernel.canonical import canonical_json
from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.person.actions import make_objection
from lerarenregister.person.errors import TooManyOpen
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.actions import files, indexing, queued, releasing
from lerarenregister.portfolio.actions.files import Reception
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.queries.releasing import would_release
from lerarenregister.portfolio.queries.searching import search
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Kind
from lerarenregister.portfolio.rules.facets import PLAIN, Every, Facets, Form
from lerarenregister.portfolio.rules.heads import DraftContent
from lerarenregister.portfolio.rules.indexing import bucket_of
from lerarenregister.portfolio.rules.queued import Queued
from lerarenregister.portfolio.rules.releasing import mark_of
from lerarenregister.portfolio.sharing import actions as sharing
from lerarenregister.portfolio.sharing import queries as copies
from lerarenregister.portfolio.sharing.rules.copies import CopyPart, Story
from lerarenregister.portfolio.sharing.rules.lines import Asked, Audience
from lerarenregister.portfolio.sharing.rules.receiving import Own
from lerarenregister.register import queries as register
from lerarenregister.register.actions import confirm_appointment
from lerarenregister.register.models import Registration
from lerarenregister.upkeep.actions import advance_horizon
from tests.portfolio.sharing.conftest import NO_FILES
from tests.portfolio.test_files import ROOM
from tests.portfolio.test_releasing import PURPOSE
from tests.register import cast

pytestmark = pytest.mark.django_db
OURS = {"portfolio", "portfolio_sharing"}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)


def rows_of_others() -> dict[str, list[Any]]:
    """Every row of every table that is not the portfolio's."""
    models = [model for app in apps.get_app_configs() if app.label not in OURS for model in app.get_models()]
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


AN_ACT = {"content": Content, "return": None}


@dataclass
class Life:
    """Her portfolio history, act by act: each method is an act, with a text, a kind and a day to fill it with."""

    viewer: Viewer
    key: bytes = field(default_factory=new_key)
    at: datetime = cast.AT
    ids: list[UUID] = field(default_factory=list)
    shares: list[UUID] = field(default_factory=list)

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.key)

    @property
    def common(self) -> dict[str, Any]:
        return {"viewer": self.viewer, "sealer": self.sealer, "at": self.at}

    def there(self) -> list[tuple[UUID, int]]:
        """Her texts that are not gone for good, with their versions; the last one first."""
        rows = dict(Entry.objects.filter(pk__in=self.ids).values_list("pk", "version"))
        return [(key, rows[key]) for key in reversed(self.ids) if key in rows]

    def put(self, content: Content) -> UUID:
        key = uuid4()
        actions.save_entry(**self.common, entry_id=key, expected=0, content=content)
        if content.facets.form is PLAIN.form:
            self.ids.append(key)
        return key

    def save(self, content: Content) -> None:
        self.put(content)

    def edit(self, content: Content) -> None:
        for key, version in self.there()[:1]:
            actions.save_entry(**self.common, entry_id=key, expected=version, content=content)

    def delete(self, content: Content) -> None:
        for key, version in self.there()[:1]:
            actions.delete_entry(**self.common, entry_id=key, expected=version)

    def restore(self, content: Content) -> None:
        for key, version in self.there()[:1]:
            actions.restore_entry(**self.common, entry_id=key, expected=version)

    def earlier(self, content: Content) -> None:
        key = self.put(content)
        changed = replace(content, text=f"{content.text}, later")
        if not Entry.objects.filter(pk=key).exists():
            return  # there was nothing to keep
        actions.save_entry(**self.common, entry_id=key, expected=1, content=changed)
        actions.restore_version(**self.common, entry_id=key, version=1, expected=2)

    def goal(self, content: Content) -> None:
        facets = Facets(Form.GOAL, tags=(content.text[:40],), links=tuple(self.ids[:5]))
        self.put(replace(content, facets=facets))

    def repeat(self, content: Content) -> None:
        key = self.put(replace(content, facets=Facets(Form.REPEAT, every=Every.WEEK)))
        if Entry.objects.filter(pk=key).exists():
            actions.keep_time(**self.common, repeat_id=key, expected=1, entry_id=uuid4(), on=self.at.date())

    def draft(self, content: Content) -> None:
        draft = DraftContent(uuid4(), text=content.text)
        actions.save_draft(viewer=self.viewer, sealer=self.sealer, content=draft, expected=0)

    def purge(self, content: Content) -> None:
        actions.purge_due(at=self.at)

    def file(self, content: Content) -> None:
        reception = Reception(viewer=self.viewer, sealer=self.sealer, room=ROOM, at=self.at)
        reception.feed(f"Verslag {content.text}".encode() * 20)
        self.put(replace(content, files=(reception.finish("verslag.txt"),)))

    def unused_file(self, content: Content) -> None:
        reception = Reception(viewer=self.viewer, sealer=self.sealer, room=ROOM, at=self.at)
        reception.feed(f"Verslag {content.text}".encode())
        files.let_go(viewer=self.viewer, files=[reception.finish("verslag.txt")])
        files.destroy_waiting(at=self.at + timedelta(days=3))

    def share(self, content: Content) -> None:
        share_id, own = uuid4(), Own.of(self.key)
        sharing.share(
            **self.common,
            own=own,
            share_id=share_id,
            story=Story("Mijn jaar", "", (CopyPart(content.text),)),
            asked=Asked("Anouk", "Om te lezen", "Cor", Audience.COLLEAGUE, self.at.date() + timedelta(days=200), True),
            to=own.address,
            files=NO_FILES,
            most_bytes=10**6,
        )
        self.shares.append(share_id)

    def opened(self, content: Content) -> None:
        for share_id in self.shares[-1:]:
            secret = copies.secret_for(self.viewer, Own.of(self.key), share_id, at=self.at)
            copy = copies.opened(secret, at=self.at)
            sharing.note_opening(copy=copy, at=self.at)
            sharing.write_back(copy=copy, note_id=uuid4(), text=f"Gelezen: {content.text}", name="Cor", at=self.at)

    def stop_sharing(self, content: Content) -> None:
        while self.shares:
            share_id = self.shares.pop()
            sharing.take_back(**self.common, share_id=share_id)
            sharing.remove_line(viewer=self.viewer, share_id=share_id, at=self.at)

    def release(self, content: Content) -> None:
        self.put(replace(content, on=self.at.date(), text=f"{content.text}, vandaag"))
        seen = mark_of(would_release(self.viewer, self.sealer, today=self.at.date()))
        assert releasing.release(**self.common, purpose=PURPOSE, seen=seen, term=timedelta(days=20))

    def withdraw(self, content: Content) -> None:
        releasing.withdraw(viewer=self.viewer, purpose=PURPOSE)

    def release_is_over(self, content: Content) -> None:
        releasing.destroy_releases(purposes=[PURPOSE], at=self.at + timedelta(days=21))

    def bring_in(self, content: Content) -> None:
        entries = [KeptEntry(content, self.at, self.at), KeptEntry(content, self.at, self.at, deleted=True)]
        actions.import_entries(**self.common, entries=entries, draft=content.text)

    def look(self, content: Content) -> None:
        key = self.put(replace(content, text=f"{content.text} zoekt"))
        search(self.viewer, self.sealer, "zoekt")
        indexing.keep_segment(viewer=self.viewer, sealer=self.sealer, bucket=bucket_of(key.bytes))

    def queued(self, content: Content) -> None:
        for entry, base in [(uuid4(), 0), *((key, version - 1) for key, version in self.there()[:1] if version > 1)]:
            waited = Queued(entry, base, uuid4(), content, "Zonder verbinding.")
            queued.keep_queued(**self.common, queued=waited)


ACTS = [name for name, each in vars(Life).items() if isinstance(each, FunctionType) and each.__annotations__ == AN_ACT]
WHOLE_LIFE = ["save", *ACTS, "delete", "purge", "purge", "purge", "purge"]
"""Each act once, after something that it is about; at last what was deleted is gone for good."""
LIVES = st.lists(
    st.tuples(st.sampled_from(ACTS), TEXTS, st.sampled_from(Kind), st.dates(date(2000, 1, 1), date(2030, 1, 1))),
    max_size=10,
)
Lived = list[tuple[str, str, Kind, date]]


def live(viewer: Viewer, acts: Lived) -> None:
    """Do these acts, nine days apart."""
    life = Life(viewer)
    for act, text, kind, on in acts:
        life.at += timedelta(days=9)
        getattr(life, act)(Content(kind, on, text))


def leaves_no_trace(registered: Viewer, acts: Lived) -> None:
    """The property: her extract is the same bytes, and every row of others is the same."""
    extract, others = canonical_json(register.extract_of(registered).as_json()), rows_of_others()
    assert b"LR-" in extract
    with transaction.atomic():
        live(registered, acts)
        assert canonical_json(register.extract_of(registered).as_json()) == extract, "her extract differs"
        assert rows_of_others() == others, "rows of others differ"
        transaction.set_rollback(True)


def test_every_act_leaves_something_in_her_portfolio(registered: Viewer) -> None:
    ours = [model for app in apps.get_app_configs() if app.label in OURS for model in app.get_models()]

    def held() -> list[Any]:
        return [sorted(map(str, model._default_manager.values_list())) for model in ours]

    for act in ACTS:
        with transaction.atomic():
            life, in_the_bin = Life(registered), act in ("restore", "purge")
            for each in ["file", "share", "release", "save", "edit", *(["delete"] if in_the_bin else [])]:
                getattr(life, each)(Content(Kind.READING, life.at.date(), each))
            life.at += timedelta(days=60 if act == "purge" else 1)
            seen = held()
            getattr(life, act)(Content(Kind.READING, life.at.date(), "Iets anders"))
            transient = act == "unused_file"  # it comes and goes
            assert (held() != seen) is not transient, act
            transaction.set_rollback(True)


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=LIVES)
@example(acts=[(act, "\r", Kind.READING, date(2018, 9, 3)) for act in WHOLE_LIFE])
def test_no_portfolio_history_changes_the_register(registered: Viewer, acts: Lived) -> None:
    leaves_no_trace(registered, acts)


def that_logs(act: Callable[..., Any]) -> Callable[..., Any]:
    """A portfolio that writes in the common log."""

    def leaking(*given: Any, **named: Any) -> Any:
        record(Consultation(Reason.ROLES_ARE_MANAGED), actor=Actor(None, "teacher"), at=cast.AT)
        return act(*given, **named)

    return leaking


def that_touches_the_register(save: Callable[..., Any]) -> Callable[..., Any]:
    """A portfolio whose use shows in the register."""

    def leaking(*, viewer: Viewer, at: datetime, **rest: Any) -> Any:
        Registration.objects.filter(account=viewer.account).update(registered_at=at)
        return save(viewer=viewer, at=at, **rest)

    return leaking


def that_asks_support(save: Callable[..., Any]) -> Callable[..., Any]:
    """A portfolio that makes work for people: it leaves a row of the rights."""

    def leaking(*, viewer: Viewer, at: datetime, **rest: Any) -> Any:
        with suppress(TooManyOpen):
            make_objection(viewer=viewer, activity="", words="Kijk hier eens naar.", at=at)
        return save(viewer=viewer, at=at, **rest)

    return leaking


def that_moves_the_daily_work(save: Callable[..., Any]) -> Callable[..., Any]:
    """A portfolio that moves the horizon of what is destroyed."""

    def leaking(*, at: datetime, **rest: Any) -> Any:
        advance_horizon(machine=running(), at=at, vouched=True)
        return save(at=at, **rest)

    return leaking


def extract_that_looks(extract_of: Callable[[Viewer], Any]) -> Callable[[Viewer], Any]:
    """An extract that tells whether she has a portfolio, while no row of others changes."""

    def leaking(viewer: Viewer) -> Any:
        extract = extract_of(viewer)
        used = Entry.objects.filter(owner=viewer.person()).exists()
        return replace(extract, pre_register=({"portfolio": True}, *extract.pre_register)) if used else extract

    return leaking


WRITERS = [
    *((actions, f"{name}_entry") for name in ("save", "delete", "restore")),
    *((actions, name) for name in ("restore_version", "keep_time", "save_draft", "purge_due", "import_entries")),
    *((files, name) for name in ("let_go", "destroy_waiting")),
    (Reception, "finish"),
    *((sharing, name) for name in ("share", "note_opening", "write_back", "take_back", "remove_line")),
    *((releasing, name) for name in ("release", "withdraw", "destroy_releases")),
    (queued, "keep_queued"),
    (indexing, "keep_segment"),
]
"""Whatever an act of hers calls: a leak in each of them is found."""


@pytest.mark.parametrize(
    ("where", "leaking", "found"),
    [
        *(((where, name), that_logs, "rows of others differ") for where, name in WRITERS),
        ((actions, "save_entry"), that_touches_the_register, "differ"),
        ((actions, "save_entry"), that_asks_support, "rows of others differ"),
        ((actions, "save_entry"), that_moves_the_daily_work, "rows of others differ"),
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

    with pytest.raises(AssertionError, match=found):
        leaves_no_trace(registered, [(act, "Zomaar", Kind.READING, date(2018, 9, 3)) for act in WHOLE_LIFE])
