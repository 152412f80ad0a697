"""The joint DAFL step in PyTorch eager, for side-by-side timing by `dafl bench step --python`.

Arguments: precision batch memory_format warm_up steps device. Prints the seconds of each timed step and the
peak of resident memory in MB. In the contiguous format the step is as DAFL's authors wrote it: the teacher is
not frozen, so that its weights get gradients too, and Adam is the plain one; in channels-last it is at its best.
"""
import contextlib
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

precision, batch, layout, warm_up, steps, device = sys.argv[1:7]
batch, warm_up, steps = int(batch), int(warm_up), int(steps)
best = layout == "channels_last"
memory_format = torch.channels_last if best else torch.contiguous_format
torch.manual_seed(0)


class LeNet(nn.Module):
    def __init__(self, a, b, c, d):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(1, a, 5), nn.Conv2d(a, b, 5), nn.Conv2d(b, c, 5)
        self.fc1, self.fc2 = nn.Linear(c, d), nn.Linear(d, 10)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x).relu(), 2)
        x = F.max_pool2d(self.conv2(x).relu(), 2)
        features = self.conv3(x).relu().flatten(1)
        return self.fc2(self.fc1(features).relu()), features


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1, self.b0 = nn.Linear(100, 128 * 64), nn.BatchNorm2d(128)
        self.up1 = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(128, 128, 3, padding=1),
                                 nn.BatchNorm2d(128, 0.8), nn.LeakyReLU(0.2))
        self.up2 = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(128, 64, 3, padding=1),
                                 nn.BatchNorm2d(64, 0.8), nn.LeakyReLU(0.2),
                                 nn.Conv2d(64, 1, 3, padding=1), nn.Tanh(), nn.BatchNorm2d(1, affine=False))

    def forward(self, z):
        x = self.l1(z).view(-1, 128, 8, 8).contiguous(memory_format=memory_format)
        return self.up2(self.up1(self.b0(x)))


def network(module):
    return module.to(device).to(memory_format=memory_format)


teacher, student, generator = network(LeNet(6, 16, 120, 84)), network(LeNet(3, 8, 60, 42)), network(Generator())
teacher.eval().requires_grad_(not best)
optimizer_g = torch.optim.Adam(generator.parameters(), lr=0.2, fused=best or None)
optimizer_s = torch.optim.Adam(student.parameters(), lr=0.002, fused=best or None)
cast = (lambda: torch.autocast(device, dtype=torch.bfloat16)) if precision == "bf16" else contextlib.nullcontext

for i in range(warm_up + steps):
    begin = time.perf_counter()
    with cast():
        images = generator(torch.randn(batch, 100, device=device))
        logits, features = teacher(images)
        student_logits, _ = student(images.detach())
    logits, features, student_logits = logits.float(), features.float(), student_logits.float()
    p = logits.softmax(1).mean(0)
    loss = (F.cross_entropy(logits, logits.argmax(1)) + 5 * (p * p.log10()).sum() - 0.1 * features.abs().mean()
            + F.kl_div(student_logits.log_softmax(1), logits.detach().softmax(1), reduction="batchmean"))
    optimizer_g.zero_grad()
    optimizer_s.zero_grad()
    loss.backward()
    optimizer_g.step()
    optimizer_s.step()
    if device != "cpu":
        torch.cuda.synchronize()
    if i >= warm_up:
        print(time.perf_counter() - begin)
print("peak-mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
