"""Whether a name stands for this very machine, where nobody is between us and it."""

from ipaddress import ip_address


def on_this_machine(host: str) -> bool:
    """Whether it is `localhost` or a loopback address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
