"""A small real OpenID provider for the demonstration and the tests: its people are synthetic, its protocol is not.

Run it with `python -m demo.provider --config FILE`; `demo/README.md` describes the file.
"""
