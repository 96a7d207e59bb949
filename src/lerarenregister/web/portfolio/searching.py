"""Finding in her portfolio. What she types is posted: it stands in no address, no log and no history."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lerarenregister.portfolio.actions.indexing import keep_segment
from lerarenregister.portfolio.queries.searching import MOST, search
from lerarenregister.portfolio.rules.searching import MOST_TYPED, words_in
from lerarenregister.web.limits.marks import limited
from lerarenregister.web.limits.rules import Kind
from lerarenregister.web.once import sent_twice
from lerarenregister.web.portfolio import keys, pages
from lerarenregister.web.portfolio.labels import badge_of
from lerarenregister.web.requests import DoorRequest


@sent_twice("it looks, and at most makes a part of her index anew")
@limited(Kind.LOOK, methods=("POST",))
@pages.private
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: DoorRequest) -> HttpResponse:
    """A box, and what was found. `deel` asks for what was found alone, for the script that asks while she types."""
    sealer = keys.sealer_of(request)
    typed = request.POST.get("woorden", "")[:MOST_TYPED]
    found = search(request.viewer, sealer, typed)
    if found.behind is not None:
        keep_segment(viewer=request.viewer, sealer=sealer, bucket=found.behind)
    context = {
        "typed": typed,
        "asked": bool(words_in(typed)),
        "count": found.count,
        "shut": found.shut,
        "most": MOST if found.count > MOST else 0,
        "hits": [(hit, badge_of(hit.form, hit.kind)) for hit in found.hits],
    }
    return render(request, "portfolio/_found.html" if "deel" in request.POST else "portfolio/find.html", context)
