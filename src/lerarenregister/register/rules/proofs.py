"""With what somebody shows that she is qualified. Pure."""

CERTIFICATE, STATEMENT = "certificate", "statement"
PROOFS = (CERTIFICATE, STATEMENT)
"""A certificate (getuigschrift), or a statement (verklaring) of who may recognise a qualification."""
