"""Forms that were sent and done: so that the same form, sent again, is not done again (docs/decisions/0012)."""
