"""The product's settings with one more address: the peer's."""

from lerarenregister.project.settings import *  # noqa: F403  (all of them, and nothing else)

ROOT_URLCONF = "bench.peer_urls"
