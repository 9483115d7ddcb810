"""Several networks layer by layer as one HTML table: a column for each, and what does the same in the same line."""

from collections.abc import Mapping, Sequence

from search.comparison.alignment import AlignedRow
from search.comparison.headline import costs_compare
from search.comparison.networks import NamedNetwork
from search.comparison.steps import Stage, Step, parameters_beside_steps
from search.exporting.html_parts import text
from search.quantities import times_fewer
from spaces.cost import Cost

STYLE = """
<style>
table.aligned { table-layout: fixed; width: 100%; }
.aligned th, .aligned td { text-align: left; white-space: normal; vertical-align: top; padding: .4rem .6rem .5rem; }
.aligned td + td, .aligned th + th { border-left: 1px solid #eee; }
.aligned tr.stage td { background: #f6f6f6; color: #555; padding-block: .15rem; }
.aligned tr.total td { border-top: 2px solid #bbb; }
.aligned .step { display: block; font-weight: 600; }
.aligned .keras { color: #777; font-size: .8rem; overflow-wrap: anywhere; }
.aligned .count { display: block; font-size: .85rem; }
.aligned .track { display: block; height: .5em; }
.aligned .track > span { display: block; height: 100%; }
.multiply-adds > span { background: #0072B2; }
.parameters > span { background: #E69F00; }
.aligned .against { display: block; font-size: .85rem; color: #a63c00; }
</style>
"""
COLUMN_WIDTH = 10  # em, at least
NOTE = (
    "Blue: multiply-adds for one image, two FLOPs each. Yellow: parameters. Each colour has one scale, the same for "
    "all networks. A line holds layers of the same place: the same size of the feature maps, or the head. A separable "
    "convolution is one layer of two halves: a depthwise and a 1×1 convolution. Layers without multiply-adds and "
    "parameters, such as max-pools and activations, are left out. BatchNorm is folded into the convolution before it, "
    "so it has no multiply-adds. RAM is what an int8 interpreter needs for "
    "tensors, flash the size of the int8 file."
)


def side_by_side(networks: Sequence[NamedNetwork], rows: Sequence[AlignedRow]) -> str:
    """The table with its style and a note.

    Args:
        networks: In the order of the columns. The others are compared with the first.
        rows: Their steps, aligned.
    """
    costs = [network.architecture.cost() for network in networks]
    steps = [step for row in rows for step in row.steps if step]
    beside = [parameters_beside_steps(cost) for cost in costs]
    scales = {
        "multiply-adds": max((step.multiply_adds for step in steps), default=0),
        "parameters": max(
            [step.parameters for step in steps] + [sum(parameters.values()) for parameters in beside], default=0
        ),
    }
    head = "".join(f"<th>{text(network.name)}</th>" for network in networks)
    body: list[str] = []
    stage: Stage | None = None
    for row in rows:
        if row.stage != stage:
            stage = row.stage
            body.append(f'<tr class="stage"><td colspan="{len(networks)}">{_stage_words(stage)}</td></tr>')
        cells = [_step_cell(step, row.steps[0], scales) for step in row.steps]
        body.append(_line(cells))
    if any(beside):
        body.append(f'<tr class="stage"><td colspan="{len(networks)}">Layers without multiply-adds, together</td></tr>')
        body.append(_line([_beside_cell(parameters, scales) for parameters in beside]))
    body.append(_line([_total_cell(cost, costs[0]) for cost in costs], kind="total"))
    return (
        f'{STYLE}<div class="wide"><table class="aligned" style="min-width: {COLUMN_WIDTH * len(networks)}em">'
        f"<tr>{head}</tr>{''.join(body)}</table></div><p class='note'>{NOTE}</p>"
    )


def _line(cells: Sequence[str], *, kind: str = "layer") -> str:
    return f'<tr class="{kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _stage_words(stage: Stage) -> str:
    if stage == "head":
        return "Head"
    return f"Feature maps of {' × '.join(map(str, stage))}"


def _step_cell(step: Step | None, first: Step | None, scales: Mapping[str, int]) -> str:
    if step is None:
        return ""
    title = f'<span class="step">{text(step.words())}</span><span class="keras">{text(step.name)}</span>'
    if not step.is_counted:
        uncounted = '<span class="count">multiply-adds not counted</span>'
        return title + uncounted + _count(step.parameters, "parameters", scales)
    return (
        title
        + _count(step.multiply_adds, "multiply-adds", scales, detail=_halves(step.half_multiply_adds))
        + _count(step.parameters, "parameters", scales, detail=_halves(step.half_parameters))
        + _against(step, first)
    )


def _halves(halves: tuple[int, int]) -> str:
    return f" ({halves[0]:,} + {halves[1]:,})" if any(halves) else ""


def _count(number: int, what: str, scales: Mapping[str, int], *, detail: str = "") -> str:
    width = 100 * number / scales[what] if scales[what] else 0
    return (
        f'<span class="count"><b>{number:,}</b> {what}{detail}</span>'
        f'<span class="track {what}"><span style="width: {width:.3f}%"></span></span>'
    )


def _against(step: Step, first: Step | None) -> str:
    """The step beside that of the first network."""
    if first is None or first is step or not first.is_counted or not (step.parameters and first.parameters):
        return ""
    counts = (step.multiply_adds, step.parameters), (first.multiply_adds, first.parameters)
    if counts[0] == counts[1]:
        return ""
    multiply_adds, parameters = (times_fewer(*pair) for pair in zip(*counts, strict=True))
    return f'<span class="against">{multiply_adds} multiply-adds, {parameters} parameters</span>'


def _beside_cell(parameters: Mapping[str, int], scales: Mapping[str, int]) -> str:
    if not parameters:
        return ""
    kinds = f'<span class="step">{text(", ".join(parameters))}</span>'
    return kinds + _count(sum(parameters.values()), "parameters", scales)


def _memory(cost: Cost) -> str:
    if cost.ram_bytes is None or cost.flash_bytes is None:
        return ""
    return (
        f'<span class="count"><b>{cost.ram_bytes:,}</b> bytes of RAM as int8</span>'
        f'<span class="count"><b>{cost.flash_bytes:,}</b> bytes of flash as int8</span>'
    )


def _total_cell(cost: Cost, first: Cost) -> str:
    lower = "at least " if cost.unknown else ""
    cell = (
        '<span class="step">Total</span>'
        f'<span class="count">{lower}<b>{cost.multiply_adds:,}</b> multiply-adds</span>'
        f'<span class="count"><b>{cost.parameters:,}</b> parameters</span>' + _memory(cost)
    )
    if cost is first or not costs_compare(cost, first):
        return cell
    multiply_adds = times_fewer(cost.multiply_adds, first.multiply_adds)
    parameters = times_fewer(cost.parameters, first.parameters)
    return cell + f'<span class="against">{multiply_adds} multiply-adds, {parameters} parameters</span>'
