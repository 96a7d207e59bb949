"""The locked dependencies: each with hashes, installed as locked, and under a licence of the list.

Without arguments: check requirements/*.txt and the locks of npm, and fail with what is wrong.
"""

import json
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements/run.txt", "requirements/demo.txt", "requirements/dev.txt")
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "EUPL-1.2", "ISC", "MIT", "MIT-0"),
    "W3C-20150513",
    *("MIT-CMU", "PSF-2.0", "MPL-2.0", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
}
"""What may be used beside, or put in, a work under the EUPL-1.2 without a condition for who runs it."""

EXCEPTIONS = {
    "djlint": "GPL-3.0-or-later: checks our templates while we build; nothing of it is in what we give away",
    "text-unidecode": "Artistic-1.0-Perl: comes with the browser tests; nothing of it is in what we give away",
}
"""For what is in dev.txt alone; what people run has no exceptions."""

AUDIT_EXCEPTIONS = {
    "graceful-fs": "BlueOak-1.0.0",
    "parse-cache-control": "BSD-3-Clause, by its LICENSE file; the metadata say nothing",
    "type-fest": "MIT or CC0-1.0",
}
"""Of what Lighthouse brings; it measures pages on the machine of who asks for it, and nothing of it is given away."""

SAID_OTHERWISE = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""Classifiers and free texts of packages that do not yet say it in the words of SPDX."""

READ_BY_US = {
    "atheris": "Apache-2.0",  # its LICENSE file; the metadata say nothing
    "axe-playwright-python": "MIT",  # its LICENSE file; the metadata say nothing
    "colorama": "BSD-3-Clause",  # on Windows alone
    "kubernetes-validate": "Apache-2.0",  # its LICENSE file; the metadata say "Apache"
    "text-unidecode": "Artistic-1.0-Perl",
    "tzdata": "Apache-2.0",  # on Windows alone
}
_LINE = re.compile(r"([a-z0-9][a-z0-9.-]*)(?:\[[a-z,]+\])?==([^\s;]+)(?: ; (.+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Locked:
    """One line of a lock: `here` is false when its marker is for another kind of machine."""

    name: str
    version: str
    here: bool
    hashes: tuple[str, ...]


def locked(text: str) -> Iterator[Locked]:
    """Every requirement in a lock; a line that is none is passed by, and counted by who checks."""
    for line in text.replace("\\\n", "").splitlines():
        if found := _LINE.fullmatch(line.partition(" --hash")[0].strip()):
            name, version, marker = found.groups()
            yield Locked(name, version, not marker or Marker(marker).evaluate(), tuple(_HASH.findall(line)))


def licence_of(name: str) -> str:
    """The SPDX expression of an installed distribution, or "" when its metadata say nothing that we know."""
    if name in READ_BY_US:
        return READ_BY_US[name]
    about = metadata.metadata(name)
    if expression := "".join(about.get_all("License-Expression") or []):
        return expression
    free = "".join(about.get_all("License") or []).strip().split("\n")[0]
    classes: list[str] = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or [] if each.startswith("License ::")
    ]
    for said in (free, *classes):
        if said in ALLOWED:
            return said
    return next((SAID_OTHERWISE[said] for said in (free, *classes) if said in SAID_OTHERWISE), free)


def allowed(expression: str) -> bool:
    """Whether one may use it under licences of the list alone; a form with brackets is not read, so not allowed."""
    either = [each.split(" AND ") for each in expression.split(" OR ")]
    return any(all(part.strip() in ALLOWED for part in both) for both in either)


def wrong_in(
    text: str, *, exceptions: dict[str, str], licence: Callable[[str], str], version: Callable[[str], str]
) -> Iterator[str]:
    """What is wrong in a lock, in sentences."""
    requirements = [line for line in text.splitlines() if line and line[0] not in " #-"]
    found = list(locked(text))
    if len(found) != len(requirements):
        yield "there is a line that is not name==version with hashes: run make lock"
    for each in found:
        if not each.hashes:
            yield f"{each.name} has no hash: run make lock"
        try:
            installed = version(each.name) if each.here else each.version
            said = licence(each.name) if each.here else READ_BY_US.get(each.name, "")
        except metadata.PackageNotFoundError:
            yield f"{each.name} is not installed: run make check"
            continue
        if installed != each.version:
            yield f"{each.name} {installed} is installed and {each.version} is locked: run make check"
        if not allowed(said) and each.name not in exceptions:
            yield f"{each.name} is under {said or 'an unknown licence'!r}: not on the list in tools/licences.py"


def wrong_assets(text: str, *, exceptions: Collection[str] = ()) -> Iterator[str]:
    """What is wrong in a lock of npm."""
    for place, each in json.loads(text)["packages"].items():
        if place and not allowed(each.get("license", "")) and place.rpartition("node_modules/")[2] not in exceptions:
            yield f"{place} is under {each.get('license') or 'an unknown licence'!r}: not on the list"
        if place and not each.get("integrity", "").startswith("sha512-"):
            yield f"{place} has no hash"
        if "resolved" in each:
            yield f"{place} has an address: npm install --omit-lockfile-registry-resolved"


def main() -> int:
    """Check all; the exit code is 0 when nothing is wrong."""
    wrong = [
        f"{folder}: {each}"
        for folder, exceptions in (("assets", ()), ("bench/audit", AUDIT_EXCEPTIONS))
        for each in wrong_assets((ROOT / folder / "package-lock.json").read_text(), exceptions=exceptions)
    ]
    for lock in LOCKS:
        exceptions = EXCEPTIONS if lock.endswith("dev.txt") else {}
        text = (ROOT / lock).read_text()
        wrong += [
            f"{lock}: {each}"
            for each in wrong_in(text, exceptions=exceptions, licence=licence_of, version=metadata.version)
        ]
    for each in wrong:
        print(each)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
