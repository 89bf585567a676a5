"""What the doctor hears from the site."""

import io
import json
import socketserver
import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from nbcommons.core.actor import Actor
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


def seen(*options):
    out = io.StringIO()
    call_command("inspect_site", *options, stdout=out)
    return {line["what"]: line for line in map(json.loads, out.getvalue().splitlines())}


@pytest.fixture(autouse=True)
def index():
    with _place.using(MemoryStore()) as store:
        rebuild_index(Actor.system("test"))
        yield store


class TestInspectSite:
    def test_looks_at_every_part(self):
        # Tests that commit leave their workers' signs of life here.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")

        found = seen()

        assert list(found) == ["Tables", "Worker", "Database", "Search index", "Mail"]
        assert found["Tables"]["found"] == "up to date"
        assert not found["Database"]["advice"]
        assert "never heard of" in found["Worker"]["found"]
        assert found["Worker"]["advice"]
        assert "Worker" not in seen("--stopped")

    def test_says_when_tables_are_behind(self):
        MigrationRecorder.Migration.objects.filter(app="executions").latest("id").delete()

        found = seen()

        assert list(found) == ["Tables"]
        assert found["Tables"]["found"] == "1 step behind this nbcommons"
        assert found["Tables"]["is_fatal"]

    def test_says_when_the_index_differs(self):
        bring_in(make_person("ann"))

        assert "1 differ from the records" in seen()["Search index"]["found"]
        assert "rebuild search" in seen()["Search index"]["advice"]

    def test_says_when_the_mail_server_does_not_answer(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

        mail = seen()["Mail"]

        assert "does not take it" in mail["found"]
        assert "NBCOMMONS_MAIL" in mail["advice"]

    def test_greets_the_mail_server(self, settings):
        class Greeter(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 mail.example.org\r\n")
                for line in self.rfile:
                    self.wfile.write(b"250 mail.example.org\r\n")
                    if line.lower().startswith(b"quit"):
                        return

        with socketserver.TCPServer(("127.0.0.1", 0), Greeter) as server:
            threading.Thread(target=server.handle_request, daemon=True).start()
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
            settings.EMAIL_USE_TLS = False

            assert seen()["Mail"]["found"] == "127.0.0.1 takes it"
