"""Saving: from the box on her first page and from the page on which she changes an entry."""

import logging
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome, Saved
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import MOST_TEXT_BYTES
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.forms import EntryForm, Ticket, initial_of
from lerarenregister.web.requests import DoorRequest

_log = logging.getLogger(__name__)


@sent_twice("the form has the id and the version of its entry: the same text again changes nothing")
@limited(most_bytes=MOST_TEXT_BYTES)
@pages.private
@require_POST
def save(request: DoorRequest) -> HttpResponse:
    """Save a new entry or a change. Whatever goes wrong, her text comes back on the page, to nobody but her."""
    ticket = Ticket.read(request.POST)
    if ticket is None:
        return pages.form_of_nobody(request)
    viewer = request.viewer
    if viewer.signed_in and not ticket.belongs_to(viewer.account):
        return pages.of_somebody_else(request)
    try:
        sealer = keys.sealer_of(request)
    except (SignInNeeded, PersonBoundNeeded) as refusal:
        reason = "key" if isinstance(refusal, keys.KeyNeeded) else "signed-out"
        return pages.given_back(request, ticket, reason=reason)
    return _written(request, ticket, sealer)


@pages.private
@require_safe
def edit(request: DoorRequest, entry_id: UUID) -> HttpResponse:
    """The form over the present version, with an unfinished change of hers if there is one."""
    sealer = keys.sealer_of(request)
    entry = queries.entry(request.viewer, sealer, entry_id)
    if entry.deleted_at is not None:
        raise Absent
    draft = queries.draft(request.viewer, sealer)
    unfinished = draft.content.form == entry.id and not draft.content.blank
    ticket = Ticket.issue(
        request.viewer.person(),
        entry=entry.id,
        base=draft.content.base if unfinished else entry.version,
        draft=draft.version,
    )
    initial = initial_of(entry.content)
    if unfinished:
        kept = draft.content
        initial |= {"tekst": kept.text, "titel": kept.title, "datum": kept.on, "soort": kept.kind}
    return _form_page(request, EntryForm(initial=initial), ticket, unfinished=unfinished)


def _written(request: DoorRequest, ticket: Ticket, sealer: Sealer) -> HttpResponse:
    """Save what she filled in, with a form that is hers and a key that fits."""
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, ticket, status=400)
    try:
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=ticket.entry,
            expected=ticket.base,
            content=form.content(dutch_date(request.at)),
            at=request.at,
        )
    except Absent:  # gone for good since the form was made: the text becomes a new entry if she wants
        return _conflict(request, form, None)
    except PortfolioFull:
        return pages.given_back(request, ticket, reason="full")
    except DatabaseError:  # a full disk, a lost connection: her text must not be lost with it
        _log.exception("an entry could not be saved")
        return pages.given_back(request, ticket, reason="storage")
    return _after(request, form, ticket, saved)


def _after(request: DoorRequest, form: EntryForm, ticket: Ticket, saved: Saved) -> HttpResponse:
    """Where she goes next, by what saving came to."""
    if saved.outcome is Outcome.NOTHING_TO_KEEP:
        if ticket.base:
            form.add_error(
                "tekst", _("Een lege tekst kunnen we niet opslaan. Wil je dit weg hebben? Dan kun je het verwijderen.")
            )
            return _form_page(request, form, ticket, status=400)
        sealer = keys.sealer_of(request)
        if queries.draft(request.viewer, sealer).content.form == ticket.entry:
            actions.discard_draft(viewer=request.viewer, sealer=sealer, expected=ticket.draft)
        return _see(reverse("site:home") + "?leeg=1")
    if saved.outcome is Outcome.CONFLICT:
        return _conflict(request, form, saved.entry)
    if ticket.base:
        version = saved.entry.version if saved.entry and saved.outcome is Outcome.CHANGED else 0
        return _see(reverse("portfolio:entry", args=[ticket.entry]) + (f"?bewaard={version}" if version else ""))
    return _see(f"{reverse('site:home')}?bewaard={ticket.entry}")


def _conflict(request: DoorRequest, form: EntryForm, newer: queries.EntryView | None) -> HttpResponse:
    """Both texts on one page: hers in the form, ready to save over or beside what is there now."""
    account = request.viewer.person()
    form.fields["tekst"].required = True  # for the label alone, as in `_form_page`
    draft = queries.draft(request.viewer, keys.sealer_of(request)).version
    beside = Ticket.issue(account, draft=draft)
    over = None
    if newer is not None and newer.deleted_at is None:
        over = Ticket.issue(account, entry=newer.id, base=newer.version, draft=draft)
    context = {"form": form, "newer": newer, "over": over, "beside": beside}
    return render(request, "portfolio/conflict.html", context, status=409)


def _form_page(
    request: DoorRequest, form: EntryForm, ticket: Ticket, *, status: int = 200, unfinished: bool = False
) -> HttpResponse:
    form.fields["tekst"].required = True  # for the label alone: the form has been checked, and empty has its own answer
    context = {"form": form, "ticket": ticket, "unfinished": unfinished}
    return render(request, "portfolio/edit.html", context, status=status)


def _see(url: str) -> HttpResponse:
    """See other (303): a reload does not post again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
