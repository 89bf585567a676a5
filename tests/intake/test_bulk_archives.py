"""Archives that want to harm: paths, links, bombs, lies about sizes, damage."""

import gzip
import io
import struct
import tarfile
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from nbcommons.intake._bulk.archives import entries, is_archive
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake.errors import Refused
from tests.factories.bulk import add, tar_of, zip_of

MOST = 5_000_000
FILE = 100_000


def read_all(path, *, most_bytes=MOST, most_file_bytes=FILE):
    """Name and content of each entry; a refused one has its sentence instead."""
    found = {}
    with entries(path, most_bytes=most_bytes) as listed:
        for entry in listed:
            try:
                found[entry.name] = entry.read(most_file_bytes)
            except BadSource:
                raise
            except Refused as error:
                found[entry.name] = str(error)
    return found


@pytest.mark.parametrize("make", [tar_of, zip_of])
class TestEntries:
    def test_gives_files_in_their_order_without_the_dot_before_them(self, tmp_path, make):
        path = make(tmp_path / "a", {"./b.ipynb": b"two", "a.ipynb": b"one"})

        assert list(read_all(path).items()) == [("b.ipynb", b"two"), ("a.ipynb", b"one")]

    def test_reads_no_entry_that_leads_out_of_the_archive(self, tmp_path, make):
        names = ("../out.ipynb", "/etc/out.ipynb", "a/../../out.ipynb", "a\\..\\out.ipynb")
        path = make(tmp_path / "a", dict.fromkeys(names, b"{}") | {"fine.ipynb": b"{}"})

        found = read_all(path)

        assert found.pop("fine.ipynb") == b"{}"
        assert found
        assert all("leads out" in str(value) for value in found.values())
        assert {child.name for child in tmp_path.iterdir()} == {"a"}

    def test_reads_no_entry_that_is_too_large_and_goes_on(self, tmp_path, make):
        path = make(tmp_path / "a", {"large.ipynb": b" " * (FILE + 1), "small.ipynb": b"{}"})

        found = read_all(path)

        assert "larger than" in found["large.ipynb"]
        assert found["small.ipynb"] == b"{}"

    def test_refuses_an_archive_that_is_too_large_once_unpacked(self, tmp_path, make):
        path = make(tmp_path / "a", {f"{n}.ipynb": bytes(90_000) for n in range(80)})
        assert path.stat().st_size < 100_000

        with pytest.raises(BadSource, match="--most-gb"):
            read_all(path)

    def test_need_not_read_an_entry(self, tmp_path, make):
        path = make(tmp_path / "a", {"a": b"x" * 1000, "b": b"y" * 513, "c": b"z"})
        with entries(path, most_bytes=MOST) as listed:
            assert [entry.name for entry in listed] == ["a", "b", "c"]


