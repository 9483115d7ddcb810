"""The choice of a teacher: from the front, among the references, by name, from a file."""

from types import SimpleNamespace

import pytest

from search.devices.deployable import deployable
from search.devices.keras_file import ModelFileError
from search.errors import SearchError, UsageError
from search.exporting.teacher import LEAST_RATIO, MOST_RATIO, choose_teacher
from search.results import TrainedNetwork
from spaces.reference import REFERENCES, hybrid_cnn, hybrid_cnn_l, hybrid_cnn_s, hybrid_cnn_xs, resnet8
from tests.drawn_images import black_dataset

DATASET = black_dataset("photos", side=32, classes=10)


def front():
    """HybridCNNs of 0.2, 0.9, 3.6 and 4.9 M multiply-adds."""
    made = (hybrid_cnn_xs(), hybrid_cnn_s(), hybrid_cnn(), hybrid_cnn_l())
    return [TrainedNetwork(number, network, 0.5 + 0.1 * number) for number, network in enumerate(made)]


def chosen(name, *students, of=None):
    return choose_teacher(name, students, front=front() if of is None else of, dataset=DATASET)


def test_the_most_accurate_of_the_front_that_costs_three_to_ten_times_as_much_teaches():
    assert [chosen("best", student).words for student in front()[:2]] == ["trial 1", "trial 3"]


def test_where_the_front_has_none_a_reference_of_that_cost_teaches():
    student = front()[2]
    teacher = chosen("best", student)
    assert teacher.network == REFERENCES[teacher.words]()
    ratio = teacher.network.cost().multiply_adds / student.cost.multiply_adds
    assert LEAST_RATIO <= ratio <= MOST_RATIO


def test_where_nothing_costs_as_much_nothing_teaches():
    dearest = max((make() for make in REFERENCES.values()), key=lambda network: network.cost().multiply_adds)
    assert chosen("best", TrainedNetwork(0, dearest, 0.5)) is None
    assert chosen("none", front()[0]) is None


def test_the_best_of_a_whole_front_teaches_all_others():
    teacher = chosen("best", *front())
    assert [teacher.teaches(network) for network in front()] == [True, True, True, False]


def test_a_hypermodels_network_does_not_teach():
    stranger = SimpleNamespace(cost=lambda: hybrid_cnn().cost())
    student = front()[1]
    assert chosen("best", student, of=[TrainedNetwork(9, stranger, 0.9)]) is None


def test_a_reference_teaches_by_its_name():
    assert chosen("ResNet-8", front()[0]).network == resnet8()


@pytest.fixture
def model_file(tmp_path):
    def write(**options):
        file = tmp_path / "teacher.keras"
        deployable(hybrid_cnn_xs(**options).build()).save(file)
        return file

    return write


def test_a_file_teaches_and_its_content_counts(model_file):
    file = model_file()
    teacher = chosen(str(file), front()[0])
    assert teacher.network is None and teacher.distillation().file == str(file)
    first = teacher.distillation().digest
    assert chosen(str(model_file()), front()[0]).distillation().digest != first  # other weights


def test_what_can_not_teach_is_one_sentence(model_file, tmp_path):
    with pytest.raises(UsageError, match=r"--teacher takes best, none, a \.keras file or one of .*; got resnet"):
        chosen("resnet", front()[0])
    with pytest.raises(SearchError, match=r"teacher\.keras can't teach these images: .*3"):
        chosen(str(model_file(classes=3)), front()[0])
    broken = tmp_path / "broken.keras"
    broken.write_bytes(b"no model")
    with pytest.raises(ModelFileError, match="is broken"):
        chosen(str(broken), front()[0])
