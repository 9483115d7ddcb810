"""What a person sees of a search while it runs and when it ends."""

from search.display.lines import WIDE, duration, front_table, trial_line
from search.display.live import Display

__all__ = ["WIDE", "Display", "duration", "front_table", "trial_line"]
