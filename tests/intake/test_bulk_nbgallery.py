"""``import`` of what an nbgallery exports, and of bundles made for its importer by hand."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from nbcommons.intake._bulk.nbgallery_metadata import parse_commit_ids, parse_metadata
from nbcommons.intake.models import ImportedNotebook, ImportedRevision
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person, Team
from tests.factories.bulk import notebook_file, tar_of, zip_of
from tests.factories.imports import bring_in, only_notebook, outcomes, told

pytestmark = pytest.mark.django_db
NEW, VERSION, SAME, LEFT = "new", "new version", "unchanged", "left out"
UUID = "3f1c2f6e-0c4b-4a55-9a3e-6b0b8f0d9a10"
PARENT = "11111111-0c4b-4a55-9a3e-6b0b8f0d9a10"
COMMIT = "9b2d5c1e-7f0a-4d3b-8a66-1f2e3d4c5b6a"
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entry(**changes):
    """As ``GET /admin/download_export`` writes it."""
    whole = {
        "updated": "2025-06-01T12:34:56.000Z",
        "created": "2025-05-01T08:00:00.000Z",
        "title": "Sales report",
        "description": "Monthly numbers",
        "uuid": UUID,
        "public": True,
        "creator": "alice",
        "updater": "bob",
        "owner": "Analytics",
        "owner_type": "Group",
        "tags": ["sales", "pandas"],
    } | changes
    return {key: value for key, value in whole.items() if value is not None}


def bundle(tmp_path, entries, *, name="notebook_export.tar.gz", code="print(1)", make=tar_of):
    """The notebooks, then ``metadata.json``, as nbgallery packs them."""
    files = {
        f"{stem}.ipynb": notebook_file("From there", code, output="CANARY") for stem in entries
    }
    return make(tmp_path / name, files | {"metadata.json": json.dumps(entries).encode()})


def change_here(notebook) -> None:
    """A version that somebody made after the notebook came in."""
    catalogue.add_revision(
        notebook,
        author_id=notebook.created_by_id,
        canonical=b'{"cells":[]}',
        cells=[],
        at=AT,
    )


class TestExport:
    def test_every_key_of_its_metadata_arrives(self, tmp_path):
        report = bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)

        notebook = only_notebook()
        assert outcomes(report) == {f"{UUID}.ipynb": NEW}
        assert str(notebook.uuid) == UUID
        assert (notebook.title, notebook.purpose) == ("Sales report", "Monthly numbers")
        assert notebook.created_at == datetime(2025, 5, 1, 8, tzinfo=UTC)
        assert notebook.updated_at == datetime(2025, 6, 1, 12, 34, 56, tzinfo=UTC)
        assert (notebook.owner, notebook.owner_team.name) == (None, "Analytics")
        assert notebook.created_by.username == "alice"
        assert notebook.current_revision.author.username == "bob"
        assert notebook.visibility == "everyone"
        assert {tag.name for tag in notebook.tags.all()} == {"sales", "pandas"}

    def test_secrets_in_its_words_are_told_by_their_place(self, tmp_path, capsys):
        key = "AKIA" + "QWERTYUIOPASDFGH"
        said = entry(title=f"Sales of {key}", description="password = 'Winter-2026-x9'")

        report = bring_in(bundle(tmp_path, {UUID: said}), tmp_path=tmp_path)

        row = report["by_name"][f"{UUID}.ipynb"]
        title, description = sorted(row["secrets"], reverse=True)
        assert title.startswith("title: a key of Amazon")
        assert description.startswith("description: ")
        assert only_notebook().visibility == "private"
        said = capsys.readouterr().out
        assert "description: a password" in said
        assert key not in said

    def test_people_are_made_who_cannot_sign_in_and_it_is_said(self, tmp_path):
        report = bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)

        assert report["summary"]["people_made"] == ["alice", "bob"]
        assert report["summary"]["teams_made"] == ["Analytics"]
        for name in ("alice", "bob"):
            person = Person.objects.get(username=name)
            assert not person.is_active
            assert not person.has_usable_password()

    def test_people_and_teams_who_are_here_are_found(self, tmp_path):
        alice = Person.objects.create(username="alice")
        team = Team.objects.create(name="analytics", slug="analytics", created_at=AT)

        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)

        assert only_notebook().created_by == alice
        assert only_notebook().owner_team == team

    def test_people_with_other_names_here_are_found_by_the_list(self, tmp_path):
        alice = Person.objects.create(username="a.liddell")
        (tmp_path / "people.csv").write_text("Alice,a.liddell\n")

        bring_in(
            bundle(tmp_path, {UUID: entry()}),
            "--people",
            str(tmp_path / "people.csv"),
            tmp_path=tmp_path,
        )

        assert only_notebook().created_by == alice
        assert not Person.objects.filter(username="alice").exists()

    def test_private_ones_stay_private(self, tmp_path):
        bring_in(
            bundle(tmp_path, {UUID: entry(public=False, owner="alice", owner_type="User")}),
            tmp_path=tmp_path,
        )

        assert (only_notebook().visibility, only_notebook().owner.username) == (
            "private",
            "alice",
        )

    def test_visibility_is_as_asked_where_it_is_not_said(self, tmp_path):
        bring_in(
            bundle(tmp_path, {UUID: entry(public=None)}),
            "--visibility",
            "private",
            tmp_path=tmp_path,
        )

        assert only_notebook().visibility == "private"

    def test_says_what_such_an_export_does_not_hold(self, tmp_path):
        report = bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)

        said = " ".join(report["summary"]["not_in_the_source"])
        assert "earlier versions" in said
        assert "--commit-ids" in said

    def test_commit_ids_come_along_so_that_linked_copies_see_no_change(self, tmp_path):
        export = bundle(tmp_path, {UUID: entry(commit_id=COMMIT)})

        report = bring_in(export, tmp_path=tmp_path)

        kept = ImportedRevision.objects.get(revision=only_notebook().current_revision)
        assert kept.commit_id == COMMIT
        assert "--commit-ids" not in " ".join(report["summary"]["not_in_the_source"])

    def test_commit_ids_come_from_a_list_of_the_database(self, tmp_path):
        (tmp_path / "ids.tsv").write_text(f"uuid\tcommit_id\n{UUID}\t{COMMIT}\n")

        bring_in(
            bundle(tmp_path, {UUID: entry()}),
            "--commit-ids",
            str(tmp_path / "ids.tsv"),
            tmp_path=tmp_path,
        )

        assert ImportedRevision.objects.get().commit_id == COMMIT

    @pytest.mark.parametrize("nothing", [None, [], "a title", 1])
    def test_one_that_is_not_described_keeps_out_that_one(self, tmp_path, nothing):
        export = bundle(tmp_path, {UUID: entry(), PARENT: nothing})

        report = bring_in(export, tmp_path=tmp_path)

        assert outcomes(report) == {f"{UUID}.ipynb": NEW, f"{PARENT}.ipynb": LEFT}
        assert "is no description" in json.dumps(report)

    def test_commit_ids_can_come_along_a_second_time(self, tmp_path):
        (tmp_path / "ids.tsv").write_text(f"uuid\tcommit_id\n{UUID}\t{COMMIT}\n")
        export = bundle(tmp_path, {UUID: entry()})
        with_ids = ("--commit-ids", str(tmp_path / "ids.tsv"))
        bring_in(export, tmp_path=tmp_path)
        bring_in(export, *with_ids, "--dry-run", tmp_path=tmp_path)
        assert not ImportedRevision.objects.exists()

        for _ in range(2):
            report = bring_in(export, *with_ids, tmp_path=tmp_path)

        assert outcomes(report) == {f"{UUID}.ipynb": "unchanged"}
        kept = ImportedRevision.objects.get()
        assert (kept.commit_id, kept.revision) == (COMMIT, only_notebook().current_revision)

    def test_commit_ids_are_not_given_to_what_was_changed_here(self, tmp_path):
        (tmp_path / "ids.tsv").write_text(f"uuid\tcommit_id\n{UUID}\t{COMMIT}\n")
        export = bundle(tmp_path, {UUID: entry()})
        bring_in(export, tmp_path=tmp_path)
        notebook = only_notebook()
        change_here(notebook)

        bring_in(export, "--commit-ids", str(tmp_path / "ids.tsv"), tmp_path=tmp_path)

        assert not ImportedRevision.objects.exists()

    def test_deprecation_parents_and_unknown_keys_come_along(self, tmp_path):
        export = bundle(
            tmp_path,
            {
                UUID: entry(parent_uuid=PARENT, deprecated=True, risk="high", lang="r"),
                PARENT: entry(uuid=PARENT, title="Parent"),
            },
        )

        bring_in(export, tmp_path=tmp_path)

        notebook = Notebook.objects.get(uuid=UUID)
        assert notebook.deprecated_at == notebook.updated_at
        assert str(notebook.forked_from.uuid) == PARENT
        assert notebook.language == "r"
        assert ImportedNotebook.objects.get(notebook=notebook).extra == {"risk": "high"}

    @pytest.mark.parametrize(
        ("name", "make"),
        [("a.tar.gz", tar_of), ("a.tgz", tar_of), ("a.zip", zip_of)],
    )
    def test_metadata_may_stand_first_and_names_may_begin_with_a_dot(
        self, tmp_path, name, make
    ):
        path = make(
            tmp_path / name,
            {
                "./metadata.json": json.dumps({UUID: entry()}).encode(),
                f"./{UUID}.ipynb": notebook_file(),
            },
        )

        assert outcomes(bring_in(path, tmp_path=tmp_path)) == {f"{UUID}.ipynb": NEW}

    def test_an_unpacked_bundle_is_read_too(self, tmp_path):
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "metadata.json").write_text(json.dumps({UUID: entry()}))
        (tmp_path / "in" / f"{UUID}.ipynb").write_bytes(notebook_file())

        bring_in(tmp_path / "in", tmp_path=tmp_path)

        assert only_notebook().title == "Sales report"


class TestAgain:
    def test_changes_nothing(self, tmp_path):
        export = bundle(tmp_path, {UUID: entry()})
        bring_in(export, tmp_path=tmp_path)

        report = bring_in(export, tmp_path=tmp_path)

        assert set(outcomes(report).values()) == {SAME}
        assert only_notebook().revisions.count() == 1

    def test_what_is_newer_becomes_a_version_with_its_date_and_words(self, tmp_path):
        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)
        newer = entry(
            updated="2025-07-01T00:00:00Z", changelog="Fixed the sum", commit_id=COMMIT
        )

        report = bring_in(bundle(tmp_path, {UUID: newer}, code="print(2)"), tmp_path=tmp_path)

        revision = only_notebook().current_revision
        assert outcomes(report) == {f"{UUID}.ipynb": VERSION}
        assert (revision.number, revision.message) == (2, "Fixed the sum")
        assert revision.created_at == datetime(2025, 7, 1, tzinfo=UTC)
        assert ImportedRevision.objects.get(revision=revision).commit_id == COMMIT

    @pytest.mark.parametrize(
        "updated", ["2025-06-01T12:34:56.000Z", "2024-01-01T00:00:00Z", None]
    )
    def test_what_is_not_newer_is_left_out(self, tmp_path, updated):
        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)

        report = bring_in(
            bundle(tmp_path, {UUID: entry(updated=updated)}, code="print(2)"), tmp_path=tmp_path
        )

        assert set(outcomes(report).values()) == {LEFT}
        assert only_notebook().revisions.count() == 1

    def test_what_was_changed_here_later_is_not_overwritten(self, tmp_path):
        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)
        notebook = only_notebook()
        change_here(notebook)
        newer = bundle(tmp_path, {UUID: entry(updated="2025-07-01T00:00:00Z")}, code="print(2)")

        left = bring_in(newer, tmp_path=tmp_path)
        written = bring_in(newer, "--overwrite", tmp_path=tmp_path)

        assert set(outcomes(left).values()) == {LEFT}
        assert set(outcomes(written).values()) == {VERSION}

    def test_owner_and_visibility_stay_as_they_are_here(self, tmp_path):
        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)
        changed = entry(
            updated="2025-07-01T00:00:00Z", owner="eve", owner_type="User", public=False
        )

        bring_in(bundle(tmp_path, {UUID: changed}, code="print(2)"), tmp_path=tmp_path)

        assert only_notebook().owner_team.name.lower() == "analytics"
        assert only_notebook().visibility == "everyone"


class TestBundlesByHand:
    def test_without_uuid_are_found_again(self, tmp_path):
        export = bundle(tmp_path, {"sales": entry(uuid=None)})
        bring_in(export, tmp_path=tmp_path)

        assert outcomes(bring_in(export, tmp_path=tmp_path)) == {"sales.ipynb": SAME}

    def test_the_same_title_of_the_same_owner_needs_a_uuid(self, tmp_path):
        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)

        report = bring_in(
            bundle(tmp_path, {"sales": entry(uuid=None)}, name="other.tar.gz"),
            tmp_path=tmp_path,
        )

        assert "uuid" in report["by_name"]["sales.ipynb"]["reason"]

    def test_what_is_wrong_with_one_costs_no_other(self, tmp_path):
        export = tar_of(
            tmp_path / "x.tar.gz",
            {
                f"{UUID}.ipynb": notebook_file(),
                "untitled.ipynb": notebook_file(),
                "silent.ipynb": notebook_file(),
                "odd.ipynb": notebook_file(),
                "twin.ipynb": notebook_file(),
                "broken.ipynb": b"{",
                "metadata.json": json.dumps(
                    {
                        UUID: entry(),
                        "untitled": entry(title=" ", uuid=None),
                        "odd": entry(uuid="no uuid"),
                        "twin": entry(),
                        "broken": entry(uuid=None),
                        "lost": entry(uuid=None),
                    }
                ).encode(),
            },
        )

        report = bring_in(export, tmp_path=tmp_path)

        reasons = {row["name"]: row["reason"] for row in report["notebooks"] if row["reason"]}
        assert report["summary"]["new"] == 1
        assert "no title" in reasons["untitled.ipynb"]
        assert "says nothing" in reasons["silent.ipynb"]
        assert "uuid" in reasons["odd.ipynb"]
        assert "same uuid" in reasons["twin.ipynb"]
        assert "does not hold it" in reasons["lost.ipynb"]
        assert "broken.ipynb" in reasons

    def test_without_an_owner_go_to_whom_the_operator_names(self, tmp_path):
        bring_in(
            bundle(tmp_path, {"sales": entry(uuid=None, owner=None, owner_type=None)}),
            tmp_path=tmp_path,
        )

        assert only_notebook().owner.username == "ann"

    @pytest.mark.parametrize("odd", [5, None, "text", ["x"], {"a": 1}, True])
    def test_odd_values_harm_nothing(self, tmp_path, odd):
        values = dict.fromkeys(
            ("updated", "created", "description", "public", "creator", "updater", "owner",
             "owner_type", "tags", "lang", "deprecated", "commit_id", "parent_uuid", "changelog"),
            odd,
        )  # fmt: skip

        report = bring_in(
            bundle(tmp_path, {"a": {"title": "Odd", **values}}), tmp_path=tmp_path
        )

        assert outcomes(report) == {"a.ipynb": NEW}


class TestDryRun:
    def test_says_the_same_as_the_real_one(self, tmp_path):
        export = bundle(
            tmp_path,
            {UUID: entry(), "a": entry(uuid=None), "b": entry(uuid=None), "c": entry(title="")},
        )

        dry = bring_in(export, "--dry-run", tmp_path=tmp_path)

        assert not Notebook.objects.exists()
        assert set(Person.objects.values_list("username", flat=True)) == {"ann"}
        assert not Team.objects.exists()
        assert told(dry) == told(bring_in(export, tmp_path=tmp_path))


class TestWhatCannotBe:
    """Keeps out that one notebook, in words; the others come in."""

    def both(self, tmp_path, **changes):
        other = UUID.replace("3", "4", 1)
        entries = {UUID: entry(**changes), other: entry(uuid=other, title="Another")}
        export = bundle(tmp_path, entries)
        dry = bring_in(export, "--dry-run", tmp_path=tmp_path)
        first = bring_in(export, tmp_path=tmp_path)
        again = bring_in(export, tmp_path=tmp_path)
        assert told(dry) == told(first)
        assert outcomes(first) == {f"{UUID}.ipynb": LEFT, f"{other}.ipynb": NEW}
        assert outcomes(again) == {f"{UUID}.ipynb": LEFT, f"{other}.ipynb": SAME}
        assert only_notebook().title == "Another"
        return first["by_name"][f"{UUID}.ipynb"]["reason"]

    @pytest.mark.parametrize("key", ["updated", "created"])
    @pytest.mark.parametrize(
        "date",
        [
            "9999-12-31T23:59:59-12:00",
            "0001-01-01T00:00:00+14:00",
            "1969-12-31T23:59:59Z",
            "2999-01-01T00:00:00",
        ],
    )
    def test_a_date(self, tmp_path, key, date):
        reason = self.both(tmp_path, **{key: date})

        assert date[:10] in reason
        assert "between 1970 and today" in reason

    @pytest.mark.parametrize("key", ["title", "description", "owner", "something_else"])
    def test_half_of_a_sign(self, tmp_path, key):
        assert "lone surrogate" in self.both(tmp_path, **{key: "a\ud800b"})

    @pytest.mark.parametrize(("kind", "most"), [("User", 150), ("Group", 100)])
    def test_an_owner_whose_name_is_too_long(self, tmp_path, kind, most):
        reason = self.both(tmp_path, owner="o" * 500, owner_type=kind)

        assert f"more than {most} signs" in reason
        assert not Person.objects.filter(username__startswith="ooo").exists()
        assert not Team.objects.filter(name__startswith="ooo").exists()

    @pytest.mark.parametrize("key", ["creator", "updater"])
    def test_an_author_whose_name_is_too_long(self, tmp_path, key):
        self.both(tmp_path, **{key: "o" * 500})

        assert not Person.objects.filter(full_name__startswith="ooo").exists()

    def test_a_folder_with_half_of_a_sign_is_still_an_export(self, tmp_path):
        root = tmp_path / "unpacked"
        root.mkdir()
        (root / f"{UUID}.ipynb").write_bytes(notebook_file("From there", "print(1)"))
        entries = {UUID: entry(), "other": entry(uuid=None, title="a\ud800")}
        (root / "metadata.json").write_text(json.dumps(entries))

        report = bring_in(root, tmp_path=tmp_path)

        assert report["summary"]["kind"] == "nbgallery"
        assert only_notebook().title == "Sales report"

    def test_a_date_that_was_stored_before_stops_nothing(self, tmp_path):
        bring_in(bundle(tmp_path, {UUID: entry()}), tmp_path=tmp_path)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE intake_importednotebook SET source_updated_at = '10000-01-01 12:00+00'"
            )

        call_command("export", "--to", str(tmp_path / "out"))
        export = bundle(tmp_path, {UUID: entry()}, code="print(2)")
        report = bring_in(export, tmp_path=tmp_path)

        assert outcomes(report) == {f"{UUID}.ipynb": VERSION}
        assert any((tmp_path / "out").iterdir())


class TestParseMetadata:
    def test_texts_that_the_database_refuses_are_made_fit(self):
        raw = json.dumps({"a": entry(title="x\u0000y", extra_key="a\u0000b")}).encode()

        facts = parse_metadata(raw, {})["a"]

        assert facts.about.title == "xy"
        assert "\x00" not in json.dumps(facts.about.extra)

    @pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"a": 1}', b"\xff"])
    def test_says_that_it_describes_no_notebooks(self, tmp_path, raw):
        export = tar_of(
            tmp_path / "a.tar.gz", {"a.ipynb": notebook_file(), "metadata.json": raw}
        )
        Person.objects.create(username="ann")

        with pytest.raises(CommandError, match=r"metadata\.json"):
            call_command("import", str(export), "--owner", "ann")


class TestParseCommitIds:
    @pytest.mark.parametrize(
        "text",
        [
            json.dumps({UUID: COMMIT}),
            f"{UUID},{COMMIT}",
            f"uuid\tcommit_id\n{UUID}\t{COMMIT}\n",
            f'"{UUID}";"{COMMIT}"\r\n',
            f"\ufeff{UUID.upper()} {COMMIT}",
        ],
    )
    def test_reads_what_databases_and_people_write(self, text):
        assert parse_commit_ids(text.encode()) == {UUID: COMMIT}
