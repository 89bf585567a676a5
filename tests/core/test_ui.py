"""Small words for templates."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from nbcommons.core.templatetags import ui
from nbcommons.search.queries import Piece

TODAY = date(2026, 11, 20)  # a Friday


class TestDayInWords:
    @pytest.mark.parametrize(
        ("moment", "words"),
        [
            (date(2026, 11, 20), "today"),
            (date(2026, 11, 19), "yesterday"),
            (date(2026, 11, 17), "Tuesday"),
            (date(2026, 11, 14), "Saturday"),
            (date(2026, 11, 13), "13 November"),
            (date(2025, 5, 3), "3 May 2025"),
            (date(2026, 11, 21), "21 November"),
        ],
    )
    def test_names_near_days_and_dates_far_ones(self, moment, words):
        assert ui.day_in_words(moment, today=TODAY) == words


class TestWords:
    def test_counts_with_the_right_word(self):
        assert ui.counted(1, "person,people") == "1 person"
        assert ui.counted(1204, "person,people") == "1,204 people"

    @pytest.mark.parametrize(
        ("name", "letters"),
        [
            ("Amara Osei", "AO"),
            ("amara.osei", "AO"),
            ("Cher", "C"),
            ("Ana María de la Cruz", "AC"),
            ("???", "?"),
            ("", "?"),
        ],
    )
    def test_initials_stand_for_a_person(self, name, letters):
        assert ui.initials(name) == letters

    def test_the_same_person_always_gets_the_same_tint(self):
        assert ui.tint("amara.osei") == ui.tint("amara.osei")
        assert {ui.tint(f"person{number}") for number in range(50)} == {1, 2, 3, 4, 5}

    def test_a_moment_counts_as_its_day(self):
        assert ui.day(datetime(2001, 2, 3, 23, 59, tzinfo=UTC)) == "3 February 2001"


class TestControl:
    def test_dresses_the_input_and_links_help_and_error(self):
        class Form(forms.Form):
            title = forms.CharField(help_text="Start with a verb.")

        template = Template("{% include 'components/field.html' with field=form.title only %}")

        html = template.render(Context({"form": Form({"title": ""})}))

        assert 'class="input"' in html
        assert 'aria-invalid="true"' in html
        assert 'aria-describedby="id_title_helptext id_title_error"' in html
        assert 'id="id_title_helptext"' in html
        assert 'id="id_title_error"' in html


class TestMarked:
    def test_marks_what_was_found_and_leaves_markup_as_text(self):
        pieces = [Piece("<b>a</b> & ", is_match=False), Piece("<i>", is_match=True)]

        assert ui.marked(pieces) == "&lt;b&gt;a&lt;/b&gt; &amp; <mark>&lt;i&gt;</mark>"
        assert ui.marked([]) == ""


class TestIcon:
    def test_is_the_same_named_outright_or_by_what_is_shown(self):
        outright = Template('{% load ui %}{% icon "lock" "icon--s" %}').render(Context())
        shown = Template("{% load ui %}{% icon name look %}")

        assert shown.render(Context({"name": "lock", "look": "icon--s"})) == outright
        assert 'class="icon icon--s"' in outright
        assert "#i-lock" in outright

    def test_leaves_markup_in_a_name_as_text(self):
        html = Template("{% load ui %}{% icon name %}").render(Context({"name": '"><script>'}))

        assert "<script>" not in html

    @pytest.mark.parametrize("given", ["", '"a" "b" "c"'])
    def test_takes_a_name_and_classes(self, given):
        with pytest.raises(TemplateSyntaxError):
            Template(f"{{% load ui %}}{{% icon {given} %}}")


class TestStatic:
    def test_is_that_of_django_named_outright_or_not(self):
        mine = "{% load files %}{% static 'core/icons.svg' %} {% static name %}"
        django = "{% load static %}{% static 'core/icons.svg' %} {% static name %}"
        context = {"name": "core/favicon.svg"}

        shown = [Template(text).render(Context(context)) for text in (mine, django)]

        assert shown[0] == shown[1]
        kept = "{% load files %}{% static 'core/icons.svg' as file %}{{ file }}"
        assert Template(kept).render(Context()) == shown[0].split()[0]
