"""Writes src/test/resources/golden/*.safetensors: networks of LayersTest as PyTorch's Sequential, for that test.

Needs torch, numpy and safetensors; run it from plugins/layers as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch
import torch.nn as nn

sys.path.append("../../modules/network-checks/src/main/python")
from golden import write


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = nn.Sequential(*body)
        if shortcut:
            self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.body(x) + (self.shortcut(x) if hasattr(self, "shortcut") else x)


def check(file, shape, *layers):
    network = nn.Sequential(*layers)
    write(file, network, network[-1], shape)


class Tokens(nn.Module):
    def forward(self, x):
        return x.flatten(2).transpose(1, 2)


class PositionEmbedding(nn.Embedding):
    def forward(self, x):
        return x + super().forward(torch.arange(x.shape[1]))


class Attention(nn.MultiheadAttention):
    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


class TokenMean(nn.Module):
    def forward(self, x):
        return x.mean(1)


def conv(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)


check("default", (3, 32, 32),
      conv(3, 32), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
      conv(32, 64), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
      conv(64, 128), nn.BatchNorm2d(128), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
      nn.Linear(128, 10))
check("everything", (2, 14, 18),
      nn.Conv2d(2, 12, (3, 5), stride=(1, 2), padding=(1, 3), dilation=(1, 2), bias=False),
      nn.BatchNorm2d(12, eps=1e-3, momentum=0.2), nn.LeakyReLU(0.2),
      nn.MaxPool2d(3, stride=(2, 1), padding=1, ceil_mode=True),
      nn.Conv2d(12, 12, 3, padding=1, groups=12), nn.GroupNorm(4, 12, eps=1e-4), nn.Hardswish(),
      Residual([nn.Conv2d(12, 12, 3, padding=2, dilation=2, groups=3), nn.SiLU()]),
      Residual([nn.Conv2d(12, 24, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(24), nn.ReLU6(), nn.Conv2d(24, 24, 3, padding=1)],
               [nn.Conv2d(12, 24, 1, stride=2, bias=False), nn.BatchNorm2d(24)]),
      nn.LayerNorm([24, 4, 4]), nn.GELU(),
      nn.AvgPool2d((2, 3), stride=2, padding=1, ceil_mode=True, count_include_pad=False),
      nn.AdaptiveAvgPool2d((2, 1)), nn.Flatten(),
      Residual([nn.Linear(48, 20, bias=False), nn.LayerNorm(20)], [nn.Linear(48, 20)]),
      nn.Tanh(), nn.BatchNorm1d(20, affine=False), nn.Sigmoid(), nn.Dropout(0),
      nn.Linear(20, 10))
check("transformer", (3, 16, 16),
      nn.Conv2d(3, 24, 4, stride=4), Tokens(), PositionEmbedding(16, 24),
      Residual([nn.LayerNorm(24, eps=1e-6), Attention(24, 4, batch_first=True), nn.Dropout(0)]),
      Residual([nn.LayerNorm(24), nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 24, bias=False)]),
      Attention(24, 2, bias=False, batch_first=True), TokenMean(),
      nn.Linear(24, 10))
