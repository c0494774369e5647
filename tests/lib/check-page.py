#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check-page.py PAGE [THREADS] - checks a page of qemucore-report

The page may have only elements and attributes that our code writes. Elements are closed in order, ids
are unique, links lead to ids, nothing is loaded, and the only script is the one whose hash the
policy has. THREADS is the document of qemucore-threads -b --json: the page must have each thread, with
all frames of its stack.
"""
import base64
import hashlib
import html.parser
import json
import re
import sys

VOID = {"meta", "br", "input"}
OPTIONAL = {"p"}  # elements that end with the element around them
KNOWN = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "footer", "section",
    "h1", "h2", "h3", "p", "div", "span", "small", "ul", "ol", "li", "a", "b", "i", "br", "code", "pre",
    "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "label",
    "input", "button", "output", "script",
    "svg", "g", "polygon", "path", "text", "ellipse", "polyline",  # written by Graphviz
}
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "open", "hidden", "type",
    "placeholder", "data-open", "role", "tabindex", "aria-label",
    "width", "height", "viewbox", "xmlns", "xmlns:xlink", "transform", "fill", "stroke", "points", "d",
    "text-anchor", "x", "y", "font-family", "font-size", "cx", "cy", "rx", "ry", "stroke-width",
    "stroke-dasharray", "preserveaspectratio", "fill-opacity", "stroke-opacity",
    "xml:space",  # of texts, written by newer Graphviz
}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.scripts = [], {}, [], []
        self.policy = None
        self.texts = {}  # id of an element: its text
        self.inside = []  # ids of the open <details>; None for other open elements
        self.around = {}  # id of a thread that is a line of a group: id of the group

    def text(self, name):
        if isinstance(self.texts[name], list):
            self.texts[name] = "".join(self.texts[name])
        return self.texts[name]

    def close_optional(self):
        while self.open and self.open[-1] in OPTIONAL:
            self.open.pop()
            self.inside.pop()

    def handle_starttag(self, tag, attributes):
        assert tag in KNOWN, "an element that our code does not write: %s %s" % (tag, self.getpos())
        found = dict(attributes)
        assert len(found) == len(attributes), "an attribute twice: %s" % self.getpos()[0]
        for name, value in attributes:
            assert name in ATTRIBUTES, "an attribute that our code does not write: %s=%s" % (name, value)
        if tag == "p":
            self.close_optional()
        if "href" in found:
            assert re.fullmatch(r"#[a-z0-9]+", found["href"]), found["href"]
            self.links.append(found["href"][1:])
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]
        if "id" in found and "svg" not in self.open and tag != "svg":
            assert found["id"] not in self.ids, "an id twice: " + found["id"]
            self.ids[found["id"]] = tag
            self.texts[found["id"]] = []
            if tag == "p":
                self.around[found["id"]] = next(name for name in reversed(self.inside) if name)
        if tag not in VOID:
            self.open.append(tag)
            self.inside.append(found.get("id") if tag == "details" else None)
        if tag == "script":
            self.scripts.append("")

    def handle_startendtag(self, tag, attributes):
        assert "svg" in self.open, tag
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in OPTIONAL:
            self.close_optional()
        assert self.open and self.open[-1] == tag, "%s ends %s %s" % (tag, self.open, self.getpos())
        self.open.pop()
        self.inside.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        for name in self.inside:
            if name is not None:
                self.texts[name].append(data)

    def handle_comment(self, data):
        assert "svg" in self.open, "a comment: " + data

    def handle_pi(self, data):
        raise AssertionError("a processing instruction: " + data)


def check_thread(page, thread):
    name = "t%d" % thread["lwp"]
    text = page.text(page.around.get(name, name))
    at = 0
    for frame in thread["frames"]:
        wanted = "#%d " % frame["level"]
        found = text.find(wanted, at)
        assert found >= 0, "LWP %d: frame %d is missing" % (thread["lwp"], frame["level"])
        at = found + len(wanted)
        line = text[at:at + 4000]
        assert line.startswith(frame["function"] or "??"), (thread["lwp"], frame, line[:200])
        assert frame["pc"] in line, (frame["pc"], line[:200])
        if frame["source"] is not None:
            place = "%s:%d" % (re.sub(r"^(\.\./)+", "", frame["source"]["file"]), frame["source"]["line"])
            assert place in line, (place, line[:200])


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    text = data.decode("utf-8")
    controls = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert controls is None, "a control character at %d" % controls.start()
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == [], page.open
    assert len(page.scripts) == 1, "%d scripts" % len(page.scripts)
    digest = base64.b64encode(hashlib.sha256(page.scripts[0].encode()).digest()).decode()
    assert page.policy.startswith("default-src 'none'; "), page.policy
    assert "script-src 'sha256-%s';" % digest in page.policy, "the script's hash is " + digest
    for link in page.links:
        assert link in page.ids, "a link leads nowhere: #" + link
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            threads = json.load(file)["threads"]
        assert threads
        for thread in threads:
            check_thread(page, thread)


main()
