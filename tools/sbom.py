"""The bill of materials of what people run, in CycloneDX 1.6: from the locks, so that anybody makes the same bytes.

Writes dist/sbom.cdx.json (`make sbom`). The time stands in it only with SOURCE_DATE_EPOCH.
"""

import base64
import json
import os
import re
import sys
import tomllib
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tools import licences  # noqa: E402

OUT = ROOT / "dist" / "sbom.cdx.json"


def normal(name: str) -> str:
    """The name as a lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(expression: str) -> list[dict[str, Any]]:
    """The licence as CycloneDX wants it: an id, or an expression."""
    if " " in expression:
        return [{"expression": expression}]
    return [{"license": {"id": expression}}]


def libraries() -> dict[str, dict[str, Any]]:
    """The locked libraries that this kind of machine runs, by name."""
    found = {}
    for each in licences.locked((ROOT / "requirements" / "run.txt").read_text()):
        if each.here:
            purl = f"pkg:pypi/{each.name}@{each.version}"
            hashes = [{"alg": "SHA-256", "content": content} for content in each.hashes]
            found[each.name] = {
                "type": "library",
                "bom-ref": purl,
                "name": each.name,
                "version": each.version,
                "licenses": licence(licences.licence_of(each.name)),
                "purl": purl,
                "externalReferences": [{"type": "distribution", "url": purl, "hashes": hashes}],
            }
    return found


def styles() -> dict[str, dict[str, Any]]:
    """The parts of the committed stylesheet."""
    found = {}
    for place, each in json.loads((ROOT / "assets" / "package-lock.json").read_text())["packages"].items():
        if place:
            name = place.removeprefix("node_modules/")
            purl = f"pkg:npm/{name.replace('@', '%40')}@{each['version']}"
            content = base64.b64decode(each["integrity"].removeprefix("sha512-")).hex()
            found[name] = {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": each["version"],
                "licenses": licence(each["license"]),
                "purl": purl,
                "externalReferences": [
                    {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-512", "content": content}]}
                ],
            }
    return found


def needs(name: str, known: dict[str, dict[str, Any]]) -> list[str]:
    """The references of the locked libraries that a library needs here, with any extra that may have been asked."""
    extras = ["", *(metadata.metadata(name).get_all("Provides-Extra") or [])]
    found = set()
    for text in metadata.requires(name) or []:
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            found |= {normal(wanted.name)} & set(known)
    return sorted(known[each]["bom-ref"] for each in found)


def bill() -> dict[str, Any]:
    """The whole bill, the same at each call."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python, npm = libraries(), styles()
    own = f"pkg:generic/{project['name']}@{project['version']}"
    direct = project["dependencies"]
    roots = [python[normal(Requirement(each).name)]["bom-ref"] for each in direct] + [
        each["bom-ref"] for each in npm.values()
    ]
    found: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": licence(project["license"]),
                "purl": own,
            }
        },
        "components": sorted([*python.values(), *npm.values()], key=lambda each: str(each["bom-ref"])),
        "dependencies": [
            {"ref": own, "dependsOn": sorted(set(roots))},
            *({"ref": each["bom-ref"], "dependsOn": needs(name, python)} for name, each in sorted(python.items())),
            *({"ref": each["bom-ref"]} for _, each in sorted(npm.items())),
        ],
    }
    # A number that follows from the content: the same bill has the same one, another bill another.
    found["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(found, sort_keys=True))}"
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        found["metadata"]["timestamp"] = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return found


def main() -> None:
    """Write it."""
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(bill(), indent=2, sort_keys=True) + "\n")
    print(OUT.relative_to(ROOT))


if __name__ == "__main__":
    main()
