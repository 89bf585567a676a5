"""JupyterHub's configuration: everything comes from the environment (see ``settings.py``)."""

import asyncio
import base64
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import nbcommons_hub
from nbcommons_hub import containers, deadlines, groups, hooks, isolation, line, settings
from nbcommons_hub.proxy import OneHostProxy
from nbcommons_hub.sign_in import SiteAuthenticator
from nbcommons_hub.site import SiteTokens
from nbcommons_hub.spawner import EphemeralSpawner

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterHub puts it here
s = settings.from_environment()
here = Path(nbcommons_hub.__file__).parent
database = s.folder / "jupyterhub.sqlite"

# Nothing of this process's environment goes to people's Jupyters by accident.
for name in [name for name in os.environ if name.startswith("NBCOMMONS_")]:
    del os.environ[name]

# --- The hub itself
c.JupyterHub.bind_url = s.jupyter_url
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = s.hub_port
c.JupyterHub.db_url = f"sqlite:///{database}"
c.JupyterHub.upgrade_db = True
c.JupyterHub.cookie_secret_file = str(s.folder / "cookie-secret")
c.JupyterHub.template_paths = [str(here / "templates")]
c.JupyterHub.template_vars = {"site_url": s.site_url}
c.JupyterHub.logo_file = str(here / "static" / "logo.svg")
c.JupyterHub.redirect_to_server = True
c.JupyterHub.implicit_spawn_seconds = 1.0
c.JupyterHub.allow_named_servers = False
# Over its limit the hub turns people away. Ours wait in line instead (``line.py``).
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.active_server_limit = s.most_servers
c.JupyterHub.cleanup_servers = True
c.JupyterHub.cleanup_proxy = False
c.JupyterHub.last_activity_interval = 60
c.JupyterHub.services = [
    {"name": "culler", "api_token": s.culler_token},
    {"name": "nbcommons-site", "api_token": s.site_token},
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    },
    {
        # Starting Jupyters ahead of the click, and stopping those of people who leave. To start
        # one for somebody whom the hub has not met, it must make that user: admin:users.
        "name": "nbcommons-site",
        "scopes": ["servers", "read:users", "list:users", "admin:users"],
        "services": ["nbcommons-site"],
    },
]
c.JupyterHub.tornado_settings = {
    "headers": {
        "Content-Security-Policy": "frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    },
}

# --- Routes: in the folder that our own traefik watches
c.JupyterHub.proxy_class = OneHostProxy
c.OneHostProxy.host = s.jupyter_host
c.OneHostProxy.gid = s.edge_gid
c.OneHostProxy.should_start = False
c.OneHostProxy.dynamic_config_file = str(s.edge_routes)
c.OneHostProxy.traefik_entrypoint = "http"
c.OneHostProxy.traefik_api_entrypoint = "internal"
c.OneHostProxy.traefik_api_url = s.edge_api_url
c.OneHostProxy.traefik_api_username = "hub"
c.OneHostProxy.traefik_api_password = s.edge_password
# 256 random bits need no slow hash, which would cost 0.2 s at every look.
c.OneHostProxy.traefik_api_hashed_password = (
    "{SHA}"
    + base64.b64encode(
        hashlib.sha1(s.edge_password.encode(), usedforsecurity=False).digest()
    ).decode()
)

# --- Sign-in: at the site, without a second question
c.JupyterHub.authenticator_class = SiteAuthenticator
c.Authenticator.auto_login = True
c.Authenticator.allow_all = True
c.Authenticator.enable_auth_state = False
c.GenericOAuthenticator.client_id = "jupyterhub"
c.GenericOAuthenticator.client_secret = s.oidc_client_secret
c.GenericOAuthenticator.basic_auth = True
c.GenericOAuthenticator.scope = ["openid", "profile"]
c.GenericOAuthenticator.username_claim = "preferred_username"
c.GenericOAuthenticator.oauth_callback_url = f"{s.jupyter_url}hub/oauth_callback"
c.GenericOAuthenticator.authorize_url = f"{s.site_url}/identity/o/authorize"
c.GenericOAuthenticator.token_url = f"{s.internal_url}/identity/o/api/token"
c.GenericOAuthenticator.userdata_url = f"{s.internal_url}/identity/o/api/userinfo"
# Signing out at the site passes through here and ends where it began.
c.OAuthenticator.logout_redirect_url = f"{s.site_url}/signed-out/"

# --- People's Jupyters
c.JupyterHub.spawner_class = EphemeralSpawner
c.EphemeralSpawner.homes_dir = str(s.homes)
c.EphemeralSpawner.files = s.files
c.EphemeralSpawner.term_timeout = 8
c.EphemeralSpawner.kill_timeout = 5
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 60
c.Spawner.http_timeout = 60
c.Spawner.poll_interval = 5
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ", "PATH"]
c.Spawner.environment = {
    "NBCOMMONS_INTERNAL_URL": s.internal_url,
    "NBCOMMONS_SITE_URL": s.site_url,
    "JUPYTER_CONFIG_PATH": str(here / "singleuser"),
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}

containers.configure(c, s)

line.starts.slots = s.starts_at_once or line.processors()
tokens = SiteTokens(
    internal_url=s.internal_url, secret=s.hub_secret, folder=s.folder / "tokens"
)
live = hooks.live_spawns(database, tokens)
if s.spawner == "local":
    EphemeralSpawner.groups_at = groups.place()
    EphemeralSpawner.wall, about_wall = isolation.wall(
        s.isolation, folder=s.homes, also_seen=s.also_seen
    )
    for words in (about_wall, groups.words_about(EphemeralSpawner.groups_at)):
        print(f"nbcommons: {words}", file=sys.stderr)  # noqa: T201 - there is no log yet
swept = hooks.sweep(s.homes, live, EphemeralSpawner.groups_at)
around = hooks.Hooks(s, tokens, live)
ends = deadlines.Deadlines(tokens, live, deadlines.stop_over(s.hub_api_url, s.culler_token))


# Plain functions: the hub copies its configuration deeply, and a method would take a copy of its
# object along, whose spawns the task below would not know and end.
async def before_spawn(spawner: Any) -> None:
    """Pass on to the one object."""
    await around.before_spawn(spawner)


async def after_stop(spawner: Any) -> None:
    """Pass on to the one object."""
    await around.after_stop(spawner)


c.Spawner.pre_spawn_hook = before_spawn
c.Spawner.post_stop_hook = after_stop
loop = asyncio.get_event_loop()
tasks = [loop.create_task(around.keep_revoking()), loop.create_task(ends.keep())]
