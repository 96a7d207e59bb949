"""Her rights, through the front door."""
