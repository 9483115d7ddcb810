"""Text from people, made safe for where it goes: passwords taken out, markup escaped, lengths kept."""

import hashlib
import html
import posixpath
import re

from mlflow_runs import names

_SECRET_AFTER_NAME = re.compile(r"(?i)\b((?:ssl)?password|passwd|pwd|token|secret)=[^&\s'\"]+")
_USER_AND_PASSWORD = re.compile(r"(://[^\s:/@]*):[^\s]*@")
_TOKEN_AS_USER = re.compile(r"://[^\s:/@]+@")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_NOT_IN_A_KEY = re.compile(r"[^\w.\- /]")
_NOT_IN_A_MODEL_NAME = re.compile(r"[^\w.\- ]+")


def redacted(text: str) -> str:
    """`text` without the passwords of the URLs in it: `postgresql://me:***@host/db`."""
    text = _USER_AND_PASSWORD.sub(r"\1:***@", text)
    text = _TOKEN_AS_USER.sub("://***@", text)
    return _SECRET_AFTER_NAME.sub(r"\1=***", text)


def shortened(text: str, *, length: int) -> str:
    """`text`, or its beginning and an ellipsis where it is longer than `length` characters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def tag_value(value: object) -> str:
    """What may stand in a tag."""
    return shortened(redacted(str(value)), length=names.TAG_LENGTH)


def param_value(value: object) -> str:
    """What may stand in a param."""
    return shortened(redacted(str(value)), length=names.PARAM_LENGTH)


def key(name: str) -> str:
    """A name that MLflow takes for a param or a tag; it refuses some characters and all that is no plain path."""
    name = _NOT_IN_A_KEY.sub("_", name)[: names.KEY_LENGTH]
    plain = name and not name.startswith(("/", ".")) and posixpath.normpath(name) == name
    return name if plain else "_" + re.sub(r"[/.]", "_", name)[: names.KEY_LENGTH - 1]


def one_line(text: str) -> str:
    """`text` with every run of white space, line breaks included, made one blank."""
    return " ".join(text.split())


def markdown(text: str) -> str:
    """`text` as it should read in Markdown: neither HTML, nor a link, nor a table's border. Not for an attribute."""
    return _MARKDOWN.sub(r"\\\1", html.escape(one_line(text), quote=False))


def study_key(study: str) -> str:
    """16 hexadecimal digits for a study's name, whatever is in it."""
    return hashlib.sha256(study.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def model_name(study: str) -> str:
    """A registered model's name: MLflow forbids / and : in one, and shows it in addresses."""
    return _NOT_IN_A_MODEL_NAME.sub("-", one_line(study)).strip("-. ")[:200] or "model"
