"""Template tags of the portfolio pages."""
