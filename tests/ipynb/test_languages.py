"""The language of a notebook and its version."""

import pytest

from nbcommons_ipynb.languages import language_of, version_of
from tests.ipynb.builders import notebook


def kernel(**values):
    return {"kernelspec": {"name": "k", "display_name": "K", **values}}


class TestVersionOf:
    @pytest.mark.parametrize(
        ("metadata", "language", "version"),
        [
            ({}, "", ""),
            (kernel(language="python") | {"language_info": {"name": "python", "version": "3.11.4"}},
             "python", "3.11.4"),
            (kernel(language="R") | {"language_info": {"name": "R", "version": "4.3.1"}},
             "r", "4.3.1"),
            ({"language_info": {"name": "julia", "version": "1.10.0-rc2"}}, "julia", "1.10.0-rc2"),
            (kernel(language="python", display_name="Python 3 (ipykernel)")
             | {"language_info": {"name": "R", "version": "4.3.1"}}, "r", "4.3.1"),
            (kernel(language="python", display_name="Conda 4 Python 3.8"), "python", "3.8"),
            (kernel(name="ir", display_name="R 4.1"), "r", "4.1"),
            (kernel(name="spark_pyspark", display_name="PySpark"), "python", ""),
            (kernel(language="python", display_name="My kernel"), "python", ""),
            (kernel(language="python", display_name="x") | {"language_info": {"name": "python"}},
             "python", ""),
            (kernel(language="python", display_name="Python " + "3." * 40 + "1"), "python",
             ("3." * 40)[:20]),
        ],
    )  # fmt: skip
    def test_is_what_the_kernel_wrote_or_what_its_name_says(self, metadata, language, version):
        document = notebook(metadata=metadata)

        assert language_of(document) == language
        assert version_of(document) == version
