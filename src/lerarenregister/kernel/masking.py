"""Keeps activation and invitation codes out of every log line."""

import re

from lerarenregister.kernel.errors import Invalid
from lerarenregister.kernel.identifiers import ActivationCode

_JOINT = r"(?:[- +\u00a0]|%20|%2[Dd]|%C2%A0)?"
_LIKE_A_CODE = re.compile(
    # Where a word begins, also right after an escaped character (%2F) of an address in an address.
    r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2}))"
    rf"[0-9A-Za-z]{{4}}(?:{_JOINT}[0-9A-Za-z]{{4}}){{3}}{_JOINT}[0-9A-Za-z](?![0-9A-Za-z])"
)
# All of it, up to the next slash, so that a mistyped code with escaped blanks in it goes whole.
_IN_A_PATH = re.compile(r"(activeren(?:/|%2[Ff]))(?:(?!%2[Ff])[^/?&\s\"'])+")


def mask_codes(text: str) -> str:
    """The text with every code in it replaced by `****`.

    In the path where codes stand all is masked, also a mistyped one, which is near to a right one; elsewhere what has
    the form of a code and a check character that fits, so that other long words stay.
    """
    text = _LIKE_A_CODE.sub(lambda found: "****" if _is_code(found.group()) else found.group(), text)
    return _IN_A_PATH.sub(r"\1****", text)


def _is_code(text: str) -> bool:
    try:
        ActivationCode.parse(re.sub(_JOINT, "", text))
    except Invalid:
        return False
    return True
