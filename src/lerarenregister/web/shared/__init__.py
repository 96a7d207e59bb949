"""The pages of who reads a shared copy. They reach that copy and nothing else of a portfolio (promise 2)."""
