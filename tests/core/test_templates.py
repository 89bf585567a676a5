"""Every template can be read, none breaks the content policy, and errors need nothing."""

import re

import pytest
from django.template.loader import get_template

from tests.architecture.floors import SITE

TEMPLATES = sorted(SITE.glob("*/templates/**/*.html"))
MODULES = [path for path in SITE.glob("*/static/**/*.js") if not path.name.endswith(".min.js")]
NAMES = [str(path).split("/templates/")[1] for path in TEMPLATES]
ICONS = set(
    re.findall(r'id="i-([a-z0-9-]+)"', (SITE / "core/static/core/icons.svg").read_text())
)


@pytest.mark.parametrize("name", NAMES)
def test_can_be_read(name):
    get_template(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
class TestEachTemplate:
    def test_holds_no_inline_script_or_style(self, path):
        text = path.read_text()

        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
        assert "javascript:" not in text

    def test_makes_nothing_safe(self, path):
        # Foreign HTML is made safe in nbcommons.rendering, in Python, and nowhere else.
        assert not re.search(r"\|\s*safe\b|autoescape off|safeseq", path.read_text())

    def test_names_icons_that_there_are(self, path):
        named = re.findall(r'{% icon "([^"]+)"|icon="([^"]+)"', path.read_text())

        assert {first or second for first, second in named} <= ICONS

    def test_is_at_most_120_lines(self, path):
        assert len(path.read_text().splitlines()) <= 120


class TestModules:
    def test_are_small_and_checked(self):
        for path in MODULES:
            lines = path.read_text().splitlines()
            assert lines[0] == "// @ts-check", path
            assert len(lines) <= 100, path

    def test_are_few(self):
        assert sum(len(path.read_text().splitlines()) for path in MODULES) <= 1500

    def test_evaluate_nothing(self):
        for path in MODULES:
            assert not re.search(r"\beval\(|new Function\(", path.read_text()), path


@pytest.mark.parametrize("name", ["400", "403_csrf", "429", "500", "503"])
def test_errors_need_neither_database_nor_request(name):
    html = get_template(f"{name}.html").render()

    assert "<h1>" in html
    assert 'href="/"' in html
