"""Writes src/test/resources/golden/rounds.safetensors: a round of three steps of DFAD, ZSKT and DFQ by PyTorch, for GameGoldenTest.

Needs torch and safetensors, and draws.safetensors beside it, which the test class Draws writes; run it from
plugins/generator-game as `python src/test/python/reference.py`. The build and the tests need only the files. It holds what all
begins with (teacher., student., generator.), and for each GAME the losses of the last step (GAME.told.) and the generator after it
(GAME.trained.).
"""
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

CLASSES, LATENT, STEPS, RATE, CLIP = 4, 5, 3, 0.02, 0.5
MEAN, STD = (torch.tensor(v).view(1, 3, 1, 1) for v in ([0.5, 0.4, 0.3], [0.25, 0.2, 0.3]))


class Classifier(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width)
        self.fc = nn.Linear(width, CLASSES)
        for bn in (self.bn1, self.bn2):
            bn.running_mean.normal_(0, 0.3)
            bn.running_var.uniform_(0.2, 1)
        nn.init.normal_(self.fc.weight)
        self.requires_grad_(False).eval()

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(F.relu(self.bn2(self.conv2(x))).mean((2, 3)))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.norm, self.conv = nn.Linear(LATENT, 64), nn.BatchNorm2d(4), nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, z):
        x = F.leaky_relu(self.norm(self.linear(z).view(-1, 4, 4, 4)), 0.2)
        return torch.sigmoid(self.conv(F.interpolate(x, scale_factor=2)))


def divergence(s, t):
    return F.kl_div(F.log_softmax(s, 1), F.softmax(t, 1), reduction="batchmean")


def statistics(inputs):
    return sum(torch.linalg.vector_norm(bn.running_mean - x.mean((0, 2, 3)))
               + torch.linalg.vector_norm(bn.running_var - x.var((0, 2, 3), unbiased=False))
               for bn, x in zip((teacher.bn1, teacher.bn2), inputs))


def balance(t):
    mean = F.softmax(t, 1).mean(0)
    return (mean * mean.log()).sum()


GAMES = {
    "dfad": (lambda s, t, x: {"adversarial": (1, -(s - t).abs().mean())}, None),
    "zskt": (lambda s, t, x: {"adversarial": (1, -divergence(s, t))}, CLIP),
    "dfq": (lambda s, t, x: {"adversarial": (1, -divergence(s, t)), "batch-norm-statistics": (1, statistics(x)),
                             "one-hot": (1, F.cross_entropy(t, t.argmax(1))),
                             "information-entropy": (20, balance(t))}, None)}


def run(name, losses, clip):
    generator = copy.deepcopy(first)
    optimizer = torch.optim.Adam(generator.parameters(), RATE, betas=(0.5, 0.999))
    for step in range(STEPS):
        seen.clear()
        images = (generator(draws[f"latent.{step}"]) - MEAN) / STD
        said = teacher(images)
        terms = losses(student(images), said, list(seen))
        optimizer.zero_grad()
        sum(weight * value for weight, value in terms.values()).backward()
        if clip is not None:
            norm = torch.nn.utils.clip_grad_norm_(generator.parameters(), clip)
            print(name, "gradients of length", norm.item())
        optimizer.step()
        print(name, step, {term: value.item() for term, (_, value) in terms.items()})
    out.update({f"{name}.told.{term}": value.detach() for term, (_, value) in terms.items()})
    put(f"{name}.trained.", generator)


def put(prefix, network):
    out.update({prefix + name: value.clone() for name, value in network.state_dict().items()})


draws = load_file("src/test/resources/golden/draws.safetensors")
torch.manual_seed(SEED := 3)
teacher, student, first = Classifier(8), Classifier(4), Generator()
seen = []
for layer in (teacher.bn1, teacher.bn2):
    layer.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
out = {}
put("teacher.", teacher)
put("student.", student)
put("generator.", first)
for game, (terms_of, clip_norm) in GAMES.items():
    run(game, terms_of, clip_norm)
save_file({name: value.contiguous() for name, value in out.items()}, "src/test/resources/golden/rounds.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed {SEED}, src/test/python/reference.py"})
