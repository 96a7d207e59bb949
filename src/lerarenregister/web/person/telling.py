"""Her own mail address: given, verified with a code, and how often she is told."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.person import queries
from lerarenregister.person.actions import contact
from lerarenregister.person.errors import CodeWrong, TooManyCodes
from lerarenregister.person.rules import Rhythm
from lerarenregister.register.rulebook import terms_at
from lerarenregister.web.once import once, sent_twice
from lerarenregister.web.person.forms import ContactCodeForm, ContactForm
from lerarenregister.web.requests import DoorRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def messages(request: DoorRequest) -> HttpResponse:
    """Where and how often she is told; a POST gives an address, or another rhythm."""
    own = queries.own_contact(request.viewer)
    form = ContactForm(request.POST or None, initial={"address": own.address or own.waiting, "rhythm": own.rhythm})
    if request.method == "POST" and form.is_valid():
        try:
            sent = contact.give_contact(
                address=form.cleaned_data["address"],
                rhythm=Rhythm(form.cleaned_data["rhythm"]),
                viewer=request.viewer,
                at=request.at,
            )
        except Invalid:
            form.add_error("address", _("Dit is geen mailadres. Kijk het nog eens na."))
        except TooManyCodes:
            form.add_error("address", _("Er zijn vandaag al drie codes verstuurd. Probeer het morgen weer."))
        else:
            return _back("code" if sent else "ritme")
    return _shown(request, form, ContactCodeForm())


@require_POST
@once
def verify(request: DoorRequest) -> HttpResponse:
    """She fills in the code that came."""
    form = ContactCodeForm(request.POST)
    if form.is_valid():
        try:
            contact.verify_contact(code=form.cleaned_data["code"], viewer=request.viewer, at=request.at)
        except CodeWrong:
            form.add_error(
                "code",
                _("Deze code werkt niet. Kijk de tekens nog eens na, of vraag hieronder een nieuwe code."),
            )
        except Absent:
            return _back("geen")
        else:
            return _back("klaar")
    own = queries.own_contact(request.viewer)
    return _shown(request, ContactForm(initial={"address": own.waiting, "rhythm": own.rhythm}), form)


@sent_twice("the address is gone after the first, and the second finds none")
@require_POST
def remove(request: DoorRequest) -> HttpResponse:
    """She takes it away."""
    contact.remove_contact(viewer=request.viewer, at=request.at)
    return _back("weg")


def _shown(request: DoorRequest, form: ContactForm, code: ContactCodeForm) -> HttpResponse:
    context = {
        "own": queries.own_contact(request.viewer),
        "form": form,
        "code": code,
        "wrong": code if code.errors else form,
        "days": terms_at(request.at).contact_code.days,
        "done": request.GET.get("gedaan", ""),
    }
    status = 400 if form.errors or code.errors else 200
    return render(request, "person/messages.html", context, status=status)


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("person:messages") + f"?gedaan={done}")
