"""Sharing a collection, in steps: with whom, for what and until when beside exactly what will be in it, and then only
the act itself."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio import queries
from lerarenregister.portfolio.queries import EntryView
from lerarenregister.portfolio.queries import files as own_files
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.sharing import actions
from lerarenregister.portfolio.sharing import queries as sharing
from lerarenregister.portfolio.sharing.actions import Files
from lerarenregister.portfolio.sharing.errors import FileVanished, ShareInterrupted, SharesFull
from lerarenregister.portfolio.sharing.rules.copies import CopyPart, Story
from lerarenregister.portfolio.sharing.rules.lines import MOST_SHARES, Audience, Line, Way
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.accounts.session import name_of
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.share_forms import AudienceForm, ShareForm
from lerarenregister.web.portfolio.uploads import MB, room
from lerarenregister.web.requests import DoorRequest


@sent_twice("nothing is shared: it leads from one step to the next")
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: DoorRequest, collection_id: UUID) -> HttpResponse:
    """With whom; then, for an employer, that nobody may demand this; then the form beside what will be in the copy."""
    sealer = keys.sealer_of(request)
    collection, story = _story(request, sealer, collection_id)
    form = AudienceForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"collection": collection, "form": form, "parts": len(story.parts)}
        return render(request, "portfolio/share.html", context, status=400 if form.is_bound else 200)
    if form.audience is Audience.EMPLOYER and "vrijwillig" not in request.POST:
        return render(request, "portfolio/share_employer.html", {"collection": collection})
    initial = {
        "naam": name_of(request),
        "tot": dutch_date(request.at) + terms_at(request.at).share,
        "hoe": str(Way.LINK),
    }
    return _form_page(request, collection, story, form.audience, _form(request, initial=initial))


@sent_twice("the form has the id of its share: the same form again leads to the share that it made")
@limited(Kind.HEAVY, methods=("POST",))
@pages.private
@require_POST
def share_now(request: DoorRequest, collection_id: UUID) -> HttpResponse:
    """Make the copy and share it. What changed since she looked is shown first, and is not shared unseen."""
    sealer = keys.sealer_of(request)
    collection, story = _story(request, sealer, collection_id)
    who, form = AudienceForm(request.POST), _form(request, bound=True)
    if not who.is_valid():
        raise Absent
    share_id = _new_id(request)
    if not form.is_valid():
        return _form_page(request, collection, story, who.audience, form, status=400, share_id=share_id)
    if sharing.was_sent(request.viewer, share_id):
        if _is_same(sharing.share(request.viewer, sealer, share_id, at=request.at).line, form, who.audience):
            return _shared(share_id)
        form.add_error(None, _("Je deelde dit net al, anders ingevuld. Wil je het ook zo delen? Druk dan nog eens."))
    elif request.POST.get("gezien") != story.fingerprint():
        form.add_error(None, _("Er is intussen iets veranderd in wat je deelt. Kijk het hieronder nog eens na."))
    elif not story.parts:
        form.add_error(None, _("Hier staat nog niets in. Kies eerst de stukken die erin komen."))
    if form.errors:
        return _form_page(request, collection, story, who.audience, form, status=409)
    try:
        actions.share(
            viewer=request.viewer,
            sealer=sealer,
            own=keys.own_of(request),
            share_id=share_id,
            story=story,
            asked=form.asked(who.audience),
            to=form.to,
            files=_files(request, sealer),
            most_bytes=room().of_portfolio,
            at=request.at,
        )
    except ShareInterrupted:
        pass  # the same form came again, and took over: it leads to the same page
    except (SharesFull, FileVanished) as refusal:
        form.add_error(None, _why(refusal))
        return _form_page(request, collection, story, who.audience, form, status=409)
    return _shared(share_id)


def _is_same(line: Line, form: ShareForm, audience: Audience) -> bool:
    return (line.asked, line.address) == (form.asked(audience), str(form.to or ""))


def _shared(share_id: UUID) -> HttpResponse:
    response = HttpResponseRedirect(reverse("portfolio:shared", args=[share_id]))
    response.status_code = 303
    return response


def _story(request: DoorRequest, sealer: Sealer, collection_id: UUID) -> tuple[EntryView, Story]:
    """The collection, and what of it will be in a copy; raises Absent."""
    collection = queries.entry(request.viewer, sealer, collection_id)
    if collection.deleted_at is not None:
        raise Absent
    found = queries.story(request.viewer, sealer, collection_id)
    parts = (
        CopyPart(each.content.text, each.content.on, each.content.facets.until, each.content.title, each.content.files)
        if each.content
        else CopyPart(each.text)
        for each in found.parts
    )
    return collection, Story(found.title, found.introduction, tuple(parts))


def _files(request: DoorRequest, sealer: Sealer) -> Files:
    def whole(file: FileRef) -> Iterator[bytes]:
        return own_files.file_bytes(request.viewer, sealer, file)

    def small(file: FileRef) -> bytes:
        return own_files.small_bytes(request.viewer, sealer, file)

    return Files(whole, small)


def _form(request: DoorRequest, *, bound: bool = False, initial: dict[str, object] | None = None) -> ShareForm:
    most = terms_at(request.at).share_most
    return ShareForm(request.POST if bound else None, initial=initial, today=dutch_date(request.at), most=most)


def _form_page(
    request: DoorRequest,
    collection: EntryView,
    story: Story,
    audience: Audience,
    form: ShareForm,
    *,
    status: int = 200,
    share_id: UUID | None = None,
) -> HttpResponse:
    context = {
        "collection": collection,
        "story": story,
        "files": story.files(),
        "size": sum(each.size for each in story.files()),
        "audience": str(audience),
        "employer": audience is Audience.EMPLOYER,
        "form": form,
        "share_id": share_id or random_id(),
        "fingerprint": story.fingerprint(),
    }
    return render(request, "portfolio/share_form.html", context, status=status)


def _why(refusal: SharesFull | FileVanished) -> str:
    if isinstance(refusal, FileVanished):
        return _("Een bestand in deze verzameling is niet meer te lezen. Er is niets gedeeld. Haal het er eerst uit.")
    sentence = _(
        "Je deelt nu al zo veel als tegelijk kan: hooguit {most} kopieën en {mb} MB. Stop eerst met iets anders delen."
    )
    return sentence.format(most=MOST_SHARES, mb=room().of_portfolio // MB)


def _new_id(request: DoorRequest) -> UUID:
    try:
        return UUID(request.POST.get("nieuw", ""))
    except ValueError as error:
        raise Absent from error
