"""What each separable convolution saves against a standard one, counted and by the formula."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.comparison.alignment import AlignedRow, align
from search.comparison.networks import NamedNetwork
from search.comparison.steps import Step, steps_of
from spaces.cost import convolution


@dataclass(frozen=True)
class Saving:
    """A separable convolution beside the standard one that it takes the place of.

    Attributes:
        network: Name of its network.
        separable: The convolution.
        standard_network: Name of the network that has the standard convolution opposite; None if none has one of the
            same window and channels, so that `standard_multiply_adds` are those of a layer that nobody built.
        standard_multiply_adds: As counted.
        standard_parameters: As counted, with a bias where the separable one has one.
    """

    network: str
    separable: Step
    standard_network: str | None
    standard_multiply_adds: int
    standard_parameters: int

    @property
    def counted_ratio(self) -> float:
        """Multiply-adds of the separable convolution for each one of the standard convolution."""
        return self.separable.multiply_adds / self.standard_multiply_adds

    @property
    def formula_ratio(self) -> float:
        """The same by the formula M (1/C_out + 1/K^2)."""
        return separable_ratio(
            self.separable.filters,
            kernel_size=self.separable.kernel_size,
            depth_multiplier=self.separable.depth_multiplier,
        )

    def formula(self) -> str:
        """The formula with this convolution's numbers: "1/64 + 1/9"."""
        layer = self.separable
        total = f"1/{layer.filters:,} + 1/{layer.kernel_size**2}"
        return total if layer.depth_multiplier == 1 else f"{layer.depth_multiplier} × ({total})"


def separable_ratio(filters: int, *, kernel_size: int = 3, depth_multiplier: int = 1) -> float:
    """Multiply-adds of a separable convolution for each one of a standard convolution of the same shape.

    The number of input channels does not matter: it is a factor of both.

    Args:
        filters: Output channels of both.
        kernel_size: Side of both windows.
        depth_multiplier: Depthwise outputs for each input channel.
    References:
        Howard et al. (2017), MobileNets, arXiv:1704.04861, section 3.1.
    """
    return depth_multiplier * (1 / filters + 1 / kernel_size**2)


def savings_of(networks: Sequence[NamedNetwork]) -> list[Saving]:
    """Every separable convolution, network by network."""
    rows = align([steps_of(network.architecture.cost()) for network in networks])
    return savings([network.name for network in networks], rows)


def savings(names: Sequence[str], rows: Sequence[AlignedRow]) -> list[Saving]:
    """Every separable convolution, network by network.

    Args:
        names: Of the networks.
        rows: Their steps, aligned.
    """
    return [
        _saving(name, step, names, row)
        for index, name in enumerate(names)
        for row in rows
        if (step := row.steps[index]) and step.depth_multiplier
    ]


def example(every_saving: Sequence[Saving]) -> Saving | None:
    """The one to explain: against the most expensive standard convolution, if possible one that a network has."""
    return max(
        every_saving,
        key=lambda saving: (saving.standard_network is not None, saving.standard_multiply_adds),
        default=None,
    )


def _saving(name: str, separable: Step, names: Sequence[str], row: AlignedRow) -> Saving:
    for other_name, other in zip(names, row.steps, strict=True):
        if other and _takes_the_place_of(separable, other):
            return Saving(name, separable, other_name, other.multiply_adds, other.parameters)
    standard = convolution(
        separable.name,
        (*separable.output_shape[:-1], separable.input_channels),
        separable.output_shape,
        kernel_size=separable.kernel_size,
        bias=has_bias(separable),
    )
    return Saving(name, separable, None, standard.multiply_adds, standard.parameters)


def has_bias(separable: Step) -> bool:
    """Whether a separable convolution has a bias: parameters beside its two kernels."""
    return separable.half_parameters[1] > separable.half_multiply_adds[1] // separable.positions


def _takes_the_place_of(separable: Step, standard: Step) -> bool:
    return standard.kind == "Conv2D" and all(
        getattr(separable, size) == getattr(standard, size)
        for size in ("output_shape", "kernel_size", "input_channels")
    )
