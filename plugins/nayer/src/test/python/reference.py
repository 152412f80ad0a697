"""Writes src/test/resources/golden/round.safetensors and embedding.safetensors: a round of NAYER by PyTorch, for NayerGoldenTest.

Needs torch and safetensors; run it from plugins/nayer as `python src/test/python/reference.py`. The build and the tests
need only the files. They hold what all begins with (teacher., student., generator., noise., and the embeddings in a file of
their own), the losses of the best step (told.), what generator and noisy layer are after the round (after.), and the best
images as bytes (images).
"""
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

CLASSES, SIZE, LATENT, BATCH, STEPS, RATE = 4, 6, 5, 8, 3, 0.3
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


class Noise(nn.Module):
    """BatchNorm1d over the classes; then a linear map for each group of images that shows every class once."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(SIZE, track_running_stats=False)
        self.maps = nn.ModuleList(nn.Linear(SIZE, LATENT) for _ in range(BATCH // CLASSES))
        for one in self.maps:
            nn.init.normal_(one.weight)
            nn.init.zeros_(one.bias)

    def forward(self, e):
        e = self.norm(e)
        return torch.cat([one(e) for one in self.maps])

    def state(self):
        return {"norm.weight": self.norm.weight.detach().clone(), "norm.bias": self.norm.bias.detach().clone(),
                "linear.weight": torch.stack([m.weight.detach().T for m in self.maps]),
                "linear.bias": torch.stack([m.bias.detach()[None] for m in self.maps])}


def distance(seen):
    return sum(torch.linalg.vector_norm(bn.running_mean - x.mean((0, 2, 3)))
               + torch.linalg.vector_norm(bn.running_var - x.var((0, 2, 3), unbiased=False)) for bn, x in seen)


def masked(s, t):
    each = F.kl_div(F.log_softmax(s, 1), F.softmax(t, 1), reduction="none").sum(1)
    return -(each * (s.argmax(1) == t.argmax(1))).mean()


def state(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


torch.manual_seed(19)
teacher, student, generator, noise = Classifier(8), Classifier(4), Generator(), Noise()
embeddings = torch.randn(CLASSES, SIZE)
targets = torch.arange(BATCH) % CLASSES
out = {}
for prefix, values in (("teacher.", state(teacher)), ("student.", state(student)), ("generator.", state(generator)),
                       ("noise.", noise.state())):
    out.update({prefix + name: value for name, value in values.items()})

seen = []
for bn in (teacher.bn1, teacher.bn2):
    bn.register_forward_pre_hook(lambda module, given: seen.append((module, given[0])))
adam = torch.optim.Adam([*generator.parameters(), *noise.parameters()], RATE, betas=(0.5, 0.999))
best, best_step = None, None
for step in range(STEPS):
    pixels = generator(noise(embeddings))
    images = (pixels - MEAN) / STD
    seen.clear()
    said = teacher(images)
    terms = {"batch-norm-statistics": distance(seen), "target-class": F.cross_entropy(said, targets),
             "adversarial": masked(student(images), said)}
    loss = 10 * terms["batch-norm-statistics"] + 0.5 * terms["target-class"] + 1.33 * terms["adversarial"]
    print(step, loss.item(), {name: float(value.detach()) for name, value in terms.items()})
    if best is None or loss < best:
        best, best_step = loss.detach().clone(), step
        out.update({"told." + name: value.detach().clone() for name, value in terms.items()})
        out["images"] = (pixels.detach() * 255).round().to(torch.uint8)
    adam.zero_grad()
    loss.backward()
    adam.step()
assert 0 < best_step < STEPS - 1, "neither the first nor the last step is the best one"
assert out["told.adversarial"] != 0
for prefix, values in (("after.generator.", state(generator)), ("after.noise.", noise.state())):
    out.update({prefix + name: value for name, value in values.items()})

origin = {"origin": f"PyTorch {torch.__version__}, CPU, seed 19, src/test/python/reference.py"}
save_file({name: value.contiguous() for name, value in out.items()}, "src/test/resources/golden/round.safetensors", origin)
save_file({"embedding": embeddings}, "src/test/resources/golden/embedding.safetensors", origin)
