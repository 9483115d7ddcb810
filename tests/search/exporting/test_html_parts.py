"""Parts of reports: texts are escaped, and a page needs no other file."""

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


def test_texts_are_escaped():
    page_read = read(page(NASTY, [table(("Network", NASTY), [[NASTY, "1"]], marked=[0])]))
    assert "script" not in page_read.tags
    assert page_read.words.count(NASTY) == 4  # title, heading, column, cell
    assert page_read.tags.count("td") == 2


def test_the_first_column_may_be_a_link():
    page_read = read(
        table(("Network", "FLOPs"), [['<a href="trial-3/report.html">trial 3</a>', "<b>"]], raw_first=True)
    )
    assert page_read.sources == ["trial-3/report.html"]
    assert "b" not in page_read.tags


def test_pictures_are_embedded():
    [source] = read(section("Curves", picture(b"\x89PNG", "Accuracy"))).sources
    assert base64.b64decode(source.removeprefix("data:image/png;base64,")) == b"\x89PNG"
