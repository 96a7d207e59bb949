"""Rendering and sending what waits in the outbox."""
