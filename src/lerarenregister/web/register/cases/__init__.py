"""Pages of cases: hers, the questions to a board, and the desk of the support organisation."""
