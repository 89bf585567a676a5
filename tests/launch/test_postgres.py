"""The bundled PostgreSQL: made, started, shut away from others, gone afterwards."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from nbcommons.launch import postgres
from nbcommons.launch.accounts import POSTGRES_ACCOUNT, service_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


class TestTemporaryCluster:
    def test_gives_a_database_whose_owner_is_no_superuser(self):
        with postgres.temporary_cluster() as url, psycopg.connect(url) as db:
            row = db.execute(
                "SELECT current_database(), rolsuper, rolcreatedb"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()

        assert row == ("nbcommons", False, True)

    def test_takes_the_extension_the_site_needs(self):
        with postgres.temporary_cluster() as url, psycopg.connect(url) as db:
            db.execute("CREATE EXTENSION pg_trgm")

    def test_leaves_nothing_behind(self):
        with postgres.temporary_cluster() as url:
            folder = socket_folder(url).parent
            assert folder.exists()

        assert not folder.exists()

    def test_refuses_a_wrong_password(self):
        with postgres.temporary_cluster() as url:
            password = urlsplit(url).password
            assert password is not None

            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(url.replace(password, "guess"))

    @as_root
    def test_keeps_other_accounts_from_the_socket(self):
        with postgres.temporary_cluster() as url:
            done = subprocess.run(
                ["setpriv", "--reuid", "300000", "--clear-groups", "ls", socket_folder(url)],
                capture_output=True,
                text=True,
                check=False,
            )

        assert "Permission denied" in done.stderr

    @as_root
    def test_does_not_run_as_root(self):
        account = service_account(POSTGRES_ACCOUNT)
        assert account is not None
        with postgres.temporary_cluster() as url, psycopg.connect(url) as db:
            pid = db.execute("SELECT pg_backend_pid()").fetchone()[0]

            assert Path(f"/proc/{pid}").stat().st_uid == account.uid

    def test_ends_when_its_owner_is_killed(self):
        script = (
            "from nbcommons.launch.postgres import temporary_cluster\n"
            "with temporary_cluster() as url:\n"
            "    print(url, flush=True); input()\n"
        )
        owner = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        url = owner.stdout.readline().strip()
        pidfile = socket_folder(url).parent / f"{postgres.TEMPORARY_PREFIX}data/postmaster.pid"
        pid = int(pidfile.read_text().splitlines()[0])

        owner.kill()
        owner.communicate()

        deadline = time.monotonic() + 10
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not Path(f"/proc/{pid}").exists()
