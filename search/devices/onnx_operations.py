"""Operations that TensorFlow's converter to ONNX does not know, made of those that it knows."""

import contextlib
from collections.abc import Iterator

from spaces.eager_functions import functions_run_eagerly


@contextlib.contextmanager
def more_operations() -> Iterator[None]:
    """Inside, the converter knows erfc and exp(x) - 1, by which Keras computes GELU and CELU, and grouped convolutions.

    Keras compiles a grouped convolution apart, as a function that the converter can't look into. While functions run
    eagerly, it is part of the graph like any other.
    """
    _register()
    with functions_run_eagerly():
        yield


def _register() -> None:
    import numpy as np
    from tf2onnx.handler import tf_op

    def constant(graph, node, value: float) -> str:
        return graph.make_const(f"{node.name}/{value}", np.array(value, np.float32)).output[0]

    def replace(graph, node, kind: str, inputs: list[str]) -> None:
        shapes, dtypes = node.output_shapes, node.output_dtypes
        graph.remove_node(node.name)
        graph.make_node(kind, inputs, outputs=node.output, name=node.name, shapes=shapes, dtypes=dtypes)

    @tf_op("Erfc")
    class Erfc:
        """erfc(x) = 1 - erf(x)"""

        @classmethod
        def version_9(cls, graph, node, **_) -> None:
            erf = graph.make_node("Erf", node.input, shapes=node.output_shapes, dtypes=node.output_dtypes)
            replace(graph, node, "Sub", [constant(graph, node, 1.0), erf.output[0]])

    @tf_op("Expm1")
    class Expm1:
        """expm1(x) = exp(x) - 1"""

        @classmethod
        def version_7(cls, graph, node, **_) -> None:
            exp = graph.make_node("Exp", node.input, shapes=node.output_shapes, dtypes=node.output_dtypes)
            replace(graph, node, "Sub", [exp.output[0], constant(graph, node, 1.0)])
