"""With what somebody shows that she is qualified, or who she is. Pure."""

CERTIFICATE, STATEMENT = "certificate", "statement"
PROOFS = (CERTIFICATE, STATEMENT)
"""A certificate (getuigschrift), or a statement (verklaring) of who may recognise a qualification."""

IDENTITY, DEED, RULING = "identity", "deed", "ruling"
NAME_PROOFS = (IDENTITY, DEED, RULING)
"""What shows a name or a birth date: an identity document, a deed or an extract of a civil registry, or a decision of a
court or of the king about a name. What is seen is not kept."""
