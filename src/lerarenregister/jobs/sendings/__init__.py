"""The daily work of `sendings`."""
