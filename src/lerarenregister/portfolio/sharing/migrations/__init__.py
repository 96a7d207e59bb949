"""Migrations of this domain."""
