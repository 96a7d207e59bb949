"""The daily work of the portfolio: what was deleted over 30 days ago goes for good. Holds no key and opens nothing."""
