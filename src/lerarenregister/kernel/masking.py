"""Keeps activation and invitation codes out of every log line."""

import logging
import re

_CODE = re.compile(r"[0-9A-Za-z]{4}(?:[- ]?[0-9A-Za-z]{4}){3}[0-9A-Za-z]\b")


def mask_codes(text: str) -> str:
    """The text with everything that has the form of a code replaced by `****`."""
    return _CODE.sub("****", text)


class MaskCodes(logging.Filter):
    """A logging filter that masks codes in the finished message, whatever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, masked."""
        record.msg, record.args = mask_codes(record.getMessage()), ()
        return True
