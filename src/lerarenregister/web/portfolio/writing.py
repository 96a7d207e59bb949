"""Saving: from the box on her first page and from the page on which she changes an entry."""

import logging
from dataclasses import replace
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
from lerarenregister.portfolio.actions.files import let_go
from lerarenregister.portfolio.errors import FileGone, PortfolioFull
from lerarenregister.portfolio.rules.files import MOST_FILES
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages, uploads
from lerarenregister.web.portfolio.chosen import Chosen
from lerarenregister.web.portfolio.forms import EntryForm, Ticket, initial_of
from lerarenregister.web.requests import DoorRequest

_log = logging.getLogger(__name__)


@sent_twice("the form has the id and the version of its entry: the same text again changes nothing")
@limited(most_bytes=uploads.MOST_BODY)
@uploads.taking_files
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
    chosen = Chosen(had=entry.content.files)
    return _form_page(request, EntryForm(initial=initial), ticket, chosen, unfinished=unfinished)


def _written(request: DoorRequest, ticket: Ticket, sealer: Sealer) -> HttpResponse:
    """Save what she filled in, with a form that is hers and a key that fits."""
    form, chosen = EntryForm(request.POST), Chosen.of(request, sealer, ticket.entry)
    if not form.is_valid() or _problems(request, form, chosen):
        return _form_page(request, form, ticket, chosen, status=400)
    try:
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=ticket.entry,
            expected=ticket.base,
            content=replace(form.content(dutch_date(request.at)), files=chosen.files),
            at=request.at,
        )
    except Absent:  # gone for good since the form was made: the text becomes a new entry if she wants
        return _conflict(request, form, None, chosen)
    except FileGone:  # it went between looking and saving
        form.add_error("bestanden", _("Een bestand dat klaarstond is er niet meer. Kies het nog een keer."))
        return _form_page(request, form, ticket, Chosen.of(request, sealer, ticket.entry), status=400)
    except PortfolioFull:
        return pages.given_back(request, ticket, reason="full")
    except DatabaseError:  # a full disk, a lost connection: her text must not be lost with it
        _log.exception("an entry could not be saved")
        return pages.given_back(request, ticket, reason="storage")
    return _after(request, form, ticket, chosen, saved)


def _problems(request: DoorRequest, form: EntryForm, chosen: Chosen) -> bool:
    """Say in the form what is the matter with the files; whether anything is."""
    handler = uploads.files_in(request)
    said = [uploads.problem(name, refusal) for name, refusal in (handler.refused if handler else [])]
    if handler and handler.broken:
        said.append(_("Opslaan lukte niet door een storing bij ons. Wacht even en kies je bestand nog een keer."))
    if chosen.missing:
        said.append(_("Een bestand dat klaarstond is er niet meer. Kies het nog een keer."))
    if len(chosen.files) > MOST_FILES:
        said.append(_("Bij één tekst passen {most} bestanden. Leg de rest apart vast.").format(most=MOST_FILES))
    for each in said:
        form.add_error("bestanden", each)
    return bool(said)


def _after(request: DoorRequest, form: EntryForm, ticket: Ticket, chosen: Chosen, saved: Saved) -> HttpResponse:
    """Where she goes next, by what saving came to."""
    if saved.outcome is Outcome.NOTHING_TO_KEEP:
        if ticket.base:
            form.add_error(
                "tekst", _("Een lege tekst kunnen we niet opslaan. Wil je dit weg hebben? Dan kun je het verwijderen.")
            )
            return _form_page(request, form, ticket, chosen, status=400)
        sealer = keys.sealer_of(request)
        if queries.draft(request.viewer, sealer).content.form == ticket.entry:
            actions.discard_draft(viewer=request.viewer, sealer=sealer, expected=ticket.draft)
        return _see(reverse("site:home") + "?leeg=1")
    if saved.outcome is Outcome.CONFLICT:
        return _conflict(request, form, saved.entry, chosen)
    uploads.settle(request)
    let_go(viewer=request.viewer, files=chosen.left_out)
    if ticket.base:
        version = saved.entry.version if saved.entry and saved.outcome is Outcome.CHANGED else 0
        return _see(reverse("portfolio:entry", args=[ticket.entry]) + (f"?bewaard={version}" if version else ""))
    return _see(f"{reverse('site:home')}?bewaard={ticket.entry}")


def _conflict(request: DoorRequest, form: EntryForm, newer: queries.EntryView | None, chosen: Chosen) -> HttpResponse:
    """Both texts on one page: hers in the form, ready to save over or beside what is there now."""
    account = request.viewer.person()
    form.fields["tekst"].required = True  # for the label alone, as in `_form_page`
    draft = queries.draft(request.viewer, keys.sealer_of(request)).version
    beside = Ticket.issue(account, draft=draft)
    over = None
    if newer is not None and newer.deleted_at is None:
        over = Ticket.issue(account, entry=newer.id, base=newer.version, draft=draft)
    uploads.settle(request)
    context = {"form": form, "newer": newer, "over": over, "beside": beside, "chosen": chosen}
    return render(request, "portfolio/conflict.html", context, status=409)


def _form_page(
    request: DoorRequest,
    form: EntryForm,
    ticket: Ticket,
    chosen: Chosen,
    *,
    status: int = 200,
    unfinished: bool = False,
) -> HttpResponse:
    uploads.settle(request)
    form.fields["tekst"].required = True  # for the label alone: the form has been checked, and empty has its own answer
    context = {"form": form, "ticket": ticket, "unfinished": unfinished, "chosen": chosen}
    return render(request, "portfolio/edit.html", context, status=status)


def _see(url: str) -> HttpResponse:
    """See other (303): a reload does not post again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
