"""Keeps the keys of the portfolios, wrapped, and unwraps one against a fresh sign-in or a passkey of its owner.

A small process of its own (`python -m vault serve`) with a store of its own. Stands without Django and without the
register: who asks is an HTTP client (`vault.client`). Promise 2: only the teacher sees her portfolio.

Order inside: __main__ and wsgi, app and client, (moving | rotating | enrolling), service, rows, (store | tokens |
challenges | passkeys | recovery | shares | backups), roots, (errors | settings | answers).
"""
