"""Writes src/test/resources/golden/*.safetensors: AlexNet and its half by torchvision, for AlexNetTest.

Needs torch, torchvision, numpy and safetensors; run it from plugins/alexnet as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch.nn as nn
from torchvision.models import alexnet

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write


def half(layer):
    """The same layer with half the outputs, and half the inputs where they are another layer's outputs."""
    if isinstance(layer, nn.Conv2d):
        inputs = layer.in_channels if layer.in_channels == 3 else layer.in_channels // 2
        return nn.Conv2d(inputs, layer.out_channels // 2, layer.kernel_size, layer.stride, layer.padding)
    if isinstance(layer, nn.Linear):
        outputs = layer.out_features if layer.out_features == 10 else layer.out_features // 2
        return nn.Linear(layer.in_features // 2, outputs)
    return layer


whole, halved = alexnet(num_classes=10, dropout=0), alexnet(num_classes=10, dropout=0)
halved.features = nn.Sequential(*map(half, halved.features))
halved.classifier = nn.Sequential(*map(half, halved.classifier))
write("alexnet", whole, whole.classifier, (3, 64, 64))
write("alexnet-half", halved, halved.classifier, (3, 128, 96))
