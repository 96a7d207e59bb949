"""The demonstration: synthetic people, two OpenID providers and a mail sink. Never installed with the product."""
