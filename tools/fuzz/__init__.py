"""A coverage-guided fuzzer of all that reads what strangers wrote in an election: `python -m tools.fuzz`."""
