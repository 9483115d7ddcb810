"""The parts of a report: HTML that needs no other file."""

import base64
import html
from collections.abc import Iterable, Sequence

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid #eee; white-space: nowrap; }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
td.text { white-space: normal; min-width: 5em; }
tr.chosen td { background: #fff3e8; font-weight: 600; }
.wide { overflow-x: auto; }
.bar { display: inline-block; height: .8em; background: #0072B2; vertical-align: baseline; }
.lead { font-size: 1.1rem; }
.drawings { display: flex; flex-wrap: wrap; gap: 1rem; }
.drawings svg { flex: 1 1 20rem; min-width: 0; }
.note { color: #555; font-size: .9rem; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
pre { background: #f6f6f6; padding: .7rem 1rem; overflow-x: auto; font-size: .85rem; }
"""

TEXT_COLUMNS = ("Network", "Rule", "Verdict", "Compared", "Recipe", "Layer", "As in")
"""Columns that hold text: they are aligned to the left, and wrap."""


def section(title: str, *parts: str) -> str:
    """A heading with the parts below it."""
    return f"<h2>{title}</h2>{''.join(parts)}"


def picture(png: bytes, description: str) -> str:
    """A PNG, embedded in the page."""
    return f'<p><img alt="{description}" src="data:image/png;base64,{base64.b64encode(png).decode()}"></p>'


def table(
    columns: Iterable[str], rows: Iterable[Sequence[str]], *, marked: Sequence[int] = (), raw_first: bool = False
) -> str:
    """A table of texts.

    Args:
        columns: Their names; those of `TEXT_COLUMNS` wrap.
        rows: A text for each column.
        marked: Indices of the rows to mark.
        raw_first: Whether the first column is HTML that must not be escaped.
    """
    head = "".join(f"<th{_left(name)}>{text(name)}</th>" for name in columns)
    body = []
    for row_index, row in enumerate(rows):
        cells = [
            f"<td{_left(name)}>{cell if raw_first and not index else text(cell)}</td>"
            for index, (name, cell) in enumerate(zip(columns, row, strict=True))
        ]
        body.append(f"<tr{' class=chosen' if row_index in marked else ''}>{''.join(cells)}</tr>")
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(body)}</table></div>'


def _left(column: str) -> str:
    return ' class="text"' if column in TEXT_COLUMNS else ""


def text(value: str) -> str:
    """Any text, escaped for HTML."""
    return html.escape(value)


def page(title: str, parts: Sequence[str]) -> str:
    """A whole page that needs no other file."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n'
        f"<body><h1>{text(title)}</h1>\n{chr(10).join(parts)}\n</body></html>\n"
    )
