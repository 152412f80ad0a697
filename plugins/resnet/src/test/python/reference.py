"""Writes src/test/resources/golden/*.safetensors: residual networks by torchvision, and those of CIFAR written here from the
paper's section 4.2 under the names of two known implementations, for ResNetTest.

Needs torch, torchvision, numpy and safetensors; run it from plugins/resnet as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch.nn as nn
import torch.nn.functional as F
from torchvision.models import resnet18, resnet34, resnet50

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, projection):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.changes, self.stride, self.more = stride != 1 or inputs != outputs, stride, outputs - inputs
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) \
            if self.changes and projection else None

    def shortcut(self, x):
        if self.downsample:
            return self.downsample(x)
        half = self.more // 2
        return F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, half, half)) if self.changes else x

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + self.shortcut(x))


class Cifar(nn.Module):
    def __init__(self, depth, projection):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        inputs = 16
        for stage in range(3):
            outputs, blocks = 16 << stage, []
            for block in range((depth - 2) // 6):
                blocks.append(Block(inputs, outputs, 2 if stage and not block else 1, projection))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.head = "fc" if projection else "linear"
        setattr(self, self.head, nn.Linear(64, 10))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return getattr(self, self.head)(x.mean((2, 3)))


for file, make in (("resnet18", resnet18), ("resnet34", resnet34), ("resnet50", resnet50)):
    network = make(num_classes=10)
    network.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    network.maxpool = nn.Identity()
    write(file, network, network.fc, (3, 32, 32))
for file, make, shape in (("resnet18-imagenet", resnet18, (3, 48, 64)), ("resnet50-imagenet", resnet50, (3, 64, 64))):
    network = make(num_classes=10)
    write(file, network, network.fc, shape)
for depth in (20, 32, 56):
    network = Cifar(depth, False)
    write(f"resnet{depth}", network, network.linear, (3, 32, 32))
for depth in (20, 56):
    network = Cifar(depth, True)
    write(f"resnet{depth}-projection", network, network.fc, (3, 32, 32))
