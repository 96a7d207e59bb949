"""Half-open periods of dates: the day of `begin` belongs to it, the day of `until` does not."""

from dataclasses import dataclass
from datetime import date

from lerarenregister.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Period:
    """A period of whole days, `begin <= day < until`; `until=None` has no end.

    Raises Invalid when it would be empty or inverted.
    """

    begin: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.begin:
            raise Invalid(f"a period must end after it begins: {self.begin} - {self.until}")

    def contains(self, day: date) -> bool:
        """Whether the period holds on `day`."""
        return self.begin <= day and (self.until is None or day < self.until)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share at least one day."""
        return (other.until is None or self.begin < other.until) and (self.until is None or other.begin < self.until)
