"""Signing in at the site and out again, leaving nothing of Jupyter's in the browser."""

from urllib.parse import quote

from oauthenticator.generic import GenericOAuthenticator
from oauthenticator.oauth2 import OAuthLogoutHandler


class CleanLogout(OAuthLogoutHandler):  # type: ignore[misc]
    """Signs out of the hub, and takes the cookie of the person's own Jupyter along.

    The hub makes that cookie worthless by deleting what it stands for, but leaves it in the
    browser, where it tells the next person at that desk who sat there before.
    """

    async def handle_logout(self) -> None:
        """Called once the hub's own cookies are gone, while it still knows who it was."""
        await super().handle_logout()
        user = self.current_user
        if user is not None:
            for name in (f"jupyterhub-user-{quote(user.name)}", "_xsrf"):
                self.clear_cookie(name, path=user.url)


class SiteAuthenticator(GenericOAuthenticator):  # type: ignore[misc]
    """The site says who somebody is (configured as ``GenericOAuthenticator``)."""

    logout_handler = CleanLogout
