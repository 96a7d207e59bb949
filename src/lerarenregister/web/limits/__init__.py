"""Limits on what is asked of us: how often, how large, and how much heavy work at the same time.

`rules` has the numbers and the arithmetic, `counting` remembers per process, `marks` lets a view say that it is heavy
or takes much, `middleware` applies it all, `answers` says it in words. Why so: docs/decisions/0010.
"""
