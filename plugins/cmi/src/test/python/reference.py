"""Writes src/test/resources/golden/*.safetensors: Contrastive Model Inversion by PyTorch, for ContrastTest, ViewTest and CmiTest.

The random numbers are in src/test/resources/draws.safetensors, which DrawsForPython among the tests writes: run it with the tests' class
path and that file as its argument. Then run this from plugins/cmi as `python src/test/python/reference.py`; it needs torch, numpy
and safetensors. The build and the tests need only the files.
"""
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

sys.path.append("../../modules/network-checks/src/main/python")
from golden import noise, value

MEAN, STD = torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1), torch.tensor([0.25, 0.2, 0.3]).view(1, 3, 1, 1)
BATCH, STEPS, LATENT, EMBEDDING, MEMORY, NEGATIVES = 6, 5, 5, 7, 10, 4


def save(name, tensors):
    save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()},
              f"src/test/resources/golden/{name}.safetensors",
              {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/reference.py"})


def leaf(name, *shape):
    return torch.from_numpy(noise(name, *shape)).float().requires_grad_()


def unit(rows):
    return rows / (rows.square().sum(1, keepdim=True) + 1e-12).sqrt()


def contrast(local, others):
    return F.cross_entropy(local @ others.T / 0.1, torch.arange(len(local)))


def view(images, maps):
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)


def contrasts():
    local, other, memory = leaf("local", 3, 4), leaf("global", 3, 4), leaf("memory", 2, 4)
    out = {"local": local, "global": other, "memory": memory}
    for name, rows in (("alone", unit(other)), ("earlier", torch.cat([unit(other), unit(memory.detach())]))):
        out[name] = contrast(unit(local), rows)
        out[f"{name}.local"], out[f"{name}.global"] = torch.autograd.grad(out[name], (local, other))
    save("contrast", out)


def views():
    images, direction = leaf("images", 2, 3, 6, 9), torch.from_numpy(noise("direction", 2, 3, 6, 9)).float()
    maps = torch.tensor([[[-0.6, 0, 0.3], [0, 0.8, -0.1]], [[0.9, 0, -0.4], [0, 1, 0.5]]])
    seen = view(images, maps)
    gradient, = torch.autograd.grad((seen * direction).sum(), images)
    save("views", {"images": images, "direction": direction, "maps": maps, "view": seen, "gradient": gradient})


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


def started(name, width):
    network = Classifier(width).eval().requires_grad_(False)
    for key, tensor in network.state_dict().items():
        if tensor.dtype == torch.float32:
            tensor.copy_(torch.from_numpy(value(f"{name}.{key}", tuple(tensor.shape))).float())
    return network


def statistics(network, entered):
    return sum((layer.running_mean - x.mean((0, 2, 3))).norm() +
               (layer.running_var - x.var((0, 2, 3), unbiased=False)).norm()
               for layer, x in zip((network.bn1, network.bn2), entered))


def features(entered):
    return torch.cat([x.mean((2, 3)) for x in entered], 1)


def masked(s, t):
    p, q = t.log_softmax(1), s.log_softmax(1)
    agree = (s.argmax(1) == t.argmax(1)).float()
    return -(agree * (p.exp() * (p - q)).sum(1)).mean()


def rounds(draws, teacher, student, count, weights):
    """What is told of each round, and what is there after the last."""
    head = nn.Sequential(nn.Linear(16, EMBEDDING), nn.ReLU(), nn.Linear(EMBEDDING, EMBEDDING))
    head.load_state_dict({k.removeprefix("head."): v for k, v in draws.items() if k.startswith("head.")})
    head_adam = torch.optim.Adam(head.parameters(), lr=0.01, betas=(0.5, 0.999))
    memory, bank, out = torch.zeros(MEMORY, EMBEDDING), [], {}
    for round in range(count):
        generator = PlainGenerator().train()
        z = draws[f"latent.{round}"].clone().requires_grad_()
        adam = torch.optim.Adam([*generator.parameters(), z], lr=0.02, betas=(0.5, 0.999))
        least = float("inf")
        for step in range(round * STEPS, (round + 1) * STEPS):
            images = generator(z)
            moved, cropped = (view(images, draws[f"{kind}.{step}"]) for kind in ("moved", "cropped"))
            logits, entered = teacher(moved)
            losses = {"batch-norm-statistics": statistics(teacher, entered),
                      "target-class": F.cross_entropy(logits, draws[f"targets.{round}"]),
                      "adversarial": masked(student(moved)[0], logits)}
            losses = {name: loss for name, loss in losses.items() if name in weights}
            embedded, local = unit(head(features(entered))), unit(head(features(teacher(cropped)[1])))
            negatives = memory[draws[f"negatives.{step}"]] if round > 0 else memory[:0]
            losses["contrast"] = contrast(local, torch.cat([embedded, negatives]))
            total = sum(loss * (weights | {"contrast": 0.8})[name] for name, loss in losses.items())
            if total.item() < least:
                least, best = total.item(), (images.detach().clone(), embedded.detach().clone(), step)
            print(step, round_(total), {name: round_(loss) for name, loss in losses.items()})
            adam.zero_grad(), head_adam.zero_grad()
            total.backward()
            adam.step(), head_adam.step()
        print("best step", best[2])
        out |= {f"{round}.{name}": loss for name, loss in losses.items()}
        bank.append(best[0])
        for i, row in enumerate(best[1]):
            memory[(round * BATCH + i) % MEMORY] = row
    out["bank"] = torch.cat(bank)
    kept = {"tensor latent.value": z, "rows memory.places": memory, "network generator.weight": generator.weight}
    kept |= {f"network head.{key}": tensor for key, tensor in head.state_dict().items()}
    return out | {f"kept.{name}": tensor for name, tensor in kept.items()}


def round_(loss):
    return round(loss.item(), 4)


torch.set_num_threads(1)
contrasts()
views()
draws = load_file("src/test/resources/draws.safetensors")
teacher, student = started("teacher", 8), started("student", 4)
# So that they agree on some images.
for network in (teacher, student):
    network.fc.bias.copy_(torch.tensor([0.4, 0.2, -0.2, -0.4]))
out = {}
for name, count, weights in (("adversarial", 1, {"batch-norm-statistics": 1, "target-class": 1, "adversarial": 0.5}),
                             ("alone", 2, {"batch-norm-statistics": 1, "target-class": 1}),
                             ("target", 1, {"target-class": 1})):
    out |= {f"{name}.{key}": tensor for key, tensor in rounds(draws, teacher, student, count, weights).items()}
for name, network in (("teacher", teacher), ("student", student)):
    out |= {f"{name}.{key}": tensor for key, tensor in network.state_dict().items()}
save("rounds", out)
