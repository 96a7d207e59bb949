"""The open space of a teacher: whatever she finds important, without any effect (the letter, page 2).

Promises 1, 2 and 7: nothing else can reach it, only she can read it, and she can always take everything with her.
"""
