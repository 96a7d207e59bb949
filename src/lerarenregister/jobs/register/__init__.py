"""Commands and background tasks of the register."""
