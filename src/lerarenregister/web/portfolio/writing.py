"""Saving: from the box on her first page and from the page on which she changes an entry."""

import logging
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.accounts.errors import PersonBoundNeeded, SignInNeeded
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome, Saved
from lerarenregister.portfolio.actions.files import let_go
from lerarenregister.portfolio.errors import FileGone, PortfolioFull, TooManyLinks
from lerarenregister.portfolio.rules.entries import Content
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.files import MOST_FILES
from lerarenregister.portfolio.rules.templates import Template, begun
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages, uploads
from lerarenregister.web.portfolio.chosen import Chosen
from lerarenregister.web.portfolio.forms import EntryForm, Ticket, initial_of, initial_of_draft
from lerarenregister.web.portfolio.ordering import OrderFields, carried, is_id
from lerarenregister.web.portfolio.thing_forms import FORMS, ThingForms, form_named, initial_of_thing
from lerarenregister.web.requests import DoorRequest

NO_FILES = Chosen()
_log = logging.getLogger(__name__)


@sent_twice("the form has the id and the version of its entry: the same text again changes nothing")
@limited(most_bytes=uploads.MOST_BODY)
@uploads.taking_files
@pages.private
@require_POST
def save(request: DoorRequest) -> HttpResponse:
    """Save a new entry or a change. Whatever goes wrong, her text comes back on the page, to nobody but her."""
    ticket = Ticket.read(request.POST)
    if ticket is None or form_named(request.POST.get("vorm", "")) is None:
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


@sent_twice("nothing is kept: the text comes back with headings")
@limited(most_bytes=uploads.MOST_BODY)
@uploads.taking_files
@pages.private
@require_POST
def template(request: DoorRequest) -> HttpResponse:
    """Her text with headings below it, in the whole form; without a script."""
    ticket = Ticket.read(request.POST)
    try:
        begins = Template(request.POST.get("sjabloon", ""))
    except ValueError:
        return pages.form_of_nobody(request)
    if ticket is None or (request.viewer.signed_in and not ticket.belongs_to(request.viewer.account)):
        return pages.form_of_nobody(request) if ticket is None else pages.of_somebody_else(request)
    try:
        sealer = keys.sealer_of(request)
    except (SignInNeeded, PersonBoundNeeded) as refusal:
        reason = "key" if isinstance(refusal, keys.KeyNeeded) else "signed-out"
        return pages.given_back(request, ticket, reason=reason)
    typed = request.POST.get("tekst", "").replace("\r\n", "\n").replace("\x00", "")
    text = begun(typed, begins, get_language() or "nl")
    chosen = Chosen.of(request, sealer, ticket.entry)
    return form_page(request, EntryForm(initial={"tekst": text}), ticket, chosen=chosen)


@pages.private
@require_safe
def new(request: DoorRequest) -> HttpResponse:
    """The whole form for a new entry: with what an earlier one of hers said (`van`), or for a goal of hers (`doel`)."""
    sealer = keys.sealer_of(request)
    initial: dict[str, Any] = {}
    behind = 0
    if "van" in request.GET:
        copied = queries.entry(request.viewer, sealer, _id(request.GET["van"]))
        if copied.deleted_at is not None or copied.content.form is not Form.ENTRY:
            raise Absent
        initial = initial_of(copied.content) | {"datum": dutch_date(request.at), "tot": None}
        behind = len(copied.content.files)
    if "doel" in request.GET:
        initial["doel"] = [str(_id(request.GET["doel"]))]
    draft = queries.draft(request.viewer, sealer)
    ticket = Ticket.issue(request.viewer.person(), draft=draft.version)
    return form_page(request, EntryForm(initial=initial), ticket, left_behind=behind)


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
    if entry.content.form is not Form.ENTRY:
        return form_page(request, FORMS[entry.content.form](initial=initial_of_thing(entry.content)), ticket)
    initial = initial_of(entry.content)
    if unfinished:
        initial |= initial_of_draft(draft.content)
    chosen = Chosen(had=entry.content.files)
    return form_page(request, EntryForm(initial=initial), ticket, chosen=chosen, unfinished=unfinished)


