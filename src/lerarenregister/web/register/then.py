"""What held on a day, as it was known on a day, and what is different now: for her, her board, and support."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lerarenregister.accounts.permissions import Permission
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.errors import Invalid
from lerarenregister.register import queries
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.views import Asked, Change, Difference, Qualified, Stated, View, changes
from lerarenregister.web.register.acts import title_of
from lerarenregister.web.register.board import page_of
from lerarenregister.web.register.claims import identity_of
from lerarenregister.web.register.language import in_english
from lerarenregister.web.register.subjects import called
from lerarenregister.web.requests import DoorRequest


def _day(label: Promise, help_text: Promise | str = "") -> forms.DateField:
    wrong = gettext_lazy("Vul een datum in, zoals 31-12-2017.")
    return forms.DateField(
        label=label,  # type: ignore[arg-type]  # a lazy text
        help_text=help_text,  # type: ignore[arg-type]
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={"required": wrong, "invalid": wrong},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DaysForm(forms.Form):
    """The two days of a view."""

    on = _day(gettext_lazy("Op welke dag"))
    known_on = _day(
        gettext_lazy("Zoals bekend op"), gettext_lazy("Wat daarna is aangeleverd of besloten, telt dan niet mee.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_known_on(self) -> date:
        """A day of which something can be known: what is known today is the newest."""
        known_on: date = self.cleaned_data["known_on"]
        if known_on > self._today:
            raise forms.ValidationError(_("Kies vandaag of een eerdere dag."))
        return known_on


@never_cache
@require_safe
def then(request: DoorRequest) -> HttpResponse:
    """What held on a day by what was known on a day, beside the same day by what is known now."""
    request.viewer.person()
    form, asked = _asked(request)
    context: dict[str, object] = {"form": form}
    if asked is not None:
        view = queries.own_view(request.viewer, asked)
        now = queries.own_view(request.viewer, Asked(asked.on, dutch_date(request.at)))
        named = Names([view, now])
        context |= {
            "view": view,
            "appointments": [(named.of(each), each) for each in view.appointments],
            "qualifications": [named.qualified(each) for each in view.qualifications],
            "changes": [in_words(each, named) for each in changes(view, now)],
        }
    return render(request, "register/then.html", context, status=200 if asked else 400)


def _asked(request: DoorRequest) -> tuple[DaysForm, Asked | None]:
    """The two days that the address asks for (today, when it names none), and the form that asks for them."""
    today = dutch_date(request.at)
    given = {"on", "known_on"} & set(request.GET)
    form = DaysForm(request.GET if given else {"on": today.isoformat(), "known_on": today.isoformat()}, today=today)
    return form, Asked(form.cleaned_data["on"], form.cleaned_data["known_on"]) if form.is_valid() else None


@never_cache
@require_safe
def board_then(request: DoorRequest, number: str) -> HttpResponse:
    """The people of a board on a day, as it had delivered them by the end of another."""
    shown = queries.board_shown(number, viewer=request.viewer)
    request.viewer.must(Permission.REGISTER_PERSON_LIST, scope=number)
    form, asked = _asked(request)
    context: dict[str, object] = {"board": shown, "form": form}
    if asked is not None:
        try:
            found = queries.people_then(
                number, asked=asked, viewer=request.viewer, at=request.at, page=page_of(request)
            )
        except Invalid:
            form.add_error("known_on", _("Zo ver terug kan niet: wat langer geleden is aangeleverd, kan gewist zijn."))
        else:
            named = Names([each.appointments for each in found.people], [each.changes for each in found.people])
            context |= {
                "found": found,
                "asked": asked,
                "people": [
                    (
                        each,
                        [(named.of(one), one) for one in each.appointments],
                        [of_another(change, named) for change in each.changes],
                    )
                    for each in found.people
                ],
                "days": f"on={asked.on}&known_on={asked.known_on}&",
            }
    return render(request, "register/board_then.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def desk_then(request: DoorRequest, desk_case: UUID) -> HttpResponse:
    """Those whom a case is about on a day, as it was known on another, with the decisions about them."""
    form, asked = _asked(request)
    of = asked or Asked(dutch_date(request.at), dutch_date(request.at))
    found = queries.desk_views(desk_case, asked=of, claims=identity_of(request), viewer=request.viewer, at=request.at)
    named = Names([each.view for each in found], [each.changes for each in found])
    people = [
        {
            "name": each.name,
            "view": each.view,
            "appointments": [(named.of(one), one) for one in each.view.appointments],
            "qualifications": [named.qualified(one) for one in each.view.qualifications],
            "changes": [of_another(change, named) for change in each.changes],
            "acts": [(title_of(act), act) for act in each.acts],
        }
        for each in found
    ]
    context = {"form": form, "people": people if asked else [], "asked": of, "case": desk_case}
    return render(request, "register/cases/desk_then.html", context, status=200 if asked else 400)


class Names:
    """Where and on which ground somebody works, as it is called; asked for all of these at once."""

    def __init__(self, *given: Iterable[View | Iterable[Stated | Change]]) -> None:
        self._english = in_english()
        stated = (each for group in given for one in group for each in _all_in(one))
        self._places = queries.locations_named({each.place for each in stated})

    def place(self, stated: Stated) -> str:
        """The school."""
        return self._places.get(stated.place, (stated.place, ""))[0]

    def of(self, stated: Stated) -> str:
        """The school, the ground and what she teaches."""
        return ", ".join(
            part for part in (self.place(stated), self._ground(stated.ground), called(stated.topic)) if part
        )

    def qualified(self, proof: Qualified) -> str:
        """The ground, the sector and the subject."""
        parts = (self._ground(proof.ground), proof.sector, called(proof.subject))
        return f"{', '.join(part for part in parts if part)}: {date_format(proof.begin, 'j F Y')}"

    def _ground(self, code: str) -> str:
        ground = RULEBOOKS.ground(code)
        return ground.name_en if self._english else ground.name_nl


def _all_in(one: View | Iterable[Stated | Change]) -> Iterator[Stated]:
    for each in one.appointments if isinstance(one, View) else one:
        if isinstance(each, Stated):
            yield each
        elif each.stated is not None:
            yield each.stated


_OWN: dict[Difference, Promise] = {
    Difference.REGISTERED: gettext_lazy("Nu staat vast dat je op die dag in het register stond."),
    Difference.NOT_REGISTERED: gettext_lazy("Nu staat vast dat je op die dag niet in het register stond."),
    Difference.SINCE: gettext_lazy("Je registratie begint nu op een andere dag."),
    Difference.ANSWERS_AS: gettext_lazy("Je registratie geldt nu als een andere van jou."),
    Difference.STANDS_ALONE: gettext_lazy("Je registratie geldt nu weer als zichzelf."),
}


def in_words(change: Change, named: Names) -> str:
    """A difference in a sentence, for her."""
    if change.kind in _OWN:
        return str(_OWN[change.kind])
    return of_another(change, named) if change.qualified else _of_appointment(change, named)


def of_another(change: Change, named: Names) -> str:
    """A difference in a sentence, for who reads it of somebody else."""
    known, stated = _ABOUT[change.kind], change.stated
    if change.qualified is not None:
        return str(known).format(what=named.qualified(change.qualified))
    if stated is None:
        return str(known)
    return str(known).format(
        what=named.of(stated),
        begin=date_format(stated.begin, "j F Y"),
        now=_end(change.stated),
        before=_end(change.before),
    )


_ABOUT: dict[Difference, Promise] = {
    Difference.REGISTERED: gettext_lazy("Nu bekend: wel geregistreerd op die dag."),
    Difference.NOT_REGISTERED: gettext_lazy("Nu bekend: niet geregistreerd op die dag."),
    Difference.SINCE: gettext_lazy("De registratie begint nu op een andere dag."),
    Difference.ANSWERS_AS: gettext_lazy("De registratie geldt nu als een andere."),
    Difference.STANDS_ALONE: gettext_lazy("De registratie geldt nu weer als zichzelf."),
    Difference.ADDED: gettext_lazy("Erbij: {what}, vanaf {begin}."),
    Difference.GONE: gettext_lazy("Vervallen: {what}, vanaf {begin}."),
    Difference.LAST_DAY: gettext_lazy("Andere laatste dag: {what}, vanaf {begin}: {now}, en niet {before}."),
    Difference.CONFIRMED: gettext_lazy("Bevestigd: {what}, vanaf {begin}."),
    Difference.UNCONFIRMED: gettext_lazy("Niet meer bevestigd: {what}, vanaf {begin}."),
    Difference.QUALIFIED: gettext_lazy("Erbij, een bevoegdheid: {what}."),
    Difference.NOT_QUALIFIED: gettext_lazy("Vervallen, een bevoegdheid: {what}."),
}


def _of_appointment(change: Change, named: Names) -> str:
    stated = change.stated
    where = {"place": named.place(stated), "begin": date_format(stated.begin, "j F Y")} if stated else {}
    match change.kind:
        case Difference.ADDED:
            words = _("Erbij: je aanstelling op {place} vanaf {begin}.")
        case Difference.GONE:
            words = _("Vervallen: je aanstelling op {place} vanaf {begin}.")
        case Difference.CONFIRMED:
            words = _("Bevestigd: je aanstelling op {place} vanaf {begin}.")
        case Difference.UNCONFIRMED:
            words = _("Niet meer bevestigd: je aanstelling op {place} vanaf {begin}.")
        case _:
            words = _("Een andere laatste dag voor je aanstelling op {place} vanaf {begin}: {now}, en niet {before}.")
            where |= {"now": _end(change.stated), "before": _end(change.before)}
    return words.format(**where)


def _end(stated: Stated | None) -> str:
    last: date | None = stated.last_day if stated else None
    return date_format(last, "j F Y") if last else _("geen einde bekend")
