"""``import`` from git repositories: current state, history, renames, merges, hostile ones."""

import os
import random
import shutil
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from nbcommons.intake._bulk import repositories
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.history import parse_log, tracks
from nbcommons.intake._bulk.repositories import cloned
from nbcommons.intake.models import ImportedRevision
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of
from nbcommons.people.models import Person
from tests.factories.bulk import GitRepository, notebook_file
from tests.factories.imports import bring_in, only_notebook, outcomes

pytestmark = pytest.mark.django_db
NEW, VERSION, SAME, LEFT = "new", "new version", "unchanged", "left out"
GIGABYTE = 10**9


@pytest.fixture
def repository(tmp_path):
    return GitRepository(tmp_path / "analysis")


def book(number):
    return notebook_file("Rank late payers", f"print({number})")


def codes(notebook=None):
    """What each version of the notebook prints, oldest first."""
    notebook = notebook or only_notebook()
    revisions = notebook.revisions.order_by("number")
    return [document_of(one)["cells"][1]["source"].strip("print()") for one in revisions]


class TestCurrentState:
    def test_is_read_without_its_history(self, repository, tmp_path):
        repository.commit("One", {"a/late.ipynb": book(1), "readme.md": b"x"})
        repository.commit("Two", {"a/late.ipynb": book(2)})
        address = repository.folder.as_uri()

        report = bring_in(address, tmp_path=tmp_path)

        assert outcomes(report) == {"a/late.ipynb": NEW}
        assert codes() == ["2"]
        assert any("--history" in lack for lack in report["summary"]["not_in_the_source"])
        assert set(outcomes(bring_in(address, tmp_path=tmp_path)).values()) == {SAME}

    def test_of_a_bare_repository_is_found_by_its_path(self, repository, tmp_path):
        repository.commit("One", {"late.ipynb": book(1)})
        repository("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))

        assert outcomes(bring_in(tmp_path / "bare.git", tmp_path=tmp_path)) == {
            "late.ipynb": NEW
        }

    def test_says_that_there_is_nothing_in_it(self, repository):
        Person.objects.create(username="ann")

        with pytest.raises(CommandError, match="empty"):
            call_command("import", repository.folder.as_uri(), "--owner", "ann")


class TestHistory:
    def test_each_commit_that_changed_a_notebook_is_a_version(self, repository, tmp_path):
        first = repository.commit(
            "First try", {"late.ipynb": book(1)}, at="2023-05-01T10:00:00+02:00", by="Bo"
        )
        repository.commit("Only words", {"readme.md": b"words"})
        second = repository.commit(
            "Better", {"late.ipynb": book(2)}, at="2023-06-01T10:00:00+00:00", by="Cy Ö"
        )

        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        versions = list(only_notebook().revisions.order_by("number"))
        assert codes() == ["1", "2"]
        assert [one.message for one in versions] == [
            f"First try (Bo, commit {first[:10]})",
            f"Better (Cy Ö, commit {second[:10]})",
        ]
        assert versions[0].created_at == datetime(2023, 5, 1, 8, tzinfo=UTC)
        assert [ImportedRevision.objects.get(revision=one).commit_id for one in versions] == [
            first,
            second,
        ]
        assert only_notebook().created_at == versions[0].created_at

    def test_changes_nothing_the_second_time_and_goes_on_later(self, repository, tmp_path):
        repository.commit("One", {"late.ipynb": book(1)})
        repository.commit("Two", {"late.ipynb": book(2)})
        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        again = bring_in(repository.folder, "--history", tmp_path=tmp_path)
        repository.commit("Three", {"late.ipynb": book(3)})
        repository.commit("Four", {"late.ipynb": book(4)})
        later = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert set(outcomes(again).values()) == {SAME}
        assert later["by_name"]["late.ipynb"]["versions"] == 2
        assert codes() == ["1", "2", "3", "4"]

    def test_follows_a_renamed_notebook(self, repository, tmp_path):
        repository.commit("One", {"old.ipynb": book(1)})
        bring_in(repository.folder, "--history", tmp_path=tmp_path)
        repository("mv", "old.ipynb", "new.ipynb")
        repository.commit("Rename")
        repository.commit("Two", {"new.ipynb": book(2)})

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert outcomes(report) == {"new.ipynb": VERSION}
        assert codes() == ["1", "2"]
        again = bring_in(repository.folder, "--history", tmp_path=tmp_path)
        assert outcomes(again) == {"new.ipynb": SAME}

    def test_a_notebook_that_is_gone_does_not_come_in(self, repository, tmp_path):
        repository.commit("One", {"gone.ipynb": book(1), "here.ipynb": book(2)})
        (repository.folder / "gone.ipynb").unlink()
        repository.commit("Remove")

        assert outcomes(bring_in(repository.folder, "--history", tmp_path=tmp_path)) == {
            "here.ipynb": NEW
        }

    def test_a_new_notebook_in_an_old_place_is_another_one(self, repository, tmp_path):
        repository.commit("One", {"a.ipynb": book(1)})
        repository("mv", "a.ipynb", "b.ipynb")
        repository.commit("Rename")
        repository.commit("Another", {"a.ipynb": notebook_file("Else", "print(9)")})

        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        by_title = {one.title: codes(one) for one in Notebook.objects.all()}
        assert by_title == {"Rank late payers": ["1"], "Else": ["9"]}

    def test_changes_of_results_only_make_no_version(self, repository, tmp_path):
        repository.commit("One", {"late.ipynb": book(1)})
        repository.commit(
            "Run it", {"late.ipynb": notebook_file("Rank late payers", "print(1)", output="9")}
        )

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert codes() == ["1"]
        (note,) = report["by_name"]["late.ipynb"]["notes"]
        assert note == "1 change touched results only and makes no version."

    def test_a_state_that_cannot_be_read_is_left_out_and_said(self, repository, tmp_path):
        repository.commit("One", {"late.ipynb": book(1)})
        repository.commit("Broken", {"late.ipynb": b"<<<<<<< HEAD"})
        repository.commit("Mended", {"late.ipynb": book(3)})

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert codes() == ["1", "3"]
        assert "could not be read" in report["by_name"]["late.ipynb"]["notes"][0]

    def test_a_notebook_that_is_broken_now_is_left_out(self, repository, tmp_path):
        repository.commit("One", {"late.ipynb": book(1)})
        repository.commit("Broken", {"late.ipynb": b"<<<<<<< HEAD"})

        assert outcomes(bring_in(repository.folder, "--history", tmp_path=tmp_path)) == {
            "late.ipynb": LEFT
        }

    def test_takes_commits_of_a_branch_and_what_the_merge_made(self, repository, tmp_path):
        repository.commit(
            "One", {"a.ipynb": book(1), "b.ipynb": notebook_file("B", "print(1)")}
        )
        repository("checkout", "-q", "-b", "side")
        repository.commit("Side", {"a.ipynb": book(2)})
        repository("checkout", "-q", "main")
        repository("mv", "b.ipynb", "c.ipynb")
        repository.commit("Main")
        repository("merge", "-q", "--no-ff", "side", "-m", "Merge")

        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        by_title = {one.title: codes(one) for one in Notebook.objects.all()}
        assert by_title == {"Rank late payers": ["1", "2"], "B": ["1"]}

    def test_follows_a_rename_on_one_side_and_a_change_on_the_other(self, repository, tmp_path):
        repository.commit("One", {"a.ipynb": book(1)})
        repository("checkout", "-q", "-b", "side")
        repository.commit("Side", {"a.ipynb": book(2)})
        repository("checkout", "-q", "main")
        repository("mv", "a.ipynb", "moved.ipynb")
        repository.commit("Move")
        repository("merge", "-q", "--no-ff", "side", "-m", "Merge")

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert outcomes(report) == {"moved.ipynb": NEW}
        assert codes() == ["1", "2"]

    def test_ends_with_what_a_merge_made_by_hand(self, repository, tmp_path):
        repository.commit("One", {"a.ipynb": book(1)})
        repository("checkout", "-q", "-b", "side")
        repository.commit("Side", {"a.ipynb": book(2)})
        repository("checkout", "-q", "main")
        repository.commit("Main", {"a.ipynb": book(3)})
        repository("merge", "-q", "--no-ff", "-s", "ours", "--no-commit", "side")
        merge = repository.commit("By hand", {"a.ipynb": book(4)})

        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert codes()[-1] == "4"
        assert sorted(codes()) == ["1", "2", "3", "4"]
        assert ImportedRevision.objects.filter(commit_id=merge).exists()

    def test_dates_never_go_back_nor_lie_ahead(self, repository, tmp_path):
        repository.commit("One", {"a.ipynb": book(1)}, at="2024-05-01T00:00:00+00:00")
        repository.commit("Two", {"a.ipynb": book(2)}, at="2020-05-01T00:00:00+00:00")
        repository.commit("Three", {"a.ipynb": book(3)}, at="2090-05-01T00:00:00+00:00")

        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        dates = list(Revision.objects.order_by("number").values_list("created_at", flat=True))
        assert dates == sorted(dates)
        assert dates[-1].year < 2090

    def test_never_undoes_what_somebody_changed_here(self, repository, tmp_path):
        repository.commit("One", {"a.ipynb": book(1)})
        bring_in(repository.folder, "--history", tmp_path=tmp_path)
        notebook = only_notebook()
        other = Revision.objects.get()
        content = type(other.content)(sha256="f" * 64, size_bytes=2, data=b"x")
        content.save()
        mine = Revision.objects.create(
            notebook=notebook,
            number=2,
            content=content,
            author=other.author,
            cell_count=0,
            code_cell_count=0,
            created_at=other.created_at,
        )
        notebook.current_revision = mine
        notebook.save()
        repository.commit("Two", {"a.ipynb": book(2)})

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert outcomes(report) == {"a.ipynb": LEFT}

    def test_in_a_folder_that_is_no_repository_is_refused(self, tmp_path):
        (tmp_path / "plain").mkdir()
        (tmp_path / "plain" / "a.ipynb").write_bytes(book(1))
        Person.objects.create(username="ann")

        with pytest.raises(CommandError, match="Git cannot copy"):
            call_command("import", str(tmp_path / "plain"), "--owner", "ann", "--history")


class TestHostile:
    def test_executes_nothing_of_the_repository(self, repository, tmp_path):
        trap = tmp_path / "trapped"
        script = tmp_path / "trap.sh"
        script.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n")
        script.chmod(0o755)
        for hook in ("post-checkout", "post-merge", "reference-transaction", "pre-receive"):
            path = repository.folder / ".git" / "hooks" / hook
            path.parent.mkdir(exist_ok=True)
            shutil.copy(script, path)
            path.chmod(0o755)
        repository.write(".gitattributes", b"*.ipynb filter=trap diff=trap merge=trap\n")
        repository.commit("One", {"a.ipynb": book(1)})
        for key in (
            "filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv", "diff.trap.command",
            "core.fsmonitor", "core.sshCommand", "core.pager", "pager.log", "alias.log",
            "uploadpack.packObjectsHook", "core.alternateRefsCommand", "diff.external",
        ):  # fmt: skip
            repository("config", key, f"!{script}" if key.startswith("alias") else str(script))
        (tmp_path / "trapped").unlink(missing_ok=True)

        bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert codes() == ["1"]
        assert not trap.exists()

    def test_follows_no_link_and_enters_no_submodule(self, repository, tmp_path):
        secret = tmp_path / "secret.ipynb"
        secret.write_bytes(notebook_file("Secret"))
        other = GitRepository(tmp_path / "other")
        other.commit("One", {"inner.ipynb": notebook_file("Inner")})
        repository.commit("One", {"a.ipynb": book(1)})
        (repository.folder / "link.ipynb").symlink_to(secret)
        repository(
            "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder), "sub"
        )  # fmt: skip
        repository.commit("Traps")

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert outcomes(report) == {"a.ipynb": NEW, "link.ipynb": LEFT}
        assert "link" in report["by_name"]["link.ipynb"]["reason"]

    def test_reads_nothing_of_the_operators_configuration(
        self, repository, tmp_path, monkeypatch
    ):
        home = tmp_path / "home"
        home.mkdir()
        (home / ".gitconfig").write_text(
            '[url "file:///nowhere/"]\n  insteadOf = file:///\n[core]\n  pager = false\n'
        )
        repository.commit("One", {"a.ipynb": book(1)})
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("GIT_SSH_COMMAND", "false")
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))

        assert outcomes(bring_in(repository.folder.as_uri(), tmp_path=tmp_path)) == {
            "a.ipynb": NEW
        }

    @pytest.mark.parametrize(
        "address",
        [
            "ext::sh -c touch% /tmp/x", "ssh://h/x", "git@h:x", "http://h/x", "git://h/x",
            "ftp://h/x", "fd::17/foo", "https+evil://h/x",
        ],
    )  # fmt: skip
    def test_speaks_https_and_file_only(self, address):
        with (
            pytest.raises(BadSource),
            cloned(address, with_history=False, most_bytes=GIGABYTE),
        ):
            pass

    def test_an_address_is_never_an_option(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with (
            pytest.raises(BadSource),
            cloned("--upload-pack=touch x", with_history=False, most_bytes=GIGABYTE),
        ):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_refuses_a_repository_that_is_too_large(self, repository):
        repository.commit("One", {"a.ipynb": book(1), "data": os.urandom(3_000_000)})
        Person.objects.create(username="ann")

        with pytest.raises(CommandError, match="--most-gb"):
            call_command(
                "import", repository.folder.as_uri(), "--owner", "ann", "--most-gb", "0.001"
            )

    def test_leaves_out_a_blob_that_is_too_large(self, repository, tmp_path):
        repository.commit("One", {"a.ipynb": book(1), "big.ipynb": b" " * 20_000_001})

        report = bring_in(repository.folder, "--history", tmp_path=tmp_path)

        assert "larger than 20 MB" in report["by_name"]["big.ipynb"]["reason"]

    def test_ends_a_copy_that_takes_too_long(self, repository, monkeypatch):
        repository.commit("One", {"a.ipynb": book(1)})
        monkeypatch.setattr(repositories, "CLONE_TIMEOUT_S", -1)
        monkeypatch.setattr(repositories, "LOOK_EVERY_S", 0.0)

        with (
            pytest.raises(BadSource, match="too long"),
            cloned(repository.folder.as_uri(), with_history=True, most_bytes=GIGABYTE),
        ):
            pass

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
    def test_root_reads_the_repository_of_another_as_that_one(self, tmp_path):
        # Below a folder that everybody may enter, as theirs would be.
        repository = GitRepository(tmp_path / "theirs")
        repository.commit("One", {"a.ipynb": book(1)})
        for where, folders, files in os.walk(repository.folder):
            for name in (".", *folders, *files):
                os.lchown(os.path.join(where, name), 65534, 65534)  # noqa: PTH118
        for folder in (tmp_path, *tmp_path.parents):
            if not folder.stat().st_mode & 0o001:
                folder.chmod(0o755)

        with cloned(str(repository.folder), with_history=True, most_bytes=GIGABYTE) as copy:
            assert copy._account == (65534, 65534)
            assert len(copy.files(copy.head())) == 1

    def test_says_no_password_of_an_address(self):
        Person.objects.create(username="ann")

        with pytest.raises(CommandError) as refusal:
            call_command("import", "https://ann:PASSWORD@localhost:1/x.git", "--owner", "ann")

        assert "PASSWORD" not in str(refusal.value)


class TestTracks:
    def test_agrees_with_git_itself_about_a_long_tangled_history(self, repository):
        """Against ``git log --follow``, for every notebook that is there at the end."""
        random_ = random.Random(5)
        names = [f"{letter}.ipynb" for letter in "abcd"]
        repository.commit(
            "Begin", {name: notebook_file(name, f"# {name}\n" * 40) for name in names}
        )
        for step in range(40):
            name = random_.choice(names)
            if random_.random() < 0.25:
                new = f"renamed{step}.ipynb"
                repository("mv", name, new)
                names[names.index(name)] = new
                repository.commit(f"Rename {step}")
            else:
                path = repository.folder / name
                path.write_bytes(path.read_bytes().replace(b"]}", f', "{step}"]}}'.encode(), 1))
                repository.commit(f"Change {step}")

        with cloned(str(repository.folder), with_history=True, most_bytes=GIGABYTE) as copy:
            found = tracks(tuple(parse_log(copy.log(copy.head()))))

        assert set(found) == set(names)
        for name in names:
            followed = repository("log", "--follow", "--format=%H", "--", name).split()
            ours = [state.commit.sha for state in reversed(found[name].states)]
            assert ours == followed
