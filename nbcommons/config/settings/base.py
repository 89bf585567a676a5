"""Every setting, read once from the environment, with a safe default."""

from pathlib import Path
from urllib.parse import urlsplit

from nbcommons.config.environment import (
    database_from,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_str,
)
from nbcommons.config.settings.sign_in import *

IS_PRODUCTION = env_str("DJANGO_SETTINGS_MODULE", "").endswith(".production")

# --- Where things are
# ---------------------------------------------------------------------------

# The data folder: index, mail, logs, secrets; made by `nbcommons up`.
NBCOMMONS_DATA = env_path("NBCOMMONS_DATA", Path.home() / ".local/share/nbcommons")
# Public address of the site, without a slash at the end.
NBCOMMONS_SITE_URL = env_str("NBCOMMONS_SITE_URL", "http://localhost:8000").rstrip("/")
# Public address of Jupyter, with a slash at the end; always another host name than the site's.
NBCOMMONS_JUPYTER_URL = env_str("NBCOMMONS_JUPYTER_URL", "http://127.0.0.1:8000/jupyter/")
# Where JupyterHub and people's Jupyters reach the site, server to server.
NBCOMMONS_INTERNAL_URL = env_str("NBCOMMONS_INTERNAL_URL", "http://127.0.0.1:8001")
# Where the site reaches the hub's API.
NBCOMMONS_HUB_API_URL = env_str(
    "NBCOMMONS_HUB_API_URL", "http://127.0.0.1:8081/jupyter/hub/api"
)

# --- Secrets
# ------------------------------------------------------------------------------------

# Signs sessions and links.
SECRET_KEY = env_secret(
    "NBCOMMONS_SECRET_KEY",
    is_required=IS_PRODUCTION,
    fallback="not-secret-for-development-only",
)
# The hub shows this to the site when it asks for a spawn's token.
NBCOMMONS_HUB_SECRET = env_secret(
    "NBCOMMONS_HUB_SECRET", is_required=IS_PRODUCTION, fallback="development-hub-secret"
)
# The site shows this to the hub's API. It opens everybody's Jupyter: used for starting only.
NBCOMMONS_HUB_TOKEN = env_secret(
    "NBCOMMONS_HUB_TOKEN", is_required=IS_PRODUCTION, fallback="development-hub-token"
)
# The hub's secret as a client of our OpenID Connect provider.
NBCOMMONS_OIDC_CLIENT_SECRET = env_secret(
    "NBCOMMONS_OIDC_CLIENT_SECRET",
    is_required=IS_PRODUCTION,
    fallback="development-client-secret",
)
# The door shows this to the site in a header, `X-Nbcommons-Edge`: requests without it may ask for
# what programs need only, and are not believed where they come from. Empty: nobody is told apart.
NBCOMMONS_EDGE_SECRET = env_str("NBCOMMONS_EDGE_SECRET", "")
# File with the private key (PEM) that signs identities.
NBCOMMONS_OIDC_KEY_FILE = env_path(
    "NBCOMMONS_OIDC_KEY_FILE", NBCOMMONS_DATA / "secrets" / "oidc.pem"
)

# --- Who may read
# -------------------------------------------------------------------------------

# Whether people who have not signed in may read what is open to everyone and carries no label.
NBCOMMONS_ANONYMOUS_READING = env_bool("NBCOMMONS_ANONYMOUS_READING", default=False)

# --- What may come in
# ---------------------------------------------------------------------------

# Largest file that may be brought in, in bytes, results included.
NBCOMMONS_MAX_RAW_BYTES = env_int("NBCOMMONS_MAX_RAW_BYTES", 20_000_000)
# Largest notebook once results are removed, in bytes.
NBCOMMONS_MAX_STRIPPED_BYTES = env_int("NBCOMMONS_MAX_STRIPPED_BYTES", 5_000_000)
# Most cells in a notebook.
NBCOMMONS_MAX_CELLS = env_int("NBCOMMONS_MAX_CELLS", 5_000)
# Deepest nesting of the file's JSON.
NBCOMMONS_MAX_JSON_DEPTH = env_int("NBCOMMONS_MAX_JSON_DEPTH", 100)
# Cell metadata keys that the operator allows besides our own list.
NBCOMMONS_ALLOWED_CELL_METADATA = env_list("NBCOMMONS_ALLOWED_CELL_METADATA", ())
# How long a draft waits after its author last worked on it, in seconds.
NBCOMMONS_DRAFT_LIFETIME_S = env_int("NBCOMMONS_DRAFT_LIFETIME_S", 6 * 3600)
# How long a draft waits at least that was rescued from a Jupyter before its end, in days.
NBCOMMONS_RESCUED_DRAFT_DAYS = env_int("NBCOMMONS_RESCUED_DRAFT_DAYS", 14)
# What a purpose begins with when nothing in the notebook can be proposed for it; \n for new lines.
NBCOMMONS_PURPOSE_TEMPLATE = env_str("NBCOMMONS_PURPOSE_TEMPLATE", "")
# Kinds of secrets that nobody may wave through, such as `private_key,aws_key`.
NBCOMMONS_SECRETS_BLOCKING = env_list("NBCOMMONS_SECRETS_BLOCKING", ())
# Kinds of secrets and personal details that nobody is asked about.
NBCOMMONS_SECRETS_IGNORED = env_list("NBCOMMONS_SECRETS_IGNORED", ("public_address",))

