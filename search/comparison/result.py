"""The result of a comparison: its figures, its pictures and its page. A notebook shows it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlflow_runs.runs.importance import ChoiceImportance
from search.comparison import tables
from search.comparison.drawing import drawing
from search.comparison.evaluated_network import EvaluatedNetwork
from search.comparison.figures import importance_png
from search.comparison.headline import accuracy_sentence, cost_sentences
from search.comparison.networks import NamedNetwork
from search.comparison.page import comparison_page
from search.comparison.rules import Rule
from search.comparison.savings import example, savings_of
from search.comparison.scatter import scatter_png
from search.exporting.figures import curves_png
from search.exporting.html_parts import picture, table, text
from search.quantities import counted
from search.results.record import versions

TABLE, LAYERS, RULES, DATA, PAGE, IMPORTANCE, DRAWING = (
    "comparison.csv",
    "layers.csv",
    "rules.csv",
    "comparison.json",
    "report.html",
    "importance.png",
    "convolutions.svg",
)
ACCURACY_OVER_COST, CURVES = "Test accuracy over multiply-adds", "Accuracy and loss by epoch"


@dataclass(frozen=True)
class ComparisonResult:
    """All that a comparison found.

    Attributes:
        title: For a person.
        folder: Where the files are.
        networks: All that were to be compared. The others are compared with the first.
        evaluated: Those that were trained, by recipe and network.
        failures: Why the others were not, each as a sentence.
        images: Name and fingerprint of the images.
        command: That makes the same comparison.
        rules: Tested on a study's trials; None without a study.
        importances: Of the choices that matter beyond chance; empty without a study.
    """

    title: str
    folder: Path
    networks: Sequence[NamedNetwork]
    evaluated: Sequence[EvaluatedNetwork]
    failures: Sequence[str]
    images: tuple[str, str]
    command: str
    rules: Sequence[Rule] | None
    importances: Sequence[ChoiceImportance]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The figures of each network and recipe, compared with the first network of the recipe."""
        return [network.row(tables.baseline_of(self.evaluated, network.recipe)) for network in self.evaluated]

    @property
    def table(self):
        """The figures as a `pandas.DataFrame`: a row for each network and recipe."""
        import pandas

        return pandas.DataFrame(self.rows).set_index(["network", "recipe"])

    @property
    def recipes(self) -> list[str]:
        """In order, each once."""
        return list(dict.fromkeys(network.recipe for network in self.evaluated))

    @cached_property
    def headline(self) -> list[str]:
        """The result in sentences."""
        accuracies = [accuracy_sentence(self.rows, recipe) for recipe in self.recipes]
        return [*cost_sentences(self.networks), *accuracies, *self.failures]

    @cached_property
    def pictures(self) -> dict[str, dict[str, bytes]]:
        """As PNG, by recipe and by what they show."""
        return {
            recipe: {
                ACCURACY_OVER_COST: scatter_png([row for row in self.rows if row["recipe"] == recipe]),
                CURVES: curves_png({one.network.name: one.history for one in self.evaluated if one.recipe == recipe}),
            }
            for recipe in self.recipes
        }

    @property
    def drawing(self) -> str | None:
        """What a standard and a separable convolution do, as SVG; None if no network has a separable one."""
        shown = example(savings_of(self.networks))
        return drawing(shown) if shown else None

    def files(self) -> dict[str, str | bytes]:
        """All files but `DATA`: content by name."""
        importance = importance_png(self.importances) if self.importances else None
        contents: dict[str, str | bytes | None] = {
            TABLE: tables.rows_csv(self.rows),
            LAYERS: tables.rows_csv(tables.layer_rows(self.networks)),
            RULES: tables.rows_csv([asdict(rule) for rule in self.rules]) if self.rules else None,
            PAGE: comparison_page(
                self.title,
                self.networks,
                self.rows,
                headline=self.headline,
                pictures=self.pictures,
                rules=self.rules,
                importance=importance,
                command=self.command,
                versions=versions(),
            ),
            **{f"accuracy-{recipe}.png": pictures[ACCURACY_OVER_COST] for recipe, pictures in self.pictures.items()},
            **{f"curves-{recipe}.png": pictures[CURVES] for recipe, pictures in self.pictures.items()},
            DRAWING: self.drawing,
            IMPORTANCE: importance,
        }
        return {name: content for name, content in contents.items() if content is not None}

    def to_dict(self) -> dict[str, Any]:
        """The whole comparison as plain data, for JSON."""
        dataset, fingerprint = self.images
        return {
            "networks": [
                {**row, "history": network.history} for row, network in zip(self.rows, self.evaluated, strict=True)
            ],
            "failures": list(self.failures),
            "rules": [asdict(rule) for rule in self.rules or ()],
            "importances": {choice.name: (choice.accuracy, choice.cost) for choice in self.importances},
            "dataset": dataset,
            "images": fingerprint,
            "command": self.command,
            "versions": versions(),
        }

    def __repr__(self) -> str:
        return f"{self.title}: {counted(len(self.networks), 'network')}, written to {self.folder}."

    def _repr_html_(self) -> str:
        """What a notebook shows: the headline, the table, and accuracy over cost."""
        return (
            "".join(f"<p>{text(sentence)}</p>" for sentence in self.headline)
            + table(tables.COLUMNS, [tables.cells(row) for row in self.rows])
            + "".join(picture(pictures[ACCURACY_OVER_COST], ACCURACY_OVER_COST) for pictures in self.pictures.values())
        )
