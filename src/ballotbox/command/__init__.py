"""`ballotbox`: each role does its own part, without a connection. The exit code is 0 only when every check passed."""
