"""Writes src/test/resources/golden/rounds.safetensors: two rounds of Fast by PyTorch, for FastGoldenTest.

Needs torch and safetensors, and draws.safetensors beside it, which the test class Draws writes; run it from plugins/fast as
`python src/test/python/reference.py`. The build and the tests need only the files. It holds what all begins with (teacher.,
student., generator.), and for META of none, reptile and fomaml the losses of each round's best step (META.told.ROUND.), the
generators after the last round (META.trained., META.lasting.), and its latent vectors (META.latent). The student of the
second round is another one than that of the first in the test, and so the adversarial loss has no weight there.
"""
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

CLASSES, LATENT, STEPS, ROUNDS, MOMENTUM = 4, 5, 3, 2, 0.9
RATE, LATENT_RATE, META_RATE = 0.02, 0.05, 0.03
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


def adam(parameters, rate):
    return torch.optim.Adam(parameters, rate, betas=(0.5, 0.999))


def masked(s, t):
    each = F.kl_div(F.log_softmax(s, 1), F.softmax(t, 1), reduction="none").sum(1)
    return -(each * (s.argmax(1) == t.argmax(1))).mean()


class Smoothed:
    """Batch-norm statistics, smoothed with those of the last batch of the round before."""

    def __init__(self, layers):
        self.layers, self.earlier, self.last = layers, None, None

    def round(self):
        self.earlier = self.last

    def __call__(self, inputs):
        statistics = [s for x in inputs for s in (x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False))]
        if self.earlier is not None:
            statistics = [MOMENTUM * old + (1 - MOMENTUM) * new for old, new in zip(self.earlier, statistics)]
        self.last = [s.detach() for s in statistics]
        wanted = [v for bn in self.layers for v in (bn.running_mean, bn.running_var)]
        return sum(torch.linalg.vector_norm(w - s) for w, s in zip(wanted, statistics))


def run(meta, begin):
    smoothed = Smoothed((teacher.bn1, teacher.bn2))
    trained, lasting = copy.deepcopy(begin), copy.deepcopy(begin)
    outer = adam(lasting.parameters(), META_RATE)
    for number in range(ROUNDS):
        if meta != "none":
            trained.load_state_dict(lasting.state_dict())
        z = draws[f"latent.{number}"].clone().requires_grad_()
        targets = draws[f"targets.{number}"]
        inner = [adam(trained.parameters(), RATE), adam([z], LATENT_RATE)]
        sums = [torch.zeros_like(p) for p in trained.parameters()]
        best = None
        for step in range(STEPS):
            images = (trained(z) - MEAN) / STD
            seen.clear()
            said = teacher(images)
            terms = {"batch-norm-statistics": smoothed(list(seen)), "target-class": F.cross_entropy(said, targets),
                     "adversarial": masked(student(images), said)}
            loss = sum(w * terms[name] for name, w in zip(terms, (10, 0.4, 1.1 if number == 0 else 0)))
            print(meta, number, step, loss.item(), [value.item() for value in terms.values()])
            if best is None or loss.item() < best:
                best = loss.item()
                out.update({f"{meta}.told.{number}.{name}": value.detach().clone() for name, value in terms.items()})
            for optimizer in inner:
                optimizer.zero_grad()
            loss.backward()
            for sum_, p in zip(sums, trained.parameters()):
                sum_ += p.grad
            for optimizer in inner:
                optimizer.step()
        smoothed.round()
        if meta != "none":
            for p, q, sum_ in zip(lasting.parameters(), trained.parameters(), sums):
                p.grad = sum_ if meta == "fomaml" else (p - q).detach()
            outer.step()
    for prefix, network in (("trained", trained), ("lasting", lasting)):
        if meta != "none" or prefix == "trained":
            put(f"{meta}.{prefix}.", network)
    out[f"{meta}.latent"] = z.detach().clone()
    assert out[f"{meta}.told.0.adversarial"] != 0


def put(prefix, network):
    out.update({prefix + name: value.clone() for name, value in network.state_dict().items()})


draws = load_file("src/test/resources/golden/draws.safetensors")
torch.manual_seed(SEED := 6)
teacher, student, first = Classifier(8), Classifier(4), Generator()
seen = []
for layer in (teacher.bn1, teacher.bn2):
    layer.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
out = {}
put("teacher.", teacher)
put("student.", student)
put("generator.", first)
for kind in ("none", "reptile", "fomaml"):
    run(kind, first)
save_file({name: value.contiguous() for name, value in out.items()}, "src/test/resources/golden/rounds.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed {SEED}, src/test/python/reference.py"})
