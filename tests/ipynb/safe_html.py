"""A judge of rendered HTML that knows nothing of the sanitiser: its own list, its own reader."""

import re
from html.parser import HTMLParser

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details"),
    *(
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ),
    *(
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
    ),
    *(
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
    ),
    *("thead", "tr", "u", "ul", "var"),
}
VOID = {"br", "hr", "img"}
VALUES = {
    "id": r"user-content-[\w-]+",
    "name": r"user-content-[\w-]+",
    "href": r"#user-content-[\w-]+|(?:https?://|mailto:)[^\s\"<>\\]+",
    "target": "_blank",
    "rel": "noopener noreferrer nofollow",
    "src": r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]*",
    "alt": r"(?s:.*)",
    "title": r"(?s:.*)",
    "loading": "lazy",
    "align": "left|right|center",
    "class": r"(?:k|s|mi|nb|nf|nn|c1|math|task|gone|code|footnotes|footnote-ref|footnote-backref)?",
    "data-math": "inline|display",
    "scope": "row|col",
    "open": "",
    **dict.fromkeys(("start", "colspan", "rowspan", "width", "height"), r"\d{1,4}"),
}


class _Judge(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"repeated attribute in {tag}")
        for name, value in attrs:
            if name not in VALUES or not re.fullmatch(VALUES[name], value or "", re.IGNORECASE):
                self.faults.append(f"{tag} {name}={value!r}")
        given = dict(attrs)
        if given.get("href", "#").startswith("#") == ("target" in given) and tag == "a":
            self.faults.append(f"link {given}")
        if tag == "a" and "target" in given and "rel" not in given:
            self.faults.append(f"link without rel {given}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"end of {tag}")

    def handle_comment(self, data):
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl):
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data):
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data):
        self.faults.append(f"declaration {data}")


def faults_in(html: str) -> list[str]:
    """What is not allowed in ``html``; empty when it is safe to show."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.faults + [f"open {tag}" for tag in judge.open]
