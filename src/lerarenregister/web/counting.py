"""What a web process counts while it answers: requests by pattern, refused sign-ins by check. No label is a person's.

In a server of several processes each writes to files of its own in one folder (`web/sharing.py`), and who asks gets
the sum. Counters are asked for by `rate`, so they may begin anew with the server.
"""

import os
import re

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from lerarenregister.web.sharing import FOLDER

_OURS = CollectorRegistry()
_CHECK = re.compile(r"[a-z_]{1,20}")
_REQUESTS = Counter("lerarenregister_requests", "Answered requests.", ["route", "method", "status"], registry=_OURS)
_DURATION = Histogram(
    "lerarenregister_request_duration_seconds", "From a request to the head of its answer.", ["route"], registry=_OURS
)
_REFUSED = Counter("lerarenregister_sign_ins_refused", "Refused sign-ins, by the check.", ["check"], registry=_OURS)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """One request was answered; `route` is a pattern, never an address."""
    _REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    _DURATION.labels(route).observe(seconds)


def count_refused_sign_in(check: str) -> None:
    """A check of a sign-in failed."""
    _REFUSED.labels(check if _CHECK.fullmatch(check) else "other").inc()


def counted() -> CollectorRegistry:
    """All that the processes of this server counted."""
    if FOLDER not in os.environ:
        return _OURS
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
