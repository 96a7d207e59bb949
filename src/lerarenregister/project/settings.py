"""The one settings file. Every setting comes from the environment or `var/settings.env`;
`docs/reference/settings.md` is generated from here.

`read` refuses a wrong value with a sentence that says what to do, before anything starts.
"""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTED: dict[str, tuple[str, str]] = {}


def _file_of(folder: Path) -> dict[str, str]:
    """The settings that `make run` generated for this machine: lines of NAME=value in `settings.env`."""
    path = folder / "settings.env"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


_FILE = _file_of(Path(os.environ.get("VAR", str(ROOT / "var"))))


def read(name: str, default: str | None, meaning: str) -> str:
    """The setting `name`, documented; raises ImproperlyConfigured when it is needed and missing."""
    DOCUMENTED[name] = ("(required)" if default is None else default, meaning)
    value = os.environ.get(name, _FILE.get(name, default))
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. {meaning}")
    return value


def database(url: str) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgresql://user:password@host:port/name?host=/socket`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(parts.port or query.get("port", "")),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgresql://")


VAR = Path(read("VAR", str(ROOT / "var"), "Folder for the embedded database, keys and files of one machine."))
SECRET_KEY = read("SECRET_KEY", None, "At least 50 random characters; signs cookies.")
CODE_HASH_KEY = read("CODE_HASH_KEY", None, "At least 32 random characters; keys the hashes of activation codes.")
KEYSTORE_URL = read(
    "KEYSTORE_URL", f"sqlite:///{VAR}/keys.sqlite3", "Where the wrapped portfolio keys live; never the database."
)
KEYSTORE_WRAPPING_KEY = read("KEYSTORE_WRAPPING_KEY", None, "32 bytes in base64; wraps the portfolio keys.")
AUDIT_SIGNING_KEY = read("AUDIT_SIGNING_KEY", None, "32 bytes in base64: the Ed25519 seed that signs tree heads.")
AUDIT_ORIGIN = read("AUDIT_ORIGIN", "register.example.org/log", "The name of the log in its signed tree heads.")
BASE_URL = read("BASE_URL", "http://localhost:8000", "The address people type; used in letters and mails.").rstrip("/")
DEMO = read("DEMO", "0", "1 marks every page as a demonstration with synthetic people.") == "1"
CONTACT_EMAIL = read("CONTACT_EMAIL", "contact@example.org", "Where people write for help.")
SECURITY_EMAIL = read("SECURITY_EMAIL", "security@example.org", "Where a weakness can be reported.")
SOURCE_URL = read("SOURCE_URL", "https://example.org/lerarenregister", "Where the source code can be found.")
MAIL_FROM = read("MAIL_FROM", "register@example.org", "Sender of mails.")
SMTP_HOST = read("SMTP_HOST", "127.0.0.1", "Mail server.")
SMTP_PORT = int(read("SMTP_PORT", "2525", "Port of the mail server."))
IDLE_MINUTES = int(read("IDLE_MINUTES", "30", "A session ends after so many minutes without a request."))
SESSION_HOURS = int(read("SESSION_HOURS", "10", "A session ends after so many hours, used or not."))
PROVIDERS_FILE = read(
    "PROVIDERS_FILE", f"{VAR}/providers.json", "JSON list of OpenID providers; see docs/how-to/operate.md."
)
OIDC_PROVIDERS: list[dict[str, Any]] = (
    json.loads(Path(PROVIDERS_FILE).read_text()) if Path(PROVIDERS_FILE).exists() else []
)

DATABASES = {
    "default": database(read("DATABASE_URL", f"sqlite:///{VAR}/register.sqlite3", "sqlite:///… or postgresql://…"))
}
DEBUG = False
_SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

_DOMAINS = ("audit", "outbox", "accounts", "register", "portfolio", "insights")
_DOORS = ("web", "web.site", "web.accounts", "web.audit", "web.register", "web.portfolio")
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
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
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
STATIC_ROOT = VAR / "static"
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
if read("BEHIND_TLS_PROXY", "0", "1 when a proxy of yours ends TLS and always sets X-Forwarded-Proto itself.") == "1":
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
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *[provider.get("issuer", "") for provider in OIDC_PROVIDERS]],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

TASKS = {"default": {"BACKEND": read("TASKS_BACKEND", "django_tasks_db.DatabaseBackend", "Queue of background tasks.")}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = SMTP_HOST, SMTP_PORT, 10
DEFAULT_FROM_EMAIL = MAIL_FROM

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "lerarenregister.kernel.masking.MaskCodes"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masked"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
