"""Settings of a configuration: what is stored, compared and shown follows from the role of each field."""

from dataclasses import dataclass

import pytest

from search.cli.settings import Role, comparable_settings, setting, shown_settings, typed_defaults


@dataclass(frozen=True, kw_only=True)
class Config:
    trials: int = setting(Role.LOCAL, default=100)
    space: str = setting(Role.COMPARABLE, default="hybrid", stored_as=("space", "space_version"))
    objective: str = setting(Role.COMPARABLE, default="flops", added_later=True)
    sampler: str = setting(Role.SHOWN, default="known-cost")
    max_flops: float | None = setting(Role.SHOWN, typed="auto")
    epochs: int = setting(Role.COMPARABLE)


CONFIG = Config(max_flops=1e6, epochs=3)


def test_what_must_be_the_same_is_stored_with_what_follows_from_it():
    assert comparable_settings(CONFIG, {"space_version": "12ab"}) == {
        "space": "hybrid",
        "space_version": "12ab",
        "epochs": 3,
    }


def test_a_derived_value_replaces_the_setting():
    assert comparable_settings(CONFIG, {"space_version": "12ab", "epochs": 9})["epochs"] == 9


def test_a_setting_that_was_added_later_is_stored_only_where_it_differs_from_its_default():
    latency = Config(max_flops=1e6, epochs=3, objective="latency")
    assert comparable_settings(latency, {"space_version": "12ab"})["objective"] == "latency"


def test_mlflow_shows_all_but_local_settings():
    assert shown_settings(CONFIG) == {
        "space": "hybrid",
        "objective": "flops",
        "sampler": "known-cost",
        "max_flops": 1e6,
        "epochs": 3,
    }


def test_defaults_are_as_a_person_types_them():
    assert typed_defaults(Config) == {
        "trials": 100,
        "space": "hybrid",
        "objective": "flops",
        "sampler": "known-cost",
        "max_flops": "auto",
        "epochs": None,
    }


def test_a_value_that_follows_from_a_setting_must_be_given():
    with pytest.raises(KeyError, match="space_version"):
        comparable_settings(CONFIG, {})
