"""Writes src/test/resources/golden/*.safetensors: ResNet-18 and ResNet-34 by torchvision, for ResNetTest.

Needs torch, torchvision, numpy and safetensors; run it from plugins/resnet as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch.nn as nn
from torchvision.models import resnet18, resnet34

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write

for file, make in (("resnet18", resnet18), ("resnet34", resnet34)):
    network = make(num_classes=10)
    network.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    network.maxpool = nn.Identity()
    write(file, network, network.fc, (3, 32, 32))
