"""The parts of the domains that are always there. One that can be taken away brings its own from its pages."""

from collections.abc import Iterator

from lerarenregister.accounts import queries as accounts
from lerarenregister.audit import queries as audit
from lerarenregister.kernel.holdings import Held
from lerarenregister.outbox import queries as outbox
from lerarenregister.person.parts import Part, Subject
from lerarenregister.register.queries import holdings as register


def _accounts(subject: Subject) -> Iterator[Held]:
    return accounts.held_of(subject.account)


def _register(subject: Subject) -> Iterator[Held]:
    return register.held_of(subject.account)


def _messages(subject: Subject) -> Iterator[Held]:
    return outbox.held_of(subject.ids)


def _log(subject: Subject) -> Iterator[Held]:
    return audit.held_of(subject.ids, herself=subject.account)


DOMAINS = [
    Part("accounts", _accounts),
    Part("register", _register),
    Part("messages", _messages),
    Part("log", _log),
]
