"""The kinds of operations in a profile, by names as TensorFlow's profiler writes them."""

import pytest

from tests.benchmarks.step_profile import COMPILED, kind


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("while/body/_1/while/GatherV2:GatherV2", "augmentation"),
        ("while/body/_1/while/functional_1/block1_conv_1/convolution:_MklNativeConv2D", "standard convolutions"),
        (
            "while/body/_1/gradient_tape/while/functional_1/block2_conv_1/depthwise_1/"
            "DepthwiseConv2dNativeBackpropFilter:_MklNativeDepthwiseConv2dNativeBackpropFilter",
            "depthwise convolutions",
        ),
        (
            "while/body/_1/gradient_tape/while/functional_1/block2_conv_1/Tensordot/MatMul/MatMul_1:_MklMatMul",
            "1x1 convolutions",
        ),
        ("while/body/_1/gradient_tape/while/functional_1/block1_norm_1/FusedBatchNormGradV3:_MklGrad", "BatchNorm"),
        ("while/body/_1/gradient_tape/while/functional_1/block1_activation_1/ReluGrad:ReluGrad", "activations"),
        ("while/body/_1/while/activation_gradient_1/mul_2:Mul", "activations"),
        (COMPILED, "activations"),
        ("while/body/_1/while/functional_1/block3_pool_1/MaxPool2d:MaxPool", "pooling"),
        ("while/body/_1/while/PartitionedCall_4/matmul_6:_MklMatMul", "optimizer"),
        ("while/body/_1/while/functional_1/Cast_2:Cast", "conversions of precision"),
        ("while/body/_1/while/functional_1/block3_add_1/Add:AddV2", "other layers"),
        ("while/body/_1/while/AddN:AddN", "rest of the step"),
    ],
)
def test_an_operation_has_the_kind_of_its_layer_or_of_its_part_of_the_step(name, what):
    assert kind(name) == what