# --- Plugins
# ------------------------------------------------------------------------------------

# Installed plugins that are left alone, by the names of their entry points.
NBCOMMONS_PLUGINS_OFF = env_list("NBCOMMONS_PLUGINS_OFF", ())
# When a plugin cannot be loaded: refuse to start, or skip it and start without its rules.
NBCOMMONS_BROKEN_PLUGINS = env_choice("NBCOMMONS_BROKEN_PLUGINS", "refuse", ("refuse", "skip"))

# --- Clients of nbgallery
# -----------------------------------------------------------------------

# Whether clients made for nbgallery, such as jupyterlab-nbgallery, may work with this commons.
NBCOMMONS_NBGALLERY = env_bool("NBCOMMONS_NBGALLERY", default=False)
# Origins of Jupyters whose pages may do so in the name of whoever is signed in here, such as
# `https://*.jupyter.example.org`; `*` stands for one part of a host name. Other Jupyters count
# only for those who registered them on the page Your Jupyter.
NBCOMMONS_NBGALLERY_ORIGINS = env_list("NBCOMMONS_NBGALLERY_ORIGINS", ())
# Folder with files that old clients ask for at /integration/, such as dependencies.json. Empty:
# there are none. Everybody may read them without signing in.
NBCOMMONS_NBGALLERY_INTEGRATION = env_str("NBCOMMONS_NBGALLERY_INTEGRATION", "")

# --- Looking after
# ------------------------------------------------------------------------------

# How long a deleted notebook can be taken back out of the bin, in days; then it is gone.
NBCOMMONS_BIN_DAYS = env_int("NBCOMMONS_BIN_DAYS", 30)
# How long an offer to look after a notebook waits for an answer, in days.
NBCOMMONS_OFFER_DAYS = env_int("NBCOMMONS_OFFER_DAYS", 14)
# Most times that names are suggested to one person at once while they type; so many become free
# again in a minute, evenly. 0: any number.
NBCOMMONS_SUGGESTIONS_PER_MINUTE = env_int("NBCOMMONS_SUGGESTIONS_PER_MINUTE", 120)

# --- Running
# ------------------------------------------------------------------------------------

# Hard lifetime of a person's Jupyter, in seconds.
NBCOMMONS_ENVIRONMENT_LIFETIME_S = env_int("NBCOMMONS_ENVIRONMENT_LIFETIME_S", 8 * 3600)
# A Jupyter that nobody uses closes after this time, in seconds.
NBCOMMONS_ENVIRONMENT_IDLE_S = env_int("NBCOMMONS_ENVIRONMENT_IDLE_S", 2 * 3600)
# By how much people may put off the end of their Jupyter at a time, in seconds; 0: they may not.
NBCOMMONS_ENVIRONMENT_EXTENSION_S = env_int("NBCOMMONS_ENVIRONMENT_EXTENSION_S", 2 * 3600)
# How far beyond its lifetime people may put off the end of a Jupyter in all, in seconds.
NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S = env_int(
    "NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S", 8 * 3600
)
# How long a Jupyter of their own that somebody connected stays so, in days.
NBCOMMONS_CONNECTED_JUPYTER_DAYS = env_int("NBCOMMONS_CONNECTED_JUPYTER_DAYS", 90)
# File (JSON) with the kinds of Jupyter that people may choose from, for site and hub; see
# docs/operate/jupyter-profiles.md. Empty: all get the same.
NBCOMMONS_PROFILES = env_str("NBCOMMONS_PROFILES", "")
# Start a person's Jupyter while they read a notebook's page.
NBCOMMONS_PREWARM = env_bool("NBCOMMONS_PREWARM", default=False)
# How far back runs count for health, in days.
NBCOMMONS_HEALTH_WINDOW_DAYS = env_int("NBCOMMONS_HEALTH_WINDOW_DAYS", 30)
# How late a report of a run may arrive, in days; older ones are not counted.
NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS = env_int("NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS", 7)
# How long runs are kept, in whole months besides the current one.
NBCOMMONS_EXECUTIONS_RETENTION_MONTHS = env_int("NBCOMMONS_EXECUTIONS_RETENTION_MONTHS", 13)

# --- Programs
# -----------------------------------------------------------------------------------

# Most calls of the API that only read, at once, with one token or by one person's pages; so many
# become free again in a minute, evenly. 0: any number.
NBCOMMONS_API_READS_PER_MINUTE = env_int("NBCOMMONS_API_READS_PER_MINUTE", 1200)
# Most calls of the API that change something, at once and free again in a minute, likewise.
NBCOMMONS_API_WRITES_PER_MINUTE = env_int("NBCOMMONS_API_WRITES_PER_MINUTE", 300)
# Most calls of the API without a token that counts, from one address, likewise.
NBCOMMONS_API_REFUSALS_PER_MINUTE = env_int("NBCOMMONS_API_REFUSALS_PER_MINUTE", 60)

