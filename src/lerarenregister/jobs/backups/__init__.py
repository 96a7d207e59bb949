"""Backups: of the database and, always apart, of the key store; and what is needed to trust one before it is used."""
