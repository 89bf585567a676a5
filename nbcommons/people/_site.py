"""What must stand in the database and on disk before people can sign in; safe to repeat."""

import os
from pathlib import Path

from allauth.idp.oidc.models import Client
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.text import slugify

from nbcommons.people._secrets import new_secret

HUB_CLIENT_ID = "jupyterhub"


def ensure_identity_key(file: Path) -> bool:
    """Make the key that signs identities, for its owner alone; False if it is there already."""
    if file.exists():
        return False
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Written aside and linked into place: two starts at once end up with one whole key.
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pem)
    try:
        os.link(fresh, file)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


def ensure_hub_client() -> bool:
    """Register the hub as the one client of our provider; False if nothing had to change.

    It is asked no consent, may come back to one address only, and gets no refresh token.
    """
    wanted = {
        "name": "Jupyter",
        "scopes": "openid\nprofile",
        "default_scopes": "openid\nprofile",
        "type": Client.Type.CONFIDENTIAL,
        "grant_types": Client.GrantType.AUTHORIZATION_CODE.value,
        "response_types": Client.ResponseType.CODE.value,
        "redirect_uris": f"{settings.NBCOMMONS_JUPYTER_URL}hub/oauth_callback",
        "cors_origins": "",
        "allow_uri_wildcards": False,
        "skip_consent": True,
    }
    secret = settings.NBCOMMONS_OIDC_CLIENT_SECRET
    client = Client.objects.filter(pk=HUB_CLIENT_ID).first()
    if client is not None and client.check_secret(secret):
        if all(getattr(client, name) == value for name, value in wanted.items()):
            return False
        wanted["secret"] = client.secret
    else:
        wanted["secret"] = hash_of_random(secret)
    Client.objects.update_or_create(pk=HUB_CLIENT_ID, defaults=wanted)
    return True


def register_client(name: str, *, redirect_uri: str) -> tuple[str, str]:
    """Let another program sign people in by this site; returns its id and its secret.

    It is asked no consent: whoever runs the site vouches for it. Only its hash is kept of the
    secret. A client of that name is replaced.
    """
    secret = new_secret()
    client_id = f"client-{slugify(name)}"
    Client.objects.update_or_create(
        pk=client_id,
        defaults={
            "name": name,
            "scopes": "openid\nprofile\nemail\norganisation",
            "default_scopes": "openid\nprofile",
            "type": Client.Type.CONFIDENTIAL,
            "grant_types": Client.GrantType.AUTHORIZATION_CODE.value,
            "response_types": Client.ResponseType.CODE.value,
            "redirect_uris": redirect_uri,
            "cors_origins": "",
            "allow_uri_wildcards": False,
            "skip_consent": True,
            "secret": hash_of_random(secret),
        },
    )
    return client_id, secret


def forget_client(client_id: str) -> bool:
    """Let a program no longer sign people in; False if there was none of that id."""
    return bool(Client.objects.filter(pk=client_id).exclude(pk=HUB_CLIENT_ID).delete()[0])


def clients() -> list[tuple[str, str, str]]:
    """Id, name and address of the programs that sign people in by this site, besides the hub."""
    rows = Client.objects.exclude(pk=HUB_CLIENT_ID).order_by("pk")
    return list(rows.values_list("pk", "name", "redirect_uris"))


def hash_of_random(secret: str) -> str:
    """A stored form that is checked at once, for a secret of 256 random bits.

    The many rounds that protect a password people think up took half a second at every sign-in
    into Jupyter; against guessing 256 bits one round does as well.
    """
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(secret, hasher.salt(), iterations=1)
