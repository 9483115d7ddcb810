"""Addresses of storages and servers, and names of studies."""

import shlex
from pathlib import Path
from random import Random

from tests.faults.mutations import Case, mutated
from tests.faults.odd_values import PASSWORD, TEXTS, URLS, text


def addresses(random: Random, number: int, folder: Path) -> Case:
    """URLs of storages and of MLflow."""
    from mlflow_runs.page.address import page_address
    from mlflow_runs.stored import store
    from search.cli.shell_command import ui_command
    from search.cli.storage import open_storage
    from search.ui import parser

    url = URLS[number] if number < len(URLS) else _odd_url(random)
    asks_a_name_server = url.startswith(("postgresql", "mysql", "mssql")) and "@127.0.0.1:1/" not in url

    def read() -> None:
        uri = parser().parse_args([f"--tracking-uri={url}"]).tracking_uri
        store.require(uri)
        assert PASSWORD not in f"{page_address(uri)} {ui_command(uri, experiment='x', study='y')}"
        if not asks_a_name_server:
            open_storage(url, must_exist=True)

    return url, read


def _odd_url(random: Random) -> str:
    if random.random() < 0.5:  # In a text that is no URL any more, nothing tells a password from other words.
        url = random.choice(URLS).replace(PASSWORD, "word").encode()
        return mutated(random, url).decode("utf-8", "surrogateescape").replace("\n", "")
    scheme = random.choice(("postgresql", "mysql", "http", "https", "magic", "file"))
    user, host = (text(random).translate(str.maketrans("{/@", "(|a")) for _ in range(2))
    return f"{scheme}://{user}:{PASSWORD}@{host}"


def names(random: Random, number: int, folder: Path) -> Case:
    """Names of studies: refused as flags, or shown, escaped and used in commands without harm."""
    from mlflow_runs import safe_text
    from search import export
    from search.cli.location import StudyLocation
    from search.cli.shell_command import export_command
    from search.front import parser

    name = TEXTS[number] if number < len(TEXTS) else text(random)
    name = name.replace("\x00", "")
    name = "-" if name == "--" else name  # argparse reserves "--"

    def use() -> None:
        study = parser().parse_args(["--", name]).study
        location = StudyLocation(storage="sqlite:///x.db")
        _, _, _, *words = shlex.split(export_command(study, "--trial", "3", location=location))
        assert export.parser().parse_args(words).study == study
        for escaped, longest in (
            (safe_text.tag_value(study), 8_000),
            (safe_text.key(study), 250),
            (safe_text.model_name(study), 200),
            (safe_text.study_key(study), 16),
        ):
            assert 0 < len(escaped) <= longest
        assert "<" not in safe_text.markdown(study) and "\n" not in safe_text.markdown(study)
        _show(study)

    return name, use


def _show(study: str) -> None:
    from html.parser import HTMLParser

    from search.exporting.html_parts import page, table

    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append(tag)
    reader.feed(page(study, [table(("Network", study), [(study, study)])]))
    assert not {"script", "img", "b"} & set(tags), f"the page holds the tags {tags}"
    assert tags.count("h1") == 1
