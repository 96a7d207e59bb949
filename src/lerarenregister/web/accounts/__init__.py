"""The pages of signing in and out, her sessions, invitations, and who may act for a board."""
