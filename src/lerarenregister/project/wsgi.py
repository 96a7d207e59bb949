"""The WSGI entry point. It refuses to start when a check tagged `start` finds an error, and says what to do."""

import gc
import os

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from lerarenregister.kernel.loglines import take_over
from lerarenregister.web.sharing import share_counts

take_over()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
if settings.METRICS_TOKEN:
    share_counts(settings.METRICS_FOLDER)  # before anything is imported that counts
application = get_wsgi_application()

if refusals := [message for message in run_checks(tags=["start"]) if message.is_serious()]:
    raise ImproperlyConfigured("\n".join(str(message) for message in refusals))

# What was loaded stays: the collector of garbage need not walk through it while somebody waits, nor after every few
# hundred objects of a page. It took up to half of the time of a search among thousands of entries.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
