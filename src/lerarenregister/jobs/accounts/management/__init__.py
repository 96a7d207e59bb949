"""Management commands of this door."""
