"""What 8-bit integers cost: validation accuracy of trained networks, in float32 and by the kernels of their int8 file.

    python -m tests.benchmarks.int8_accuracy exported/model.keras another/model.keras --output FILE.json

Each file is a network for CIFAR-10 as `search.export` writes it. Plain kernels take minutes for a large network.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from search.devices.calibration import calibration_images
from search.devices.int8_file import int8_bytes, int8_images
from search.devices.keras_file import open_model
from search.devices.kernels import outputs_by_kernels
from search.training.compiled_steps import scale_pixels
from search.training.datasets import Dataset, load
from search.training.environment import import_tensorflow
from spaces.model_io import with_standard_io


def measure(file: Path, dataset: Dataset) -> dict[str, float]:
    """Accuracy in percent by kernels; and how many of a hundred predictions are the float network's."""
    shape = {"input_shape": dataset.input_shape, "classes": dataset.classes}
    network = with_standard_io(open_model(file), **shape)
    images, labels = dataset.validation_images, dataset.validation_labels
    classes = network.predict(scale_pixels(images), batch_size=100, verbose=0).argmax(axis=-1)
    content = int8_bytes(network, calibration_images(dataset.train_images))
    outputs, problems = outputs_by_kernels(content, int8_images(images))
    measured = {"float32": 100 * float(np.mean(classes == labels))}
    for name, values in outputs.items():
        predicted = values.argmax(axis=-1)
        measured[name] = 100 * float(np.mean(predicted == labels))
        measured[f"{name}, as float32"] = 100 * float(np.mean(predicted == classes))
    return measured | dict.fromkeys(problems, float("nan"))


def main() -> None:
    """Measure the files, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--dataset", default="cifar10")
    parser.add_argument("--data-dir")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    import_tensorflow()
    dataset = load(options.dataset, data_dir=options.data_dir, seed=0)
    result = {}
    for file in options.files:
        result[str(file)] = measure(file, dataset)
        print(file, json.dumps(result[str(file)]), flush=True)
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
