"""A few words for a browser, so that she recognises her sessions."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """For example `Firefox, Windows`; "" when nothing is recognised. The text itself is never kept: it identifies."""
    text = user_agent[:500]
    names = [next((name for mark, name in table if mark in text), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name)
