"""What a search prints to a terminal and to a file while it runs."""

import io
import re

import pytest
from rich.console import Console

from search.display import Display, duration
from search.display.live import SECONDS_BETWEEN_REDRAWS, time_left_words
from search.optimizer.networks.objective import Objective
from search.workers.messages import JobFailed
from tests.search.display.simulated import IMAGES, SimulatedPool, opened, searched

TRIAL_LINE = re.compile(r"[★ ] +\d+  ")
COLOR = re.compile(r"\x1b\[[0-9;]*\b(3[0-7]|9[0-7]|38;[0-9;]+)\b")


def watched(*, total=15, width=80, height=40, study=None, terminal=True, environment=None, moment=None):
    """What a search prints, and the panel after `moment` events; by default at the end."""
    study, pool = study or opened(sampler="random"), SimulatedPool(2)
    options = {"force_terminal": True} if terminal else {}
    console = Console(
        file=io.StringIO(), width=width, height=height, highlight=False, _environ=environment or {}, **options
    )
    display, number = Display(console, total=total, images=IMAGES, clock=pool.clock), 0

    def watch(event):
        nonlocal number
        number += 1
        display.show(study, event)

    with display:
        searched(study, pool, total=total, watch=watch, stop=lambda: moment is not None and number >= moment)
        panel = display.panel(study)
    plain = Console(file=io.StringIO(), width=width, height=height, highlight=False)
    plain.print(panel)
    return console.file.getvalue(), plain.file.getvalue()


def test_a_file_gets_a_line_for_each_training_and_no_control_characters():
    written, _ = watched(terminal=False)
    lines = written.splitlines()
    assert all(TRIAL_LINE.match(line) for line in lines)
    assert len(lines) >= 15
    assert "\x1b" not in written and "\r" not in written


def test_a_terminal_that_can_not_move_its_cursor_gets_the_lines_alone():
    written, _ = watched(environment={"TERM": "dumb"})
    assert "networks" not in written
    assert "\x1b" not in written
    assert all(TRIAL_LINE.match(line) for line in written.splitlines())


def test_without_colors_the_front_is_still_visible():
    colored, _ = watched(environment={"TERM": "xterm-256color"})
    assert COLOR.search(colored)
    written, panel = watched(total=40, environment={"TERM": "xterm-256color", "NO_COLOR": "1"})
    assert "\x1b[" in written  # The cursor still moves.
    assert not COLOR.search(written)
    picture = panel.split("networks")[0].split("\n", 2)[2]
    assert "★" in picture and "·" in picture


def test_the_panel_shows_the_state_of_the_search():
    study = opened()
    _, panel = watched(study=study, total=30, moment=150)
    numbers = re.search(r"(\d+) of 30 judged, \d+ on the front", panel)
    assert 0 < int(numbers[1]) < 30
    assert re.search(r"\d running · \d+ waiting at a rung · \d+ complete", panel)
    assert f"hypervolume  {study.hypervolume():.4f}" in panel
    assert re.search(r"[\d,]+ images/s in all", panel)
    assert re.search(r"time left    about \d+ (s|min)", panel)
    assert "★" in panel


@pytest.mark.parametrize("width, height", [(80, 40), (100, 50), (80, 24), (80, 20), (40, 30), (40, 12), (20, 8)])
@pytest.mark.parametrize("moment", [0, 1, 3, 12, 20, None])
def test_the_panel_fits_any_terminal_at_any_moment(width, height, moment):
    _, panel = watched(width=width, height=height, moment=moment, total=10)
    lines = panel.splitlines()
    assert max(map(len, lines)) <= width
    assert "networks" in panel
    assert "nan" not in panel.lower()
    assert ("Pareto front" in panel or "★ front" in panel) <= (height >= 24)
    if width >= 80:
        assert len(lines) <= height - 3  # Trial lines stay visible above.


@pytest.mark.long
def test_a_terminal_of_few_lines_has_no_picture():
    assert "★" not in watched(height=20)[1]
    assert "★" in watched(height=24)[1]


def test_milliseconds_are_named_where_they_are_the_cost():
    latency = Objective("latency_ms", "ms", lambda cost: cost.multiply_adds / 1e4)
    _, panel = watched(study=opened(objective=latency))
    assert "ms an image" in panel
    assert "FLOPs" not in panel


def test_a_failed_trial_is_printed_and_counted():
    study = opened()
    console = Console(file=io.StringIO(), width=80, force_terminal=True, _environ={"TERM": "xterm"})
    display = Display(console, total=5, images=IMAGES)
    with display:
        proposal = study.ask()
        display.show(study, proposal)
        study.fail(proposal.number, "it does not train")
        display.show(study, JobFailed(proposal.number, "it does not train"))
        panel = display.panel(study)
    assert "no result: it does not train" in console.file.getvalue()
    assert (panel.tally.failed, panel.tally.judged) == (1, 1)


def test_the_panel_is_drawn_at_most_four_times_a_second():
    study, pool = opened(), SimulatedPool(2)
    proposal = study.ask()
    console = Console(file=io.StringIO(), width=80, force_terminal=True, _environ={"TERM": "xterm"})
    display = Display(console, total=5, images=IMAGES, clock=pool.clock)

    def redraws(event, seconds):
        before = len(console.file.getvalue())
        pool.now += seconds
        display.show(study, event)
        return len(console.file.getvalue()) > before

    with display:
        assert redraws(proposal, 0.0)
        assert not any(redraws(proposal, 0.02) for _ in range(10))
        assert redraws(None, SECONDS_BETWEEN_REDRAWS - 0.19)  # What has happened meanwhile.
        assert not redraws(None, SECONDS_BETWEEN_REDRAWS)  # Nothing has.
        assert redraws(None, 1.0)


def test_durations_in_words():
    assert [duration(seconds) for seconds in (48, 720, 7500)] == ["48 s", "12 min", "2 h 05"]
    assert [time_left_words(seconds) for seconds in (None, 0.0, 90.0)] == ["not known yet", "nearly done", "about 90 s"]
