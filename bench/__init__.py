"""The benchmarks: each measures ours and its limit or peer in the same run. `make bench`, or `python -m bench NAME`."""
