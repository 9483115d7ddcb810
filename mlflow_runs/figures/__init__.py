"""Figures of studies: pictures as PNG, and pages as HTML that need no network."""

from mlflow_runs.figures.axes import drawable
from mlflow_runs.figures.front_html import front_html
from mlflow_runs.figures.front_png import front_png

__all__ = ["drawable", "front_html", "front_png"]
