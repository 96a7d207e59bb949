"""Keeps the keys of the portfolios, wrapped, and unwraps one against a fresh sign-in of its owner.

Stands without Django and without the register. Promise 2: only the teacher sees her portfolio.
"""
