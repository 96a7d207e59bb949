"""The only readers of the register. They return frozen values."""

from lerarenregister.register.queries.deliveries import (
    BoardShown,
    DeliveryShown,
    LinePage,
    LineShown,
    board_shown,
    deliveries_of,
    delivery_shown,
    lines_of,
    report_rows,
    unfinished,
)

__all__ = [
    "BoardShown",
    "DeliveryShown",
    "LinePage",
    "LineShown",
    "board_shown",
    "deliveries_of",
    "delivery_shown",
    "lines_of",
    "report_rows",
    "unfinished",
]