def _id(posted: str) -> UUID:
    """The id in an address; raises Absent for what is none."""
    try:
        return UUID(posted)
    except ValueError as error:
        raise Absent from error


def _written(request: DoorRequest, ticket: Ticket, sealer: Sealer) -> HttpResponse:
    """Save what she filled in, with a form that is hers and a key that fits."""
    form = FORMS[form_named(request.POST.get("vorm", "")) or Form.ENTRY](request.POST)
    chosen = Chosen.of(request, sealer, ticket.entry) if form.form is Form.ENTRY else Chosen()
    content = filled_in(request, form, ticket, chosen, sealer)
    if content is None:
        return form_page(request, form, ticket, chosen=chosen, status=400)
    try:
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=ticket.entry,
            expected=ticket.base,
            content=content,
            at=request.at,
            draft=ticket.draft,
        )
    except Absent:  # gone for good since the form was made: the text becomes a new entry if she wants
        return _conflict(request, form, None, chosen)
    except FileGone:  # it went between looking and saving
        form.add_error("bestanden", _("Een bestand dat klaarstond is er niet meer. Kies het nog een keer."))
        return form_page(request, form, ticket, chosen=Chosen.of(request, sealer, ticket.entry), status=400)
    except PortfolioFull:
        return pages.given_back(request, ticket, reason="full")
    except DatabaseError:  # a full disk, a lost connection: her text must not be lost with it
        _log.exception("an entry could not be saved")
        return pages.given_back(request, ticket, reason="storage")
    return _after(request, form, ticket, chosen, saved)


def filled_in(request: DoorRequest, form: ThingForms, ticket: Ticket, chosen: Chosen, sealer: Sealer) -> Content | None:
    """What she filled in; None when something is wrong, which the form then says."""
    if not form.is_valid() or _problems(request, form, chosen):
        return None
    try:
        content = form.content(dutch_date(request.at), _before(request, ticket, sealer))
    except TooManyLinks:
        form.add_error("doel", _("Dit zijn er te veel bij elkaar. Er is niets veranderd."))
        return None
    except Invalid:
        form.add_error(
            "tot" if "tot" in form.fields else None, _("Kies een laatste dag die niet voor de eerste dag ligt.")
        )
        return None
    return replace(content, files=chosen.files) if form.form is Form.ENTRY else content


def _problems(request: DoorRequest, form: ThingForms, chosen: Chosen) -> bool:
    """Say in the form what is the matter with the files; whether anything is. Only the form of an entry takes files."""
    if form.form is not Form.ENTRY:
        return False
    handler = uploads.files_in(request)
    said = [uploads.problem(name, refusal) for name, refusal in (handler.refused if handler else [])]
    if handler and handler.broken:
        said.append(_("Opslaan lukte niet door een storing bij ons. Wacht even en kies je bestand nog een keer."))
    if chosen.missing:
        said.append(_("Een bestand dat klaarstond is er niet meer. Kies het nog een keer."))
    if len(chosen.files) > MOST_FILES or (handler and handler.many):
        said.append(_("Bij één tekst passen {most} bestanden. Leg de rest apart vast.").format(most=MOST_FILES))
    for each in said:
        form.add_error("bestanden", each)
    return bool(said)


def _before(request: DoorRequest, ticket: Ticket, sealer: Sealer) -> Content | None:
    """What the form changes; None for a new text, and for one that is gone or of another form, which saving finds."""
    if not ticket.base:
        return None
    try:
        found = queries.entry(request.viewer, sealer, ticket.entry).content
    except Absent:
        return None
    return found if found.form is form_named(request.POST.get("vorm", "")) else None


