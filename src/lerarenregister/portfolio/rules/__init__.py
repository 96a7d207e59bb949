"""Pure rules of the portfolio: what an entry is, where its envelopes belong, and what can be guessed from a text."""
