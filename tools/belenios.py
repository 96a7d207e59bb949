"""`belenios-tool` 3.0 for the tests: the independent implementation that our elections must satisfy, and theirs ours.

It is a package of a newer Debian than this may run on: so it is unpacked in a folder of its own, with the libraries
that it needs, and nothing of the system changes. `python -m tools.belenios` says where it is, or why it can not be had.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ.get("BELENIOS", Path.home() / ".cache" / "lerarenregister" / "belenios"))
SUITE = "trixie"
PACKAGES = (
    "belenios-tool",
    *("libc6", "libgcc-s1", "libgmp10", "libsodium23", "libev4t64", "libssl3t64", "libzstd1", "zlib1g"),
)
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LOADER = "usr/lib64/ld-linux-x86-64.so.2"
LIBRARIES = "usr/lib/x86_64-linux-gnu"


class NotHere(Exception):
    """It can not be had on this machine; the sentence says why."""


def tool(folder: Path = FOLDER) -> list[str]:
    """The command, installed when it was not; raises NotHere."""
    if named := shutil.which("belenios-tool"):
        try:
            return _checked([named])
        except NotHere:
            pass  # an older one, without Ed25519
    root = folder / "root"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:  # tests run two at a time
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            _install(folder)
            (folder / "whole").touch()
    return _checked([str(root / LOADER), "--library-path", str(root / LIBRARIES), str(root / "usr/bin/belenios-tool")])


def _checked(command: list[str]) -> list[str]:
    try:
        said = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
    except OSError as error:
        raise NotHere(f"belenios-tool does not start: {error}") from error
    if not re.match(r"3\.", said.strip()):
        raise NotHere(f"belenios-tool says {said.strip()!r:.40}; version 3 is needed")
    return command


def _install(folder: Path) -> None:
    for needed in ("apt-get", "dpkg"):
        if shutil.which(needed) is None:
            raise NotHere(f"{needed} is needed to fetch belenios-tool")
    mirror = _mirror()
    work, debs = folder / "apt", folder / "debs"
    for each in (work / "lists/partial", work / "cache/archives/partial", debs, folder / "root"):
        each.mkdir(parents=True, exist_ok=True)
    sources = work / "sources.list"
    options = [
        f"-oDir::Etc::sourcelist={sources}",
        "-oDir::Etc::sourceparts=/dev/null",
        f"-oDir::State::Lists={work / 'lists'}",
        f"-oDir::Cache={work / 'cache'}",
        "-oAPT::Sandbox::User=root",
    ]
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n", encoding="utf-8")
    for command in (["update"], ["download", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-q", *options, *command], cwd=debs, capture_output=True, text=True, timeout=600, check=False
        )
        if done.returncode:
            raise NotHere(f"apt-get {command[0]} failed: {(done.stderr.strip() or done.stdout.strip())[-300:]}")
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(deb), str(folder / "root")], check=True, timeout=120)


def _mirror() -> str:
    """The Debian mirror that this machine's apt uses."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for place in places:
        if place.is_file():
            found = re.search(r"(?:https?|file):[^\s]*/debian/?(?=\s|$)", place.read_text(encoding="utf-8"), re.M)
            if found:
                return found[0]
    raise NotHere("no Debian mirror in the apt sources of this machine")


if __name__ == "__main__":
    try:
        print(" ".join(tool()))
    except NotHere as reason:
        sys.exit(str(reason))
