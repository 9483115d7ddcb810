"""Makes text from people safe where it is shown: removes passwords, escapes markup, keeps to lengths."""

import hashlib
import html
import posixpath
import re

from mlflow_runs import names

_SECRET_AFTER_NAME = re.compile(r"(?i)\b((?:ssl)?password|passwd|pwd|token|secret)=[^&\s'\"]+")
_AFTER_USER = re.compile(r":(?!//)")
_TOKEN_AS_USER = re.compile(r"://[^\s:/@]+@")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_NOT_IN_A_KEY = re.compile(r"[^\w.\- /]")
_NOT_IN_A_MODEL_NAME = re.compile(r"[^\w.\- ]+")
_SENTENCE_LENGTH, _SENTENCE_START, _SENTENCE_END = 500, 300, 190


def redacted(text: str) -> str:
    """`text` without the passwords of the URLs in it: `postgresql://me:***@host/db`."""
    before, scheme, url = text.partition(":/")
    text = before + re.sub(r"\S+", _without_password, scheme + url)
    text = _TOKEN_AS_USER.sub("://***@", text)
    return _SECRET_AFTER_NAME.sub(r"\1=***", text)


def _without_password(word: re.Match) -> str:
    """`user:***@host` for `user:password@host`. A password may hold : and @. Takes one pass, however long the word."""
    user, at, host = word[0].rpartition("@")
    colon = _AFTER_USER.search(user)
    return f"{user[: colon.start()]}:***{at}{host}" if colon else word[0]


def shortened(text: str, *, length: int) -> str:
    """`text`, or its beginning and an ellipsis where it is longer than `length` characters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def sentence(text: str) -> str:
    """`text` on one line, as a terminal can show it: without passwords, and with unprintable letters escaped.

    The middle of a long text is left out, because its end says what to do.
    """
    text = printable(redacted(text))
    return text if len(text) <= _SENTENCE_LENGTH else f"{text[:_SENTENCE_START]} … {text[-_SENTENCE_END:]}"


def printable(text: str) -> str:
    """`text` with its unprintable letters escaped, such as those that clear a terminal or begin a new line."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def tag_value(value: object) -> str:
    """A value that MLflow takes for a tag."""
    return shortened(redacted(str(value)), length=names.TAG_LENGTH)


def param_value(value: object) -> str:
    """A value that MLflow takes for a param."""
    return shortened(redacted(str(value)), length=names.PARAM_LENGTH)


def key(name: str) -> str:
    """A name that MLflow takes for a param or a tag. It refuses some characters, and every path that is not plain."""
    name = _NOT_IN_A_KEY.sub("_", name)[: names.KEY_LENGTH]
    plain = name and not name.startswith(("/", ".")) and posixpath.normpath(name) == name
    return name if plain else "_" + re.sub(r"[/.]", "_", name)[: names.KEY_LENGTH - 1]


def one_line(text: str) -> str:
    """`text` with one blank in place of each run of white space and line breaks."""
    return " ".join(text.split())


def markdown(text: str) -> str:
    """`text` escaped for Markdown, so that it makes no HTML, no link and no table cell. Not for an HTML attribute."""
    return _MARKDOWN.sub(r"\\\1", html.escape(one_line(text), quote=False))


def study_key(study: str) -> str:
    """16 hexadecimal digits for a study's name, whatever it contains."""
    return hashlib.sha256(study.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def model_name(study: str) -> str:
    """A name for a registered model. MLflow forbids / and : there, and shows the name in addresses."""
    return _NOT_IN_A_MODEL_NAME.sub("-", one_line(study)).strip("-. ")[:200] or "model"
