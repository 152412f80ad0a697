"""A wide residual network in PyTorch, for side-by-side timing by `dafl bench step --networks wide-resnet --python`.

Arguments: depth width work precision batch way warm_up steps threads device; work is training, frozen (forward, and backward to
the images) or evaluation, way is NCHW, channels-last or compiled (channels-last, by torch.compile). Prints the seconds of each timed
step and the peak of resident memory in MB.
"""
import contextlib
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

depth, width, work, precision, batch, way, warm_up, steps, threads, device = sys.argv[1:11]
depth, width, batch, warm_up, steps = int(depth), int(width), int(batch), int(warm_up), int(steps)
if int(threads) > 0:
    torch.set_num_threads(int(threads))
torch.manual_seed(0)
memory_format = torch.contiguous_format if way == "NCHW" else torch.channels_last


class Block(nn.Module):
    def __init__(self, into, out, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(into), nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(out), nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.shortcut = nn.Conv2d(into, out, 1, stride, bias=False) if into != out else None

    def forward(self, x):
        active = F.relu(self.bn1(x), inplace=True)
        y = self.conv2(F.relu(self.bn2(self.conv1(active)), inplace=True))
        return y + (x if self.shortcut is None else self.shortcut(active))


class WideResNet(nn.Module):
    def __init__(self):
        super().__init__()
        channels = [16, 16 * width, 32 * width, 64 * width]
        self.conv = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.blocks = nn.Sequential(*[
            Block(channels[s] if b == 0 else channels[s + 1], channels[s + 1], 2 if s > 0 and b == 0 else 1)
            for s in range(3) for b in range((depth - 4) // 6)])
        self.bn, self.fc = nn.BatchNorm2d(channels[3]), nn.Linear(channels[3], 10)

    def forward(self, x):
        x = F.relu(self.bn(self.blocks(self.conv(x))), inplace=True)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


network = WideResNet().to(device).to(memory_format=memory_format)
images = torch.randn(batch, 3, 32, 32, device=device).contiguous(memory_format=memory_format)
labels = torch.arange(batch, device=device) % 10
optimizer = torch.optim.SGD(network.parameters(), 0.1, 0.9, weight_decay=5e-4, nesterov=True, fused=True)
if work != "training":
    network.eval().requires_grad_(False)
run = torch.compile(network) if way == "compiled" else network
cast = (lambda: torch.autocast(device, dtype=torch.bfloat16)) if precision == "bf16" else contextlib.nullcontext


def training():
    with cast():
        logits = run(images)
    optimizer.zero_grad()
    F.cross_entropy(logits.float(), labels).backward()
    optimizer.step()


def frozen():
    leaf = images.detach().clone(memory_format=torch.preserve_format).requires_grad_(True)
    with cast():
        logits = run(leaf)
    logits.float().sum().backward()


def evaluation():
    with torch.no_grad(), cast():
        run(images)


step = {"training": training, "frozen": frozen, "evaluation": evaluation}[work]
for i in range(warm_up + steps):
    begin = time.perf_counter()
    step()
    if device != "cpu":
        torch.cuda.synchronize()
    if i >= warm_up:
        print(time.perf_counter() - begin)
print("peak-mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
