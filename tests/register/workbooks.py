"""Workbooks for tests, good and bad ones."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from lerarenregister.register.rules.columns import COLUMNS
from tests.register.cast import LINE


def workbook_of(
    *lines: dict[str, Any], columns: Sequence[str] = COLUMNS, change: Callable[[Workbook], None] | None = None
) -> bytes:
    """A workbook with one row for each dictionary: what it gives replaces what `LINE` says."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(list(columns))
    for line in lines:
        sheet.append([(LINE | line).get(column) for column in columns])
    if change is not None:
        change(workbook)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def with_part(source: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part put in, or changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part.filename))
        new.writestr(name, content if isinstance(content, bytes) else content(old.read(name)))
    return written.getvalue()
