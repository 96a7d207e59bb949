"""The worked example in docs/how-to/deliver.md does what the page says it does."""

import re
from datetime import date
from pathlib import Path

import pytest

from lerarenregister.register.models import AppointmentVersion, WorkMail
from tests.register.cast import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "deliver.md"


def example() -> list[str]:
    """The lines of the example, the header first."""
    found = re.search(r"```csv\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found
    return found.group(1).splitlines()


def test_the_example_in_the_how_to_does_what_it_says() -> None:
    lines = example()
    header, left, mistake = lines[0], lines[2], lines[3]
    never_delivered = deliver("\n".join(lines).encode())
    assert [outcome for _, outcome, _ in never_delivered.lines] == ["accepted", "accepted", "refused"]
    before = [header, left.replace("2018-07-31", "geen"), mistake.replace(";ja;", ";;")]
    deliver("\n".join(before).encode())
    report = deliver("\n".join([*lines, ""]).encode())
    assert [outcome for _, outcome, _ in report.lines] == ["unchanged", "changed", "changed"]
    standing = AppointmentVersion.objects.filter(superseded_at=None)
    assert standing.get(appointment__employee__staff_number="P0102").until == date(2018, 8, 1)
    assert standing.get(appointment__employee__staff_number="P0103").withdrawn
    assert WorkMail.objects.get().address == "b.vandenberg@school.example.org"
