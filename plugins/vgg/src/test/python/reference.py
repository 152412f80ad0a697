"""Writes src/test/resources/golden/*.safetensors: VGG-11 with batch norm by torchvision, for VggTest.

Needs torch, torchvision, numpy and safetensors; run it from plugins/vgg as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch.nn as nn
from torchvision.models import vgg11_bn

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write

network = vgg11_bn()
network.avgpool = nn.Identity()
network.classifier = nn.Linear(512, 10)
convolutions = {f"features.{number}.bias" for number, layer in network.features.named_children()
                if isinstance(layer, nn.Conv2d)}
write("vgg11", network, network.classifier, (3, 32, 32), lambda name: name in convolutions)
