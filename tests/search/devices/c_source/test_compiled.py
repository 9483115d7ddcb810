"""The C of a network as a compiler reads it, against the int8 file and the names of the data set."""

import shutil
import subprocess

import numpy as np
import pytest

from search.devices.c_source import int8_content
from search.devices.formats import FORMATS, write

NAMES = ["", "cat", 'a "dog"', "back\\slash\\", "what??/", "naïve Ж 猫", "é1", "tab\tline\n", "*/ %s", "\udcff"]

MAIN = """
#include <stdint.h>
#include <stdio.h>
#include "model.h"

int main(void) {
  unsigned i;
  const char *c;
  printf("%d %d %d %d\\n", MODEL_INPUT_HEIGHT, MODEL_INPUT_WIDTH, MODEL_INPUT_CHANNELS, MODEL_INPUT_LENGTH);
  printf("%.9g %d\\n", (double)MODEL_INPUT_SCALE, MODEL_INPUT_ZERO_POINT);
  printf("%.9g %d\\n", (double)MODEL_OUTPUT_SCALE, MODEL_OUTPUT_ZERO_POINT);
  printf("%d %d %d\\n", MODEL_ARENA_BYTES, MODEL_OPERATORS, (int)((uintptr_t)model_data % 16));
  for (i = 0; i < MODEL_DATA_LENGTH; ++i) printf("%02x", (unsigned)model_data[i]);
  printf("\\n");
  for (i = 0; i < MODEL_CLASSES; ++i) {
    for (c = model_labels[i]; *c; ++c) printf("%02x", (unsigned)(unsigned char)*c);
    printf("\\n");
  }
  return 0;
}
"""

RESOLVER = """
#include <stdio.h>
#include "model.h"

struct Resolver {
  void AddAdd() { puts("ADD"); }
  void AddConv2D() { puts("CONV_2D"); }
  void AddDepthwiseConv2D() { puts("DEPTHWISE_CONV_2D"); }
  void AddFullyConnected() { puts("FULLY_CONNECTED"); }
  void AddHardSwish() { puts("HARD_SWISH"); }
  void AddLogistic() { puts("LOGISTIC"); }
  void AddMaxPool2D() { puts("MAX_POOL_2D"); }
  void AddMean() { puts("MEAN"); }
  void AddMul() { puts("MUL"); }
  void AddReshape() { puts("RESHAPE"); }
  void AddSoftmax() { puts("SOFTMAX"); }
};

int main() {
  Resolver resolver;
  if (sizeof model_data) MODEL_REGISTER_OPERATORS(resolver);
  else return 1;
  return 0;
}
"""

STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic"]
C99 = ["cc", "-x", "c", "-std=c99", *STRICT]
C11 = ["cc", "-x", "c", "-std=c11", *STRICT]
CPP11 = ["c++", "-x", "c++", "-std=c++11", *STRICT]
CPP17 = ["c++", "-x", "c++", "-std=c++17", *STRICT]


@pytest.fixture(scope="module")
def written(network, images, tmp_path_factory):
    """The folder of an export with both formats."""
    folder = tmp_path_factory.mktemp("written")
    for name in ("c", "litert-int8"):
        write(name, network, folder, calibration=images[:100], class_names=NAMES)
    return folder


def output_of(source, main, folder, *, compiler, of_main):
    """What a program prints that consists of the network's source and another one."""
    if missing := [each[0] for each in (compiler, of_main) if shutil.which(each[0]) is None]:
        pytest.skip(f"there is no {missing[0]}")
    (folder / "main").write_text(main)
    run = {"check": True, "capture_output": True, "text": True, "cwd": folder}
    subprocess.run([*compiler, "-c", source / "model.c", "-o", "model.o"], **run)
    subprocess.run([*of_main, f"-I{source}", "-c", "main", "-o", "main.o"], **run)
    subprocess.run([of_main[0], "model.o", "main.o", "-o", "program"], **run)
    return subprocess.run(["./program"], **run).stdout.splitlines()


@pytest.mark.parametrize(
    ("compiler", "of_main"),
    [(C99, C99), (C11, CPP17), (CPP11, CPP11), (CPP17, C99)],
    ids=["C", "C in C++", "C++", "C++ in C"],
)
def test_a_program_has_what_the_int8_file_has(written, tmp_path, compiler, of_main):
    from ai_edge_litert.interpreter import Interpreter

    shape, inputs, outputs, numbers, data, *labels = output_of(
        written / "c", MAIN, tmp_path, compiler=compiler, of_main=of_main
    )
    file = (written / "model-int8.tflite").read_bytes()
    assert bytes.fromhex(data) == file
    assert [bytes.fromhex(label).decode("utf-8", "surrogateescape") for label in labels] == NAMES
    interpreter = Interpreter(model_content=file)
    [image], [classes] = interpreter.get_input_details(), interpreter.get_output_details()
    assert list(map(int, shape.split())) == [*image["shape"][1:], np.prod(image["shape"])]
    for line, details in ((inputs, image), (outputs, classes)):
        scale, zero_point = line.split()
        assert (np.float32(scale), int(zero_point)) == details["quantization"]
    arena, operators, misalignment = map(int, numbers.split())
    names = {each["op_name"] for each in interpreter._get_ops_details()} - {"DELEGATE"}
    assert arena > np.prod(image["shape"]) and operators == len(names) and misalignment == 0


def test_the_macro_registers_each_operator_of_the_file_once(written, tmp_path):
    from ai_edge_litert.interpreter import Interpreter

    registered = output_of(written / "c", RESOLVER, tmp_path, compiler=CPP11, of_main=CPP11)
    interpreter = Interpreter(str(written / "model-int8.tflite"))
    names = {each["op_name"] for each in interpreter._get_ops_details()} - {"DELEGATE"}
    assert len(registered) == len(names) and set(registered) == names


def test_loaded_back_the_source_gives_what_the_int8_file_gives(written, images):
    assert int8_content(written / "c") == int8_content(written / "model-int8.tflite")
    predictions = [FORMATS[name].load(written / FORMATS[name].file)(images) for name in ("c", "litert-int8")]
    np.testing.assert_array_equal(*predictions)


def test_the_same_network_has_the_same_files(written, network, images, tmp_path):
    again = write("c", network, tmp_path, calibration=images[:100], class_names=NAMES)
    files = {path.name: path.read_bytes() for path in again.iterdir()}
    assert files == {path.name: path.read_bytes() for path in (written / "c").iterdir()}
    assert sorted(files) == ["README.md", "model.c", "model.h"]
    assert all(len(line) <= 120 for content in files.values() for line in content.splitlines())


def test_the_program_in_the_guide_uses_names_of_the_header(written):
    import re

    header, guide = (written / "c" / "model.h").read_text(), (written / "c" / "README.md").read_text()
    [program] = re.findall("```cpp\n(.*?)```", guide, re.DOTALL)
    names = set(re.findall(r"\b(?:MODEL|model)_\w+", program))
    assert {"MODEL_ARENA_BYTES", "MODEL_REGISTER_OPERATORS", "model_data", "model_labels"} <= names
    assert not [name for name in names if not re.search(rf"\b{name}\b", header)]
