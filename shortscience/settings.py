"""All settings, read from the environment once; see docs/operating/configuration.md.

An empty DATABASE_URL and REDIS_URL mean the embedded site: SQLite, a cache in the process, tasks
that run in the process after the commit or in the background, e-mail on the console.
"""

import warnings
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab

from shortscience import __version__, env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))

# -- what kind of site ------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
SITE_NAME = env.text("SITE_NAME", "ShortScience")
SITE_URL = env.address("SITE_URL", "http://127.0.0.1:8000")
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "contact@example.org")
_host = urlsplit(SITE_URL).hostname
_is_https = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS"), _host, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL, *env.words("CSRF_TRUSTED_ORIGINS")]

# -- where things are kept --------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
SECRET_KEY = env.secret_key(may_create=not DATABASE_URL or DEBUG, folder=DATA_DIR)

if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
        }
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue up instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Tests use a file, as the site does: an in-memory database has different locks.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
MEDIA_URL = "media/"
# Where web processes count requests: shortscience/middleware/request_metrics.py.
METRICS_ROOT = DATA_DIR / "metrics"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "shortscience.stylesheets.BundlingFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# -- background work --------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
# Separate queues, so that a slow catalogue delays nothing else.
CELERY_TASK_ROUTES = {
    "papers.tasks.*": {"queue": "import"},
    "social.tasks.*": {"queue": "post"},
    "syndication.tasks.ping_hub": {"queue": "post"},
    "summaries.tasks.copy_*": {"queue": "pictures"},
    "mailing.tasks.*": {"queue": "mail"},
}
# Without workers, tasks of these queues call other hosts from a thread after the response.
BACKGROUND_QUEUES = ("import", "pictures", "post", "mail")
BACKGROUND_THREADS = CELERY_TASK_ALWAYS_EAGER
CELERY_BEAT_SCHEDULE = {
    "fetch-missing-abstracts": {"task": "papers.tasks.fetch_missing_abstracts", "schedule": 3600.0},
    # After arXiv's nightly update, which ends about four o'clock.
    "harvest-followed-fields": {
        "task": "papers.tasks.harvest_followed",
        "schedule": crontab(hour=5, minute=0),
    },
    "send-announcements": {"task": "social.tasks.send_due", "schedule": 60.0},
    "tell-followers": {"task": "following.tasks.retry_pending", "schedule": 60.0},
    "send-mail": {"task": "mailing.tasks.send_due", "schedule": 60.0},
    "weekly-letter": {
        "task": "mailing.tasks.send_weekly_newsletter",
        "schedule": crontab(minute=5),
    },
    "compare-papers": {
        "task": "summaries.tasks.compare_papers",
        "schedule": crontab(hour=2, minute=30),
    },
    "purge-deleted-summaries": {
        "task": "summaries.tasks.purge_deleted",
        "schedule": crontab(hour=3, minute=40),
    },
    "purge-unused-pictures": {
        "task": "summaries.tasks.purge_pictures",
        "schedule": crontab(hour=3, minute=50),
    },
    "find-vote-rings": {
        "task": "summaries.tasks.find_rings",
        "schedule": crontab(hour=4, minute=10),
    },
    "recount-reputation": {
        "task": "summaries.tasks.recount_reputation",
        "schedule": crontab(hour=4, minute=20),
    },
    # After the nightly tasks that count and delete.
    "doctor": {"task": "doctor.tasks.examine", "schedule": crontab(hour=4, minute=40)},
    "copy-pictures": {"task": "summaries.tasks.copy_waiting", "schedule": 3600.0},
    "bring-stored-up-to-date": {"task": "shortscience.tasks.bring_up_to_date", "schedule": 3600.0},
}

# -- other hosts ------------------------------------------------------------------------------
# Tests and demonstrations stay on this machine.
OUTGOING = env.one_of("OUTGOING", "internet", "loopback")
# For addresses in people's texts; those of catalogues and channels are set by operators.
OUTGOING_PORTS = env.ports("OUTGOING_PORTS", "80,443")

