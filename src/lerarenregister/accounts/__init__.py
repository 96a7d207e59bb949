"""Accounts, the identities linked to them, sign-in, sessions, roles and the names of permissions.

Being signed in never proves being qualified. A session opens a portfolio only when it began with a person-bound
identity; an identity given by an employer shows register pages and says why no more.
"""
