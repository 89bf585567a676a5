"""One's own settings, the second step, admin mode."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from nbcommons.activity.models import AuditEntry
from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.people import tokens
from nbcommons.people.mail import Kind, write_to
from nbcommons.people.models import AccessToken, BrowserSession, Person
from nbcommons.people.operations import labels
from nbcommons.people.operations.accounts import deactivate_person
from nbcommons.people.operations.joining import NewPerson, join
from nbcommons.people.operations.organisations import add_organisation
from tests.factories.gallery import bring_in
from tests.factories.people import NOW, PASSWORD, SYSTEM, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("amara.osei", email="amara@example.org")


@pytest.fixture
def at_home(client, person):
    client.force_login(person)
    return client


def confirm_password(client, response):
    """Answer the question "is it you?" that ``response`` leads to."""
    assert response.url.startswith("/confirm/")
    return client.post(
        "/confirm/",
        {"password": PASSWORD, "next": response.url.partition("next=")[2].replace("%2F", "/")},
    )


class TestProfile:
    def test_is_shown_and_changed(self, at_home):
        harbour = add_organisation(SYSTEM, name="Harbour office")
        assert "Amara Osei" in at_home.get("/settings/").text

        response = at_home.post(
            "/settings/",
            {
                "full_name": "Amara O.",
                "organisation": harbour.pk,
                "interests": "customs  data",
                "is_mentor": "on",
            },
        )

        assert response.url == "/settings/"
        person = Person.objects.get()
        assert (person.full_name, person.interests, person.is_mentor) == (
            "Amara O.",
            "customs data",
            True,
        )
        assert person.organisation == harbour

    def test_stands_on_the_persons_page(self, at_home):
        at_home.post("/settings/", {"full_name": "A", "interests": "<b>ships</b>"})
        page = at_home.get("/people/amara.osei/").text
        assert "&lt;b&gt;ships&lt;/b&gt;" in page
        assert "ask" not in page.partition("<main")[2].partition("<section")[0]

        at_home.post("/settings/", {"full_name": "A", "is_mentor": "on"})

        assert "Others may ask you for help" in at_home.get("/people/amara.osei/").text

    def test_does_not_include_the_user_name_nor_powers(self, at_home):
        at_home.post(
            "/settings/",
            {
                "full_name": "A",
                "username": "boss",
                "is_administrator": "on",
                "email": "x@y.org",
            },
        )

        person = Person.objects.get()
        assert (person.username, person.email) == ("amara.osei", "amara@example.org")
        assert not person.is_administrator

    def test_says_what_to_put_right(self, at_home):
        response = at_home.post("/settings/", {"full_name": "", "interests": "x" * 501})

        assert response.status_code == 422
        assert "2 things to put right" in response.text


LIKED = {
    "theme": "dark",
    "density": "dense",
    "text_size": "larger",
    "time_zone": "Asia/Tokyo",
    "shows_line_numbers": "on",
    "mails": ["sharing"],
}


class TestPreferences:
    def test_are_shown_and_changed(self, at_home):
        assert at_home.post("/settings/preferences/", LIKED).url == "/settings/preferences/"

        person = Person.objects.get()
        assert (person.theme, person.density, person.text_size) == ("dark", "dense", "larger")
        assert (person.time_zone, person.shows_line_numbers) == ("Asia/Tokyo", True)
        assert person.mail_off == ["looking-after", "changes"]
        page = at_home.get("/settings/preferences/").text
        assert 'value="Asia/Tokyo" selected' in page
        assert page.count("checked") == 5

    def test_dress_every_page(self, at_home):
        at_home.post("/settings/preferences/", LIKED)

        page = at_home.get("/settings/").text

        assert (
            '<html lang="en" data-theme="dark" data-density="dense" data-text="larger">' in page
        )

    def test_are_plain_without_wishes(self, at_home):
        assert '<html lang="en">' in at_home.get("/settings/").text

    def test_refuse_what_there_is_not(self, at_home):
        response = at_home.post(
            "/settings/preferences/", LIKED | {"time_zone": "Mars/Crater", "theme": "pink"}
        )

        assert response.status_code == 422
        assert Person.objects.get().theme == ""

    def test_tell_times_by_the_persons_clock(self, at_home, person):
        token = tokens.mint_personal_token(
            SYSTEM,
            person,
            scopes=("notebooks:read",),
            label="",
            expires_at=datetime(2027, 3, 1, 20, 0, tzinfo=UTC),
            at=timezone.now(),
        )
        assert token
        assert "until 1 March 2027" in at_home.get("/settings/tokens/").text

        at_home.post("/settings/preferences/", LIKED)

        assert "until 2 March 2027" in at_home.get("/settings/tokens/").text

    def test_bear_a_zone_that_the_machine_forgot(self, at_home):
        Person.objects.update(time_zone="Europe/Nowhere")

        assert at_home.get("/settings/preferences/").status_code == 200
        again = LIKED | {"time_zone": "Europe/Nowhere"}
        assert at_home.post("/settings/preferences/", again).status_code == 302

    def test_keep_quiet_what_is_not_offered(self, at_home):
        assert "Somebody waits for an account" not in at_home.get("/settings/preferences/").text
        Person.objects.update(mail_off=["administration"])

        at_home.post("/settings/preferences/", LIKED)

        assert set(Person.objects.get().mail_off) == {
            "administration",
            "looking-after",
            "changes",
        }


class TestMails:
    def test_go_to_those_who_want_them(self):
        for name, off in (("ann", []), ("ben", ["sharing"]), ("cid", ["looking-after"])):
            person = make_person(name, email=f"{name}@example.org")
            Person.objects.filter(pk=person.pk).update(mail_off=off)
        make_person("dan", email="")
        make_person("eve", email="eve@example.org")
        Person.objects.filter(username="eve").update(is_active=False)

        sent = write_to(
            Person.objects.order_by("pk"), kind=Kind.SHARING, subject="Look", text="here"
        )

        assert sent == 2
        assert [message.to for message in mail.outbox] == [
            ["ann@example.org"],
            ["cid@example.org"],
        ]
        assert "/settings/preferences/" in mail.outbox[0].body

    def test_about_ones_account_always_come(self, person):
        person.mail_off = [kind.value for kind in Kind]

        assert write_to([person], kind=None, subject="Look", text="here") == 1


class TestTheme:
    def test_is_chosen_from_any_page(self, at_home):
        response = at_home.post("/settings/theme/", {"theme": "light", "next": "/settings/"})

        assert response.url == "/settings/"
        assert Person.objects.get().theme == "light"

    def test_ignores_what_is_no_theme_and_leads_nowhere_else(self, at_home):
        response = at_home.post(
            "/settings/theme/", {"theme": "pink", "next": "//elsewhere.example"}
        )

        assert response.url == "/"
        assert Person.objects.get().theme == ""


class TestPassword:
    def test_is_changed_and_ends_other_sessions(self, at_home, person):
        elsewhere = type(at_home)()
        elsewhere.force_login(person)

        response = at_home.post(
            "/settings/password/",
            {
                "oldpassword": PASSWORD,
                "password1": "quite another secret",
                "password2": "quite another secret",
            },
        )

        assert response.url == "/settings/"
        assert at_home.get("/settings/").status_code == 200
        assert elsewhere.get("/settings/").status_code == 302
        assert [message.subject for message in mail.outbox] == ["Your password was changed"]
        assert "Amara Osei" in mail.outbox[0].body

    def test_needs_the_present_one(self, at_home):
        response = at_home.post(
            "/settings/password/",
            {
                "oldpassword": "wrong",
                "password1": "quite another",
                "password2": "quite another",
            },
        )

        assert "That is not your present password." in response.text

    def test_is_changed_even_if_the_mail_about_it_fails(self, at_home, settings, person):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        new = "quite another secret"

        response = at_home.post(
            "/settings/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

        assert response.url == "/settings/"
        person.refresh_from_db()
        assert person.check_password(new)


class TestEmail:
    def test_counts_once_it_is_confirmed(self, at_home):
        asked = at_home.post("/settings/email/", {"email": "New@example.org", "action_add": ""})
        confirm_password(at_home, asked)

        assert Person.objects.get().email == "amara@example.org"
        assert mail.outbox[-1].to == ["new@example.org"]
        link = next(w for w in mail.outbox[-1].body.split() if "/confirm-email/" in w)
        at_home.post(link.removeprefix("http://localhost:8000"))
        assert Person.objects.get().email == "new@example.org"

    def test_of_somebody_else_is_refused(self, at_home):
        make_person("ben", email="ben@example.org")

        asked = at_home.post("/settings/email/", {"email": "Ben@example.org", "action_add": ""})
        if asked.status_code == 302:
            asked = confirm_password(at_home, asked)

        assert "belongs to an account already" in asked.text
        assert mail.outbox == []


class TestBrowsers:
    FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"

    def sign_in(self, client, agent):
        client.post(
            "/sign-in/",
            {"login": "amara.osei", "password": PASSWORD},
            headers={"User-Agent": agent},
        )
        return client

    @pytest.fixture
    def two(self, client, person):
        assert person
        return self.sign_in(client, self.FIREFOX), self.sign_in(type(client)(), self.IPHONE)

    def test_are_listed_with_this_one_first(self, two):
        page = two[0].get("/settings/browsers/").text

        assert page.index("Firefox on Linux") < page.index("Safari on iPhone")
        assert page.count("this one") == 1
        assert page.count("Signed in today") == 2
        assert two[0].session.session_key not in page

    def test_are_signed_out_one_by_one(self, two):
        here, there = two
        page = here.get("/settings/browsers/").text
        [address] = re.findall(r'action="(/settings/browsers/[\w-]+/end/)"', page)

        assert here.post(address).url == "/settings/browsers/"

        assert there.get("/settings/").status_code == 302
        assert here.get("/settings/").status_code == 200
        assert "iPhone" not in here.get("/settings/browsers/").text
        assert here.post(address).status_code == 404

    def test_are_all_signed_out_but_this(self, two):
        here, there = two

        here.post("/settings/sessions/end/")

        assert there.get("/settings/").status_code == 302
        assert here.get("/settings/").status_code == 200
        page = here.get("/settings/browsers/").text
        assert "Firefox on Linux" in page
        assert "iPhone" not in page

    def test_of_others_are_not_mine(self, two, client):
        make_person("ben")
        ben = type(client)()
        ben.force_login(Person.objects.get(username="ben"))
        [theirs] = [
            row.public_id for row in BrowserSession.objects.filter(browser__contains="i")
        ][:1]

        assert ben.post(f"/settings/browsers/{theirs}/end/").status_code == 404
        assert two[0].get("/settings/").status_code == 200
        assert "Firefox" not in ben.get("/settings/browsers/").text

    def test_that_an_old_password_opened_are_not_listed(self, two):
        here, _ = two
        new = "quite another secret"
        here.post(
            "/settings/password/",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )

        assert "iPhone" not in here.get("/settings/browsers/").text

    def test_say_when_they_were_used_last_now_and_then_only(
        self, two, django_assert_max_num_queries
    ):
        here, _ = two
        here.get("/settings/browsers/")
        long_ago = timezone.now() - timedelta(days=3)
        BrowserSession.objects.update(last_seen_at=long_ago)

        here.get("/settings/browsers/")

        seen = BrowserSession.objects.exclude(last_seen_at=long_ago)
        assert seen.count() == 1
        with django_assert_max_num_queries(1):
            BrowserSession.objects.count()
        before = seen.get().last_seen_at
        here.get("/settings/browsers/")
        assert seen.get().last_seen_at == before

    def test_keep_their_name_when_the_session_gets_another_key(self, client):
        make_person("boss", administrator=True)
        client.post("/sign-in/", {"login": "boss", "password": PASSWORD})
        client.get("/settings/browsers/")
        [before] = BrowserSession.objects.values_list("public_id", "session_key")

        asked = client.post("/settings/admin-mode/", {"mode": "on", "next": "/settings/"})
        confirm_password(client, asked)

        [after] = BrowserSession.objects.values_list("public_id", "session_key")
        assert before[0] == after[0]
        assert before[1] != after[1]

    def test_end_with_the_account(self, two, person):
        deactivate_person(SYSTEM, person, at=NOW)

        assert not BrowserSession.objects.filter(person=person).exists()
        assert two[1].get("/settings/").status_code == 302


class TestTokens:
    NEW = {"label": "Nightly notes", "scopes": ["notebooks:read"], "days": "30"}

    def test_are_made_for_chosen_scopes_and_shown_once(self, at_home):
        page = confirm_password(at_home, at_home.post("/settings/tokens/", self.NEW))

        secret = re.search(r"nbc_[\w-]{40,}", page.text).group(0)
        assert secret not in at_home.get("/settings/tokens/").text
        token = AccessToken.objects.get()
        assert (token.label, token.scopes) == ("Nightly notes", ["notebooks:read"])
        assert timedelta(days=29) < token.expires_at - timezone.now() < timedelta(days=31)
        works = type(at_home)().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        assert works.status_code == 200

    @pytest.mark.parametrize(
        "change", [{"scopes": []}, {"scopes": ["everything"]}, {"label": ""}, {"days": "7000"}]
    )
    def test_need_a_name_and_something_to_do(self, at_home, change):
        response = confirm_password(
            at_home, at_home.post("/settings/tokens/", self.NEW | change)
        )

        assert response.status_code == 422
        assert not AccessToken.objects.exists()

    def test_may_last_for_ever(self, at_home):
        confirm_password(at_home, at_home.post("/settings/tokens/", self.NEW | {"days": "0"}))

        assert AccessToken.objects.get().expires_at is None

    def test_are_listed_without_their_secret_and_can_be_revoked(self, at_home, person):
        minted = tokens.mint_personal_token(
            SYSTEM,
            person,
            scopes=("notebooks:read",),
            label="Nightly notes",
            expires_at=None,
            at=NOW,
        )

        page = at_home.get("/settings/tokens/").text
        assert "Nightly notes" in page
        assert "Find and read the notebooks that you may see" in page
        assert minted.secret not in page

        at_home.post(f"/settings/tokens/{minted.token.pk}/revoke/")
        assert AccessToken.objects.get().revoked_at is not None
        assert "Nightly notes" not in at_home.get("/settings/tokens/").text

    def test_of_others_do_not_exist_here(self, at_home):
        minted = tokens.mint_personal_token(
            SYSTEM,
            make_person("ben"),
            scopes=("notebooks:read",),
            label="",
            expires_at=None,
            at=NOW,
        )

        assert at_home.post(f"/settings/tokens/{minted.token.pk}/revoke/").status_code == 404
        assert AccessToken.objects.get().revoked_at is None


class TestSecondStep:
    def code(self, secret, later=0):
        """What the app shows now, or ``later`` steps from now."""
        now = list(yield_hotp_counters_from_time())[1]
        return format_hotp_value(hotp_value(secret, now + later))

    def switch_on(self, client) -> tuple[str, list[str]]:
        confirm_password(client, client.get("/settings/second-step/app/"))
        page = client.get("/settings/second-step/app/").text
        secret = re.search(r'own__key">([A-Z2-7]+)<', page).group(1)
        response = client.post("/settings/second-step/app/", {"code": self.code(secret)})
        assert response.url == "/settings/second-step/codes/"
        codes = re.findall(r"<li>(\w{8,})</li>", client.get(response.url).text)
        return secret, codes

    def test_is_set_up_and_then_asked_for(self, at_home):
        _, codes = self.switch_on(at_home)
        assert len(codes) == 10
        assert "On: a code from an app" in at_home.get("/settings/").text

        fresh = type(at_home)()
        asked = fresh.post("/sign-in/", {"login": "amara.osei", "password": PASSWORD})
        assert asked.url == "/sign-in/second-step/"
        assert "Second step" in fresh.get(asked.url).text
        assert fresh.get("/settings/").status_code == 302
        wrong = fresh.post(asked.url, {"code": "000000"})
        assert "That code is not right" in wrong.text
        assert fresh.post(asked.url, {"code": codes[0]}).status_code == 302
        assert fresh.get("/settings/").status_code == 200

    def test_takes_the_code_that_switched_it_on_no_second_time(self, at_home):
        secret, _ = self.switch_on(at_home)
        used = self.code(secret)

        fresh = type(at_home)()
        fresh.post("/sign-in/", {"login": "amara.osei", "password": PASSWORD})
        again = fresh.post("/sign-in/second-step/", {"code": f"{used[:3]} {used[3:]}"})

        assert "That code was used already" in again.text
        assert fresh.get("/settings/").status_code == 302

    def test_takes_a_code_once_for_as_long_as_it_is_right(self, at_home, monkeypatch):
        secret, _ = self.switch_on(at_home)
        step = (int(time.time()) // 30 + 3) * 30  # where a step begins, some time from now
        monkeypatch.setattr(time, "time", lambda: step + 1)
        early = self.code(secret, later=1)

        def sign_in():
            fresh = type(at_home)()
            fresh.post("/sign-in/", {"login": "amara.osei", "password": PASSWORD})
            return fresh.post("/sign-in/second-step/", {"code": early})

        assert sign_in().status_code == 302
        assert "That code was used already" in sign_in().text
        monkeypatch.setattr(time, "time", lambda: step + 35)
        assert "That code was used already" in sign_in().text

    def test_shows_recovery_codes_once(self, at_home):
        _, codes = self.switch_on(at_home)

        page = at_home.get("/settings/second-step/codes/").text
        assert "cannot be shown again" in page
        assert codes[0] not in page

    def test_keeps_no_secret_in_the_clear(self, at_home):
        secret, _ = self.switch_on(at_home)

        assert secret not in str(list(Authenticator.objects.values()))

    def test_can_be_switched_off(self, at_home):
        self.switch_on(at_home)

        page = at_home.get("/settings/second-step/app/remove/")
        assert "Switch the second step off?" in page.text
        at_home.post("/settings/second-step/app/remove/")

        assert "Off. With it" in at_home.get("/settings/").text
        assert not Authenticator.objects.filter(type="totp").exists()


class TestAdminMode:
    @pytest.fixture
    def boss(self, client):
        client.force_login(make_person("boss", administrator=True))
        return client

    def switch_on(self, client):
        asked = client.post("/settings/admin-mode/", {"mode": "on", "next": "/settings/"})
        return confirm_password(client, asked)

    def test_asks_who_is_there_and_then_lasts_half_an_hour(self, boss):
        assert "Switch it on for 30 minutes" in boss.get("/settings/admin-mode/").text

        assert self.switch_on(boss).url == "/settings/"

        assert "Admin mode is on until" in boss.get("/settings/admin-mode/").text
        assert boss.get("/settings/").wsgi_request.actor.is_admin_mode
        assert AuditEntry.objects.filter(fact="AdminModeSwitched").count() == 1

    def test_is_over_when_its_time_is_up(self, boss):
        self.switch_on(boss)
        session = boss.session
        session[ADMIN_MODE_KEY] = (timezone.now() - timedelta(seconds=1)).isoformat()
        session.save()

        assert not boss.get("/settings/").wsgi_request.actor.is_admin_mode
        assert "Switch it on" in boss.get("/settings/admin-mode/").text

    def test_can_be_switched_off(self, boss):
        self.switch_on(boss)

        boss.post("/settings/admin-mode/", {"mode": "off", "next": "/settings/"})

        assert not boss.get("/settings/").wsgi_request.actor.is_admin_mode

    def test_ends_with_the_power(self, boss):
        make_person("vice", administrator=True)
        self.switch_on(boss)

        Person.objects.filter(username="boss").update(is_administrator=False)

        assert not boss.get("/settings/").wsgi_request.actor.is_admin_mode

    def test_is_refused_to_others(self, at_home):
        response = self.switch_on(at_home)

        assert response.status_code == 403
        assert not at_home.get("/settings/").wsgi_request.actor.is_admin_mode
        assert "for administrators" in at_home.get("/settings/admin-mode/").text


class TestAccounts:
    @pytest.fixture
    def boss(self, client):
        client.force_login(make_person("boss", full_name="Bea Boss", administrator=True))
        session = client.session
        session[ADMIN_MODE_KEY] = (timezone.now() + timedelta(minutes=5)).isoformat()
        session.save()
        return client

    def change(self, client, username, what):
        return client.post(f"/settings/people/{username}/", {"change": what})

    @pytest.mark.usefixtures("person")
    def test_are_for_admin_mode(self, boss):
        assert "Bea Boss" in boss.get("/settings/people/").text

        session = boss.session
        del session[ADMIN_MODE_KEY]
        session.save()

        asked = "/settings/admin-mode/?next=%2Fsettings%2Fpeople%2F"
        assert boss.get("/settings/people/").url == asked
        assert boss.post("/settings/people/", {}).url == asked
        assert self.change(boss, "amara.osei", "deactivate").status_code == 403
        assert Person.objects.get(username="amara.osei").is_active

    def test_shows_an_invitation_link_once(self, boss):
        page = boss.post("/settings/people/", {"email": "ben@example.org"}).text

        link = re.search(r"http://localhost:8000(/join/[\w-]+/)", page).group(1)
        assert link not in boss.get("/settings/people/").text
        assert 'value="ben@example.org"' in type(boss)().get(link).text

    def test_can_be_switched_off_and_on(self, person, boss):
        self.change(boss, "amara.osei", "deactivate")
        assert "switched off" in boss.get("/settings/people/").text
        self.change(boss, "amara.osei", "reactivate")

        person.refresh_from_db()
        assert person.is_active

    def test_are_switched_off_knowing_what_is_left_behind(self, person, boss):
        bring_in(person, "Find late ships")
        address = "/settings/people/amara.osei/switch-off/"
        assert address in boss.get("/settings/people/").text

        page = boss.get(address).text

        assert "looks after 1 notebook" in page
        assert reverse("curation:hand_over", args=["amara.osei"]) in page
        assert (
            "They look after no notebook." in boss.get("/settings/people/boss/switch-off/").text
        )
        assert boss.get("/settings/people/nobody/switch-off/").status_code == 404

    def test_that_wait_are_let_in_or_not(self, boss, settings):
        settings.NBCOMMONS_SIGNUP = "approval"
        for name in ("ben", "eve"):
            join(NewPerson(name, email=f"{name}@example.org"), secret=None, at=NOW)
        assert "2 people wait for an account" in boss.get("/settings/people/").text

        self.change(boss, "ben", "approve")
        self.change(boss, "eve", "decline")

        rows = Person.objects.order_by("username").values_list(
            "username", "is_active", "awaits_approval"
        )
        assert list(rows) == [
            ("ben", True, False),
            ("boss", True, False),
            ("eve", False, False),
        ]
        assert "for an account" not in boss.get("/settings/people/").text
        facts = set(AuditEntry.objects.values_list("fact", flat=True))
        assert {"ApprovalAwaited", "PersonApproved", "ApprovalDeclined"} <= facts

    def test_can_be_given_powers_and_keeps_one_in_charge(self, person, boss):
        self.change(boss, "amara.osei", "make-administrator")
        self.change(boss, "amara.osei", "unmake-administrator")
        refused = self.change(boss, "boss", "unmake-administrator")

        assert refused.status_code == 422
        assert "the only administrator" in refused.text
        person.refresh_from_db()
        assert not person.is_administrator

    def test_of_people_locked_out_can_be_opened(self, person, boss):
        Authenticator.objects.create(user=person, type="totp", data={})
        assert "Remove second step" in boss.get("/settings/people/").text

        self.change(boss, "amara.osei", "remove-second-step")
        page = self.change(boss, "amara.osei", "password-link").text

        assert not Authenticator.objects.exists()
        link = re.search(r"http://localhost:8000(/new-password/\S+?)<", page).group(1)
        assert "Choose a new password" in type(boss)().get(link, follow=True).text
        facts = set(AuditEntry.objects.values_list("fact", flat=True))
        assert {"PasswordLinkMade", "SecondStepRemoved"} <= facts

    def test_are_found_by_name(self, person, boss, django_assert_max_num_queries):
        with django_assert_max_num_queries(6):
            page = boss.get("/settings/people/", {"q": "OSEI"}).text

        assert "1 account" in page
        assert person.full_name in page
        assert "Bea Boss</b>" not in page

    def test_knows_no_other_changes_and_no_strangers(self, boss):
        assert self.change(boss, "boss", "delete").status_code == 404
        assert self.change(boss, "nobody", "deactivate").status_code == 404

    def test_tells_everywhere_that_admin_mode_is_on(self, boss):
        assert "Admin mode is on" in boss.get("/settings/").text


class TestLabels:
    def test_that_i_hold_are_shown_with_their_end_and_others_are_not(self, at_home):
        person = Person.objects.get()
        now = timezone.now()
        held = labels.create_label(SYSTEM, name="Customs data", at=now)
        labels.create_label(SYSTEM, name="Unheard of", at=now)
        over = labels.create_label(SYSTEM, name="Long over", at=now)
        labels.grant_label(SYSTEM, held, person, expires_at=now + timedelta(days=3), at=now)
        labels.grant_label(SYSTEM, over, person, expires_at=now, at=now - timedelta(days=3))

        page = at_home.get("/settings/").text

        assert "Customs data" in page
        assert f"until {now + timedelta(days=3):%-d %B %Y}" in page
        assert "Unheard of" not in page
        assert "Long over" not in page

    def test_have_no_place_where_i_hold_none(self, at_home):
        assert "Access labels" not in at_home.get("/settings/").text
