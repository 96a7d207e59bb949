"""The fault harness: seeded faults at every writing path, and what must be true afterwards (`tools/faults.py`).

A *point run* does one act in a process of its own, which a fault strikes at one numbered point: before or after a
statement, a commit, a change of a file. A *house run* lets people act by HTTP on real processes, and strikes those.
"""
