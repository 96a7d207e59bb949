"""What every domain stands on: time, identifiers, periods, envelopes, canonical JSON, errors. No Django, no I/O."""
