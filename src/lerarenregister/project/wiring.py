"""Which installed domain brings what to the places that all share: sign-in, navigation, the first page."""

from lerarenregister.project.settings import installed
from lerarenregister.web import navigation
from lerarenregister.web.site import home


def wire() -> None:
    """Called once when Django is ready; a domain that is not installed brings nothing."""
    if installed("web.register"):
        _register()
    if installed("web.portfolio"):
        _portfolio()
    if installed("web.accounts"):
        _accounts()


def _register() -> None:
    from lerarenregister.jobs.register import tasks  # noqa: PLC0415  (only when installed)
    from lerarenregister.web.register import later, parts  # noqa: PLC0415

    later.WORKERS.append(tasks.enqueue_delivery)
    home.PARTS.append(parts.home_part)
    navigation.ITEMS.append(parts.navigation_items)


def _accounts() -> None:
    from lerarenregister.web.accounts import parts  # noqa: PLC0415  (only when installed)

    navigation.ITEMS.append(parts.navigation_items)


def _portfolio() -> None:
    from lerarenregister.web.accounts import listeners  # noqa: PLC0415  (only when installed)
    from lerarenregister.web.portfolio import keys, parts  # noqa: PLC0415

    listeners.on_sign_in.append(keys.open_at_sign_in)
    listeners.on_sign_out.append(keys.forget_at_sign_out)
    home.PARTS.insert(0, parts.home_part)
    navigation.ITEMS.insert(0, parts.navigation_items)
