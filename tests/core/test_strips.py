"""The run strip: heights, and the sentence that stands for the picture."""

import re

from hypothesis import given, strategies as st

from nbcommons.core.strips import RunStrip

runs = st.lists(st.integers(0, 10_000), min_size=1, max_size=60)


class TestRunStrip:
    def test_says_the_same_as_it_draws(self):
        strip = RunStrip(finished=(0, 1, 1200), stopped=(0, 0, 3))

        assert strip.sentence == "Last 3 days: 1,201 runs finished, 3 stopped early."

    def test_says_when_there_was_nothing(self):
        strip = RunStrip(finished=(0,) * 30, stopped=(0,) * 30)

        assert strip.sentence == "Last 30 days: no runs."
        assert strip.finished_path == strip.stopped_path == ""

    def test_draws_the_busiest_day_to_the_top_and_a_fourth_of_it_at_half_height(self):
        strip = RunStrip(finished=(4, 1), stopped=(0, 0))

        heights = [float(up) for up in re.findall(r"h3v([\d.]+)h-3z", strip.finished_path)]

        assert heights == [16.0, 9.5]

    @given(runs)
    def test_every_day_has_exactly_one_mark_above_or_at_the_line(self, finished):
        strip = RunStrip(finished=finished, stopped=[0] * len(finished))

        marks = strip.finished_path.count("M") + strip.quiet_path.count("M")

        assert marks == len(finished)

    @given(runs)
    def test_no_bar_leaves_the_picture(self, finished):
        strip = RunStrip(finished=finished, stopped=finished)

        ups = [float(up) for up in re.findall(r"h3v([\d.]+)h", strip.finished_path)]
        downs = [float(down) for down in re.findall(r"h3v([\d.]+)h", strip.stopped_path)]

        assert all(3 <= up <= 16 for up in ups)
        assert all(3.5 <= down <= 8 for down in downs)
