"""Choices as numbers: ordered, words, inactive."""

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from search.optimizer.gp.encoding import LINE_ONLY, encode, is_ordered

SPACE = {
    "word": CategoricalDistribution(("a", "b", "c")),
    "width": CategoricalDistribution((8, 16, 32)),
    "flag": CategoricalDistribution((False, True)),
    "units": IntDistribution(1, 9),
    "rate": FloatDistribution(1e-4, 1.0, log=True),
}


def distances(configurations, name):
    found = encode(configurations, {name: SPACE[name]}).features
    return np.linalg.norm(found[:, None] - found[None], axis=-1)


def test_numbers_are_ordered_and_words_are_not():
    assert [is_ordered(SPACE[name]) for name in SPACE] == [False, True, False, True, True]
    np.testing.assert_allclose(distances([{"word": word} for word in "abc"], "word"), 1 - np.eye(3))
    np.testing.assert_allclose(distances([{"width": w} for w in (8, 16, 32)], "width")[0], [0, 0.5, 1])
    np.testing.assert_allclose(distances([{"units": u} for u in (1, 5, 9)], "units")[0], [0, 0.5, 1])
    np.testing.assert_allclose(distances([{"rate": r} for r in (1e-4, 1e-2, 1.0)], "rate")[0], [0, 0.5, 1])


def test_what_is_inactive_is_a_state_of_its_own():
    for name, values in {"word": "abc", "width": (8, 16, 32), "flag": (False, True)}.items():
        found = distances([{}, *({name: value} for value in values)], name)
        assert np.all(found[0, 1:] > 0.9)


def test_groups_name_the_columns_of_each_choice_and_of_the_cost():
    found = encode([{"word": "a", "width": 8}], SPACE, costs=np.array([0.3]), sizes=np.array([0.7]))
    assert found.features.shape == (1, len(found.groups))
    assert sorted(set(found.groups)) == [LINE_ONLY, *range(len(SPACE) + 1)]
    assert found.features[0, found.lines].tolist() == [0.3, 0.7]
    assert found.groups[found.lines].tolist() == [len(SPACE), LINE_ONLY]


def test_names_with_the_same_choices_share_a_group():
    space = {f"layer{i}": CategoricalDistribution(("a", "b")) for i in range(3)}
    one, other = (encode([dict(zip(space, kinds, strict=True))], space).features[0, -2:] for kinds in ("aab", "baa"))
    np.testing.assert_allclose(one, other)


def test_nothing_to_encode_is_no_error():
    assert encode([], {}).features.shape == (0, 1)


def test_rows_stay_with_their_configurations_however_many_there_were():
    space, places = {"share": FloatDistribution(0, 1)}, np.random.default_rng(0).permutation(12_000) / 12_000
    for chunk in [*np.split(places, 4), places, places[::-1]]:
        encoded = encode([{"share": place} for place in chunk.tolist()], space)
        assert encoded.features[:, 0].tolist() == chunk.tolist()
