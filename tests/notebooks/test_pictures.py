"""Kept pictures: each stored once, whatever holds it, and put in again for every reader."""

import base64
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, strategies as st
from PIL import Image

from nbcommons.core.actor import Actor
from nbcommons.notebooks import operations
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.files import file_of
from nbcommons.notebooks.integrity import check_contents, check_references
from nbcommons.notebooks.models import StoredContent, StoredPicture
from nbcommons.notebooks.packing import names_pictures, pack, unpack
from nbcommons.notebooks.queries import canonical_of, document_of, without_pictures
from nbcommons.rendering.models import Rendering
from nbcommons.rendering.operations import render_revision
from nbcommons.rendering.queries import rendered_revision
from nbcommons_ipynb.canonical import canonical_bytes
from tests.factories.executions import make_notebook, make_person

NOW = datetime(2026, 11, 20, tzinfo=UTC)
in_database = pytest.mark.django_db


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


def with_picture(content: bytes, *, code: str = "x = 1", mime: str = "image/png") -> dict:
    coded = base64.b64encode(content).decode()
    cells = [
        {
            "cell_type": "markdown",
            "id": "text",
            "metadata": {},
            "source": "![A plan](attachment:plan.png)",
            "attachments": {"plan.png": {mime: coded}},
        },
        {
            "cell_type": "code",
            "id": "code",
            "metadata": {},
            "source": code,
            "outputs": [],
            "execution_count": None,
        },
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def add(notebook, document):
    return operations.add_revision(
        notebook,
        author_id=notebook.owner_id,
        canonical=canonical_bytes(document),
        cells=cell_facts(document),
        at=NOW,
    )


class TestPack:
    @pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
    def test_names_a_picture_in_its_place(self, mime):
        canonical = canonical_bytes(with_picture(picture(), mime=mime))

        packed = pack(canonical)

        assert list(packed.pictures.values()) == [picture()]
        assert unpack(packed) == canonical
        assert packed.size_bytes == len(canonical)

    def test_takes_nothing_out_of_code(self):
        coded = base64.b64encode(picture()).decode()
        document = with_picture(b"", code=f'{{"image/png":"{coded}"}}')

        packed = pack(canonical_bytes(document))

        assert packed.pictures == {}
        assert unpack(packed) == canonical_bytes(document)

    def test_leaves_base64_of_another_spelling_in_its_place(self):
        # The last character holds two bits that no byte uses.
        coded = base64.b64encode(b"\0" * 100).decode().replace("AA==", "AB==")
        canonical = canonical_bytes(with_picture(picture())).replace(
            base64.b64encode(picture()), coded.encode()
        )

        packed = pack(canonical)

        assert packed.pictures == {}
        assert unpack(packed) == canonical

    @given(st.lists(st.binary(max_size=200), max_size=4), st.text())
    def test_gives_back_what_it_was_given(self, contents, code):
        document = with_picture(b"", code=code.encode("utf-8", "replace").decode())
        document["cells"][0]["attachments"] = {
            f"{number}.png": {"image/png": base64.b64encode(content).decode()}
            for number, content in enumerate(contents)
        }
        canonical = canonical_bytes(document)

        assert unpack(pack(canonical)) == canonical

    @given(st.binary())
    def test_takes_any_bytes(self, raw):
        quoted = b'"image/png":"' + base64.b64encode(raw) + b'"' + raw

        assert unpack(pack(quoted)) == quoted

    def test_a_name_written_by_an_author_stays_what_it_is(self):
        named = with_picture(b"")
        named["cells"][0]["attachments"]["plan.png"]["image/png"] = f"sha256:{'a' * 64}"

        packed = pack(canonical_bytes(named))

        assert unpack(packed) == canonical_bytes(named)


@in_database
class TestStore:
    def test_keeps_a_picture_once_for_all_notebooks_and_versions(self):
        first, second = make_notebook(), make_notebook(owner=make_person("zoe"))
        add(first, with_picture(picture()))
        add(first, with_picture(picture(), code="x = 2"))
        add(second, with_picture(picture(), code="x = 3"))

        assert [bytes(row.data) for row in StoredPicture.objects.all()] == [picture()]
        assert StoredPicture.objects.get().contents.count() == 3
        coded = base64.b64encode(picture())
        kept = [without_pictures(content) for content in StoredContent.objects.all()]
        assert not any(coded in one for one in kept)

    def test_every_reader_gets_the_whole_notebook(self):
        notebook = make_notebook()
        document = with_picture(picture())
        revision = add(notebook, document)

        assert canonical_of(revision) == canonical_bytes(document)
        assert document_of(revision) == document
        assert base64.b64encode(picture()) in file_of(notebook, revision)
        assert check_contents() == (2, [])
        assert list(check_references()) == []

    def test_asks_for_pictures_only_where_there_are_some(self):
        revision = make_notebook().current_revision

        with CaptureQueriesContext(
            connection,
        ) as asked:
            canonical_of(revision)

        assert len(asked) == 1

    def test_a_lost_picture_is_found_by_the_check(self):
        revision = add(make_notebook(), with_picture(picture()))
        revision.content.pictures.clear()

        _, faults = check_contents()

        assert len(faults) == 1
        assert "not what was stored" in faults[0]
        assert len([one for one in check_references() if "is in no notebook" in one]) == 1

    def test_goes_with_the_last_notebook_that_has_it(self):
        first, second = make_notebook(), make_notebook(owner=make_person("zoe"))
        add(first, with_picture(picture()))
        add(second, with_picture(picture(), code="x = 3"))

        operations.remove_notebook(first, actor_id=None)
        assert StoredPicture.objects.count() == 1
        operations.remove_notebook(second, actor_id=None)
        assert not StoredPicture.objects.exists()


@in_database
class TestRendering:
    def test_shows_the_picture_without_keeping_it_again(self):
        revision = add(make_notebook(), with_picture(picture()))
        coded = base64.b64encode(picture()).decode()

        fresh = rendered_revision(revision)
        render_revision(Actor.system("test"), revision.pk)
        stored = rendered_revision(revision)

        assert f'src="data:image/png;base64,{coded}"' in fresh.cells[0].html
        assert stored == fresh
        assert Rendering.objects.get(content_id=revision.content_id).size_bytes < 4_000
        assert "sha256:" in rendered_revision(revision, pictures=False).cells[0].html

    def test_does_not_give_the_picture_of_another_to_who_names_it(self):
        secret = add(make_notebook(), with_picture(picture("red")))
        digest = secret.content.pictures.get().pk
        document = with_picture(picture(), code=f'src="data:image/png;base64,sha256:{digest}"')
        document["cells"][0]["attachments"]["other.png"] = {"image/png": f"sha256:{digest}"}
        revision = add(make_notebook(owner=make_person("zoe")), document)
        coded = base64.b64encode(picture("red")).decode()

        assert names_pictures(canonical_bytes(document))
        assert coded not in canonical_of(revision).decode()
        assert coded not in str(rendered_revision(revision))