def _after(request: DoorRequest, form: ThingForms, ticket: Ticket, chosen: Chosen, saved: Saved) -> HttpResponse:
    """Where she goes next, by what saving came to."""
    if saved.outcome is Outcome.NOTHING_TO_KEEP:
        if ticket.base:
            form.add_error(
                "tekst", _("Een lege tekst kunnen we niet opslaan. Wil je dit weg hebben? Dan kun je het verwijderen.")
            )
            return form_page(request, form, ticket, chosen=chosen, status=400)
        sealer = keys.sealer_of(request)
        if queries.draft(request.viewer, sealer).content.form == ticket.entry:
            actions.discard_draft(viewer=request.viewer, sealer=sealer, expected=ticket.draft)
        return _see(reverse("site:home") + "?leeg=1")
    if saved.outcome is Outcome.CONFLICT:
        return _conflict(request, form, saved.entry, chosen)
    if form.form is Form.ENTRY:
        uploads.settle(request)
        let_go(viewer=request.viewer, files=chosen.left_out)
    if saved.outcome is Outcome.CREATED and form.form is not Form.ENTRY:
        return _see(reverse("portfolio:entry", args=[ticket.entry]) + "?gedaan=opgeslagen")
    if ticket.base or form.form is not Form.ENTRY:
        version = saved.entry.version if saved.entry and saved.outcome is Outcome.CHANGED else 0
        return _see(reverse("portfolio:entry", args=[ticket.entry]) + (f"?bewaard={version}" if version else ""))
    return _see(f"{reverse('site:home')}?bewaard={ticket.entry}")


def _conflict(request: DoorRequest, form: ThingForms, newer: queries.EntryView | None, chosen: Chosen) -> HttpResponse:
    """Both texts on one page: hers in the form, ready to save over or beside what is there now."""
    account = request.viewer.person()
    form.fields["tekst"].required = True  # for the label alone, as in `form_page`
    draft = queries.draft(request.viewer, keys.sealer_of(request)).version
    beside = Ticket.issue(account, draft=draft)
    over = None
    if newer is not None and newer.deleted_at is None:
        over = Ticket.issue(account, entry=newer.id, base=newer.version, draft=draft)
    if form.form is Form.ENTRY:
        uploads.settle(request)
    context: dict[str, Any] = {"form": form, "newer": newer, "over": over, "beside": beside, "chosen": chosen}
    context["carried"] = carried(request.POST)
    return render(request, "portfolio/conflict.html", context, status=409)


def form_page(
    request: DoorRequest,
    form: ThingForms,
    ticket: Ticket,
    *,
    chosen: Chosen = NO_FILES,
    status: int = 200,
    unfinished: bool = False,
    left_behind: int = 0,
) -> HttpResponse:
    """The page with the whole form, and her own tags and goals to choose from. `left_behind`: how many files of the
    entry that she copies do not come along."""
    named = form.form
    if named is Form.ENTRY:
        uploads.settle(request)
    form.fields["titel" if named is not Form.ENTRY else "tekst"].required = True
    # for the label alone: the form has been checked, and empty has its own answer
    sealer = keys.sealer_of(request)
    context: dict[str, Any] = {"form": form, "ticket": ticket, "unfinished": unfinished, "chosen": chosen}
    context["left_behind"] = left_behind
    if named is not Form.COLLECTION:
        context["own_tags"] = queries.choices(request.viewer, sealer).tags
    if isinstance(form, OrderFields):
        ticked = form["doel"].value() or []
        also = tuple(UUID(each) for each in map(str, ticked) if is_id(each))
        form.offer_goals(queries.open_goals(request.viewer, sealer, also))
    template = "portfolio/edit.html" if named is Form.ENTRY else "portfolio/edit_thing.html"
    return render(request, template, context, status=status)


def _see(url: str) -> HttpResponse:
    """See other (303): a reload does not post again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
