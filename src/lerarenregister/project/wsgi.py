"""The WSGI entry point. It refuses to start when a check tagged `start` finds an error, and says what to do."""

import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from lerarenregister.kernel.loglines import take_over

take_over()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
application = get_wsgi_application()

if refusals := [message for message in run_checks(tags=["start"]) if message.is_serious()]:
    raise ImproperlyConfigured("\n".join(str(message) for message in refusals))
