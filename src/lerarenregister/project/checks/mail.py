"""The mail server: it answers, and takes mail from our sender as far as one can see without sending any."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_mail_server(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E020` no answer, `deploy.E021` a refusal of MAIL_FROM. No mail is sent."""
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(settings.DEFAULT_FROM_EMAIL)
            server.rset()
    except (OSError, smtplib.SMTPException) as error:
        said = f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer ({type(error).__name__})."
        return [Error(said, hint="Check SMTP_HOST and SMTP_PORT: without mail no code arrives.", id="deploy.E020")]
    if code != 250:
        hint = "Let the mail server accept MAIL_FROM from this machine, without a password."
        return [Error(f"The mail server refuses the sender in MAIL_FROM ({code}).", hint=hint, id="deploy.E021")]
    return []
