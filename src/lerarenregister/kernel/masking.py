"""Keeps activation and invitation codes out of every log line."""

import logging
import re

from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import ActivationCode

_LIKE_A_CODE = re.compile(r"[0-9A-Za-z]{4}(?:[- +]?[0-9A-Za-z]{4}){3}[0-9A-Za-z](?![0-9A-Za-z])|[0-9A-Za-z]{17}")


_IN_A_PATH = re.compile(r"(/activeren/)[^/?\s\"']+")


def mask_codes(text: str) -> str:
    """The text with every code in it replaced by `****`.

    In the path where codes stand all is masked, also a mistyped one, which is near to a right one; elsewhere what has
    the form of a code and a check character that fits, so that other long words stay.
    """
    text = _LIKE_A_CODE.sub(lambda found: "****" if _is_code(found.group()) else found.group(), text)
    return _IN_A_PATH.sub(r"\1****", text)


def _is_code(text: str) -> bool:
    try:
        ActivationCode.parse(text.replace("+", " "))
    except Invalid:
        return False
    return True


class MaskCodes(logging.Filter):
    """A logging filter that masks codes in the finished message, whatever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, masked."""
        record.msg, record.args = mask_codes(record.getMessage()), ()
        return True
