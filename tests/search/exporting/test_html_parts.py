"""Reports: whatever comes from people is text, and a page holds all that it shows."""

import base64
from html.parser import HTMLParser

from search.exporting.html_parts import page, picture, section, table

NASTY = "<script>alert(1)</script>&\"'"


class Reader(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.words, self.sources = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.sources += [value for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data):
        self.words.append(data)


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def test_texts_stay_texts():
    found = read(page(NASTY, [table(("Network", NASTY), [[NASTY, "1"]], marked=[0])]))
    assert "script" not in found.tags
    assert found.words.count(NASTY) == 4  # title, heading, column, cell
    assert found.tags.count("td") == 2


def test_the_first_column_may_be_a_link():
    found = read(table(("Network", "FLOPs"), [['<a href="trial-3/report.html">trial 3</a>', "<b>"]], raw_first=True))
    assert found.sources == ["trial-3/report.html"]
    assert "b" not in found.tags


def test_pictures_are_inside():
    [source] = read(section("Curves", picture(b"\x89PNG", "Accuracy"))).sources
    assert base64.b64decode(source.removeprefix("data:image/png;base64,")) == b"\x89PNG"
