"""Which installed domain brings what to the places that all share: sign-in, navigation, the first page."""


def wire() -> None:
    """Called once when Django is ready."""
