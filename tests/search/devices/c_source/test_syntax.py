"""Values of C, as the compiler reads them."""

import shutil
import subprocess

import numpy as np
import pytest

from search.devices.c_source.syntax import BYTES_A_LINE, array_content, byte_lines, float_literal, string_literal

TEXTS = [
    "",
    "cat",
    'a "quoted" name',
    "back\\slash at the end\\",
    "what??/no??=trigraph??!",
    "%s %d \\n \\x41 \\0",
    "*/ // /*",
    "tab\tline\nbell\x07",
    "naïve Ж 猫 🐈",
    "é1 é9 digits after an escape",
    "\udcff\udc80 bytes that are no UTF-8",
]
FLOATS = [0.0, 1.0, 0.015625, 1 / 3, 1e-7, 3.4e38, 1.1754944e-38, 16777216.0]

PROGRAM = """
#include <stdio.h>
static const char *const texts[] = {TEXTS};
static const float floats[] = {FLOATS};
int main(void) {
  size_t i;
  const char *c;
  for (i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
    for (c = texts[i]; *c; ++c) printf("%02x", (unsigned)(unsigned char)*c);
    printf("\\n");
  }
  for (i = 0; i < sizeof floats / sizeof floats[0]; ++i) printf("%.9g\\n", (double)floats[i]);
  return 0;
}
"""


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_texts_and_numbers_are_the_same_in_c(tmp_path):
    program = PROGRAM.replace("TEXTS", ", ".join(map(string_literal, TEXTS)))
    source = tmp_path / "values.c"
    source.write_text(program.replace("FLOATS", ", ".join(map(float_literal, FLOATS))), encoding="ascii")
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    subprocess.run(["cc", *flags, source, "-o", tmp_path / "values"], check=True, capture_output=True)
    lines = subprocess.run([tmp_path / "values"], check=True, capture_output=True, text=True).stdout.splitlines()
    texts = [bytes.fromhex(line).decode("utf-8", "surrogateescape") for line in lines[: len(TEXTS)]]
    assert texts == TEXTS
    assert [np.float32(line) for line in lines[len(TEXTS) :]] == [np.float32(value) for value in FLOATS]


@pytest.mark.parametrize("length", [0, 1, BYTES_A_LINE - 1, BYTES_A_LINE, BYTES_A_LINE + 1, 1000])
def test_an_array_is_read_back(length):
    content = np.random.default_rng(length).bytes(length)
    lines = list(byte_lines(content))
    assert max(map(len, lines), default=0) <= 80
    others = "const int other_data[2] = {\n  0x01, 0x02,\n};\n"
    source = "\n".join([others, "const unsigned char data[LENGTH] = {", *lines, "};", others])
    assert array_content(source, "data") == content
