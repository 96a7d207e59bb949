"""The pages: one package per domain, on one base layout. A view parses, calls one action or query, renders."""
