"""A little Markdown: what becomes HTML, and that nothing else can."""

import re

import pytest
from hypothesis import given, strategies as st

from nbcommons.core.prose import LONGEST, prose

TAG = re.compile(
    r"</?(p|ul|ol|li|blockquote|em|strong|code|pre)>|<br>|<hr>"
    r'|<a href="(https?:|mailto:|/)[^"<>]*" rel="nofollow noopener">|</a>'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One *two* **three** `four`",
         "<p>One <em>two</em> <strong>three</strong> <code>four</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n\n   b", "<ol><li><p>a</p><p>b</p></li></ol>"),
        ("# Title\n\nText", "<p><strong>Title</strong></p><p>Text</p>"),
        ("> quoted", "<blockquote><p>quoted</p></blockquote>"),
        ("    x < 1", "<pre><code>x &lt; 1\n</code></pre>"),
        ("a  \nb\nc", "<p>a<br>b\nc</p>"),
        ("[us](/teams/us/)", '<p><a href="/teams/us/" rel="nofollow noopener">us</a></p>'),
        ('[x](https://a.org/?b="c")',
         '<p><a href="https://a.org/?b=%22c%22" rel="nofollow noopener">x</a></p>'),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>"),
        ("[x](//evil.org)", "<p>x</p>"),
        ("[x](page)", "<p>x</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("![alt](https://a.org/b.png)", None),
        ("", ""),
    ],
)  # fmt: skip
def test_shows(text, html):
    found = prose(text)

    assert "<img" not in found
    if html is not None:
        assert found == html


def test_leaves_what_is_too_long_as_it_was_typed():
    assert prose("*" * (LONGEST + 1)) == f"<p>{'*' * (LONGEST + 1)}</p>"


@given(
    st.lists(
        st.sampled_from(
            ["<", ">", '"', "'", "&", "[", "](", ")", "javascript:", "//", "/", "*", "_", "`", "#",
             "- ", "\n", "    ", "a", "onx=", "{", "{0}", "}", "\\", "!", "https://x.y/"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_makes_no_tag_but_those_that_we_know(pieces):
    html = prose("".join(pieces))

    left = TAG.sub("", html)
    assert "<" not in left
    assert ">" not in left
