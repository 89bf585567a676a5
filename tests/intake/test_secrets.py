"""Secrets are found, named without being repeated, and blanked out."""

import itertools
import socket
import time

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from hypothesis import given, strategies as st

from nbcommons.notebooks.secrets import kinds
from nbcommons.notebooks.secrets.findings import (
    MOST_FINDINGS,
    blank_out,
    blank_out_all,
    blank_out_texts,
    find_secrets,
    secrets_in_texts,
)
from nbcommons_ipynb.redacting import PLACEHOLDER

# Made up, and put together here so that no scanner takes this file for a leak.
AWS = "AKIA" + "QZ7W3M5X8RTK2VBN"
GITHUB = "ghp_" + "a8Kd92mfLq0Xz71YtRb53NcVw64GhJp2Se9U"
PEM = (
    "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEAxyz\nAbCd1234\n"
    "-----END RSA " + "PRIVATE KEY-----"
)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
RANDOM = "kJ8s02mXq7Tz" + "Lw4vRb91YcNd63Hf"


def document(*sources, kind="code"):
    return {
        "cells": [
            {"cell_type": kind, "id": f"c{place}", "metadata": {}, "source": source}
            for place, source in enumerate(sources)
        ],
        "metadata": {},
    }


def kinds_in(*sources, **options):
    return [finding.kind.name for finding in find_secrets(document(*sources), **options)]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_args, **_kw):
        raise AssertionError("a detector wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class TestFindSecrets:
    @pytest.mark.parametrize(
        ("source", "kind"),
        [
            (f'key = "{AWS}"', "aws_key"),
            (f"# token {GITHUB}", "github_token"),
            (f'pem = """{PEM}"""', "private_key"),
            (f"headers = {{'Authorization': 'Bearer {JWT}'}}", "web_token"),
            ("engine('postgresql://ann:s3cr3tpw@db.local/x')", "password_in_address"),
            ('password = "hunter2"', "password"),
            ("connect(user='ann', pwd='Winter-2026')", "password"),
            ('{"client_secret": "Zx81!abc"}', "password"),
            ("%env DB_PASSWORD=Winter-2026", "password"),
            ("!export API_KEY=abcd-1234-efgh", "password"),
            (f"call('{RANDOM}')", "random_text"),
            ("call('" + "3f9a1c07b52ed846" + "90fb1d6e35a7c28f')", "random_hex"),
            ('key = "AIza' + 'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"', "google_key"),
            ('login("hf_' + 'aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH")', "huggingface_token"),
            ("t = 'nbc_" + "a1B2" * 11 + "'", "commons_token"),
            ("ask(ann.lee@ministry.gov)", "email"),
            ("ids = [" + ", ".join(str(40_117 + n * 7) for n in range(30)) + "]", "numbers"),
        ],
    )
    def test_names_what_it_may_be(self, source, kind):
        assert kinds_in("x = 1", source) == [kind]

    @pytest.mark.parametrize(
        "source",
        [
            'password = os.environ["DB_PASSWORD"]',
            "password = getpass()",
            'api_key = "your_api_key_goes_here"',
            'password = "<password>"',
            'password = "********"',
            f'password = "{PLACEHOLDER}"',
            "alphabet = 'abcdefghijklmnopqrstuvwxyz'",
            "md5 = '" + "3f9a1c07b52ed846" + "90fb1d6e35a7c28f'",
            "path = 'data/processed/reports/2026/Quarterly_Sales_by_region'",
            "mail = 'someone@example.org'",
            "git clone git@github.com:org/repository.git",
            "grid = [" + "1, 2, 3, 4, 5, 6, 7, 8, 9, " * 20 + "]",
            "@decorator\ndef secret_of(name): ...",
            "id = '6f1c2f6e-0c4b-4a55-9a3e-6b0b8f0d9a10'",
        ],
    )
    def test_leaves_alone_what_is_none(self, source):
        assert kinds_in(source) == []

    def test_says_where_and_never_what(self):
        (finding,) = find_secrets(document("x = 1", f'a = 2\nkey = "{AWS}"  # {AWS}'))

        assert [(p.position, p.line) for p in finding.places] == [(1, 2), (1, 2)]
        assert AWS not in repr(finding)
        assert finding.places[0].excerpt == 'key = "••••••" # ••••••'

    def test_masks_the_other_secrets_of_the_line_too(self):
        findings = find_secrets(document(f'password = "hunter2"; call("{RANDOM}")'))

        assert len(findings) == 2
        assert "hunter2" not in repr(findings)
        assert RANDOM not in repr(findings)

    def test_asks_once_about_the_same_secret_in_many_cells(self):
        (finding,) = find_secrets(document(f'k = "{AWS}"', "x = 1", f'k = "{AWS}"'))

        assert [place.position for place in finding.places] == [0, 2]

    def test_asks_once_about_all_addresses(self):
        (finding,) = find_secrets(document("ann.lee@ministry.gov", "bob.ray@ministry.gov"))

        assert finding.kind is kinds.EMAIL
        assert len(finding.places) == 2

    def test_finds_it_again_under_the_same_key_after_an_edit(self):
        (before,) = find_secrets(document(f'k = "{AWS}"'))
        (after,) = find_secrets(document("new cell", f'\n\nkk = "{AWS}"'))

        assert before.key == after.key

    def test_hashes_with_the_key_of_the_site(self, settings):
        (before,) = find_secrets(document('password = "hunter2"'))
        settings.SECRET_KEY = "another"
        (after,) = find_secrets(document('password = "hunter2"'))

        assert before.key != after.key

    def test_looks_into_text_and_long_lines(self):
        long = "x" * 580 + f' "{AWS}" ' + "y" * 5000 + f"'{RANDOM}'"

        assert kinds_in(long) == ["aws_key", "random_text"]
        assert [f.kind.name for f in find_secrets(document(PEM, kind="markdown"))] == [
            "private_key"
        ]

    def test_does_not_ask_about_what_the_operator_leaves_out(self):
        assert kinds_in("ann.lee@ministry.gov", ignored={"email"}) == []

    def test_says_when_it_could_not_look_through_all(self):
        assert kinds_in("x = 1\n" * 1000, "y", budget_s=0.0) == ["unread"]

    def test_looks_through_all_while_others_have_the_processor(self, monkeypatch):
        clock = itertools.count(step=60.0)
        monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))

        assert kinds_in("x = 1\n" * 1000, "y") == []

    def test_asks_about_so_many_at_most(self):
        many = "\n".join(f'password = "pw-{n}"' for n in range(MOST_FINDINGS + 20))

        assert kinds_in(many).count("password") == MOST_FINDINGS
        assert kinds_in(many)[-1] == "unread"

    def test_knows_every_detector_of_the_library(self):
        assert set(get_mapping_from_secret_type_to_class()) == set(kinds.BY_DETECTOR)

    @pytest.mark.parametrize(
        "piece",
        ["://a:", '"', "eyJ", "eyJ.a", "-----BEGIN PRIVATE KEY-----", "1,", "1234, ", "a@b.",
         'password="', "AKC", "AccountKey=", "aws secret ", "'1234',\n", "_secret", "://a:b@"],
    )  # fmt: skip
    def test_takes_bounded_time_for_text_made_to_be_slow(self, piece):
        started = time.thread_time()
        find_secrets(document(piece * (300_000 // len(piece))), budget_s=1.0)

        assert time.thread_time() - started < 5

    @given(st.lists(st.text(alphabet="aA1=:/@.\"'-\n sKeyJ+", max_size=80), max_size=4))
    def test_bears_any_text(self, sources):
        find_secrets(document(*sources))


class TestBlankOut:
    def blanked(self, *sources):
        before = document(*sources)
        keys = {finding.key for finding in find_secrets(before)}
        return [cell["source"] for cell in blank_out(before, keys)["cells"]]

    @pytest.mark.parametrize("secret", [AWS, GITHUB, JWT, RANDOM])
    def test_replaces_a_key_wherever_it_stands(self, secret):
        code, prose = self.blanked(f'key = "{secret}"', f"My key is {secret}, I think.")

        assert code == f'key = "{PLACEHOLDER}"'
        assert prose == f"My key is {PLACEHOLDER}, I think."

    def test_replaces_a_private_key_to_its_end(self):
        assert self.blanked(f'pem = """{PEM}"""') == [f'pem = """{PLACEHOLDER}"""']

    def test_replaces_a_password_and_leaves_the_address(self):
        (code,) = self.blanked("e('postgresql://ann:s3cr3tpw@db.local/x')")

        assert code == f"e('postgresql://ann:{PLACEHOLDER}@db.local/x')"

    def test_leaves_nothing_to_find(self):
        before = document(f'password = "hunter2"; k="{AWS}"', PEM, "ann.lee@ministry.gov")
        keys = {finding.key for finding in find_secrets(before)}

        assert find_secrets(blank_out(before, keys)) == ()

    def test_leaves_alone_what_was_not_chosen(self):
        before = document('password = "hunter2"', f'k = "{AWS}"')
        password, _ = find_secrets(before)

        after = blank_out(before, {password.key})

        assert AWS in after["cells"][1]["source"]
        assert before["cells"][0]["source"] == 'password = "hunter2"'


class TestTexts:
    def test_are_looked_through_and_blanked_out(self):
        texts = {"title": f"Connect with {GITHUB}", "purpose": "Ask ann.lee@ministry.gov."}

        found = secrets_in_texts(texts)
        assert [(one.kind.name, one.places[0].field) for one in found] == [
            ("github_token", "title"),
            ("email", "purpose"),
        ]
        assert {place.position for one in found for place in one.places} == {None}
        assert blank_out_texts(texts, {one.key for one in found}) == {
            "title": f"Connect with {PLACEHOLDER}",
            "purpose": f"Ask {PLACEHOLDER}.",
        }

    def test_ask_one_question_with_the_notebook(self):
        notebook, texts = document(f"key = '{AWS}'"), {"title": f"With {AWS}"}

        (finding,) = find_secrets(notebook, texts)
        assert [(p.position, p.field) for p in finding.places] == [(0, ""), (None, "title")]
        bare, told = blank_out_all(notebook, texts, {finding.key})
        assert AWS not in repr((bare, told))


class TestMetadata:
    def test_is_looked_through_and_blanked_out(self):
        notebook = document("x = 1")
        notebook["metadata"] = {"kernelspec": {"name": AWS, "display_name": f"Mine {GITHUB}"}}
        notebook["cells"][0]["metadata"] = {"tags": [f"by-{GITHUB}"]}

        found = find_secrets(notebook)
        places = {(p.position, p.field) for one in found for p in one.places}
        assert places == {(None, "metadata.kernelspec"), (0, "metadata.tags")}
        bare = blank_out(notebook, {one.key for one in found})
        assert AWS not in repr(bare)
        assert GITHUB not in repr(bare)

    def test_never_tells_what_stands_deeper(self):
        notebook = document("x = 1")
        notebook["metadata"] = {"mine": {AWS: {"a": GITHUB}}}

        assert AWS not in repr(find_secrets(notebook))

    def test_of_where_it_came_from_is_taken_off_anyway(self):
        notebook = document("x = 1")
        notebook["metadata"] = {"nbcommons": {"site": f"https://{AWS}/"}}

        assert find_secrets(notebook) == ()
