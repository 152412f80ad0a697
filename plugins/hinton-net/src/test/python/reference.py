"""Writes src/test/resources/golden/*.safetensors: HintonNet and its student by PyTorch, for HintonNetTest.

Needs torch, numpy and safetensors; run it from plugins/hinton-net as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch.nn as nn
import torch.nn.functional as F

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write


class HintonNet(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(inputs, width), nn.Linear(width, width), nn.Linear(width, 10)

    def forward(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


for file, width, shape in (("hinton", 1200, (1, 28, 28)), ("hinton-half", 800, (1, 28, 28)),
                           ("hinton-half-colour", 800, (3, 5, 7))):
    network = HintonNet(shape[0] * shape[1] * shape[2], width)
    write(file, network, network.fc3, shape)
