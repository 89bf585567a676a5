"""Addresses of sign-in and of one's own settings.

allauth's views keep the names by which allauth finds them; those that nobody needs here have no
address.
"""

from allauth.account import views as account
from allauth.idp.oidc import views as identity
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings as site
from django.urls import URLPattern, include, path

from nbcommons.core.middleware import welcomes_other_sites
from nbcommons.people.views import (
    administration,
    choosing,
    device,
    joining,
    organisation,
    passkeys,
    settings,
    sign_in,
)

_own = [
    path("join/<str:secret>/", joining.join, name="join"),
    path("sign-in/onward/", organisation.onward, name="onward"),
    path("sign-in/waiting/", organisation.waiting, name="waiting"),
    path("sign-in/with/<slug:provider_id>/", organisation.sign_in_with, name="sign_in_with"),
    path("confirm/again/", organisation.sign_in_again, name="sign_in_again"),
    path(
        "settings/organisation/<slug:provider_id>/connect/",
        organisation.connect,
        name="connect_organisation",
    ),
    path(
        "settings/organisation/<int:account_id>/disconnect/",
        organisation.disconnect,
        name="disconnect_organisation",
    ),
    path("signed-out/", joining.signed_out, name="signed_out"),
    path("settings/", settings.own_settings, name="settings"),
    path("settings/preferences/", settings.preferences, name="preferences"),
    path("settings/browsers/", settings.browsers, name="browsers"),
    path("settings/browsers/<uuid:public_id>/end/", settings.end_session, name="end_session"),
    path("settings/tokens/", settings.own_tokens, name="tokens"),
    path("settings/theme/", settings.theme, name="theme"),
    path("settings/admin-mode/", administration.admin_mode, name="admin_mode"),
    path("settings/tokens/<int:token_id>/revoke/", settings.revoke_token, name="revoke_token"),
    path("settings/people/", administration.accounts, name="accounts"),
    path(
        "settings/people/<str:username>/switch-off/",
        administration.switch_off,
        name="switch_off",
    ),
    path(
        "settings/people/<str:username>/", administration.change_account, name="change_account"
    ),
    path("settings/sessions/end/", settings.sign_out_everywhere, name="sign_out_everywhere"),
    path("device/", device.device, name="device"),
    path("api/v1/device/code", device.ask_for_code, name="device_code"),
    path("api/v1/device/token", device.ask_for_token, name="device_token"),
    path("api/v1/device/revoke", device.give_token_back, name="device_revoke"),
    path("suggest/people/", choosing.suggest_people, name="suggest_people"),
]

_identity = [
    path("o/authorize", identity.authorization, name="authorization"),
    path("o/api/token", identity.token, name="token"),
    path("o/api/userinfo", identity.user_info, name="userinfo"),
    path("jwks.json", identity.jwks, name="jwks"),
]

_from_organisations: list[URLPattern] = [
    path(
        "sign-in/with/<slug:provider_id>/back/",
        openid.callback,
        name="openid_connect_callback",
    ),
    path("sign-in/stopped/", social.login_cancelled, name="socialaccount_login_cancelled"),
]
if site.HAS_SAML:
    from allauth.socialaccount.providers.saml import views as saml

    _from_organisations += [
        path(
            "sign-in/with/<slug:organization_slug>/saml/",
            # The provider's page sends its answer as a form: signed, and checked as such.
            welcomes_other_sites(saml.acs),
            name="saml_acs",
        ),
        path(
            "sign-in/with/<slug:organization_slug>/saml/finish/",
            saml.finish_acs,
            name="saml_finish_acs",
        ),
        path(
            "sign-in/with/<slug:organization_slug>/saml/out/",
            welcomes_other_sites(saml.sls),
            name="saml_sls",
        ),
        path(
            "sign-in/with/<slug:organization_slug>/saml/metadata/",
            saml.metadata,
            name="saml_metadata",
        ),
    ]

urlpatterns = [
    path("", include((_own, "people"))),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-in/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("sign-out/", account.logout, name="account_logout"),
    path("switched-off/", account.account_inactive, name="account_inactive"),
    path("join/", joining.join, name="account_signup"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/second-step/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        passkeys.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "confirm-email/",
        account.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("confirm-email/<str:key>/", account.confirm_email, name="account_confirm_email"),
    path("new-password/", account.password_reset, name="account_reset_password"),
    path("new-password/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "new-password/<str:uidb36>/<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "new-password/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("settings/email/", account.email, name="account_email"),
    path("settings/password/", account.password_change, name="account_change_password"),
    path("settings/password/first/", account.password_set, name="account_set_password"),
    path("settings/second-step/", mfa.index, name="mfa_index"),
    path("settings/second-step/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("settings/second-step/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "settings/second-step/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "settings/second-step/codes/new/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("settings/passkeys/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "settings/passkeys/<int:pk>/",
        passkeys.RenamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "settings/passkeys/<int:pk>/remove/",
        passkeys.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        ".well-known/openid-configuration", joining.identity_configuration, name="configuration"
    ),
    *_from_organisations,
    path("identity/", include(([path("", include((_identity, "oidc")))], "idp"))),
]
