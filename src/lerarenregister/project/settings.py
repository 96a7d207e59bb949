"""The one settings file. Every setting comes from the environment or `var/settings.env`;
`docs/reference/settings.md` is generated from here.

`read` refuses a wrong value with a sentence that says what to do, before anything starts; `manage.py check --deploy`
looks at what is well-formed and yet wrong for real people (`project/checks/`).
"""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from lerarenregister.project.database_url import database
from lerarenregister.project.reader import Reader

ROOT = Path(__file__).resolve().parents[3]
_VAR = os.environ.get("VAR", str(ROOT / "var"))
read = Reader(os.environ, Path(os.environ.get("SETTINGS_FILE", f"{_VAR}/settings.env")))
DOCUMENTED = read.documented


def providers(path: Path) -> list[dict[str, Any]]:
    """The providers in the file, none when it is not there; what is wrong within one, a check says at the start."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    except (OSError, ValueError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ImproperlyConfigured(f"PROVIDERS_FILE: {path} is no readable JSON{where}. Correct the file.") from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ImproperlyConfigured(f"PROVIDERS_FILE: {path} must hold a list of objects; see docs/how-to/operate.md.")
    return found


SETTINGS_FILE = read.path_to(
    "SETTINGS_FILE",
    Path(_VAR) / "settings.env",
    "File with lines of NAME=value; the environment goes first. Mode 0600.",
)
VAR = read.path_to("VAR", ROOT / "var", "Folder for the embedded database, keys and files of one machine.")
SECRET_KEY = read.text("SECRET_KEY", None, "Random; signs cookies.", least=50, secret=True)
CODE_HASH_KEY = read.text("CODE_HASH_KEY", None, "Random; keys the hashes of activation codes.", least=32, secret=True)
VAULT_URL = read.site(
    "VAULT_URL", "http://localhost:8600", "Where the vault answers, the process that keeps the portfolio keys."
)
VAULT_TOKEN = read.text_if_any(
    "VAULT_TOKEN",
    "Random; lets a process ask the vault. For the web processes, run_due and check_invariants alone.",
    least=32,
)
VAULT_CA = read.text_if_any(
    "VAULT_CA",
    "File with the certificate that the vault's must come from, when it is on another machine and has one of yours.",
    secret=False,
)
AUDIT_SIGNING_KEY = read.key_if_any(
    "AUDIT_SIGNING_KEY", "The Ed25519 seed that signs tree heads. For the sealer alone, when AUDIT_VERIFIER_KEY is set."
)
AUDIT_VERIFIER_KEY = read.text_if_any(
    "AUDIT_VERIFIER_KEY",
    "The public key of the log, as `manage.py verify_audit` prints it: for every process without AUDIT_SIGNING_KEY.",
    secret=False,
)
AUDIT_ORIGIN = read.word("AUDIT_ORIGIN", "register.example.org/log", "The name of the log in its signed tree heads.")
BASE_URL = read.site("BASE_URL", "http://localhost:8000", "The address people type; used in letters and mails.")
DEMO = read.yes_no("DEMO", False, "1 marks every page as a demonstration with synthetic people.")
CONTACT_EMAIL = read.mail("CONTACT_EMAIL", "contact@example.org", "Where people write for help.")
ORGANISATION = read.text_if_any(
    "ORGANISATION", "Who offers this register and answers for it; the privacy statement names it.", secret=False
)
PRIVACY_EMAIL = read.mail(
    "PRIVACY_EMAIL", CONTACT_EMAIL, "Where people write about their data; without it the same as CONTACT_EMAIL."
)
COMPLAINTS_EMAIL = read.mail(
    "COMPLAINTS_EMAIL", CONTACT_EMAIL, "Where people send a complaint; without it the same as CONTACT_EMAIL."
)
SECURITY_EMAIL = read.mail("SECURITY_EMAIL", "security@example.org", "Where a weakness can be reported.")
SOURCE_URL = read.url(
    "SOURCE_URL",
    "https://example.org/lerarenregister",
    "Where the source code can be found.",
    schemes=("https", "http"),
)
MAIL_FROM = read.mail("MAIL_FROM", "register@example.org", "Sender of mails.")
SMTP_HOST = read.host("SMTP_HOST", "127.0.0.1", "Mail server.")
SMTP_PORT = read.whole("SMTP_PORT", 2525, "Port of the mail server.", least=1, most=65535)
SMTP_TLS = read.choice(
    "SMTP_TLS",
    "none",
    "How the way to the mail server is encrypted: not, after STARTTLS (port 587), or from the start (port 465).",
    of=("none", "starttls", "implicit"),
)
SMTP_USER = read.text_if_any("SMTP_USER", "Name for the mail server, when it asks for one.", secret=False)
SMTP_PASSWORD = read.text_if_any("SMTP_PASSWORD", "Password for the mail server, when it asks for one.")
IDLE_MINUTES = read.whole(
    "IDLE_MINUTES", 30, "A session ends after so many minutes without a request.", least=1, most=1440
)
SESSION_HOURS = read.whole("SESSION_HOURS", 10, "A session ends after so many hours, used or not.", least=1, most=24)
WEB_PROCESSES = read.whole(
    "WEB_PROCESSES",
    1,
    "How many web processes run, on all machines together; for the checks alone.",
    least=1,
    most=9999,
)
PROVIDERS_FILE = read.path_to(
    "PROVIDERS_FILE", VAR / "providers.json", "JSON list of OpenID providers; see docs/how-to/operate.md. Mode 0600."
)
OIDC_PROVIDERS = providers(PROVIDERS_FILE)

DATABASE_POOLED = read.yes_no(
    "DATABASE_POOLED",
    False,
    "1 when a pooler such as pgbouncer lends a connection for one transaction; see docs/how-to/high-availability.md.",
)
DATABASES = {
    "default": database(
        read.url(
            "DATABASE_URL",
            f"sqlite:///{quote(str(VAR))}/register.sqlite3",
            "The database, also as several servers with commas between them; see docs/how-to/operate.md.",
            schemes=("sqlite", "postgresql", "postgres"),
            secret=True,
        ),
        pooled=DATABASE_POOLED,
    )
}
DEBUG = False
_SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

_DOMAINS = (
    "audit",
    "sendings",
    "upkeep",
    "outbox",
    "accounts",
    "register",
    "portfolio",
    "portfolio.sharing",
    "insights",
    "person",
)
_DOORS = (
    "web",
    "web.site",
    "web.processing",
    "web.accounts",
    "web.audit",
    "web.state",
    "web.register",
    "web.person",
    "web.portfolio",
    "web.shared",
)
_JOBS = ("jobs", "jobs.accounts", "jobs.audit", "jobs.register", "jobs.portfolio", "jobs.outbox")


def installed(*names: str) -> list[str]:
    """Those packages of ours that exist: a domain with its doors can be taken away and the rest still works."""
    found = []
    for name in names:
        parent = f"lerarenregister.{name}".rpartition(".")[0]
        if find_spec(parent) and find_spec(f"lerarenregister.{name}") and find_spec(f"lerarenregister.{name}.apps"):
            found.append(f"lerarenregister.{name}")
    return found


INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_cotton",
    "csp",
    "django_tasks",
    "django_tasks_db",
    *installed(*_DOMAINS, *_DOORS, *_JOBS),
    "lerarenregister.project",
]
MIDDLEWARE = [
    "lerarenregister.web.observing.ObservingMiddleware",  # first: it sees every answer
    # Those that set headers stand before the one that answers with static files: they hold for every answer.
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lerarenregister.web.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lerarenregister.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lerarenregister.web.middleware.DoorMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lerarenregister.web.limits.middleware.LimitMiddleware",
]
ROOT_URLCONF = "lerarenregister.project.urls"
WSGI_APPLICATION = "lerarenregister.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "lerarenregister.web.templatetags.form_token",
                "lerarenregister.web.templatetags.subjects",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "lerarenregister.web.context.base",
            ],
        },
    }
]
COTTON_DIR = "cotton"

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "lerarenregister" / "locale"]
LANGUAGE_COOKIE_NAME = "taal"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

STATIC_URL = "static/"
STATIC_ROOT = read.path_to("STATIC_ROOT", VAR / "static", "Folder of the collected static files; public.")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
SESSION_ENGINE = "lerarenregister.web.accounts.sealed_sessions"
SESSION_COOKIE_NAME = "sessie"
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lerarenregister.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
BEHIND_TLS_PROXY = read.yes_no(
    "BEHIND_TLS_PROXY",
    False,
    "1 when a proxy of yours ends TLS and always sets X-Forwarded-Proto and X-Forwarded-For itself.",
)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "media-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *[provider.get("issuer", "") for provider in OIDC_PROVIDERS]],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # from the 51st on they are dropped as they come in, and the page says so
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]  # none that makes a file on the disk
PORTFOLIO_FILE_MB = read.whole(
    "PORTFOLIO_FILE_MB", 200, "The most MB (2^20 bytes) of one file in a portfolio.", least=1, most=2_000
)
PORTFOLIO_FILES_MB = read.whole(
    "PORTFOLIO_FILES_MB",
    2_000,
    "The most MB (2^20 bytes) of all files of one portfolio together, as they are stored.",
    least=1,
    most=100_000,
)
RATE_FACTOR = read.whole(
    "RATE_FACTOR",
    1,
    "Makes the limits on how often somebody may ask so many times wider; see docs/reference/limits.md.",
    least=1,
    most=1000,
)

TASKS_BACKEND = read.text("TASKS_BACKEND", "django_tasks_db.DatabaseBackend", "Queue of background tasks.")
TASKS = {"default": {"BACKEND": TASKS_BACKEND}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = SMTP_HOST, SMTP_PORT, 10
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP_USER, SMTP_PASSWORD
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP_TLS == "starttls", SMTP_TLS == "implicit"
DEFAULT_FROM_EMAIL = MAIL_FROM

SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the proxy redirects plain http: what comes here without it are health probes of the machine
    "security.W021",  # preloading binds a whole domain for years: its owner decides that, not an application on it
]
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "lerarenregister.kernel.loglines.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # its own handlers would mail and print what our lines leave out
        "django.request": {"level": "ERROR"},  # every request has its line already
        "_granian": {"handlers": [], "propagate": True},
    },
}

PSEUDONYM_KEY = read.text_if_any(
    "PSEUDONYM_KEY",
    "Random; keys the pseudonyms in the processing log, `manage.py logboek`; without it there is none.",
    least=32,
)
METRICS_TOKEN = read.text_if_any(
    "METRICS_TOKEN", "Who sends it as a bearer token reads /metrics; without it nobody does.", least=32
)
METRICS_FOLDER = read.path_to("METRICS_FOLDER", VAR / "metrics", "Where the web processes of this machine count.")
read.refuse_unknown()  # after the last setting was read
