"""The mail server: it answers, and takes mail from our sender as far as one can see without sending any."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004  (Django's own name)
from django.core.mail.backends.smtp import EmailBackend

from lerarenregister.kernel.hosts import on_this_machine


def check_mail_server(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E020` no answer, `deploy.E021` a refusal of MAIL_FROM, `deploy.E022` of the name and password;
    `deploy.E023` half of those two, `deploy.W024` a way that others can read. No mail is sent."""
    half = bool(settings.EMAIL_HOST_USER) != bool(settings.EMAIL_HOST_PASSWORD)
    if half:
        return [Error("SMTP_USER and SMTP_PASSWORD go together.", hint="Set both, or neither.", id="deploy.E023")]
    return [*_transport(), *_asked()]


def _transport() -> list[CheckMessage]:
    if settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or on_this_machine(settings.EMAIL_HOST):
        return []
    hint = "Set SMTP_TLS to starttls or implicit: a mail holds a code."
    return [Warning("The way to the mail server is not encrypted.", hint=hint, id="deploy.W024")]


def _asked() -> list[CheckMessage]:
    backend = EmailBackend(timeout=5)
    try:
        if not backend.open() or (server := backend.connection) is None:
            raise smtplib.SMTPServerDisconnected
        server.ehlo_or_helo_if_needed()
        code, _ = server.mail(settings.DEFAULT_FROM_EMAIL)
        server.rset()
        backend.close()
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        said = f"The mail server does not take SMTP_USER, SMTP_PASSWORD or SMTP_TLS ({type(error).__name__})."
        return [Error(said, hint="Correct them: without mail no code arrives.", id="deploy.E022")]
    except (OSError, smtplib.SMTPException) as error:
        said = f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer ({type(error).__name__})."
        hint = "Check SMTP_HOST, SMTP_PORT and SMTP_TLS: without mail no code arrives."
        return [Error(said, hint=hint, id="deploy.E020")]
    if code != 250:
        hint = "Let the mail server accept MAIL_FROM from this machine, or set SMTP_USER and SMTP_PASSWORD."
        return [Error(f"The mail server refuses the sender in MAIL_FROM ({code}).", hint=hint, id="deploy.E021")]
    return []
