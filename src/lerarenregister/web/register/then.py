"""Her registration on a day, as it was known on a day, and what is different now."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register import queries
from lerarenregister.register.rulebook import RULEBOOKS
from lerarenregister.register.rules.views import Asked, Change, Difference, Stated, changes
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
    today = dutch_date(request.at)
    asked_for = {"on", "known_on"} & set(request.GET)
    days = request.GET if asked_for else {"on": today.isoformat(), "known_on": today.isoformat()}
    form = DaysForm(days, today=today)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        asked = Asked(form.cleaned_data["on"], form.cleaned_data["known_on"])
        view = queries.own_view(request.viewer, asked)
        now = queries.own_view(request.viewer, Asked(asked.on, today))
        named = Names(get_language() or "nl", {each.place for each in (*view.appointments, *now.appointments)})
        context |= {
            "view": view,
            "appointments": [(named.of(each), each) for each in view.appointments],
            "changes": [in_words(each, named) for each in changes(view, now)],
        }
    return render(request, "register/then.html", context, status=200 if form.is_valid() else 400)


class Names:
    """Where and on which ground somebody works, as it is called."""

    def __init__(self, language: str, codes: set[str]) -> None:
        self._english, self._places = language.startswith("en"), queries.locations_named(codes)

    def place(self, stated: Stated) -> str:
        """The school."""
        return self._places.get(stated.place, (stated.place, ""))[0]

    def of(self, stated: Stated) -> str:
        """The school, the ground and what she teaches."""
        ground = RULEBOOKS.ground(stated.ground)
        name = ground.name_en if self._english else ground.name_nl
        return ", ".join(part for part in (self.place(stated), name, stated.topic) if part)


def in_words(change: Change, named: Names) -> str:
    """A difference in a sentence."""
    match change.kind:
        case Difference.REGISTERED:
            return _("Nu staat vast dat je op die dag in het register stond.")
        case Difference.NOT_REGISTERED:
            return _("Nu staat vast dat je op die dag niet in het register stond.")
        case Difference.SINCE:
            return _("Je registratie begint nu op een andere dag.")
        case Difference.ANSWERS_AS:
            return _("Je registratie geldt nu als een andere van jou.")
        case Difference.STANDS_ALONE:
            return _("Je registratie geldt nu weer als zichzelf.")
    return _of_appointment(change, named)


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
