"""The page where she sees who looked at her data."""