class TestTar:
    @pytest.mark.parametrize(
        "kind",
        [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE],
    )
    def test_follows_no_link_and_opens_no_device(self, tmp_path, kind):
        with tarfile.open(tmp_path / "a", "w:gz") as tar:
            add(tar, "link.ipynb", type=kind, linkname="/etc/passwd")
            add(tar, "fine.ipynb", b"{}")

        found = read_all(tmp_path / "a")

        assert "link or another special file" in found["link.ipynb"]
        assert found["fine.ipynb"] == b"{}"

    def test_refuses_a_name_that_would_fill_the_memory(self, tmp_path):
        with gzip.open(tmp_path / "a", "wb") as packed:
            header = tarfile.TarInfo("././@LongLink")
            header.type = tarfile.GNUTYPE_LONGNAME
            header.size = 3_000_000_000
            packed.write(header.tobuf(tarfile.GNU_FORMAT))
            for _ in range(40):
                packed.write(b"a" * 1_000_000)

        with pytest.raises(BadSource, match="name or header is too large"):
            read_all(tmp_path / "a", most_bytes=10**10)

    def test_refuses_an_extended_header_that_would_fill_the_memory(self, tmp_path):
        with gzip.open(tmp_path / "a", "wb") as packed:
            header = tarfile.TarInfo("pax")
            header.type = tarfile.XHDTYPE
            header.size = 2_000_000
            packed.write(header.tobuf(tarfile.USTAR_FORMAT))
            packed.write(b"9" * 2_000_000)

        with pytest.raises(BadSource):
            read_all(tmp_path / "a")

    def test_does_not_believe_in_the_length_of_a_sparse_file(self, tmp_path):
        with tarfile.open(tmp_path / "a", "w:gz", format=tarfile.PAX_FORMAT) as tar:
            member = tarfile.TarInfo("huge.ipynb")
            member.pax_headers = {
                "GNU.sparse.major": "1",
                "GNU.sparse.minor": "0",
                "GNU.sparse.realsize": "9000000000",
            }
            member.size = 512
            tar.addfile(member, io.BytesIO(b"1\n0\n0\n".ljust(512, b"\0")))

        assert "special file" in read_all(tmp_path / "a")["huge.ipynb"]

    def test_tells_that_it_ends_too_early(self, tmp_path):
        tar_of(tmp_path / "a", {"a.ipynb": bytes(range(256)) * 300})
        raw = (tmp_path / "a").read_bytes()
        (tmp_path / "a").write_bytes(raw[: len(raw) // 2])

        with pytest.raises(BadSource, match="damaged"):
            read_all(tmp_path / "a")

    def test_tells_that_a_packed_file_is_no_archive(self, tmp_path):
        (tmp_path / "a").write_bytes(gzip.compress(b"name,amount\n" * 100))

        with pytest.raises(BadSource):
            read_all(tmp_path / "a")


class TestZip:
    def test_follows_no_link(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a", "w") as archive:
            link = zipfile.ZipInfo("link.ipynb")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")

        assert "link" in read_all(tmp_path / "a")["link.ipynb"]

    def test_does_not_believe_a_size_that_is_too_small(self, tmp_path):
        path = zip_of(tmp_path / "a", {"bomb.ipynb": bytes(50_000_000)})
        raw = bytearray(path.read_bytes())
        at = raw.rindex(b"PK\x01\x02")
        struct.pack_into("<I", raw, at + 24, 10)  # its size once unpacked
        path.write_bytes(raw)

        found = read_all(path)

        assert len(found["bomb.ipynb"]) < 1000

    def test_says_that_it_is_protected_by_a_password(self, tmp_path):
        path = zip_of(tmp_path / "a", {"a.ipynb": b"{}"})
        raw = bytearray(path.read_bytes())
        struct.pack_into("<H", raw, raw.rindex(b"PK\x01\x02") + 8, 1)
        path.write_bytes(raw)

        assert "password" in read_all(path)["a.ipynb"]


class TestFolder:
    def test_is_read_like_an_archive_and_no_link_in_it_is_followed(self, tmp_path):
        (tmp_path / "in" / "deep").mkdir(parents=True)
        (tmp_path / "in" / "deep" / "a.ipynb").write_bytes(b"{}")
        (tmp_path / "secret").write_text("SECRET")
        (tmp_path / "in" / "b.ipynb").symlink_to(tmp_path / "secret")

        found = read_all(tmp_path / "in")

        assert found["deep/a.ipynb"] == b"{}"
        assert "link" in found["b.ipynb"]


@given(raw=st.binary(max_size=3000), wrapping=st.sampled_from(["gz", "tar", "zip", "raw"]))
@hypothesis_settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_the_bytes_nothing_but_a_refusal_comes_out(raw, wrapping, tmp_path):
    path = tmp_path / "a"
    if wrapping == "gz":
        raw = gzip.compress(raw)
    elif wrapping == "tar":
        raw = gzip.compress(tarfile.TarInfo("a.ipynb").tobuf() + raw)
    elif wrapping == "zip":
        raw = b"PK\x03\x04" + raw
    path.write_bytes(raw)
    is_archive(path)

    with suppress(BadSource):
        read_all(path)
