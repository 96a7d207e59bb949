"""The log of her key, and what opens it, as a file beside the copy of all that is held of her: it stands in the vault
alone, which tells it to nobody who has not the key."""

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lerarenregister.kernel.clock import dutch_date
from lerarenregister.portfolio.errors import KeysUnusable
from lerarenregister.web.person.parts import Enclosed
from lerarenregister.web.portfolio import keys, passkeys, unlinking
from lerarenregister.web.portfolio.own_key import ACTS, via_of
from lerarenregister.web.requests import DoorRequest
from vault.answers import MOST_LINES, Holder, Line


def enclosed(request: DoorRequest) -> Enclosed:
    """The file, when this session holds her key; otherwise why it is not there. The vault is asked when she takes the
    copy, not when she sees the page."""
    name = f"sleutel-{dutch_date(request.at).isoformat()}.json"
    try:
        sealer = keys.sealer_of(request)
    except keys.KeyNeeded:
        return Enclosed(name, _("Dan zit er ook bij wanneer je portfolio openging, en waarmee."), None)
    sentence = _("Wanneer je portfolio openging, en waarmee, zit erbij.")
    if request.method != "POST":
        return Enclosed(name, sentence, [])
    try:
        lines = keys.log_of(request, most=MOST_LINES)
        holders = keys.holders_of(request, unlinking.own_of(request))
    except KeysUnusable:
        sentence = _(
            "Wanneer je portfolio openging, zit er niet bij, door een storing bij ons. Vraag het later nog eens."
        )
        return Enclosed(name, sentence, None)
    named = {each.id.hex: each.name for each in passkeys.in_words(holders, sealer)}
    said = {"opens": [_opener(each, named) for each in holders], "log": [_line(each, named) for each in lines]}
    return Enclosed(name, sentence, [json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"])


def _opener(holder: Holder, named: dict[str, str]) -> dict[str, Any]:
    name = named.get(holder.id.hex(), holder.label)
    told = {"kind": holder.kind, "name": name, "since": holder.since, "used": holder.used}
    return {key: value for key, value in told.items() if value}


def _line(line: Line, named: dict[str, str]) -> dict[str, str]:
    at = datetime.fromisoformat(line.at).isoformat()
    return {"at": at, "act": line.act, "said": str(ACTS[line.act]), "with": via_of(line, named)}
