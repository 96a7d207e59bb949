"""The daily work for the rights of people."""
