"""`search.run --dry-run`: how large the space is, what its networks cost and look like, how long a search takes."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from mlflow_runs.quantities import memory
from search.cli.messages import say
from search.cli.search_config import SearchConfig
from search.display import duration
from search.optimizer.networks.space_statistics import SpaceStatistics, space_statistics
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler
from search.quantities import counted, with_unit
from search.results.cost_words import cost_words
from search.running import messages
from search.running.expected_time import expected_seconds, measure_speeds
from search.running.few_images import too_few_images
from search.running.flip_choice import FINDS_OUT, choice_without_study
from search.running.messages import hypermodel_notes
from search.running.rung_words import rung_words
from search.running.search_task import SearchTask, load_task
from search.training.environment import prepare
from search.workers.machine import plan
from spaces.network import legend

SAMPLES = 5
"""Networks that are drawn, shown and timed."""

MOST_COUNTED = 1e6
"""Networks of a space whose number is shown, not its order of magnitude alone."""

BAR_WIDTH = 24  # characters of the most expensive layer


def dry_run(config: SearchConfig, console: Console, *, searches: int = 1) -> int:
    """Describe a search and estimate its time. Five networks are trained for a moment; nothing is stored. Returns 0.

    Args:
        config: Of the search.
        console: Where messages are printed.
        searches: How many like it there will be.
    """
    prepare()
    check_sampler(config.sampler)
    task, machine = load_task(config), plan(config.workers)
    rehearse_sampler(config.sampler, task.problem)
    choice = choice_without_study(config.mirror, task.recipe, task.dataset)
    statistics = space_statistics(task.problem, seed=config.seed, samples=SAMPLES)
    for text in (*messages.images(task, config), *_describe_space(config.space, task, statistics)):
        say(console, text)
    for note in (*too_few_images(task.dataset), *hypermodel_notes(task, config)):
        say(console, note)
    say(console, choice.words() if choice else f"Two short trainings will {FINDS_OUT}.")
    task = task.with_flip(bool(choice and choice.flip))
    samples = statistics.samples
    for number, architecture in enumerate(samples, start=1):
        console.print(layer_table(architecture, title=f"Sample {number} of {len(samples)}", beside=samples))
    say(console, legend((sample.words() for sample in samples), like=samples[0].to_dict()) + ".")
    say(console, f"Measuring the speed of these {len(samples)} networks on this machine ({machine.words()}) ...")
    speeds = measure_speeds(samples, task, machine)
    rates = [speed.images_per_second for speed in speeds]
    say(console, f"They train at {min(rates):,.0f} to {max(rates):,.0f} images a second each.")
    seconds = searches * expected_seconds(speeds, task, trials=config.trials, workers=machine.workers)
    trials, epochs = counted(config.trials, "network"), counted(task.problem.ladder.top, "epoch")
    if searches > 1:
        trials = f"{searches} searches for {trials}"
    say(console, f"{trials} of up to {epochs} would take about {duration(seconds)}. Nothing was stored.")
    return 0


def _describe_space(name: str, task: SearchTask, statistics: SpaceStatistics) -> Iterator[str]:
    images, shape = len(task.dataset.train_images), "x".join(map(str, task.problem.space.input_shape))
    yield (
        f"Space {name} on {task.dataset.name}, {images:,} images of {shape}, recipe {task.recipe.name}, "
        f"judged after {rung_words(task.problem.ladder.rungs, task.steps_per_epoch)}."
    )
    costs = [_range(statistics.flops, "FLOPs"), _range(statistics.parameters, "parameters")]
    if statistics.ram_bytes and statistics.flash_bytes:
        costs += [f"{_memory(statistics.ram_bytes)} of RAM", f"{_memory(statistics.flash_bytes)} of flash"]
    yield (
        f"The space has {size(statistics.networks)}. {statistics.draws:,} random ones have "
        f"{', '.join(costs[:-1])} and {costs[-1]}; {share(statistics)}."
    )


def share(statistics: SpaceStatistics) -> str:
    """How much of a space is within the caps."""
    if not statistics.allowed:
        return "none of them is within the caps, but others are"
    if statistics.allowed == 1:
        return "all of them are within the caps"
    percent = f"{min(100 * statistics.allowed, 99.9):.3g} %"
    return f"{percent} of them are within the caps, which allow {size(statistics.allowed_networks)}"


def size(networks: float) -> str:
    """How many networks there are. Of a large space, the estimate is good for an order of magnitude at best."""
    if networks < MOST_COUNTED:
        return f"about {networks:,.0f} networks"
    return f"about 10^{math.log10(networks):.0f} networks" if networks < math.inf else "networks without end"


def _range(limits: tuple[int, int], unit: str) -> str:
    lowest, highest = map(with_unit, limits)
    return f"{lowest} to {highest} {unit}"


def _memory(limits: tuple[int, int]) -> str:
    lowest, highest = map(memory, limits)
    return f"{lowest} to {highest}"


def layer_table(architecture, *, title: str, beside: Sequence[Any] = ()) -> Table:
    """A network as a table: a row for each layer, with a bar for its multiply-adds.

    Args:
        architecture: The network.
        title: Of the table.
        beside: Other networks that are shown: the bars of all have one scale.
    """
    cost = architecture.cost()
    table = Table(
        title=f"{title}: {cost_words(cost)}\n{architecture.words()}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for column, justify in (("layer", "left"), ("output", "right"), ("multiply-adds", "right"), ("", "left")):
        table.add_column(column, justify=justify, no_wrap=True)
    layers = [layer for layer in cost.layers if layer.multiply_adds or layer.name in cost.unknown]
    all_layers = [layer for network in (architecture, *beside) for layer in network.cost().layers]
    most = max((layer.multiply_adds for layer in all_layers), default=0) or 1
    for layer in layers:
        multiply_adds = "not counted" if layer.name in cost.unknown else with_unit(layer.multiply_adds)
        bar = "█" * round(BAR_WIDTH * layer.multiply_adds / most)
        table.add_row(layer.kind, _shape(layer.output_shape), multiply_adds, bar)
    return table


def _shape(sides: Sequence[Any]) -> str:
    return "x".join(map(str, sides))
