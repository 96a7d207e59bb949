"""The one window of the portfolios: coarse values that their owners released, for one purpose, without a name.

Whoever comes after this (`insights`) gets what is here and nothing else. Promise 3: "(geanonimiseerde) informatie", if
the profession wants it. Nothing of it is published anywhere as yet.
"""

from collections.abc import Iterator
from datetime import date

from lerarenregister.portfolio.queries.releasing import released_for
from lerarenregister.portfolio.rules.releasing import YearFacets

__all__ = ["YearFacets", "consented_facets"]


def consented_facets(purpose: str, *, today: date) -> Iterator[tuple[YearFacets, ...]]:
    """What was released for a purpose and still counts on this day: for each person the values of at most two school
    years. Neither who she is nor when she released it is told, and the order says nothing."""
    return released_for(purpose, today=today)