# -- outside catalogues -----------------------------------------------------------------------
ARXIV_API_URL = env.address("ARXIV_API_URL", "https://export.arxiv.org/api/query")
ARXIV_OAI_URL = env.address("ARXIV_OAI_URL", "https://oaipmh.arxiv.org/oai")
BIBSONOMY_URL = env.address("BIBSONOMY_URL", "https://www.bibsonomy.org")
BIBSONOMY_USER = env.text("BIBSONOMY_USER")
BIBSONOMY_API_KEY = env.text("BIBSONOMY_API_KEY")
CROSSREF_API_URL = env.address("CROSSREF_API_URL", "https://api.crossref.org")
DATACITE_API_URL = env.address("DATACITE_API_URL", "https://api.datacite.org")
DBLP_URL = env.address("DBLP_URL", "https://dblp.org")
OPENALEX_API_URL = env.address("OPENALEX_API_URL", "https://api.openalex.org")
OPENALEX_API_KEY = env.text("OPENALEX_API_KEY")
OPENREVIEW_API_URL = env.address("OPENREVIEW_API_URL", "https://api2.openreview.net")
OPENREVIEW_OLD_API_URL = env.address("OPENREVIEW_OLD_API_URL", "https://api.openreview.net")
OPENREVIEW_USER = env.text("OPENREVIEW_USER")
OPENREVIEW_PASSWORD = env.text("OPENREVIEW_PASSWORD")
PUBMED_API_URL = env.address("PUBMED_API_URL", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils")
PUBMED_API_KEY = env.text("PUBMED_API_KEY")
# Seconds between two calls to a service, over all processes together.
SOURCE_SPACING_SECONDS = {
    "arxiv": env.number("ARXIV_SPACING_SECONDS", 3.0),
    "bibsonomy": env.number("BIBSONOMY_SPACING_SECONDS", 1.0),
    "crossref": env.number("CROSSREF_SPACING_SECONDS", 0.2),
    "datacite": env.number("DATACITE_SPACING_SECONDS", 0.2),
    "dblp": env.number("DBLP_SPACING_SECONDS", 5.0),
    "openalex": env.number("OPENALEX_SPACING_SECONDS", 0.2),
    "openreview": env.number("OPENREVIEW_SPACING_SECONDS", 1.0),
    # Of pages that are read for their tags; for each host.
    "page": env.number("PAGE_SPACING_SECONDS", 3.0),
    "pubmed": env.number("PUBMED_SPACING_SECONDS", 0.34),
}
# How long a page waits for a catalogue before it asks the reader to come back.
SOURCE_PATIENCE_SECONDS = env.number("SOURCE_PATIENCE_SECONDS", 10.0)
# How long the search for a paper to add waits for each catalogue.
SOURCE_SEARCH_SECONDS = env.number("SOURCE_SEARCH_SECONDS", 4.0)
USER_AGENT = f"ShortScience/{__version__} (+{SITE_URL}/about; mailto:{CONTACT_EMAIL})"

# -- social feeds -----------------------------------------------------------------------------
CREDENTIAL_KEYS = env.words("CREDENTIAL_KEYS")
ALLOW_PRIVATE_CHANNELS = env.flag("ALLOW_PRIVATE_CHANNELS")
# Longer than any call with its timeouts, so that nobody takes over what is being sent.
CLAIM_SECONDS = env.number("CLAIM_SECONDS", 120)

# -- monitoring -------------------------------------------------------------------------------
METRICS_TOKEN = env.text("METRICS_TOKEN")

# -- feeds ------------------------------------------------------------------------------------
WEBSUB_HUB = env.address("WEBSUB_HUB", "")

# -- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
globals().update(env.email_server("EMAIL_URL"))
# A server that is silent for so long is down; without a limit a worker would wait forever.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("FROM_EMAIL", f"{SITE_NAME} <{CONTACT_EMAIL}>")
# A site that cannot send mail cannot verify addresses.
VERIFY_EMAIL = env.flag("VERIFY_EMAIL", default=bool(env.text("EMAIL_URL")))
# Passwords of a mail service: ANYMAIL_POSTMARK_SERVER_TOKEN is Anymail's POSTMARK_SERVER_TOKEN.
ANYMAIL = env.beginning_with("ANYMAIL_")
# Notifications are collected for this time, and can be withdrawn before the mail is sent.
MAIL_DELAY_SECONDS = env.number("MAIL_DELAY_SECONDS", 120)
DIGEST_HOUR = env.hour("DIGEST_HOUR", 7)
LETTER_HOUR = env.hour("LETTER_HOUR", 13)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "accounts.allauth_forms.SignInForm",
    "signup": "accounts.allauth_forms.SignUpForm",
    "reset_password": "accounts.allauth_forms.ResetForm",
    "add_email": "accounts.allauth_forms.AddressForm",
    "change_password": "accounts.allauth_forms.NewPasswordForm",
    "set_password": "accounts.allauth_forms.FirstPasswordForm",
    "reset_password_from_key": "accounts.allauth_forms.PasswordFromMailForm",
    "reauthenticate": "accounts.allauth_forms.AgainForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if VERIFY_EMAIL else "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
# People get a mail when a password, an address or a second step changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _is_https else "http"
ACCOUNT_USERNAME_BLACKLIST = ["admin", "anonymous", "deleted", "moderator", "shortscience"]
ACCOUNT_USERNAME_VALIDATORS = "accounts.models.USERNAME_VALIDATORS"
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Sessions last two weeks; the list of open sessions ends those left open elsewhere.
ACCOUNT_SESSION_REMEMBER = True
# "10/m/ip" is ten a minute from one address; a key is the user name or e-mail address that is
# tried.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    # A seminar behind one address may sign up together.
    "signup": "10/m/ip,60/d/ip",
    "confirm_email": "1/180s/key" if VERIFY_EMAIL else "10/m/key",
    "reset_password": "10/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.allauth_forms.PasskeyForm",
    "edit_webauthn": "accounts.allauth_forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
# Clocks of phones are off by seconds: the previous and the next code are accepted too.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
# With verified addresses, nobody is signed in without one; another address may be unverified.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
PROVIDER_SITES = {
    "orcid": "https://orcid.org",
    "github": "https://github.com",
    "google": "https://accounts.google.com",
}
SOCIALACCOUNT_PROVIDERS = {
    provider: {
        "APPS": [
            {
                "client_id": env.text(f"{provider.upper()}_CLIENT_ID"),
                "secret": env.text(f"{provider.upper()}_CLIENT_SECRET"),
            }
        ]
    }
    for provider in PROVIDER_SITES
    if env.text(f"{provider.upper()}_CLIENT_ID")
}

# -- Django -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.orcid",
    "anymail",
    "csp",
    "simple_history",
    "doctor",
    "accounts",
    "papers",
    "summaries",
    "search",
    "syndication",
    "social",
    "notifications",
    "library",
    "following",
    "mailing",
    "moderation",
    "shortscience",
]
MIDDLEWARE = [
    "shortscience.middleware.request_metrics.RequestMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shortscience.middleware.media.MediaMiddleware",
    # It adds random bytes, so that the length of a page with a token reveals nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "shortscience.middleware.permissions_policy.PermissionsPolicyMiddleware",
    "shortscience.middleware.http_cache.HttpCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shortscience.middleware.strip_nul.StripNulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shortscience.middleware.suspension.SuspensionMiddleware",
    "shortscience.middleware.locale.LocaleMiddleware",
    "shortscience.middleware.blocklist.BlocklistMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shortscience.middleware.session_activity.SessionActivityMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "shortscience.middleware.preserve_form_text.PreserveFormTextMiddleware",
    "shortscience.middleware.merged_paper_redirect.MergedPaperRedirectMiddleware",
    "shortscience.middleware.method_not_allowed.MethodNotAllowedMiddleware",
]
ROOT_URLCONF = "shortscience.urls"
WSGI_APPLICATION = "shortscience.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "shortscience.context.site",
                "library.context.library",
                "following.context.following",
            ],
        },
    }
]
# The site's own language, also used for what is sent to nobody in particular, and all languages by
# their own names. docs/developing/translating.md explains how to add one.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ja", "日本語")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["shortscience.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
APPEND_SLASH = False
# An address typed without a scheme becomes https. Django 6 always does this, and warns about the
# setting that enables it now.
FORMS_URLFIELD_ASSUME_HTTPS = True
warnings.filterwarnings("ignore", message="The FORMS_URLFIELD_ASSUME_HTTPS")
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

# -- safety -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        # The fonts of formulas come inside their stylesheets.
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        # Browsers also check redirects of forms: signing in continues at the provider.
        "form-action": ["'self'", *(PROVIDER_SITES[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "shortscience.web.health.csrf_failure"
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=_is_https)
# Monitoring calls the process directly, without the proxy that terminates TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = int(env.number("HSTS_SECONDS", 31_536_000 if _is_https else 0))
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
if env.flag("TRUST_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUST_PROXY = env.flag("TRUST_PROXY")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # bibtexparser logs every broken entry; the site reports them to people, with the line.
    "loggers": {
        "bibtexparser": {"level": "CRITICAL"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        # Without a broker, tasks run in the calling process: not worth a log line, and no host is
        # needed.
        **(
            {"celery.app.trace": {"level": "WARNING"}, "kombu.connection": {"level": "ERROR"}}
            if CELERY_TASK_ALWAYS_EAGER
            else {}
        ),
    },
}
