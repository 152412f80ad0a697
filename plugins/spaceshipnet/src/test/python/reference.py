"""Writes src/test/resources/golden/rounds.safetensors: two rounds of SpaceshipNet's exchange by PyTorch, for SpaceshipGoldenTest.

Needs torch and safetensors, and draws.safetensors beside it, which the test class Draws writes; run it from plugins/spaceshipnet as
`python src/test/python/reference.py`. The build and the tests need only the files. It holds what all begins with (teacher.,
student., first., rest.), the losses of each round's best step (told.ROUND.), what there is after each round (after.ROUND.), and
the images of both rounds (best, exchanged) as the teacher sees them. The student of the second round is another one than that of
the first in the test, and so the adversarial loss has no weight there.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

CLASSES, LATENT, WIDTH, BATCH, STORED, EXCHANGED, SHARE, STEPS, ROUNDS = 4, 5, 2, 6, 9, 5, 0.4, 3, 2
RATE, LATENT_RATE = 0.2, 0.5
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


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.norm = nn.Linear(LATENT, 2 * WIDTH * 2 * 2), nn.BatchNorm2d(2 * WIDTH)

    def forward(self, z):
        return self.norm(self.linear(z).view(-1, 2 * WIDTH, 2, 2))


class Stage(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(inside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside)

    def forward(self, x):
        return F.leaky_relu(self.norm(self.conv(F.interpolate(x, scale_factor=2))), 0.2)


class Rest(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage1, self.stage2 = Stage(2 * WIDTH, 2 * WIDTH), Stage(2 * WIDTH, WIDTH)
        self.last = nn.Conv2d(WIDTH, 3, 3, padding=1)

    def forward(self, maps):
        return (torch.sigmoid(self.last(self.stage2(self.stage1(maps)))) - MEAN) / STD


def distance(seen):
    return sum(torch.linalg.vector_norm(bn.running_mean - x.mean((0, 2, 3)))
               + torch.linalg.vector_norm(bn.running_var - x.var((0, 2, 3), unbiased=False)) for bn, x in seen)


def masked(s, t):
    each = F.kl_div(F.log_softmax(s, 1), F.softmax(t, 1), reduction="none").sum(1)
    return -(each * (s.argmax(1) == t.argmax(1))).mean()


def put(prefix, network):
    out.update({prefix + name: value.clone() for name, value in network.state_dict().items()})


draws = load_file("src/test/resources/golden/draws.safetensors")
torch.manual_seed(SEED := 8)
teacher, student, first, rest = Classifier(8), Classifier(4), First(), Rest()
out = {}
for name, network in (("teacher.", teacher), ("student.", student), ("first.", first), ("rest.", rest)):
    put(name, network)

seen = []
for bn in (teacher.bn1, teacher.bn2):
    bn.register_forward_pre_hook(lambda module, given: seen.append((module, given[0])))
store, added, images_of_best, images_of_exchange = torch.zeros(STORED, 2 * WIDTH, 2, 2), 0, [], []
for number in range(ROUNDS):
    z = draws[f"latent.{number}"].clone().requires_grad_()
    targets = draws[f"targets.{number}"]
    optimizers = [torch.optim.Adam([*first.parameters(), *rest.parameters()], RATE, betas=(0.5, 0.999)),
                  torch.optim.Adam([z], LATENT_RATE, betas=(0.5, 0.999))]
    least = None
    for step in range(STEPS):
        maps = first(z)
        images = rest(maps)
        seen.clear()
        said = teacher(images)
        terms = {"batch-norm-statistics": distance(seen), "target-class": F.cross_entropy(said, targets),
                 "adversarial": masked(student(images), said)}
        loss = sum(w * terms[name] for name, w in zip(terms, (10, 0.4, 1.1 if number == 0 else 0)))
        print(number, step, loss.item(), [value.item() for value in terms.values()])
        if least is None or loss.item() < least:
            least, best_step = loss.item(), step
            best, best_maps = images.detach().clone(), maps.detach().clone()
            out.update({f"told.{number}.{name}": value.detach().clone() for name, value in terms.items()})
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
    print("best step", best_step)
    for row in best_maps:
        store[added % STORED] = row
        added += 1
    one, other = draws[f"pairs.{number}"].T
    coins = draws[f"coins.{number}"] < SHARE
    with torch.no_grad():
        mixed = torch.where(coins[:, :, None, None], store[other], store[one])
        images_of_exchange.append(rest(mixed))
    images_of_best.append(best)
    put(f"after.{number}.network generator first.", first)
    put(f"after.{number}.network generator rest.", rest)
    out[f"after.{number}.tensor latent.value"] = z.detach().clone()
    out[f"after.{number}.rows maps.places"] = store.clone()
assert 0 < best_step < STEPS - 1, "neither the first nor the last step of the second round is the best one"
assert out["told.0.adversarial"] != 0
out["best"], out["exchanged"] = torch.cat(images_of_best), torch.cat(images_of_exchange)
save_file({name: value.contiguous() for name, value in out.items()}, "src/test/resources/golden/rounds.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed {SEED}, src/test/python/reference.py"})
