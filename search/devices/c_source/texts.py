"""The texts of the files, with `$names` for what differs from network to network."""

from string import Template

_HEADER = Template("""\
/* An 8-bit network for TensorFlow Lite Micro. README.md says how to call it. */

#ifndef MODEL_H_
#define MODEL_H_

#ifdef __cplusplus
extern "C" {
#endif

/* The network: a TensorFlow Lite file, aligned to 16 bytes. */
#define MODEL_DATA_LENGTH $length
extern const unsigned char model_data[MODEL_DATA_LENGTH];

/* Input: one image as int8, row by row, $pixels.
   Each value is the pixel's, 0 to 255, minus 128. The network reads it as scale * (value - zero point). */
#define MODEL_INPUT_HEIGHT $height
#define MODEL_INPUT_WIDTH $width
#define MODEL_INPUT_CHANNELS $channels
#define MODEL_INPUT_LENGTH (MODEL_INPUT_HEIGHT * MODEL_INPUT_WIDTH * MODEL_INPUT_CHANNELS)
#define MODEL_INPUT_SCALE $input_scale
#define MODEL_INPUT_ZERO_POINT ($input_zero_point)

/* Output: an int8 for each class. Its probability is scale * (value - zero point). */
#define MODEL_CLASSES $classes
#define MODEL_OUTPUT_SCALE $output_scale
#define MODEL_OUTPUT_ZERO_POINT ($output_zero_point)

/* The names of the classes in UTF-8, in the order of the output. */
extern const char *const model_labels[MODEL_CLASSES];

/* The arena to reserve, in bytes:
     tensors                                     $tensors
     persistent buffers of the interpreter       $persistent
     its planning at the start, beyond tensors   $planning
     optimised kernels, such as CMSIS-NN's       $scratch
   $origin
   A 32-bit device needs less for persistent buffers: arena_used_bytes() says how much is used there. */
#define MODEL_ARENA_BYTES $arena

/* The operators to register:
$operators
   MODEL_OPERATORS is the argument of the template tflite::MicroMutableOpResolver. */
#define MODEL_OPERATORS $operator_count
#define MODEL_REGISTER_OPERATORS(resolver) \\
  do { \\
$registrations
  } while (0)

#ifdef __cplusplus
}
#endif

#endif /* MODEL_H_ */
""")

_SOURCE = Template("""\
/* An 8-bit network for TensorFlow Lite Micro, as C or C++. */

#include "model.h"

#if defined(__cplusplus) && __cplusplus >= 201103L
#define MODEL_ALIGNED alignas(16)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define MODEL_ALIGNED _Alignas(16)
#elif defined(_MSC_VER)
#define MODEL_ALIGNED __declspec(align(16))
#else
#define MODEL_ALIGNED __attribute__((aligned(16)))
#endif

const char *const model_labels[MODEL_CLASSES] = {
$labels
};

MODEL_ALIGNED const unsigned char model_data[MODEL_DATA_LENGTH] = {
$data
};
""")

_GUIDE = Template("""\
# A network for TensorFlow Lite Micro

`model.c` and `model.h` hold a network in 8-bit integers. Add both to a project that has
[TensorFlow Lite Micro](https://github.com/tensorflow/tflite-micro). They are C99 and C++11: where the project has only
C++ files, rename `model.c` to `model.cc`. No other file is needed.

- **Input**: one image of $height x $width pixels, row by row, $pixels. Write each value,
  0 to 255, minus 128, as int8.
- **Output**: an int8 for each of $classes classes. `MODEL_OUTPUT_SCALE * (value - MODEL_OUTPUT_ZERO_POINT)` is its
  probability. `model_labels` has the names.
- **Flash**: $length bytes for the network, and the code of the interpreter.
- **RAM**: an arena of $arena bytes. `model.h` says what it consists of.
- **Operators** to register:
$operators

A complete program:

```cpp
#include <stdint.h>

#include "model.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "tensorflow/lite/schema/schema_generated.h"

alignas(16) static uint8_t arena[MODEL_ARENA_BYTES];
static uint8_t image[MODEL_INPUT_LENGTH];  // from the camera

int main() {
  tflite::InitializeTarget();

  static tflite::MicroMutableOpResolver<MODEL_OPERATORS> resolver;
  MODEL_REGISTER_OPERATORS(resolver);
  static tflite::MicroInterpreter interpreter(tflite::GetModel(model_data), resolver, arena, MODEL_ARENA_BYTES);
  if (interpreter.AllocateTensors() != kTfLiteOk) {
    MicroPrintf("The arena is too small.");
    return 1;
  }
  MicroPrintf("The arena needs %d bytes.", (int)interpreter.arena_used_bytes());

  int8_t *input = interpreter.input(0)->data.int8;
  for (int i = 0; i < MODEL_INPUT_LENGTH; ++i) {
    input[i] = (int8_t)(image[i] - 128);
  }
  if (interpreter.Invoke() != kTfLiteOk) {
    return 1;
  }

  const int8_t *output = interpreter.output(0)->data.int8;
  int best = 0;
  for (int i = 1; i < MODEL_CLASSES; ++i) {
    if (output[i] > output[best]) {
      best = i;
    }
  }
  float probability = MODEL_OUTPUT_SCALE * (output[best] - MODEL_OUTPUT_ZERO_POINT);
  MicroPrintf("%s: %d %%", model_labels[best], (int)(100 * probability + 0.5f));
  return 0;
}
```
""")

HEADER, SOURCE, GUIDE = "model.h", "model.c", "README.md"
FILES = {HEADER: _HEADER, SOURCE: _SOURCE, GUIDE: _GUIDE}

ARRAY = "model_data"
"""The name of the array in the source."""
