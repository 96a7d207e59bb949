"""Elections that anyone can check without us: the Belenios protocol, version 1 (as released in 3.0), group Ed25519.

A library without Django and without the register. Names are those of the specification (`doc/specification.tex` of
Belenios at tag 3.0); where a docstring says "spec", a section of it follows. What is implemented, what is stricter and
which weaknesses of version 1 stay stands in docs/reference/ballotbox.md.
"""
