"""What `search.run --dry-run` says: how large the space is, what its networks cost and look like, how long it takes."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from search.cli.command_line import say
from search.display import duration
from search.errors import UsageError
from search.optimizer.networks.space_statistics import SpaceStatistics, space_statistics
from search.quantities import counted, with_unit
from search.running.expected_time import expected_seconds, measured
from search.running.problem import Problem, problem_of
from search.training.environment import prepare
from search.workers.machine import plan
from spaces.network import legend

SAMPLES = 5

BAR = 24  # characters of the dearest layer


def say_what_would_be_searched(options, console: Console) -> int:
    """Tell a person what a search would do; trains five networks for a moment, keeps nothing. Returns 0."""
    if options.cluster is not None:
        raise UsageError("--dry-run times networks on this machine. Leave --cluster out")
    prepare()
    problem, machine = problem_of(options), plan(options.workers)
    found = space_statistics(problem.space, caps=problem.caps, seed=options.seed, samples=SAMPLES)
    for text in _of_space(options.space, problem, found):
        say(console, text)
    for number, architecture in enumerate(found.samples, start=1):
        console.print(drawing(architecture, title=f"Sample {number} of {len(found.samples)}"))
    say(console, legend((one.words() for one in found.samples), like=found.samples[0].to_dict()) + ".")
    say(console, f"Timing these {len(found.samples)} on this machine ({machine.words()}) ...")
    speeds = measured(found.samples, problem, machine)
    seconds = expected_seconds(speeds, problem, trials=options.trials, workers=machine.workers)
    rates = [speed.images_per_second for speed in speeds]
    say(console, f"They train at {min(rates):,.0f} to {max(rates):,.0f} images a second each.")
    trials, epochs = counted(options.trials, "network"), counted(problem.ladder.top, "epoch")
    say(console, f"{trials} of up to {epochs} would take about {duration(seconds)}. Nothing was kept.")
    return 0


def _of_space(name: str, problem: Problem, found: SpaceStatistics) -> Iterator[str]:
    size, error = found.networks, 2 * found.standard_error / found.networks
    images = len(problem.dataset.train_images)
    *rungs, top = problem.ladder.rungs
    epochs = f"{', '.join(map(str, rungs))} and {counted(top, 'epoch')}" if rungs else counted(top, "epoch")
    yield (
        f"Space {name} on {problem.dataset.name}, {images:,} images of "
        f"{'x'.join(map(str, problem.space.input_shape))}, recipe {problem.recipe.name}, judged after {epochs}."
    )
    yield (
        f"About {size:.2g} networks (give or take {100 * error:.0f} %), {100 * found.allowed / size:.2g} % of them "
        f"within the caps. {found.draws:,} random ones had {_range(found.flops, 'FLOPs')} and "
        f"{_range(found.parameters, 'parameters')}."
    )


def _range(ends: tuple[int, int], unit: str) -> str:
    least, most = map(with_unit, ends)
    return f"{least} to {most} {unit}"


def drawing(architecture, *, title: str) -> Table:
    """A network as text: a row a layer, a bar for its share of the multiply-adds."""
    cost = architecture.cost()
    table = Table(
        title=f"{title}: {with_unit(cost.flops)}FLOPs, {with_unit(cost.parameters)} parameters\n{architecture.words()}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for column, justify in (("layer", "left"), ("output", "right"), ("multiply-adds", "right"), ("", "left")):
        table.add_column(column, justify=justify, no_wrap=True)
    rows = [layer for layer in cost.layers if layer.multiply_adds]
    most = max(layer.multiply_adds for layer in rows)
    for layer in rows:
        bar = "█" * round(BAR * layer.multiply_adds / most)
        table.add_row(layer.kind, _shape(layer.output_shape), with_unit(layer.multiply_adds), bar)
    return table


def _shape(sides: Sequence[Any]) -> str:
    return "x".join(map(str, sides))
