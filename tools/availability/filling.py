"""Fills in a file of `deploy/ha`, as `envsubst` does for an operator; a name that is not given is an error."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "ha"


def filled(name: str, values: Mapping[str, object]) -> str:
    """The text of the file with each `${NAME}` replaced; raises KeyError for one that is not given."""
    template = Template((FOLDER / name).read_text(encoding="utf-8"))
    return template.substitute({key: str(value) for key, value in values.items()})


def names_in(name: str) -> set[str]:
    """The names that the file wants."""
    return set(Template((FOLDER / name).read_text(encoding="utf-8")).get_identifiers())
