"""The rulebook that the tests know: there is one version."""

from lerarenregister.register.rulebook import RULEBOOKS

(BOOK,) = RULEBOOKS.all
TERMS, GROUNDS, PURPOSES = BOOK.terms, BOOK.grounds, BOOK.purposes
