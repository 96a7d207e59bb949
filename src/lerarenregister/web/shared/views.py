"""Opening a copy, reading it, fetching its files, writing back, closing it. Nobody has to sign in for any of it."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.rules.filetypes import MEDIA_TYPES, OTHER
from lerarenregister.portfolio.sharing import actions, queries
from lerarenregister.portfolio.sharing.errors import MalformedSecret, NotAsked, NotesFull, NotShared
from lerarenregister.portfolio.sharing.queries import OpenCopy
from lerarenregister.portfolio.sharing.rules.notes import NAME_CHARACTERS, TEXT_CHARACTERS, plain
from lerarenregister.portfolio.sharing.rules.secrets import Secret
from lerarenregister.web import sent_files
from lerarenregister.web.once import sent_twice
from lerarenregister.web.requests import DoorRequest
from lerarenregister.web.sent_files import SentFile
from lerarenregister.web.shared import reading

_BOX = {"class": "utrecht-textbox utrecht-textbox--html-input", "autocomplete": "off"}
_LONGEST = 500


class SecretForm(forms.Form):
    """What somebody pastes to open a copy: the whole link, or what follows its hash sign."""

    use_required_attribute = False

    code = forms.CharField(
        label=gettext_lazy("Link of code"),
        help_text=gettext_lazy("Plak de hele link die je kreeg."),
        max_length=_LONGEST,
        widget=forms.TextInput(attrs={**_BOX, "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": gettext_lazy("Plak hier de link die je kreeg.")},
    )

    def clean_code(self) -> Secret:
        """A secret; what is none is told so, and nothing is looked up."""
        try:
            return Secret.parse(str(self.cleaned_data["code"]))
        except MalformedSecret as error:
            raise forms.ValidationError(
                _("Dit is geen link om iets te openen. Er mist een stuk of er staat iets bij. Plak de hele link.")
            ) from error


class AnswerForm(forms.Form):
    """What a reader writes back."""

    use_required_attribute = False

    tekst = forms.CharField(
        label=gettext_lazy("Wat wil je teruggeven?"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "pf-box utrecht-textarea utrecht-textarea--html-textarea"}),
        error_messages={"required": gettext_lazy("Schrijf eerst iets.")},
    )
    naam = forms.CharField(label=gettext_lazy("Je naam"), required=False, widget=forms.TextInput(attrs=_BOX))

    def clean_tekst(self) -> str:
        """At most 2,000 characters; the text stays on the page."""
        text = plain(str(self.cleaned_data["tekst"]))
        if not text:
            raise forms.ValidationError(_("Schrijf eerst iets."))
        if len(text) > TEXT_CHARACTERS:
            raise forms.ValidationError(_("Je tekst is te lang: er passen 2.000 tekens in."))
        return text

    def clean_naam(self) -> str:
        """At most 80 characters."""
        name = " ".join(plain(str(self.cleaned_data["naam"])).split())
        if len(name) > NAME_CHARACTERS:
            raise forms.ValidationError(_("Maak je naam korter: er passen 80 tekens in."))
        return name


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet among the others, as the links between pages want it. Numbers count from 1."""

    number: int
    total: int

    @property
    def previous(self) -> int:
        """The page before, 0 for none."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The page after, 0 for none."""
        return self.number + 1 if self.number < self.total else 0


@reading.shared
@require_safe
def door(request: DoorRequest) -> HttpResponse:
    """Where a link leads: one and the same page for every link. Looking at it opens nothing and counts nothing."""
    return render(request, "shared/door.html", {"form": SecretForm(), "closed": "gesloten" in request.GET})


@sent_twice("a second opening is one more line in the log of it")
@reading.shared
@require_POST
def open_copy(request: DoorRequest) -> HttpResponse:
    """Open the copy of a link. This is what its owner sees in the log."""
    form = SecretForm(request.POST)
    if not form.is_valid():
        return render(request, "shared/door.html", {"form": form}, status=400)
    return reading.begin(request, form.cleaned_data["code"])


@reading.shared
@require_safe
def read(request: DoorRequest) -> HttpResponse:
    """The copy that is open in this browser, a sheet at a time."""
    return _page(request, reading.open_here(request), AnswerForm(), random_id())


@reading.shared
@require_safe
def file(request: DoorRequest, shared_file_id: UUID) -> HttpResponseBase:
    """A file of the copy."""
    copy = reading.open_here(request)
    found = queries.file_of(copy, shared_file_id)
    return sent_files.sent(
        request,
        SentFile(
            found.name,
            found.media_type if found.media_type in MEDIA_TYPES else OTHER,
            found.size,
            lambda first: queries.file_bytes(copy, found, first=first),
            image=found.shown,
            played=found.played,
        ),
    )


@reading.shared
@require_safe
def small(request: DoorRequest, shared_file_id: UUID) -> HttpResponse:
    """The small image beside an image of the copy."""
    copy = reading.open_here(request)
    image = queries.small_bytes(copy, queries.file_of(copy, shared_file_id))
    response = HttpResponse(image, content_type="image/jpeg")
    sent_files.shut_in(response)
    return response


@sent_twice("the form has the id of what is written: the same form again changes nothing")
@reading.shared
@require_POST
def write(request: DoorRequest) -> HttpResponse:
    """Write back to who shared the copy, when she asked for it. Only she can read it."""
    copy = reading.open_here(request)
    form, note_id = AnswerForm(request.POST), _note_id(request)
    if not form.is_valid():
        return _page(request, copy, form, note_id, status=400)
    text, name = form.cleaned_data["tekst"], form.cleaned_data["naam"]
    try:
        actions.write_back(copy=copy, note_id=note_id, text=text, name=name, at=request.at)
    except NotAsked as error:
        raise NotShared from error
    except NotesFull:
        form.add_error(None, _("Op deze kopie is al zo veel teruggeschreven dat er niets meer bij kan."))
        return _page(request, copy, form, note_id, status=409)
    response = HttpResponseRedirect(reverse("shared:read") + "?geschreven=1")
    response.status_code = 303
    return response


@sent_twice("closing again changes nothing")
@reading.shared
@require_POST
def close(request: DoorRequest) -> HttpResponse:
    """Close the copy in this browser."""
    response = HttpResponseRedirect(reverse("shared:door") + "?gesloten=1")
    response.status_code = 303
    reading.forget(response)
    return response


def _page(request: DoorRequest, copy: OpenCopy, form: AnswerForm, note_id: UUID, *, status: int = 200) -> HttpResponse:
    number = _number(request)
    context = {
        "cover": copy.cover,
        "parts": queries.sheet(copy, number - 1),
        "page": SheetPage(number, copy.cover.sheets),
        "form": form,
        "note_id": note_id,
        "written": "geschreven" in request.GET,
        "tekens": TEXT_CHARACTERS,
    }
    return render(request, "shared/read.html", context, status=status)


def _number(request: DoorRequest) -> int:
    told = request.GET.get("pagina", "1")
    if not (told.isascii() and told.isdigit() and int(told[:5]) > 0 and len(told) < 6):
        raise NotShared
    return int(told)


def _note_id(request: DoorRequest) -> UUID:
    try:
        return UUID(request.POST.get("nieuw", ""))
    except ValueError:
        return random_id()
