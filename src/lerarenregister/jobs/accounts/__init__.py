"""Commands at the machine about roles and invitations."""
