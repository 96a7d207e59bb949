"""The request as the door sees it: the clock read once, and who asks."""

from datetime import datetime

from django.http import HttpRequest

from lerarenregister.accounts.permissions import Viewer


class DoorRequest(HttpRequest):
    """A request that went through `DoorMiddleware`: `at` is the moment, `viewer` who asks. `waiting` are the seconds
    that this browser still has to wait; then nobody knows who asks, and no view is reached."""

    at: datetime
    waiting: int
    viewer: Viewer
