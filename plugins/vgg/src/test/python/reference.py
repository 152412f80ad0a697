"""Writes src/test/resources/golden/*.safetensors and src/test/resources/torchvision/*.txt: VGG networks by torchvision, for
VggTest.

Needs torch, torchvision, numpy and safetensors; run it from plugins/vgg as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch.nn as nn
from torchvision.models import vgg

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write, write_names

#: Channels as in configuration A, divided by 8, and units of the hidden layers.
NARROW, UNITS = [8, "M", 16, "M", 32, 32, "M", 64, 64, "M", 64, 64, "M"], 24


def biases_before_batch_norm(network):
    """Their gradient is 0 but for rounding."""
    layers = list(network.features)
    return {f"features.{number}.bias" for number, layer in enumerate(layers)
            if isinstance(layer, nn.Conv2d) and isinstance(layers[number + 1], nn.BatchNorm2d)}.__contains__


def small(network):
    network.avgpool = nn.Identity()
    network.classifier = nn.Linear(512, 10)
    return network


def narrow(batch_norm):
    network = vgg.VGG(vgg.make_layers(NARROW, batch_norm), num_classes=10, dropout=0)
    network.classifier[0] = nn.Linear(64 * 7 * 7, UNITS)
    network.classifier[3] = nn.Linear(UNITS, UNITS)
    network.classifier[6] = nn.Linear(UNITS, 10)
    return network


for file, network, shape in (("vgg11", small(vgg.vgg11_bn()), (3, 32, 32)),
                             ("vgg11-plain", small(vgg.vgg11()), (3, 32, 32)),
                             ("vgg16", small(vgg.vgg16_bn()), (3, 32, 32)),
                             ("vgg16-plain", small(vgg.vgg16()), (3, 32, 32)),
                             ("narrow", narrow(True), (3, 64, 96)),
                             ("narrow-plain", narrow(False), (1, 32, 40)),
                             ("narrow-large", narrow(True), (3, 224, 224))):
    if shape[0] != 3:
        network.features[0] = nn.Conv2d(shape[0], network.features[0].out_channels, 3, padding=1)
    write(file, network, network.classifier, shape, biases_before_batch_norm(network))
for name in ("vgg11", "vgg11_bn", "vgg16", "vgg16_bn"):
    write_names(name, getattr(vgg, name))
