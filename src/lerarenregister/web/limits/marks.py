"""What a view says of itself, for the limits: what kind it is, and how much it takes in. Most views say nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lerarenregister.web.limits.rules import MOST_FORM_BYTES, MOST_TEXT_BYTES, Kind

View = TypeVar("View", bound=Callable[..., Any])
_NAME = "limits_mark"
_LOOKING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Mark:
    """The kind of a view when asked by one of `methods` (None: any), and the most bytes of what is sent to it. What is
    larger than `heavy_from` holds a place of the heavy requests, whatever its kind."""

    kind: Kind | None = None
    methods: tuple[str, ...] | None = None
    most_bytes: int = MOST_FORM_BYTES
    heavy_from: int = MOST_TEXT_BYTES

    def kind_of(self, method: str | None) -> Kind:
        """The kind of a request by this method."""
        if self.kind is not None and (self.methods is None or method in self.methods):
            return self.kind
        return Kind.LOOK if method in _LOOKING else Kind.WRITE


NOTHING_SAID = Mark()


def limited(
    kind: Kind | None = None, *, methods: tuple[str, ...] | None = None, most_bytes: int = MOST_FORM_BYTES
) -> Callable[[View], View]:
    """Mark a view. It stands above the other decorators."""

    def marked(view: View) -> View:
        setattr(view, _NAME, Mark(kind, methods, most_bytes))
        return view

    return marked


def mark_of(view: object) -> Mark:
    """What the view said."""
    mark: Mark = getattr(view, _NAME, NOTHING_SAID)
    return mark
