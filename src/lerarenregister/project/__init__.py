"""Settings, addresses and what the first page shows: the only place that knows everything."""
