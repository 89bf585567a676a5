"""One-time links and tokens: made here, stored as a hash, found again by it."""

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """A secret that nobody guesses: 256 bits after ``prefix``, safe in addresses."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is stored of ``secret``.

    A plain SHA-256 is enough for 256 random bits, and it can be looked up in an index: the time
    that a look-up takes tells of the hash, which nobody can steer.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
