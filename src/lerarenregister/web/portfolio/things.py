"""Goals, themes, collections and repeating activities: their lists, with a form of one line, and their own pages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.errors import PortfolioFull
from lerarenregister.portfolio.queries import EntryView
from lerarenregister.portfolio.rules.choosing import Choice
from lerarenregister.portfolio.rules.entries import Content
from lerarenregister.portfolio.rules.facets import Form, State
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import choosing, keys, pages
from lerarenregister.web.portfolio.forms import Ticket
from lerarenregister.web.portfolio.labels import EVERY, STATES, label_of
from lerarenregister.web.portfolio.ordering import hours_of
from lerarenregister.web.portfolio.thing_forms import FORMS
from lerarenregister.web.requests import DoorRequest

TEMPLATES: Mapping[Form, str] = {
    Form.ENTRY: "portfolio/entry.html",
    Form.GOAL: "portfolio/goal.html",
    Form.THEME: "portfolio/theme.html",
    Form.COLLECTION: "portfolio/collection.html",
    Form.REPEAT: "portfolio/repeat.html",
}


@pages.private
@require_safe
def goals(request: DoorRequest) -> HttpResponse:
    """Her goals: those she works on first."""
    sealer = keys.sealer_of(request)
    found = queries.goals(request.viewer, sealer)
    context = {
        "goals": [each for each in found if each.state is State.OPEN],
        "before": [(each, str(STATES[each.state])) for each in found if each.state is not State.OPEN],
    }
    return _list_page(request, sealer, Form.GOAL, "portfolio/goals.html", context)


@pages.private
@require_safe
def themes(request: DoorRequest) -> HttpResponse:
    """Her themes by name."""
    sealer = keys.sealer_of(request)
    return _list_page(
        request, sealer, Form.THEME, "portfolio/themes.html", {"themes": queries.themes(request.viewer, sealer)}
    )


@pages.private
@require_safe
def collections(request: DoorRequest) -> HttpResponse:
    """Her collections, newest first."""
    sealer = keys.sealer_of(request)
    context = {"collections": queries.collections(request.viewer, sealer)}
    return _list_page(request, sealer, Form.COLLECTION, "portfolio/collections.html", context)


@pages.private
@require_safe
def repeats(request: DoorRequest) -> HttpResponse:
    """What comes back, and when."""
    sealer = keys.sealer_of(request)
    found = queries.repeats(request.viewer, sealer, on=dutch_date(request.at))
    context = {"repeats": [(each, str(EVERY[each.every])) for each in found]}
    return _list_page(request, sealer, Form.REPEAT, "portfolio/repeats.html", context)


@sent_twice("the form has the version that it saw: the same state again changes nothing")
@pages.private
@require_POST
def set_state(request: DoorRequest, goal_id: UUID) -> HttpResponse:
    """Say that a goal is reached, let go, or open again."""
    sealer = keys.sealer_of(request)
    goal = queries.entry(request.viewer, sealer, goal_id)
    try:
        state = State(request.POST.get("stand", ""))
    except ValueError as error:
        raise Absent from error
    if goal.content.form is not Form.GOAL or goal.deleted_at is not None:
        raise Absent
    content = replace(goal.content, facets=replace(goal.content.facets, state=state))
    entry = reverse("portfolio:entry", args=[goal_id])
    try:
        saved = actions.save_entry(
            viewer=request.viewer,
            sealer=sealer,
            entry_id=goal.id,
            expected=pages.seen(request),
            content=content,
            at=request.at,
        )
    except PortfolioFull:
        return HttpResponseRedirect(f"{entry}?gedaan=vol")
    return HttpResponseRedirect(entry if saved.outcome is not Outcome.CONFLICT else f"{entry}?gedaan=anders")


def state_of(content: Content) -> str:
    """How a goal stands, in words; "" for what is no goal."""
    return str(STATES[content.facets.state]) if content.form is Form.GOAL else ""


def shown(request: DoorRequest, sealer: Sealer, found: EntryView) -> dict[str, Any]:
    """What the page of a thing shows beside its own words."""
    owner, facets = request.viewer.person(), found.content.facets
    if found.content.form is Form.ENTRY:
        tags = [(tag, choosing.address(Choice(tag=tag), owner=owner, sealer=sealer)) for tag in facets.tags]
        return {
            "tags": tags,
            "links": queries.links_of(request.viewer, sealer, found),
            "hours": hours_of(facets.quarters),
        }
    if found.content.form is Form.GOAL:
        context = _entries(request, sealer, Choice(goal=found.id))
        states = [(str(state), str(label)) for state, label in STATES.items() if state is not facets.state]
        return context | {"state": str(STATES[facets.state]), "states": states}
    if found.content.form is Form.THEME:
        return _entries(request, sealer, Choice(theme=found.id))
    if found.content.form is Form.COLLECTION:
        return {"story": queries.story(request.viewer, sealer, found.id)}
    lines = queries.repeats(request.viewer, sealer, on=dutch_date(request.at))
    every = str(EVERY[facets.every]) if facets.every else ""
    line = next((each for each in lines if each.id == found.id), None)
    return {"line": line, "new_id": random_id(), "every": every}


def _entries(request: DoorRequest, sealer: Sealer, choice: Choice) -> dict[str, Any]:
    """The newest entries that fit, how many there are, and the way to all of them."""
    page = queries.timeline(request.viewer, sealer, choice=choice)
    lines = [(line, label_of(line.kind)) for month in page.months for line in month.entries]
    address = choosing.address(choice, owner=request.viewer.person(), sealer=sealer) if page.next else ""
    return {"entries": lines, "count": page.count, "all_of_it": address}


def _list_page(
    request: DoorRequest, sealer: Sealer, named: Form, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A list with the form of one line for a new one."""
    form = FORMS[named]()
    form.fields["titel"].required = True  # for the label alone: an empty line has its own answer
    draft = queries.draft(request.viewer, sealer)
    ticket = Ticket.issue(request.viewer.person(), draft=draft.version)
    return render(request, template, context | {"form": form, "ticket": ticket, "here": f"{named}"})
