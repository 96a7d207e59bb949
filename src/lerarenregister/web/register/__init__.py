"""Pages of the register: the board's, her own, support's, and the counts for everyone."""