# --- People
# -------------------------------------------------------------------------------------

# Who may make an account: nobody (closed), who has an invitation, who is approved by an
# administrator then (approval), anybody (open).
NBCOMMONS_SIGNUP = env_choice(
    "NBCOMMONS_SIGNUP", "invitation", ("closed", "invitation", "approval", "open")
)
# Who may make a team: people (everybody) or administrators.
NBCOMMONS_TEAMS_BY = env_choice("NBCOMMONS_TEAMS_BY", "people", ("people", "administrators"))
# Whether people say themselves which organisation they belong to; no where the identity provider
# says it.
NBCOMMONS_OWN_ORGANISATION = env_bool("NBCOMMONS_OWN_ORGANISATION", default=True)

# --- Django
# -------------------------------------------------------------------------------------

_site = urlsplit(NBCOMMONS_SITE_URL)
_internal = urlsplit(NBCOMMONS_INTERNAL_URL)
USES_TLS = _site.scheme == "https"

DEBUG = False
ALLOWED_HOSTS = [host for host in {_site.hostname, _internal.hostname} if host]
ROOT_URLCONF = "nbcommons.config.urls"
WSGI_APPLICATION = "nbcommons.config.wsgi.application"
AUTH_USER_MODEL = "people.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    # Before allauth: our sign-in pages replace its own, which are found by name.
    "nbcommons.core",
    "nbcommons.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *SAML_APPS,
    "allauth.idp.oidc",
    "django_htmx",
    "template_partials",
    "nbcommons.notebooks",
    "nbcommons.access",
    "nbcommons.activity",
    "nbcommons.rendering",
    "nbcommons.runtime",
    "nbcommons.intake",
    "nbcommons.curation",
    "nbcommons.versions",
    "nbcommons.executions",
    "nbcommons.health",
    "nbcommons.collaboration",
    "nbcommons.search",
    "nbcommons.gallery",
    "nbcommons.nbgallery",
    "nbcommons.administration",
    "nbcommons.config",
]

# Whether administrators can look into the tables by Django's admin, at /administration/tables/.
# Nothing can be changed there. Needs `nbcommons migrate` once.
NBCOMMONS_DJANGO_ADMIN = env_bool("NBCOMMONS_DJANGO_ADMIN", default=False)
if NBCOMMONS_DJANGO_ADMIN:
    # Without looking for what other apps register: we show our own tables alone.
    INSTALLED_APPS.append("django.contrib.admin.apps.SimpleAdminConfig")

MIDDLEWARE = [
    "nbcommons.core.door.DoorMiddleware",
    "nbcommons.nbgallery.middleware.NbgalleryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "nbcommons.core.middleware.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nbcommons.core.middleware.ActorMiddleware",
    "nbcommons.people.middleware.PersonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "nbcommons.core.middleware.SameOriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nbcommons.core.middleware.ErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nbcommons.config.navigation.shell",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **database_from(
            # Address of the database; without one, `nbcommons up` starts its own.
            env_str("DATABASE_URL", "postgresql://localhost/nbcommons"),
            # "no" where a pooler gives each transaction another connection.
            keeps_plans=env_bool("NBCOMMONS_DATABASE_KEEPS_PLANS", default=True),
        ),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
CACHES = {
    # Shared by all web processes, so that rate limits hold for all of them together.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "commons_cache",
    }
}

# Sessions and cookies: host-only, so that Jupyter's host never receives them.
SESSION_COOKIE_NAME = "__Host-commons_session" if USES_TLS else "commons_session"
CSRF_COOKIE_NAME = "__Host-commons_csrf" if USES_TLS else "commons_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = USES_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [NBCOMMONS_SITE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# One proxy of ours stands in front; it sets the host and the scheme.
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if USES_TLS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if USES_TLS else 0

DATA_UPLOAD_MAX_MEMORY_SIZE = NBCOMMONS_MAX_RAW_BYTES + 1_000_000
# Uploads stay in memory: what is refused must leave nothing behind, not even a temporary file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = NBCOMMONS_MAX_RAW_BYTES + 1_000_000

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
# Where static files are collected for serving.
STATIC_ROOT = env_path("NBCOMMONS_STATIC_ROOT", NBCOMMONS_DATA / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The sandboxed view of a notebook has an origin of its own and loads fonts across origins.
WHITENOISE_ALLOW_ALL_ORIGINS = True

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Signing out of the site goes on to sign out of Jupyter, on its own host.
LOGOUT_REDIRECT_URL = "runtime:sign_out"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "event": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": "ext://nbcommons.config.logs.render",
            "foreign_pre_chain": "ext://nbcommons.config.logs.foreign_chain",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
    # How much is logged: DEBUG, INFO, WARNING or ERROR.
    "root": {"handlers": ["stderr"], "level": env_str("NBCOMMONS_LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
