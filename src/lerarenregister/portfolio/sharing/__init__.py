"""What a teacher shares of her portfolio: frozen copies of a collection, each under a key of its own.

Promise 2: sharing is an act. A copy holds what she saw and no more; who reads it can reach nothing of her portfolio.
Promise 1: it is written nowhere else, and nobody can tell whether somebody shares, shared or took it back.
"""
