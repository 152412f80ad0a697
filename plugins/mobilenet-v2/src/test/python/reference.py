"""Writes src/test/resources/golden/*.safetensors and src/test/resources/torchvision/*.txt: MobileNetV2 by torchvision, for
MobileNetV2Test.

Needs torch, torchvision, numpy and safetensors; run it from plugins/mobilenet-v2 as `python src/test/python/reference.py`.
The build and the tests need only the files.
"""
import sys

import torch.nn as nn
from torchvision.models import mobilenet_v2

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write, write_names

#: The paper's table 2 (expansion, channels, blocks, stride) with stride 1 for the first stage that has 2.
SMALL = [[1, 16, 1, 1], [6, 24, 2, 1], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]]


def make(small, width, channels):
    network = mobilenet_v2(num_classes=10, width_mult=width, dropout=0, inverted_residual_setting=SMALL if small else None)
    first = network.features[0][0]
    network.features[0][0] = nn.Conv2d(channels, first.out_channels, 3, 1 if small else 2, 1, bias=False)
    return network


def goes_into_a_batch_norm(name):
    """The bias at a block's end: no activation is between it and the next batch norms, which take away the mean."""
    return name.endswith((".conv.2.bias", ".conv.3.bias"))


for file, small, width, shape in (("mobilenet-v2", True, 1, (3, 32, 32)),
                                  ("mobilenet-v2-narrow", True, 0.35, (1, 28, 28)),
                                  ("mobilenet-v2-imagenet", False, 1, (3, 96, 64))):
    network = make(small, width, shape[0])
    write(file, network, network.classifier, shape, rounding_alone=goes_into_a_batch_norm)
for width in (0.35, 0.75, 1, 1.4):
    write_names(f"mobilenet_v2-{width}", lambda: mobilenet_v2(width_mult=width))
