"""How people sign in: django-allauth, mail, and the site as the hub's identity provider."""

from importlib.util import find_spec

from nbcommons.config.environment import env_bool, env_choice, env_int, env_str
from nbcommons.config.sign_in_file import sign_in_providers
from nbcommons.core.plugins import sign_in_backends

# --- Settings of ours ---------------------------------------------------------------------------

# Whether a new e-mail address must be confirmed before the first sign-in: mandatory or none.
NBCOMMONS_EMAIL_VERIFICATION = env_choice(
    "NBCOMMONS_EMAIL_VERIFICATION", "none", ("none", "mandatory")
)
# How long an invitation link lives, in days.
NBCOMMONS_INVITATION_DAYS = env_int("NBCOMMONS_INVITATION_DAYS", 7)
# How long admin mode lasts once switched on, in minutes.
NBCOMMONS_ADMIN_MODE_MINUTES = env_int("NBCOMMONS_ADMIN_MODE_MINUTES", 30)
# Proxies of yours in front of the site; the one nearest to people tells their address, by which
# sign-ins are limited. `nbcommons up` has one.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("NBCOMMONS_PROXY_COUNT", 1)

# --- Signing in with an organisation ------------------------------------------------------------

# File (TOML) that describes where people sign in besides here: your organisation's providers.
NBCOMMONS_SIGN_IN_FILE = env_str("NBCOMMONS_SIGN_IN_FILE", "")
NBCOMMONS_SIGN_IN_PROVIDERS = sign_in_providers(NBCOMMONS_SIGN_IN_FILE)
# SAML needs the extra `saml`: without its packages there is no such sign-in.
HAS_SAML = find_spec("onelogin") is not None
SAML_APPS = ["allauth.socialaccount.providers.saml"] if HAS_SAML else []
SOCIALACCOUNT_ADAPTER = "nbcommons.people.organisation.OrganisationAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
# Seconds until a provider that does not answer counts as unreachable.
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

# --- Mail ---------------------------------------------------------------------------------------

# Mail server; without one, mails are written into the folder `mail` of the data folder.
EMAIL_HOST = env_str("NBCOMMONS_MAIL_HOST", "")
# Port of the mail server.
EMAIL_PORT = env_int("NBCOMMONS_MAIL_PORT", 587)
# Account at the mail server; empty: none is needed.
EMAIL_HOST_USER = env_str("NBCOMMONS_MAIL_USER", "")
# Password of that account.
EMAIL_HOST_PASSWORD = env_str("NBCOMMONS_MAIL_PASSWORD", "")
# Whether the connection to the mail server is encrypted (STARTTLS).
EMAIL_USE_TLS = env_bool("NBCOMMONS_MAIL_TLS", default=True)
# Seconds until a mail server that does not answer counts as unreachable.
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "nbcommons.people.mail.MailFolder"
)
# Sender of the site's mails.
DEFAULT_FROM_EMAIL = env_str(
    "NBCOMMONS_MAIL_FROM", "Notebook Commons <notebook-commons@localhost>"
)

# --- Sessions and passwords ---------------------------------------------------------------------

SESSION_ENGINE = "nbcommons.people.sessions"
AUTHENTICATION_BACKENDS = [
    "nbcommons.people.backends.AccountBackend",
    *sign_in_backends(),
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# How long the link in a mail for a new password works, in seconds.
PASSWORD_RESET_TIMEOUT = 24 * 3600

# --- allauth: accounts --------------------------------------------------------------------------

ACCOUNT_ADAPTER = "nbcommons.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "nbcommons.people.forms.sign_in.SignInForm",
    "reset_password": "nbcommons.people.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "nbcommons.people.forms.sign_in.ResetPasswordKeyForm",
    "change_password": "nbcommons.people.forms.sign_in.ChangePasswordForm",
    "set_password": "nbcommons.people.forms.sign_in.SetPasswordForm",
    "add_email": "nbcommons.people.forms.sign_in.ChangeEmailForm",
    "reauthenticate": "nbcommons.people.forms.sign_in.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = NBCOMMONS_EMAIL_VERIFICATION
# A person has one address; a new one replaces it once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Tells the old address when somebody changes the password or the address.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Nobody learns by asking for a new password whether an address has an account here; and the
# address of somebody without one gets no mail.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# Five wrong passwords for one name lock it for five minutes, from wherever. What is counted by
# address must leave room for an organisation whose people all come from one.
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip,5/300s/key", "login": "300/m/ip"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60

# --- allauth: passkeys and a second step --------------------------------------------------------

MFA_ADAPTER = "nbcommons.people.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "nbcommons.people.forms.sign_in.SecondStepForm",
    "reauthenticate": "nbcommons.people.forms.sign_in.ConfirmCodeForm",
    "activate_totp": "nbcommons.people.forms.sign_in.ActivateAppForm",
    "add_webauthn": "nbcommons.people.forms.passkeys.AddPasskeyForm",
    "edit_webauthn": "nbcommons.people.forms.passkeys.RenamePasskeyForm",
    "login_webauthn": "nbcommons.people.forms.passkeys.SignInByPasskeyForm",
    "authenticate_webauthn": "nbcommons.people.forms.passkeys.SecondStepByPasskeyForm",
    "reauthenticate_webauthn": "nbcommons.people.forms.passkeys.ConfirmByPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Notebook Commons"
# One step of 30 s either way, for clocks that are a little off.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True

# --- allauth: the site as the hub's identity provider -------------------------------------------

IDP_OIDC_ADAPTER = "nbcommons.people.adapters.IdentityAdapter"
# The hub reads who somebody is once, at sign-in, and needs the token no longer than that, in
# seconds. Refresh tokens cannot be switched off; no client of ours may use one.
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 300
