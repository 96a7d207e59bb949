"""Puts the points in a process of the house, and strikes when a file in its folder says so."""
