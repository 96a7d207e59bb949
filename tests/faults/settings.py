"""The settings of the product, with the points of the faults put in its processes: for house runs alone."""

from lerarenregister.project.settings import *  # noqa: F403
from lerarenregister.project.settings import INSTALLED_APPS as _OURS

INSTALLED_APPS = [*_OURS, "tests.faults.struck"]
