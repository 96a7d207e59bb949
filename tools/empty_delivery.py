"""Write the empty files that a board begins a delivery with: the columns, and in the workbook every column as text.

Run it after a change of `register/rules/columns.py`; a test compares what is in them with the columns.
"""

import sys
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "src" / "lerarenregister" / "web" / "register" / "static" / "register"
TEXT = "@"
"""The form "text": what is typed stays as it is, with its zeros and as no date."""


def main() -> None:
    """Write both."""
    sys.path.insert(0, str(ROOT / "src"))
    from lerarenregister.register.rules.columns import COLUMNS, NEEDED  # noqa: PLC0415

    (FOLDER / "aanlevering-leeg.csv").write_bytes(("\ufeff" + ";".join(COLUMNS) + "\r\n").encode())
    workbook = Workbook()
    workbook.properties.creator = "Lerarenregister"
    workbook.properties.created = workbook.properties.modified = datetime(2018, 8, 1)  # noqa: DTZ001  (it has no zone)
    sheet = workbook.worksheets[0]
    sheet.title = "aanlevering"
    for place, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row=1, column=place, value=name)
        cell.font = Font(bold=name in NEEDED)
        cell.number_format = TEXT
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width, column.number_format = max(12, len(name) + 4), TEXT
    sheet.freeze_panes = "A2"
    workbook.save(FOLDER / "aanlevering-leeg.xlsx")


if __name__ == "__main__":
    main()
