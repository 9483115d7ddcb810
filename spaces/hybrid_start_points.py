"""Known networks as params of the hybrid space, and those that every search begins with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Params = Mapping[str, Any]

STEM = ("kind", "filters", "strides", "bias")
"""Params of the first convolution."""


def params_of(
    stem: Params,
    *stages: Sequence[Params],
    halved_by: Sequence[str],
    head: str,
    activation: str = "relu",
    last: int = 0,
    pooled: bool = False,
) -> dict[str, Any]:
    """Params of a network.

    Args:
        stem: Of the first convolution.
        stages: The layers of each of the four stages.
        halved_by: How each of the later stages that has layers halves its maps.
        head: Its kind.
        activation: Of all layers.
        last: Filters of the last 1x1 convolution.
        pooled: Whether a max-pool follows the last layer, where the last stage has none.
    """
    params = {"activation": activation, "last_filters": last, "head": head}
    params |= {f"stem_{name}": value for name, value in {"strides": 1, **stem}.items() if name in STEM}
    for stage, layers in enumerate(stages, start=1):
        params[f"stage{stage}_layers"] = len(layers)
        if layers and stage > 1:
            params[f"stage{stage}_halved_by"] = halved_by[stage - 2]
        elif stage > 1:
            params[f"stage{stage}_max_pool"] = pooled
        for number, layer in enumerate(layers, start=1):
            params |= {f"stage{stage}_layer{number}_{name}": value for name, value in layer.items()}
    return params


def standard(filters: int, *, bias: bool = False, **others: Any) -> Params:
    """A standard convolution."""
    return {"kind": "standard", "filters": filters, "bias": bias, **others}


def separable(filters: int | None = None, *, multiplier: int = 1, bias: bool = False, **others: Any) -> Params:
    """A separable convolution; without `filters`, one that adds its input."""
    kind = {"kind": "separable", "kernel": 3, "depth_multiplier": multiplier, "bias": bias}
    return {**kind, **_width(filters), **others}


def inverted(filters: int | None = None, *, expansion: float, **others: Any) -> Params:
    """An inverted residual; without `filters`, one that adds its input."""
    kind = {"kind": "inverted_residual", "kernel": 3, "expansion": expansion, "squeeze_excite": 0.0}
    return {**kind, **_width(filters), **others}


def _width(filters: int | None) -> Params:
    return {"residual": True} if filters is None else {"filters": filters}


def _three_stages(layer: Callable[..., Params]) -> Params:
    """Three layers of one kind, a max-pool after each, and a dense head."""
    first, *later = (layer(filters, bias=True, residual=False) for filters in (32, 64, 128))
    return params_of(first, [], *([of_stage] for of_stage in later), [], halved_by=_POOLS, head="flatten", pooled=True)


def _with_squeeze_excite(filters: int, *, expansion: float) -> Params:
    """An inverted residual with squeeze-and-excite, then separable layers in two stages, and swish."""
    return params_of(
        standard(filters, strides=2),
        [inverted(filters, expansion=expansion, squeeze_excite=1 / 16, residual=False)],
        *([separable(width, multiplier=2, residual=False), separable()] for width in (96, 192)),
        [],
        halved_by=_STRIDES,
        head="global_average",
        activation="silu",
    )


_POOLS, _STRIDES, _POOL_THEN_STRIDES = ("max_pool",) * 3, ("strides",) * 3, ("max_pool", "strides", "strides")

START_POINTS: Mapping[str, Params] = {
    "StandardCNN": _three_stages(standard),
    "SeparableCNN": _three_stages(separable),
    "HybridCNN": params_of(
        standard(16),
        [],
        [separable(64, multiplier=2, residual=False)],
        [separable(128, multiplier=2, residual=False)],
        [separable(192, multiplier=2, residual=False), separable()],
        halved_by=_POOLS,
        head="global_average",
    ),
    "HybridCNN-L": _with_squeeze_excite(32, expansion=4.0),
    "HybridCNN-M": _with_squeeze_excite(24, expansion=3.0),
    "HybridCNN-S": params_of(
        standard(16, strides=2),
        [],
        [inverted(16, expansion=4.0, squeeze_excite=1 / 16, residual=False), inverted(expansion=4.0)],
        [separable(128, multiplier=2, residual=False)],
        [separable(192, multiplier=2, residual=False), separable()],
        halved_by=_POOL_THEN_STRIDES,
        head="global_average",
        activation="silu",
    ),
    "HybridCNN-XS": params_of(
        standard(16, strides=2),
        [],
        [inverted(16, expansion=1.0, squeeze_excite=1 / 16, residual=False)],
        [separable(96, multiplier=2, residual=False)],
        [separable(64, residual=False), separable()],
        halved_by=_POOL_THEN_STRIDES,
        head="global_average",
        activation="silu",
    ),
}
"""Networks that every search begins with: those that a course compares, and some made by hand for several budgets."""
