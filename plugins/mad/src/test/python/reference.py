"""Writes src/test/resources/golden/rounds.safetensors: Momentum Adversarial Distillation by PyTorch, for MadTest.

The random numbers are in src/test/resources/draws.safetensors, which DrawsForPython among the tests writes: run it with the tests' class
path and that file as its argument. Then run this from plugins/mad as `python src/test/python/reference.py`; it needs torch, numpy
and safetensors. The build and the tests need only the files.
"""
import copy
import math
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

sys.path.append("../../modules/network-checks/src/main/python")
from golden import value

MEAN, STD = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1), torch.tensor([0.25, 0.2, 0.3]).view(1, 3, 1, 1)
ROUNDS, STEPS, LATENT = 2, 3, 5


class Classifier(nn.Module):
    """Of modules/spi-test: TrialNetworks."""

    def __init__(self, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width)
        self.fc = nn.Linear(width, 4)

    def forward(self, x):
        """Logits, and what enters the batch norms."""
        first = self.conv1(x)
        second = self.conv2(F.relu(self.bn1(first)))
        return self.fc(F.relu(self.bn2(second)).mean((2, 3))), (first, second)


class PlainGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(np.sin(0.7 * np.arange(192 * LATENT) ** 2)).float().view(192, LATENT))
        self.norm = nn.BatchNorm2d(3)

    def forward(self, z):
        return (self.norm((z @ self.weight.T).view(-1, 3, 8, 8)).sigmoid() - MEAN) / STD


def statistics(network, entered):
    return sum((layer.running_mean - x.mean((0, 2, 3))).norm() +
               (layer.running_var - x.var((0, 2, 3), unbiased=False)).norm()
               for layer, x in zip((network.bn1, network.bn2), entered))


torch.set_num_threads(1)
draws = load_file("src/test/resources/draws.safetensors")
teacher = Classifier(8).eval().requires_grad_(False)
for key, tensor in teacher.state_dict().items():
    if tensor.dtype == torch.float32:
        tensor.copy_(torch.from_numpy(value(f"teacher.{key}", tuple(tensor.shape))).float())
out = {f"teacher.{key}": tensor for key, tensor in teacher.state_dict().items()}

generator = PlainGenerator().train()
average = copy.deepcopy(generator).train()
adam = torch.optim.Adam(generator.parameters(), lr=0.05, betas=(0.5, 0.999))
for step in range(ROUNDS * STEPS):
    adam.param_groups[0]["lr"] = 0.05 * (1 + math.cos(math.pi * step / (ROUNDS * STEPS))) / 2
    logits, entered = teacher(generator(draws[f"latent.{step}"]))
    losses = {"batch-norm-statistics": statistics(teacher, entered), "one-hot": F.cross_entropy(logits, logits.argmax(1))}
    adam.zero_grad()
    (losses["batch-norm-statistics"] + 0.5 * losses["one-hot"]).backward()
    adam.step()
    print(step, {name: round(loss.item(), 4) for name, loss in losses.items()})
    if (step + 1) % STEPS == 0:
        out |= {f"{step // STEPS}.{name}": loss.detach() for name, loss in losses.items()}
        with torch.no_grad():
            for a, g in zip(average.parameters(), generator.parameters()):
                a.copy_(0.9 * a + 0.1 * g)
for name, network in (("generator", generator), ("average", average)):
    out |= {f"{name}.{key}": tensor.detach() for key, tensor in network.named_parameters()}
with torch.no_grad():
    out["batch"] = torch.cat([generator(draws["own"]), average(draws["earlier"])])
save_file({k: v.contiguous() for k, v in out.items()}, "src/test/resources/golden/rounds.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/reference.py"})
