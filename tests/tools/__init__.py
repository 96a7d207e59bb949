"""The commands of the project, and the files that describe it to others."""
