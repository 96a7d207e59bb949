"""Her years at a glance, from the heads of all that she has; for her alone."""

from dataclasses import replace
from datetime import date

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio.queries.shelf import shelf_of, those
from lerarenregister.portfolio.rules.choosing import belongs, words_of
from lerarenregister.portfolio.rules.entries import Kind
from lerarenregister.portfolio.rules.facets import Form
from lerarenregister.portfolio.rules.looking_back import LookBack, Seen, look_back


def years_back(viewer: Viewer, sealer: Sealer) -> LookBack:
    """The last ten school years in which she wrote something down; what is in the bin does not count."""
    things = shelf_of(viewer.person(), sealer)
    themes = [(str(each.head.fields["heading"]), each.id, words_of(each.head)) for each in those(things, Form.THEME)]
    seen = [
        Seen(
            date.fromisoformat(each.head.order[0]),
            Kind(each.head.fields["kind"]),
            tuple(name for name, key, words in themes if belongs(each.head, key, words)),
        )
        for each in those(things, Form.ENTRY)
    ]
    return replace(look_back(seen, list(dict.fromkeys(name for name, _, _ in themes))), shut=things.shut)
