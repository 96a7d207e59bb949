"""Backups of the database (the vault makes those of its keys), and what is needed to trust one before it is used."""
