"""Writes src/test/resources/golden/step.safetensors: three joint DAFL steps by PyTorch, for DistillationStepTest.

Needs torch, numpy and safetensors; run it from modules/engine. The networks are those of the paper (the generator
narrower), written with plain layers: upsampling and convolution apart. Keys: NETWORK.NAME before, and after three steps
under after.NETWORK.NAME; grad.NETWORK.NAME of the first step; LOSS.STEP; latent.STEP.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(5)
BATCH, LATENT, WIDTH = 12, 10, 8


class LeNet(nn.Module):
    def __init__(self, c1, c2, c3, f1):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(1, c1, 5), nn.Conv2d(c1, c2, 5), nn.Conv2d(c2, c3, 5)
        self.fc1, self.fc2 = nn.Linear(c3, f1), nn.Linear(f1, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        features = F.relu(self.conv3(x)).flatten(1)
        return self.fc2(F.relu(self.fc1(features))), features


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(LATENT, WIDTH * 64))
        self.conv_blocks0 = nn.Sequential(nn.BatchNorm2d(WIDTH))
        self.conv_blocks1 = nn.Sequential(nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.BatchNorm2d(WIDTH, 0.8),
                                          nn.LeakyReLU(0.2))
        self.conv_blocks2 = nn.Sequential(nn.Conv2d(WIDTH, WIDTH // 2, 3, padding=1), nn.BatchNorm2d(WIDTH // 2, 0.8),
                                          nn.LeakyReLU(0.2), nn.Conv2d(WIDTH // 2, 1, 3, padding=1), nn.Tanh(),
                                          nn.BatchNorm2d(1, affine=False))

    def forward(self, z):
        x = self.conv_blocks0(self.l1(z).view(-1, WIDTH, 8, 8))
        x = self.conv_blocks1(F.interpolate(x, scale_factor=2))
        return self.conv_blocks2(F.interpolate(x, scale_factor=2))


networks = {"teacher": LeNet(6, 16, 120, 84), "student": LeNet(3, 8, 60, 42), "generator": Generator()}
with torch.no_grad():  # logits of an untrained network are nearly equal; sharper ones test more
    networks["teacher"].fc2.weight.mul_(20)
tensors = {f"{n}.{k}": v.clone() for n, m in networks.items() for k, v in m.state_dict().items()}
teacher, student, generator = networks.values()
teacher.eval()
g_optimizer = torch.optim.Adam(generator.parameters(), lr=0.02)
s_optimizer = torch.optim.Adam(student.parameters(), lr=0.002)
for step in range(3):
    z = torch.randn(BATCH, LATENT)
    tensors[f"latent.{step}"] = z
    g_optimizer.zero_grad()
    s_optimizer.zero_grad()
    images = generator(z)
    y, features = teacher(images)
    p = F.softmax(y, 1).mean(0)
    losses = {"one-hot": F.cross_entropy(y, y.argmax(1)), "information-entropy": (p * torch.log10(p)).sum(),
              "activation": -features.abs().mean(),
              "distillation": F.kl_div(F.log_softmax(student(images.detach())[0], 1), F.softmax(y.detach(), 1),
                                       reduction="batchmean")}
    (losses["one-hot"] + 5 * losses["information-entropy"] + 0.1 * losses["activation"] + losses["distillation"]).backward()
    for name, loss in losses.items():
        tensors[f"{name}.{step}"] = loss.detach()
    if step == 0:
        for n in ("student", "generator"):
            tensors.update({f"grad.{n}.{k}": q.grad.clone() for k, q in networks[n].named_parameters()})
    g_optimizer.step()
    s_optimizer.step()
for n in ("student", "generator"):
    tensors.update({f"after.{n}.{k}": v.clone() for k, v in networks[n].state_dict().items()})
save_file({k: v.contiguous() for k, v in tensors.items()}, "src/test/resources/golden/step.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/step.py"})
