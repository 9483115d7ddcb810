"""Stratified splits: which images are for training, validation and test.

A split must be the same on every machine and in ten years. Otherwise a test image of a search could become a training
image of its export. NumPy promises that for `RandomState`, which is frozen, but not for its newer `Generator`.
"""

import numpy as np

from search.training.datasets.dataset import DataError

HELD_OUT_SEED = 20_251  # Fixed: the test split must not change with the seed of a study.
_VALIDATION, _LIMIT, _HELD_OUT = 1, 2, 3  # what is drawn: makes draws of one seed independent


def held_out(labels, *, fraction):
    """Indices (rest, test) of a test split that is the same for every seed."""
    return _split(labels, fraction=fraction, random=np.random.RandomState([HELD_OUT_SEED, _HELD_OUT]))


def validation_split(labels, *, fraction, seed):
    """Indices (training, validation): the same for the same labels and seed."""
    return _split(labels, fraction=fraction, random=np.random.RandomState([seed, _VALIDATION]))


def last_split(labels, *, fraction, seed):
    """Indices (training, validation) as by Keras's `validation_split`: the last images are for validation."""
    del seed
    first = int(len(labels) * (1 - fraction))
    return np.arange(first), np.arange(first, len(labels))


def limited(labels, *, limit, seed):
    """Indices of `limit` images, stratified; of all images if there are no more, or `limit` is None."""
    if limit is None or limit >= len(labels):
        return np.arange(len(labels))
    if limit < (classes := len(np.unique(labels))):
        raise DataError(f"`train_limit` must keep an image of each of the {classes} classes; got {limit}.")
    return stratified_sample(labels, size=limit, random=np.random.RandomState([seed, _LIMIT]))


def stratified_sample(labels, *, size, random):
    """Draw `size` indices so that every class keeps its share and none is left out.

    Args:
        labels: Integer array of shape (n,).
        size: How many to draw, up to n; at least the number of classes are drawn.
        random: A `numpy.random.RandomState`.
    Returns:
        Sorted integer array of shape (size,). Of a class of c images, floor or ceil of size x c / n are drawn, at least
        one.
    """
    classes, counts = np.unique(labels, return_counts=True)
    shares = _shares(counts, size=max(size, len(classes)))
    drawn = [
        random.permutation(np.flatnonzero(labels == label))[:share]
        for label, share in zip(classes, shares, strict=True)
    ]
    return np.sort(np.concatenate(drawn))


def _split(labels, *, fraction, random):
    drawn = stratified_sample(labels, size=round(fraction * len(labels)), random=random)
    return np.setdiff1d(np.arange(len(labels)), drawn), drawn


def _shares(counts, *, size):
    """Whole numbers near size x counts / n that sum to `size`, each at least one: method of largest remainders."""
    exact = size * counts / counts.sum()
    shares = np.maximum(np.floor(exact).astype(int), 1)
    while shares.sum() < size:
        shares[np.argmax(exact - shares)] += 1
    while shares.sum() > size:  # Rare classes were raised to one, so the largest give some up.
        shares[np.argmax(np.where(shares > 1, shares - exact, -np.inf))] -= 1
    return shares
