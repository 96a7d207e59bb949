"""The third door beside pages and API: management commands and background tasks, one package per domain."""
