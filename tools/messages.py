"""The English catalogue: Dutch sentences in code and templates are the keys.

Without arguments: collect new sentences into the .po file and compile it. With --check: fail when a sentence has no
English, when one is no longer used, when the English lost a blank or an address of the Dutch, or when the compiled
file is not that of the .po file, or when a sentence stands inside an f-string, where the collector does not see it.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "lerarenregister"
PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[tuple[str, str]]:
    """Each Python file, and each template as the pseudo-Python that Django's own collector makes of it."""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation.template import templatize  # noqa: PLC0415

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(ROOT)), path.read_text()
    for path in sorted([*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt"), *PACKAGE.rglob("*.typ")]):
        if "templates" in path.parts:
            # The collector of Python sees indentation as grammar; in what is left of a template it means nothing.
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            yield str(path.relative_to(ROOT)), "\n".join(line.strip() for line in lines)


def empty() -> Catalog:
    """A catalogue whose header says nothing that changes from day to day."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale="en",
        header_comment="# English for the Lerarenregister.",
        project="lerarenregister",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        creation_date=moment,
        revision_date=moment,
        fuzzy=False,
    )


SINGLE = ("_", "gettext", "gettext_lazy", "gettext_noop")
PLURAL = ("ngettext", "ngettext_lazy")
CONTEXT = ("pgettext", "pgettext_lazy")
CALLS = frozenset((*SINGLE, *PLURAL, *CONTEXT))


def inside_f_strings() -> Iterator[str]:
    """The places of sentences that the collector passes by."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for formatted in (each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.JoinedStr)):
            for call in ast.walk(formatted):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS:
                    yield f"{path.relative_to(ROOT)}:{call.lineno}"


def collected() -> Catalog:
    """Every sentence with the files it stands in."""
    catalog = empty()
    for name, text in sources():
        found = extract_python(io.BytesIO(text.encode()), dict.fromkeys(CALLS), [], {})
        for _, function, message, _ in found:
            if function in CONTEXT and isinstance(message, tuple):
                catalog.add(message[1], context=message[0], locations=[(name, 0)])
            elif isinstance(message, tuple) and function in PLURAL:
                catalog.add((message[0], message[1]), locations=[(name, 0)])
            else:
                sentence = message[0] if isinstance(message, tuple) else message
                if sentence:
                    catalog.add(sentence, locations=[(name, 0)])
    return catalog


def lost(dutch: str, english: str) -> bool:
    """Whether the two differ in the blanks to fill in (`%(name)s`, `{name}`) or in the addresses that they link to."""
    kept = re.compile(r"%\(\w+\)s|\{\w+\}|href=\"[^\"]*\"")
    return sorted(kept.findall(dutch)) != sorted(kept.findall(english))


def _forms(said: str | tuple[str, ...] | list[str]) -> list[str]:
    """One sentence, or its singular and plural."""
    return [said] if isinstance(said, str) else list(said)


def main() -> int:
    """Write or check; the exit code is 0 when all is well."""
    template = collected()
    old = read_po(PO.open("rb"), locale="en") if PO.exists() else Catalog(locale="en")
    new = empty()
    missing = []
    for message in template:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        said = known.string if known else ("" if isinstance(message.id, str) else ("", ""))
        if not (said if isinstance(said, str) else all(said or ())):
            missing.append(message.id)
        flags = {"python-brace-format"} & message.flags
        new.add(
            message.id,
            said,
            locations=[(name, 0) for name in sorted({n for n, _ in message.locations})],
            flags=flags | message.flags,
            context=message.context,
        )
    unused = [each.id for each in old if each.id and not template.get(each.id, each.context)]
    broken = [
        dutch
        for each in old
        if each.id and each.string
        for dutch, english in zip(_forms(each.id), _forms(each.string), strict=True)
        if english and lost(dutch, english)
    ]
    compiled = io.BytesIO()
    write_mo(compiled, old)
    stale = not PO.with_suffix(".mo").exists() or PO.with_suffix(".mo").read_bytes() != compiled.getvalue()
    if "--check" in sys.argv:
        for each in missing:
            print(f"no English: {each}")
        for each in unused:
            print(f"no longer used: {each}")
        for sentence in broken:
            print(f"another blank or address in English: {sentence}")
        for place in (unseen := list(inside_f_strings())):
            print(f"a sentence inside an f-string is not collected, take it out: {place}")
        if stale:
            print("the compiled catalogue is stale: run make messages")
        return 1 if missing or unused or broken or stale or unseen else 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    with PO.open("rb") as file:
        done = read_po(file, locale="en")
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, done)
    print(f"{len(new)} sentences, {len(missing)} without English, {len(unused)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
