"""The records of the room: persons, invitations, tokens of programs."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

# The same in a database constraint below, in the hub (its user names) and in addresses. The
# first sign is a letter or digit, so that "." and ".." can never become a part of a path.
USERNAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"

validate_username = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{0,63}\Z",
    "Use small letters without accents, digits, dots, dashes and underscores; "
    "begin with a letter or a digit.",
)


class PersonManager(BaseUserManager["Person"]):
    """Persons, found by user name."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody with an account.

    ``username`` never changes (a trigger in the database refuses it): the hub knows the
    person's Jupyter by it, and addresses hold it. Administrators act as such only while their
    admin mode is on.
    """

    class Theme(models.TextChoices):
        DEVICE = "", "As on my device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    username = models.CharField(
        "user name",
        max_length=64,
        unique=True,
        validators=[validate_username],
    )
    email = models.EmailField("e-mail", blank=True, default="")
    full_name = models.CharField("name", max_length=150, blank=True, default="")
    organisation_name = models.CharField("organisation", max_length=150, blank=True, default="")
    theme = models.CharField(
        "colours", max_length=5, blank=True, default=Theme.DEVICE, choices=Theme.choices
    )
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(
        default=False, help_text="May switch admin mode on for a while."
    )
    # Raised by one to end every session of the person, whatever their password.
    session_generation = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                name="person_username_form", condition=Q(username__regex=USERNAME_PATTERN)
            ),
            models.CheckConstraint(
                name="person_theme_known", condition=Q(theme__in=["", "light", "dark"])
            ),
            models.UniqueConstraint(
                Lower("email"), name="person_email_unique", condition=~Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's hook: what a session must match to count (see ``session_generation``)."""
        return salted_hmac(
            "nbcommons.people.models.Person",
            f"{self.password}:{self.session_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Invitation(models.Model):
    """A link that lets somebody make an account, once. Its secret is stored as a hash."""

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, default="")
    invited_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    makes_administrator = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class AccessToken(models.Model):
    """What a program signs in with. Only the SHA-256 of its secret is stored."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "personal"
        SPAWN = "spawn", "your Jupyter"

    token_hash = models.CharField(max_length=64, unique=True)
    # The first signs of the secret, so that a person can tell their tokens apart.
    prefix = models.CharField(max_length=12)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_tokens")
    scopes = ArrayField(models.CharField(max_length=64))
    label = models.CharField(max_length=150, blank=True, default="")
    spawn_id = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accesstoken_spawn_is_bound",
                condition=~Q(kind="spawn") | (Q(expires_at__isnull=False) & ~Q(spawn_id="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
