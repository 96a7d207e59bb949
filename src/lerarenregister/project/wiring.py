"""Which installed domain brings what to the places that all share: sign-in, navigation, the first page, daily work."""

from lerarenregister.jobs.accounts import due as accounts_due
from lerarenregister.jobs.audit import due as audit_due
from lerarenregister.jobs.audit import invariants as audit_invariants
from lerarenregister.jobs.invariants import INVARIANTS, InvariantPart, database_damaged
from lerarenregister.jobs.outbox import invariants as outbox_invariants
from lerarenregister.jobs.outbox import sending
from lerarenregister.jobs.parts import PARTS, DuePart
from lerarenregister.jobs.person import due as person_due
from lerarenregister.jobs.person import invariants as person_invariants
from lerarenregister.jobs.sendings import due as sendings_due
from lerarenregister.person.domains import DOMAINS
from lerarenregister.person.parts import PARTS as PERSON_PARTS
from lerarenregister.project.settings import installed
from lerarenregister.web import away, context, errors, navigation
from lerarenregister.web.accounts import listeners
from lerarenregister.web.accounts import parts as account_parts
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.audit import parts as audit_parts
from lerarenregister.web.limits import answers
from lerarenregister.web.person import parts as person_parts
from lerarenregister.web.register import parts as register_parts
from lerarenregister.web.site import home
from lerarenregister.web.state import gathering
from lerarenregister.web.state import parts as state_parts


def wire() -> None:
    """Called once when Django is ready; a domain that can be taken away and is not installed brings nothing."""
    INVARIANTS.append(InvariantPart("database", database_damaged))
    if installed("web.portfolio"):
        _portfolio()
    _register()
    INVARIANTS.append(InvariantPart("rights", person_invariants.broken))
    INVARIANTS.extend([InvariantPart("log", audit_invariants.broken), InvariantPart("mail", outbox_invariants.broken)])
    home.PARTS.append(register_parts.home_part)
    navigation.ITEMS += [register_parts.navigation_items, audit_parts.navigation_items, state_parts.navigation_items]
    navigation.ITEMS += [person_parts.navigation_items, account_parts.navigation_items]
    PERSON_PARTS.extend(DOMAINS)
    PARTS.extend(
        [
            DuePart("accounts", destroy=accounts_due.destroy),
            DuePart("mail", sending.send_due, sending.destroy_done),
            DuePart("forms", destroy=sendings_due.destroy),
            DuePart("log", destroy=audit_due.destroy),
            DuePart("rights", destroy=person_due.by_term),
        ]
    )
    gathering.PARTS += [part.name for part in PARTS]


def _register() -> None:
    from lerarenregister.jobs.register import due, invariants, tasks  # noqa: PLC0415  (tasks need models to be loaded)
    from lerarenregister.web.register import later  # noqa: PLC0415

    later.WORKERS.append(tasks.enqueue_delivery)
    PARTS.append(DuePart("register", due.resume, due.by_term))
    INVARIANTS.append(InvariantPart("register", invariants.broken))


def _portfolio() -> None:
    from lerarenregister.jobs.portfolio import due, invariants  # noqa: PLC0415  (only when installed)
    from lerarenregister.web.audit import views as audit_pages  # noqa: PLC0415
    from lerarenregister.web.portfolio import closing, device, key_copy, keys, linking, pages, parts, standing  # noqa: PLC0415
    from lerarenregister.web.processing import terms  # noqa: PLC0415
    from lerarenregister.web.shared import reading  # noqa: PLC0415
    from lerarenregister.web.site import cookies  # noqa: PLC0415

    PARTS.append(DuePart("portfolio", lambda _: due.finish_closing(keys.erase_waiting, keys.erase_again), due.destroy))
    PERSON_PARTS.append(closing.PART)
    gathering.VAULTS.append(standing.trouble)
    INVARIANTS.append(InvariantPart("portfolio", invariants.broken))
    INVARIANTS.append(InvariantPart("keys", lambda _: invariants.keys_broken(keys.held)))
    errors.CSRF_ANSWERS.append(pages.csrf_failure)
    answers.ANSWERS.append(pages.too_often)
    away.ANSWERS.append(pages.database_away)
    listeners.ways.append("portfolio/_passkey_sign_in.html")
    listeners.secrets.append(keys.secret_for)
    listeners.instead |= {Purpose.SECOND: linking.second, Purpose.RECOVER: linking.recovered}
    listeners.on_sign_in.append(keys.open_at_sign_in)
    listeners.on_sign_out.append(keys.forget_at_sign_out)
    listeners.on_sign_in.append(device.at_sign_in)
    listeners.on_sign_out += [device.at_sign_out, reading.close_at_sign_out]
    context.HEADS.append(device.head)
    home.PARTS.append(parts.home_part)
    navigation.ITEMS.append(parts.navigation_items)
    person_parts.ENCLOSURES += [parts.enclosed, key_copy.enclosed]
    person_parts.TAKING.append(parts.take_along)
    audit_pages.BESIDE.append(parts.key_log)
    cookies.MORE += [parts.key_cookie, device.mark_cookie, reading.cookie]
    cookies.MEMORY.append(device.MEMORY)
    terms.DURATIONS["code.portfolio-bin"] = lambda _: parts.KEPT_IN_BIN
    terms.DURATIONS["code.key-erasure"] = keys.erasure_kept
    terms.DURATIONS["code.portfolio-waiting"] = lambda _: parts.WAITS
