"""The sealer of the log and its verification, as commands."""
