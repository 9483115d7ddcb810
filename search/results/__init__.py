"""The result of a search, read from its study: networks, the front, tables and figures."""

from search.results.display_settings import DisplaySettings, display_settings_of
from search.results.figure import Figure
from search.results.front import Front
from search.results.network import TrainedNetwork, trained_network
from search.results.result import SearchResult

__all__ = [
    "DisplaySettings",
    "Figure",
    "Front",
    "SearchResult",
    "TrainedNetwork",
    "display_settings_of",
    "trained_network",
]
