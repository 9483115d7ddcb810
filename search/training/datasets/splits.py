"""Stratified draws: which images are trained on, validated on, held out.

A split must be the same on every machine and in ten years, or a held-out image slips into training between a search
and its export. NumPy promises that for `RandomState` (frozen) and not for its newer `Generator`.
"""

import numpy as np

from search.training.datasets.dataset import DataError

HELD_OUT_SEED = 20_251  # fixed: the test split must not move with the seed of a study
_VALIDATION, _LIMIT, _HELD_OUT = 1, 2, 3  # what a draw is for; keeps draws of one seed independent


def held_out(labels, *, fraction):
    """Indices (rest, held out) of a test split that no seed changes."""
    return _split(labels, fraction=fraction, random=np.random.RandomState([HELD_OUT_SEED, _HELD_OUT]))


def validation_split(labels, *, fraction, seed):
    """Indices (training, validation): the same for the same labels and seed."""
    return _split(labels, fraction=fraction, random=np.random.RandomState([seed, _VALIDATION]))


def last_split(labels, *, fraction, seed):
    """Indices (training, validation) as Keras's `validation_split` has them: the last ones validate, for any seed."""
    del seed
    first = int(len(labels) * (1 - fraction))
    return np.arange(first), np.arange(first, len(labels))


def limited(labels, *, limit, seed):
    """Indices of `limit` images, stratified; of all when there are no more than that, or no limit."""
    if limit is None or limit >= len(labels):
        return np.arange(len(labels))
    if limit < (classes := len(np.unique(labels))):
        raise DataError(f"`train_limit` must keep an image of each of the {classes} classes; got {limit}.")
    return stratified_sample(labels, size=limit, random=np.random.RandomState([seed, _LIMIT]))


def stratified_sample(labels, *, size, random):
    """Draws `size` indices so that every class keeps its share, and none is left out.

    Args:
        labels: Integer array of shape (n,).
        size: Number to draw, up to n; raised to the number of classes where it is below.
        random: A `numpy.random.RandomState`.
    Returns:
        Sorted integer array of shape (size,). A class of c images gets floor or ceil of size x c / n, at least one.
    """
    classes, counts = np.unique(labels, return_counts=True)
    shares = _shares(counts, size=max(size, len(classes)))
    drawn = [
        random.permutation(np.flatnonzero(labels == label))[:share]
        for label, share in zip(classes, shares, strict=True)
    ]
    return np.sort(np.concatenate(drawn))


def _split(labels, *, fraction, random):
    chosen = stratified_sample(labels, size=round(fraction * len(labels)), random=random)
    return np.setdiff1d(np.arange(len(labels)), chosen), chosen


def _shares(counts, *, size):
    """Whole numbers near size x counts / n that sum to `size`, each at least one (method of largest remainders)."""
    exact = size * counts / counts.sum()
    shares = np.maximum(np.floor(exact).astype(int), 1)
    while shares.sum() < size:
        shares[np.argmax(exact - shares)] += 1
    while shares.sum() > size:  # rare classes were raised to one: the largest give way
        shares[np.argmax(np.where(shares > 1, shares - exact, -np.inf))] -= 1
    return shares
