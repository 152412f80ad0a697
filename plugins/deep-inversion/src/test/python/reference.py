"""Writes src/test/resources/golden/round.safetensors: a round of Adaptive DeepInversion by PyTorch, for DeepInversionTest.

The random numbers are in src/test/resources/draws.safetensors, which DrawsForPython among the tests writes: run it with the tests' class
path and that file as its argument. Then run this from plugins/deep-inversion as
`python src/test/python/reference.py`; it needs torch, numpy and safetensors. The build and the tests need only the files.
"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

sys.path.append("../../modules/network-checks/src/main/python")
from golden import value

MEAN, STD = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1), torch.tensor([0.25, 0.2, 0.3]).view(1, 3, 1, 1)


class Classifier(nn.Module):
    """Of modules/spi-test: TrialNetworks."""

    def __init__(self, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width)
        self.fc = nn.Linear(width, 4)
        self.entered = []
        for norm in (self.bn1, self.bn2):
            norm.register_forward_pre_hook(lambda layer, inputs: self.entered.append((layer, inputs[0])))

    def forward(self, x):
        self.entered.clear()
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return self.fc(x.mean((2, 3)))


def started(name, width):
    network = Classifier(width).eval().requires_grad_(False)
    for key, tensor in network.state_dict().items():
        if tensor.dtype == torch.float32:
            tensor.copy_(torch.from_numpy(value(f"{name}.{key}", tuple(tensor.shape))).float())
    return network


def statistics(entered):
    return sum((layer.running_mean - x.mean((0, 2, 3))).norm() +
               (layer.running_var - x.var((0, 2, 3), unbiased=False)).norm() for layer, x in entered)


def total_variation(x):
    return ((x[:, :, :, 1:] - x[:, :, :, :-1]).abs().mean() + (x[:, :, 1:] - x[:, :, :-1]).abs().mean() +
            (x[:, :, 1:, 1:] - x[:, :, :-1, :-1]).abs().mean() + (x[:, :, 1:, :-1] - x[:, :, :-1, 1:]).abs().mean())


def unlike(s, t):
    p, q = (t / 3).softmax(1).clamp(0.01, 0.99), (s / 3).softmax(1).clamp(0.01, 0.99)
    m = ((p + q) / 2).log()
    js = ((p * (p.log() - m)).sum(1) + (q * (q.log() - m)).sum(1)).mean() / 2
    return 1 - js.clamp(0, 1)


torch.set_num_threads(1)
draws = load_file("src/test/resources/draws.safetensors")
teacher, student = started("teacher", 8), started("student", 4)
x = draws["noise"].clone().requires_grad_()
adam = torch.optim.Adam([x], lr=0.1, betas=(0.5, 0.99))
for down, right, mirrored in draws["jitter"].tolist():
    seen = torch.roll(x, (down, right), (2, 3))
    seen = seen.flip(3) if mirrored else seen
    logits = teacher(seen)
    losses = {"target-class": F.cross_entropy(logits, draws["targets"]),
              "batch-norm-statistics": statistics(teacher.entered),
              "total-variation": total_variation(seen),
              "adversarial": unlike(student(seen), logits)}
    adam.zero_grad()
    sum(loss * weight for loss, weight in zip(losses.values(), (1, 10, 1e-3, 1))).backward()
    adam.step()
    with torch.no_grad():
        x.copy_(torch.minimum(torch.maximum(x, (0 - MEAN) / STD), (1 - MEAN) / STD))
    print((down, right, mirrored), {name: round(loss.item(), 5) for name, loss in losses.items()})

out = {name: loss.detach() for name, loss in losses.items()} | {"pixels": x.detach()}
for name, network in (("teacher", teacher), ("student", student)):
    out |= {f"{name}.{key}": tensor for key, tensor in network.state_dict().items()}
save_file({k: v.contiguous() for k, v in out.items()}, "src/test/resources/golden/round.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/reference.py"})
