"""What crosses domains for one person: all that is held of her, in one place and on her own request.

Ground: whoever is spoken of must be able to see it, take it along and have it taken away (promises 6 and 7). Domains
know nothing of each other; each brings its part, and `project.wiring` registers the parts of those that are installed.
"""
