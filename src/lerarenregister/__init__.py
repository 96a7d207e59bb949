"""The Lerarenregister: the register of, for and by the teacher.

The listing of this package is its architecture. Read from the top of the stack to the bottom, each line may import
only what stands below it: project; web, jobs; register, portfolio (never each other); accounts; outbox; audit; kernel.
The contracts in `pyproject.toml` guard that order; ARCHITECTURE.md says why.
"""
