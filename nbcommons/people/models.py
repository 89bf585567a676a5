"""The records of the room: persons, invitations, tokens of programs."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

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

    class Density(models.TextChoices):
        ROOMY = "", "Roomy"
        DENSE = "dense", "Dense: more on a page"

    class TextSize(models.TextChoices):
        NORMAL = "", "Normal"
        LARGE = "large", "Large"
        LARGER = "larger", "Larger still"

    username = models.CharField(
        "user name",
        max_length=64,
        unique=True,
        validators=[validate_username],
    )
    email = models.EmailField("e-mail", blank=True, default="")
    full_name = models.CharField("name", max_length=150, blank=True, default="")
    organisation = models.ForeignKey(
        "people.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    theme = models.CharField(
        "colours", max_length=5, blank=True, default=Theme.DEVICE, choices=Theme.choices
    )
    density = models.CharField(max_length=5, blank=True, default="", choices=Density.choices)
    text_size = models.CharField(max_length=6, blank=True, default="", choices=TextSize.choices)
    shows_line_numbers = models.BooleanField(default=False)
    # A name of the time zone database; empty: that of the site.
    time_zone = models.CharField(max_length=64, blank=True, default="")
    # Kinds of mail (people.mail.Kind) that the person does without.
    mail_off = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    interests = models.CharField(max_length=500, blank=True, default="")
    is_mentor = models.BooleanField(default=False, help_text="Others may ask them for help.")
    is_active = models.BooleanField(default=True)
    # They asked for an account and an administrator has not answered; never while active.
    awaits_approval = models.BooleanField(default=False)
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
            models.CheckConstraint(
                name="person_look_known",
                condition=Q(density__in=["", "dense"])
                & Q(text_size__in=["", "large", "larger"]),
            ),
            models.CheckConstraint(
                name="person_waits_outside", condition=~Q(is_active=True, awaits_approval=True)
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


class BrowserSession(AbstractBaseSession):
    """One browser in which somebody is signed in, or just looks around.

    Written by ``people.sessions``. ``public_id`` names it in pages: the key opens it.
    """

    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    # Not unique: while a session gets another key, both rows are there for a moment.
    public_id = models.UUIDField(null=True, blank=True, db_index=True)
    browser = models.CharField(max_length=80, blank=True, default="")
    signed_in_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"session {self.public_id}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Django's hook: what reads and writes these rows."""
        store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store


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
        JUPYTER = "jupyter", "a Jupyter of your own"

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


class DeviceRequest(models.Model):
    """A Jupyter elsewhere asks to act for somebody, who is to say so on the site (RFC 8628).

    The person types ``user_code``; the Jupyter shows the secret behind ``device_hash`` until it is
    answered. ``is_allowed`` is null while nobody has decided.
    """

    device_hash = models.CharField(max_length=64, unique=True)
    user_code = models.CharField(max_length=8, unique=True)
    # What its person called the machine: anybody may write anything there.
    machine = models.CharField(max_length=100)
    asked_from = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    interval_s = models.PositiveSmallIntegerField()
    polled_at = models.DateTimeField(null=True, blank=True)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_allowed = models.BooleanField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="devicerequest_decided_by_somebody",
                condition=Q(is_allowed__isnull=True, person__isnull=True)
                | Q(is_allowed__isnull=False, person__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="devicerequest_by_expiry")]

    def __str__(self) -> str:
        return f"request {self.pk}"


class Organisation(models.Model):
    """A part of the organisation; the parts form a tree."""

    name = models.CharField(max_length=150)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # How the list that it came from calls it; empty when somebody entered it here.
    external_id = models.CharField(max_length=150, blank=True, default="")
    # Keys from the root down to this one, itself included: a whole branch is one condition.
    path = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="organisation_name_once_per_parent",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="organisation_external_id_once",
                condition=~Q(external_id=""),
            ),
        ]
        indexes = [GinIndex(fields=["path"], name="organisation_by_path")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who look after notebooks together."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    description = models.CharField(max_length=2000, blank=True, default="")
    # A plain value: the catalogue stands above this room.
    landing_notebook_uuid = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class FormerTeamSlug(models.Model):
    """What a team was called in addresses before; those still lead to it."""

    slug = models.SlugField(max_length=100, unique=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """One person's place in one team."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        EDITOR = "editor", "Editor"
        MEMBER = "member", "Member"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "team"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class Label(models.Model):
    """An access label: whoever does not hold it never hears of a notebook that carries it."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=500, blank=True, default="")
    # What an identity provider calls it; empty where only administrators give it. Never guessed
    # from the name: a group that happens to be called like a label must not open notebooks.
    claim_name = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="label_name_once"),
            models.UniqueConstraint(
                fields=["claim_name"], name="label_claim_once", condition=~Q(claim_name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LabelHolding(models.Model):
    """That a person holds a label, by whom and until when.

    A person may hold one twice: by an administrator and by what their identity provider says.
    """

    class Source(models.TextChoices):
        ADMINISTRATOR = "administrator", "given by an administrator"
        CLAIM = "claim", "from your organisation's sign-in"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="label_holdings")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="holdings")
    source = models.CharField(max_length=13, choices=Source.choices)
    granted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField()
    # Null: until it is withdrawn. Judged at each request, so an end takes effect at once.
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "label", "source"], name="labelholding_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"holding {self.pk}"
