"""The rules of sharing: pure functions and values."""
