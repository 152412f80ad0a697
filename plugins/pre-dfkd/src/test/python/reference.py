"""Writes src/test/resources/golden/*.safetensors: PRE-DFKD by PyTorch, for RecollectionTest and PreDfkdTest.

The random numbers are in src/test/resources/draws.safetensors, which DrawsForPython among the tests writes: run it with the tests' class
path and that file as its argument. Then run this from plugins/pre-dfkd as `python src/test/python/reference.py`; it needs torch,
numpy and safetensors. The build and the tests need only the files.
"""
import math
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch.distributions import Normal, kl_divergence

sys.path.append("../../modules/network-checks/src/main/python")
from golden import noise, value

MEAN, STD = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1), torch.tensor([0.25, 0.2, 0.3]).view(1, 3, 1, 1)
ROUNDS, STEPS, MEMORY_STEPS, LATENT = 2, 2, 3, 5


def save(name, tensors):
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()},
              f"src/test/resources/golden/{name}.safetensors",
              {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/reference.py"})


def sample(code, drawn):
    mean, log_variance = code.chunk(2, 1)
    return mean + (log_variance / 2).exp() * drawn


def bound(code, images, restored, beta):
    """The negative evidence bound, with pixels of variance beta: times beta / d, without its constant."""
    mean, log_variance = code.chunk(2, 1)
    values = images[0].numel()
    error = (images - restored).square().flatten(1).sum(1) / (2 * beta)
    divergence = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(1)
    return (error + divergence).mean() * beta / values


def recollection():
    def numbers(name, *shape):
        return torch.from_numpy(noise(name, *shape)).float()

    code = numbers("code", 2, 8).requires_grad_()
    images, drawn, decoder = numbers("images", 2, 1, 2, 3), numbers("drawn", 2, 4), numbers("decoder", 4, 6)
    drawing = sample(code, drawn)
    loss = bound(code, images, (drawing @ decoder).view(2, 1, 2, 3), 0.3)
    gradient, = torch.autograd.grad(loss, code)
    save("recollection", {"code": code, "images": images, "drawn": drawn, "decoder": decoder, "sample": drawing,
                          "loss": loss, "gradient": gradient})


class Classifier(nn.Module):
    """Of modules/spi-test: TrialNetworks."""

    def __init__(self, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width)
        self.fc = nn.Linear(width, 4)

    def forward(self, x):
        x = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


class PlainGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(np.sin(0.7 * np.arange(192 * LATENT) ** 2)).float().view(192, LATENT))
        self.norm = nn.BatchNorm2d(3)

    def forward(self, z):
        return (self.norm((z @ self.weight.T).view(-1, 3, 8, 8)).sigmoid() - MEAN) / STD


def rounds():
    draws = load_file("src/test/resources/draws.safetensors")
    teacher = Classifier(8).eval().requires_grad_(False)
    for key, tensor in teacher.state_dict().items():
        if tensor.dtype == torch.float32:
            tensor.copy_(torch.from_numpy(value(f"teacher.{key}", tuple(tensor.shape))).float())
    out = {f"teacher.{key}": tensor for key, tensor in teacher.state_dict().items()}
    generator, decoder = PlainGenerator().train(), PlainGenerator().train()
    encoder = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 3, 2, 1), nn.LeakyReLU(0.2),
                            nn.Flatten(), nn.Linear(64 * 4, 2 * LATENT))
    encoder.load_state_dict({k.removeprefix("encoder."): v for k, v in draws.items() if k.startswith("encoder.")})
    adam = torch.optim.Adam(generator.parameters(), lr=0.05, betas=(0.5, 0.999))
    memory_adam = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.01)
    for round in range(ROUNDS):
        for step in range(round * STEPS, (round + 1) * STEPS):
            adam.param_groups[0]["lr"] = 0.05 * (1 + math.cos(math.pi * step / (ROUNDS * STEPS))) / 2
            logits = teacher(generator(draws[f"latent.{step}"]))
            p = logits.softmax(1).mean(0)
            losses = {"one-hot": F.cross_entropy(logits, logits.argmax(1)), "information-entropy": (p * p.log10()).sum()}
            adam.zero_grad()
            (losses["one-hot"] + 2 * losses["information-entropy"]).backward()
            adam.step()
        for step in range(round * MEMORY_STEPS, (round + 1) * MEMORY_STEPS):
            with torch.no_grad():
                images = generator(draws[f"new.{step}"])
                if round > 0:
                    images = torch.cat([images, decoder(draws[f"remembered.{step}"])])
            code = encoder(images)
            losses["memory"] = bound(code, images, decoder(sample(code, draws[f"drawn.{step}"])), 0.1)
            memory_adam.zero_grad()
            losses["memory"].backward()
            memory_adam.step()
            print(round, step, losses["memory"].item())
        out |= {f"{round}.{name}": loss for name, loss in losses.items()}
    for name, network in (("generator", generator), ("decoder", decoder), ("encoder", encoder)):
        out |= {f"kept.{name}.{key}": tensor for key, tensor in network.named_parameters()}
    with torch.no_grad():
        out["batch"] = torch.cat([generator(draws["own"]), decoder(draws["earlier"])])
    save("rounds", out)


torch.set_num_threads(1)
recollection()
rounds()
