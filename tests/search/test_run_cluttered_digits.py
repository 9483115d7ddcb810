"""The first command of a newcomer: a search of embedded images that ends with a front worth looking at."""

import json

import pytest

from search.run import search_config
from search.running.search_task import load_task

DATASET = ["--dataset", "cluttered-digits"]


def test_every_network_is_trained_for_three_epochs_at_once():
    config = search_config(DATASET)
    assert (config.epochs, config.no_rungs, config.max_flops) == (None, True, 25e6)
    assert load_task(config).problem.ladder.rungs == (3,)


def test_a_short_search_says_that_images_are_embedded_and_ends_with_a_front(in_process, tmp_path):
    short = ["--trials", "2", "--train-limit", "600", "--epochs", "1", "--workers", "1"]
    done = in_process("search.run", *DATASET, *short, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 networks of space hybrid on cluttered-digits, 600 images, 1 epoch (4 steps) each." in " ".join(
        done.stdout.split()
    )
    assert "The images are embedded, nothing is downloaded" in done.stdout
    assert "Pareto front" in done.stdout and "2 trained now, 2 in all" in done.stdout


@pytest.mark.long
def test_the_whole_search_ends_with_a_long_front_whose_knee_is_far_from_chance(command, tmp_path):
    done = command("search.run", *DATASET, "--trials", "40", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    front = json.loads(done.stdout)["front"]
    assert len(front) >= 5
    assert front[-1]["flops"] >= 10 * front[0]["flops"]
    assert min(network["accuracy"] for network in front[1:]) > 0.5
