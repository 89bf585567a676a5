"""``export`` and back: nothing is lost, nothing hidden comes along, no results, no half files."""

import gzip
import json
import os
import random
import stat
import tarfile
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from nbcommons.core.actor import Actor
from nbcommons.intake._bulk.exporting import taken_along
from nbcommons.intake._bulk.exporting_nbgallery import taken_to_nbgallery
from nbcommons.intake._bulk.packing import CannotWrite, written_into
from nbcommons.intake.models import ImportedNotebook, ImportedRevision
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Notebook, NotebookShare, Revision, Tag
from nbcommons.notebooks.operations import Description, ShareWith
from nbcommons.people.models import Label, LabelHolding, Membership, Person, Team
from nbcommons_ipynb.canonical import canonical_bytes
from tests.factories.bulk import notebook_file, tar_of
from tests.factories.imports import bring_in, outcomes

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
SYSTEM = Actor.system("tests")
NEW, VERSION, SAME, LEFT = "new", "new version", "unchanged", "left out"
TEXTS = (
    "plain", "Ünïcödé ✓ 漢字 🎉", "tab\tand\x0bvertical\u2028line\u2029ends\r\nCRLF", "x" * 300,
    '<script>alert("x")</script>', "=cmd|' /C calc'!A0", "{{ 7*7 }}", "\\u0000 not null",
)  # fmt: skip


