"""Passwords go, markup is escaped, names are such that MLflow takes them."""

import time

import pytest

from mlflow_runs import safe_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://me:pw@host/db", "postgresql://me:***@host/db"),
        ("postgresql+psycopg://me:p@w/x:y@host/db", "postgresql+psycopg://me:***@host/db"),
        ("http://token@host:5000", "http://***@host:5000"),
        ("http:/me:pw@host", "http:***@host"),
        ("http:/token@host", "http:***@host"),
        ("magic://me\nmyself/i:pw@host", "magic://me\nmyself/i:***@host"),
        ("mysql://host/db?user=me&password=pw&ssl=1", "mysql://host/db?user=me&password=***&ssl=1"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db"),
        ("http://127.0.0.1:5000/#/x", "http://127.0.0.1:5000/#/x"),
        ("mail me@home.org", "mail me@home.org"),
        ("two: http://a:x@b and http://c:y@d", "two: http://a:***@b and http://c:***@d"),
    ],
)
def test_redacted(text, expected):
    assert safe_text.redacted(text) == expected
    assert safe_text.redacted(expected) == expected


@pytest.mark.parametrize("text", [":/" * 100_000, "://a:" * 100_000, ":/" + ":" * 300_000, "@:/" * 100_000])
def test_a_long_text_is_redacted_in_no_time(text):
    started = time.process_time()
    safe_text.redacted(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stage1/layer2/kind", "stage1/layer2/kind"),
        ("learning rate", "learning rate"),
        ("a@b", "a_b"),
        ("/absolute", "__absolute"),
        ("up/../over", "_up____over"),
        ("", "_"),
        (".", "__"),
        ("double//slash", "_double__slash"),
    ],
)
def test_key(name, expected):
    assert safe_text.key(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\x1b[31m\udcff\u2028", "a\\nb\\x1b[31m\\udcff\\u2028"),
        ("ä 日本 🙂", "ä 日本 🙂"),
        ("got http://me:pw@host", "got http://me:***@host"),
        ("x" * 499, "x" * 499),
    ],
)
def test_sentence(text, expected):
    assert safe_text.sentence(text) == expected


def test_a_long_sentence_keeps_both_ends():
    sentence = safe_text.sentence(f"what was wrong; got {'x' * 10_000}. What to do.")
    assert sentence.startswith("what was wrong; got xxx") and sentence.endswith("xxx. What to do.")
    assert len(sentence) < 500


def test_a_long_key_is_cut():
    assert len(safe_text.key("k" * 999)) == len(safe_text.key("/" * 999)) == 250


@pytest.mark.parametrize("text", ["<script>", "[a](b)", "a | b", "`code`", "**b**", "![i](x)", "a\nb", "<img src=x>"])
def test_markdown_leaves_nothing_to_render(text):
    escaped = safe_text.markdown(text)
    assert "<" not in escaped and "\n" not in escaped
    assert all(escaped[place - 1] == "\\" for place, letter in enumerate(escaped) if letter in "|[]*`!")


def test_markdown_leaves_quotation_marks_readable():
    """`&#x27;` with its # escaped would be read as it stands."""
    assert safe_text.markdown('it\'s a "1 & 2"') == 'it\'s a "1 &amp; 2"'


@pytest.mark.parametrize(
    ("study", "expected"),
    [("hybrid", "hybrid"), ("a/b:c", "a-b-c"), ("/:", "model"), ("..", "model"), ("<b>\nx", "b- x"), ("é 中", "é 中")],
)
def test_model_name(study, expected):
    assert safe_text.model_name(study) == expected


def test_study_keys_differ_and_are_plain():
    keys = {safe_text.study_key(name) for name in ("a", "b", "'", "a\n", "\ud800")}
    assert len(keys) == 5
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)