def document(*sources, **metadata):
    """A stripped notebook with these code cells."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}, **metadata},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{place}",
                "metadata": {"tags": ["optional"]} if place % 2 else {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for place, source in enumerate(sources)
        ],
    }


def publish(owner=None, *sources, team=None, title="A notebook", at=AT, **changes):
    content = document(*(sources or ("print(1)",)))
    return catalogue.create_notebook(
        owner_id=owner.pk if owner else None,
        team_id=team.pk if team else None,
        created_by_id=changes.pop("by").pk if "by" in changes else None,
        description=changes.pop(
            "description",
            Description(title, "What it does", "python", "course", ("a b", "c"), "3.11"),
        ),
        visibility=changes.pop("visibility", "everyone"),
        canonical=canonical_bytes(content),
        cells=cell_facts(content),
        at=at,
        **changes,
    )


def revise(notebook, author, *sources, at, **changes):
    content = document(*sources)
    return catalogue.add_revision(
        notebook,
        author_id=author.pk,
        canonical=canonical_bytes(content),
        cells=cell_facts(content),
        at=at,
        **changes,
    )


@pytest.fixture
def ann():
    return Person.objects.create(username="ann", full_name="Ann Ö", is_active=True)


@pytest.fixture
def bob():
    return Person.objects.create(username="bob", full_name="Bob", is_active=True)


def everything(ann, bob, seed=1):
    """Notebooks with all that can be said about them, put together at random."""
    random_ = random.Random(seed)
    team = Team.objects.create(name="Customs ✓", slug="customs", description="d", created_at=AT)
    label = Label.objects.create(
        name="Trade Secret", slug="trade", description="d", created_at=AT
    )
    notebooks = []
    for number in range(12):
        at = AT + timedelta(hours=number)
        owned = {"team": team, "by": bob} if number % 3 == 2 else {"owner": ann}
        notebook = publish(
            *([owned.pop("owner")] if "owner" in owned else [None]),
            random_.choice(TEXTS), "print(1)",
            description=Description(
                f"{number} {random_.choice(TEXTS)}"[:200], random_.choice(TEXTS), "python",
                random_.choice(["operational", "course", "building_block"]),
                ("tag", f"t{number}"), "3.12",
            ),
            visibility=random_.choice(["private", "shared", "everyone"]),
            forked_from=notebooks[0].current_revision if number == 5 else None,
            at=at, **owned,
        )  # fmt: skip
        for version in range(random_.randrange(4)):
            revise(
                notebook, bob, random_.choice(TEXTS), f"print({version})",
                at=at + timedelta(minutes=version + 1),
                message=random_.choice(TEXTS)[:300],
                label=f"label {version}" if version % 2 else "",
                from_change=uuid.UUID(int=random_.getrandbits(128)) if version == 2 else None,
            )  # fmt: skip
        if number % 4 == 1:
            shares = [ShareWith(person_id=bob.pk, may_edit=True), ShareWith(team_id=team.pk)]
            catalogue.set_shares(notebook, shares, actor_id=None, at=AT)
        if number % 5 == 3:
            catalogue.set_labels(notebook, [label.pk], actor_id=None, at=at)
        notebooks.append(notebook)
    catalogue.deprecate(
        notebooks[1],
        reason="Use the others",
        alternatives=notebooks[2:4],
        is_frozen=True,
        actor_id=ann.pk,
        at=AT + timedelta(days=1),
    )
    ImportedRevision.objects.create(revision=notebooks[4].current_revision, commit_id="abc")
    return notebooks


def export(tmp_path, *arguments, name="out.tar.gz"):
    path = tmp_path / name
    call_command("export", "--to", str(path), *arguments)
    return path


def files_in(path):
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def whole(actor=SYSTEM, at=AT):
    """What an export holds, by name; without it there is no knowing what a round trip lost."""
    return {
        file.name: file.content
        for file in taken_along(actor, at=at, progress=lambda _count: None)
    }


def forget_everything():
    for notebook in Notebook.objects.all():
        catalogue.remove_notebook(notebook, actor_id=None)
    Notebook.objects.all().delete()
    Tag.objects.all().delete()
    Membership.objects.all().delete()
    Team.objects.all().delete()
    Label.objects.all().delete()
    Person.objects.exclude(username="keeper").delete()


def without_members(files):
    """Whom an import may not let into a team: those who cannot sign in."""
    teams = json.loads(files["teams.json"])
    return files | {"teams.json": [{**team, "members": []} for team in teams]}


class TestRoundTrip:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    @pytest.mark.parametrize("name", ["out.tar.gz", "out"])
    def test_loses_nothing(self, ann, bob, tmp_path, seed, name):
        everything(ann, bob, seed)
        before = whole()
        path = export(tmp_path, name=name)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()

        report = bring_in(path, tmp_path=tmp_path, owner=None)

        assert set(outcomes(report).values()) == {NEW}
        # The keeper is named now, as the first owner of the teams that were made.
        after = whole()
        people = json.loads(after.pop("people.json"))
        assert [one for one in people if one["username"] != "keeper"] == json.loads(
            before.pop("people.json")
        )
        assert without_members(after) == without_members(before)

    def test_a_team_called_like_somebody_here_gets_another_name_once(self, ann, tmp_path):
        team = Team.objects.create(name="Carl Person", slug="trap", created_at=AT)
        publish(team=team, by=ann, title="One")
        path = export(tmp_path)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()
        Person.objects.create(username="carl", full_name="Carl Person", is_active=True)

        first = bring_in(path, tmp_path=tmp_path, owner=None)
        again = bring_in(path, tmp_path=tmp_path, owner=None)

        assert (set(outcomes(first).values()), set(outcomes(again).values())) == ({NEW}, {SAME})
        assert Team.objects.get().name == "Carl Person team"
        assert Notebook.objects.get().owner_team == Team.objects.get()

    def test_signs_that_nobody_sees_do_not_come_in(self, ann, tmp_path):
        notebook = publish(ann)
        Notebook.objects.filter(pk=notebook.pk).update(title="T\u202egpj", purpose="a\u200bb")
        path = export(tmp_path)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()

        bring_in(path, tmp_path=tmp_path, owner=None)

        assert Notebook.objects.values_list("title", "purpose").get() == ("Tgpj", "ab")

    def test_writes_nothing_where_all_of_it_is(self, ann, bob, tmp_path):
        everything(ann, bob)
        path = export(tmp_path)
        before = (Revision.objects.count(), NotebookShare.objects.count(), whole())

        report = bring_in(path, tmp_path=tmp_path)

        assert set(outcomes(report).values()) == {SAME}
        assert (Revision.objects.count(), NotebookShare.objects.count(), whole()) == before
        assert not ImportedNotebook.objects.exists()

    def test_brings_later_versions_to_a_copy_that_stayed_behind(self, ann, bob, tmp_path):
        notebook = publish(ann)
        early = export(tmp_path, name="early.tar.gz")
        revise(notebook, bob, "print(2)", at=AT + timedelta(days=1), message="Two")
        late = export(tmp_path, name="late.tar.gz")
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()
        bring_in(early, tmp_path=tmp_path, owner=None)

        report = bring_in(late, tmp_path=tmp_path, owner=None)
        again = bring_in(early, tmp_path=tmp_path, owner=None)

        current = Notebook.objects.get().current_revision
        assert set(outcomes(report).values()) == {VERSION}
        assert (current.number, current.message, current.author.username) == (2, "Two", "bob")
        assert set(outcomes(again).values()) == {SAME}

    def test_leaves_out_what_went_its_own_way(self, ann, tmp_path):
        notebook = publish(ann)
        revise(notebook, ann, "print('there')", at=AT)
        path = export(tmp_path)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()
        bring_in(path, tmp_path=tmp_path, owner=None)
        here = Notebook.objects.get()
        here.revisions.filter(number=2).update(
            content_id=here.revisions.get(number=1).content_id
        )

        report = bring_in(path, tmp_path=tmp_path, owner=None)

        assert set(outcomes(report).values()) == {LEFT}

    def test_a_dry_run_says_the_same(self, ann, bob, tmp_path):
        everything(ann, bob)
        path = export(tmp_path)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()

        dry = bring_in(path, "--dry-run", tmp_path=tmp_path, owner=None)
        real = bring_in(path, tmp_path=tmp_path, owner=None)

        for report in (dry, real):
            report["summary"].pop("dry_run")
        assert dry["summary"] == real["summary"]
        assert dry["notebooks"] == [row | {"uuid": ""} for row in real["notebooks"]]

    def test_what_carried_a_label_never_comes_in_without_it(self, ann, tmp_path):
        label = Label.objects.create(name="Trade Secret", slug="trade", created_at=AT)
        catalogue.set_labels(publish(ann), [label.pk], actor_id=None, at=AT)
        path = export(tmp_path)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()

        bring_in(path, tmp_path=tmp_path, owner=None)

        assert [one.name for one in Notebook.objects.get().labels.all()] == ["Trade Secret"]


class TestWhoseExport:
    def test_a_person_takes_what_they_may_edit_and_nothing_else(self, ann, bob, tmp_path):
        mine = publish(ann, title="Mine")
        publish(bob, title="Somebody else's, for everyone")
        shared = publish(bob, title="Shared to edit", visibility="shared")
        catalogue.set_shares(
            shared, [ShareWith(person_id=ann.pk, may_edit=True)], actor_id=None, at=AT
        )
        read_only = publish(bob, title="Shared to read", visibility="shared")
        catalogue.set_shares(read_only, [ShareWith(person_id=ann.pk)], actor_id=None, at=AT)
        binned = publish(ann, title="In the bin")
        catalogue.move_to_bin(binned, actor_id=None, at=AT)

        found = files_in(export(tmp_path, "--person", "ann"))

        uuids = {name.split("/")[1] for name in found if name.startswith("notebooks/")}
        assert uuids == {str(mine.uuid), str(shared.uuid)}

    def test_names_no_notebook_that_the_person_may_not_see(self, ann, bob, tmp_path):
        hidden = publish(bob, title="HIDDEN", visibility="private")
        mine = publish(ann, forked_from=hidden.current_revision)
        catalogue.deprecate(
            mine, reason="", alternatives=[hidden], is_frozen=False, actor_id=None, at=AT
        )

        text = b"".join(files_in(export(tmp_path, "--person", "ann")).values())

        assert str(hidden.uuid).encode() not in text
        assert b"HIDDEN" not in text

    def test_leaves_out_what_carries_a_label_that_the_person_does_not_hold(self, ann, tmp_path):
        label = Label.objects.create(name="Trade Secret", slug="trade", created_at=AT)
        catalogue.set_labels(publish(ann), [label.pk], actor_id=None, at=AT)

        without = files_in(export(tmp_path, "--person", "ann"))
        LabelHolding.objects.create(
            person=ann, label=label, source="administrator", granted_at=AT
        )
        holding = files_in(export(tmp_path, "--person", "ann", name="b.tar.gz"))

        assert json.loads(without["nbcommons-export.json"])["notebooks"] == 0
        assert b"Trade Secret" not in b"".join(without.values())
        assert json.loads(holding["nbcommons-export.json"])["notebooks"] == 1

    def test_tells_a_person_nothing_about_who_is_in_a_team(self, ann, bob, tmp_path):
        team = Team.objects.create(name="Customs", slug="customs", created_at=AT)
        for person, role in ((ann, "editor"), (bob, "member")):
            Membership.objects.create(team=team, person=person, role=role, created_at=AT)
        publish(team=team, by=ann)

        mine = files_in(export(tmp_path, "--person", "ann"))
        everybodys = files_in(export(tmp_path, name="all.tar.gz"))

        assert json.loads(mine["teams.json"])[0]["members"] == []
        assert len(json.loads(everybodys["teams.json"])[0]["members"]) == 2

    def test_of_somebody_whose_account_is_switched_off_works(self, ann, tmp_path):
        publish(ann)
        Person.objects.update(is_active=False)

        assert len(files_in(export(tmp_path, "--person", "ann"))) == 6

    def test_of_somebody_who_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="no person"):
            export(tmp_path, "--person", "nobody")


class TestFiles:
    @pytest.mark.usefixtures("ann")
    def test_hold_no_results(self, tmp_path):
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a.ipynb").write_bytes(
            notebook_file(output="CANARY-OUT", secret="CANARY-META", widgets={"x": "CANARY-W"})
        )
        bring_in(tmp_path / "in", tmp_path=tmp_path)

        for arguments in ((), ("--person", "ann"), ("--format", "nbgallery")):
            path = export(tmp_path, *arguments, name=f"{len(arguments)}{arguments[-1:]}.tgz")
            assert b"CANARY" not in gzip.decompress(path.read_bytes())

    def test_are_notebooks_that_jupyter_reads(self, ann, tmp_path):
        import nbformat  # noqa: PLC0415 - slow to import, and only here

        notebook = publish(ann, "print(1)\nprint(2)")
        found = files_in(export(tmp_path))

        raw = found[f"notebooks/{notebook.uuid}/versions/000001.ipynb"]
        read = nbformat.reads(raw.decode(), as_version=4)
        nbformat.validate(read)
        assert read.cells[0].source == "print(1)\nprint(2)"

    def test_can_be_read_by_whoever_made_them_only(self, ann, tmp_path):
        publish(ann)
        archive, folder = export(tmp_path), export(tmp_path, name="folder")

        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    @pytest.mark.parametrize("name", ["out.tar.gz", "out"])
    def test_never_replace_what_is_there(self, tmp_path, name):
        (tmp_path / name).write_text("mine")

        with pytest.raises(CommandError, match="is there already"):
            export(tmp_path, name=name)

        assert (tmp_path / name).read_text() == "mine"

    @pytest.mark.parametrize("name", ["out.tar.gz", "out"])
    def test_are_all_there_or_not_at_all(self, tmp_path, name):
        def interrupted():
            with written_into(tmp_path / name) as put:
                for file in taken_along(SYSTEM, at=AT, progress=lambda _count: None):
                    put(file)
                    raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()

        assert list(tmp_path.iterdir()) == []

    def test_may_go_into_an_empty_folder_and_into_no_other(self, ann, tmp_path):
        publish(ann)
        (tmp_path / "empty").mkdir()

        export(tmp_path, name="empty")

        assert (tmp_path / "empty" / "nbcommons-export.json").is_file()
        with pytest.raises(CommandError):
            export(tmp_path, name="empty")

    def test_need_a_folder_to_stand_in(self, tmp_path):
        with pytest.raises(CannotWrite), written_into(tmp_path / "no" / "where.tar.gz"):
            pass

    def test_get_a_name_of_their_own_without_one(self, ann, tmp_path, monkeypatch):
        publish(ann)
        monkeypatch.chdir(tmp_path)

        call_command("export")

        assert [path.name.startswith("nbcommons-export-") for path in tmp_path.iterdir()] == [
            True
        ]


class TestNbgallery:
    def test_is_what_its_importer_reads(self, ann, bob, tmp_path):
        team = Team.objects.create(name="Customs", slug="customs", created_at=AT)
        first = publish(ann, title="First")
        revise(first, bob, "print(2)", at=AT + timedelta(days=1))
        second = publish(team=team, by=bob, title="Second", visibility="private")

        path = export(tmp_path, "--format", "nbgallery")

        found = files_in(path)
        assert list(found) == [f"{first.uuid}.ipynb", f"{second.uuid}.ipynb", "metadata.json"]
        said = json.loads(found["metadata.json"])
        assert said[str(first.uuid)] == {
            "updated": "2026-03-02T09:30:15.123Z",
            "created": "2026-03-01T09:30:15.123Z",
            "title": "First",
            "description": "What it does",
            "uuid": str(first.uuid),
            "public": True,
            "creator": "ann",
            "updater": "bob",
            "owner": "ann",
            "owner_type": "User",
            "tags": ["a-b", "c"],
        }
        assert (said[str(second.uuid)]["owner"], said[str(second.uuid)]["owner_type"]) == (
            "Customs",
            "Group",
        )
        assert said[str(second.uuid)]["public"] is False
        cells = json.loads(found[f"{first.uuid}.ipynb"])["cells"]
        assert all(isinstance(cell["source"], str) for cell in cells)

    def test_what_carries_a_label_is_not_public_there(self, ann):
        label = Label.objects.create(name="Trade Secret", slug="trade", created_at=AT)
        catalogue.set_labels(publish(ann), [label.pk], actor_id=None, at=AT)

        files = taken_to_nbgallery(
            SYSTEM, at=AT, progress=lambda _count: None, too_large=lambda _title: None
        )

        (entry,) = json.loads(list(files)[-1].content).values()
        assert entry["public"] is False

    def test_what_came_from_there_goes_back_with_all_that_was_said(self, tmp_path):
        key = "3f1c2f6e-0c4b-4a55-9a3e-6b0b8f0d9a10"
        said = {
            "uuid": key, "title": "Sales", "description": "Numbers", "public": True,
            "created": "2025-05-01T08:00:00.000Z", "updated": "2025-06-01T12:34:56.000Z",
            "creator": "alice", "updater": "bob", "owner": "alice", "owner_type": "User",
            "tags": ["sales"], "commit_id": "9b2d5c1e", "risk": "high",
        }  # fmt: skip
        bundle = tar_of(
            tmp_path / "a.tar.gz",
            {
                f"{key}.ipynb": notebook_file(),
                "metadata.json": json.dumps({key: said}).encode(),
            },
        )
        bring_in(bundle, tmp_path=tmp_path)

        found = files_in(export(tmp_path, "--format", "nbgallery"))

        assert json.loads(found["metadata.json"])[key] == said

    def test_says_which_are_larger_than_it_takes(self, ann, tmp_path, capsys):
        publish(ann, "x" * 1_100_000, title="Huge one")

        export(tmp_path, "--format", "nbgallery")

        assert "Huge one" in capsys.readouterr().out


class TestTamperedExport:
    """What comes back may have been edited on the way."""

    def edited(self, tmp_path, ann, change):
        publish(ann)
        files = files_in(export(tmp_path))
        (name,) = (name for name in files if name.endswith("metadata.json"))
        said = json.loads(files[name])
        change(said, files)
        files[name] = json.dumps(said).encode()
        Notebook.objects.update(deleted_at=None)
        Person.objects.create(username="keeper", is_administrator=True)
        forget_everything()
        path = tar_of(tmp_path / "edited.tar.gz", files)
        return bring_in(path, tmp_path=tmp_path, owner=None)

    @pytest.mark.parametrize(
        "change",
        [
            {"title": ""}, {"title": "x" * 201}, {"title": 5}, {"uuid": "x"}, {"owner": None},
            {"visibility": "all"}, {"category": "x"}, {"created_at": "yesterday"},
            {"versions": []}, {"versions": [{}]}, {"versions": 3}, {"labels": [5]},
            {"history_from": -1}, {"shares": [{"person": 3}]}, {"deprecated": {"at": 1}},
            {"tags": ["x" * 41]}, {"purpose": "a\0b"}, {"language": "\ud800"},
        ],
    )  # fmt: skip
    def test_what_is_not_as_it_should_be_is_left_out(self, tmp_path, ann, change):
        report = self.edited(tmp_path, ann, lambda said, _files: said.update(change))

        assert set(outcomes(report).values()) == {LEFT}
        assert not Notebook.objects.exists()

    def test_a_version_that_is_missing_is_said(self, tmp_path, ann):
        def drop(_said, files):
            (name,) = (name for name in files if name.endswith(".ipynb"))
            del files[name]

        report = self.edited(tmp_path, ann, drop)

        assert "missing" in report["notebooks"][0]["reason"]

    def test_results_that_were_put_in_do_not_come_in(self, tmp_path, ann):
        def put(_said, files):
            (name,) = (name for name in files if name.endswith(".ipynb"))
            files[name] = notebook_file(output="CANARY")

        self.edited(tmp_path, ann, put)

        assert b"CANARY" not in b"".join(whole().values())
        assert os.environ.get("CANARY") is None

    def test_one_of_a_later_kind_is_refused_whole(self, tmp_path, ann):
        publish(ann)
        files = files_in(export(tmp_path))
        files["nbcommons-export.json"] = b'{"format": "nbcommons-export", "version": 99}'
        path = tar_of(tmp_path / "later.tar.gz", files)

        with pytest.raises(CommandError, match="newer commons"):
            call_command("import", str(path), "--owner", "ann")
