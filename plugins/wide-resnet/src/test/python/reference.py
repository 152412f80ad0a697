"""Writes src/test/resources/golden/*.safetensors and src/test/resources/torch/wrn10_1.pth: wide residual networks by PyTorch,
for WideResNetTest. Names are those of xternalz's WideResNet-pytorch, and with it of the data-free codes that have taken it over
(ZeroShotKnowledgeTransfer, DFAD, CMI, Fast-Datafree).

Needs torch, numpy and safetensors; run it from plugins/wide-resnet as `python src/test/python/reference.py`. The
build and the tests need only the files.
"""
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

sys.path.append("../../modules/network-checks/src/main/python")
from golden import noise, write


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.convShortcut = None if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        active = F.relu(self.bn1(x))
        out = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return out + (x if self.convShortcut is None else self.convShortcut(active))


class Stage(nn.Module):
    def __init__(self, blocks, inputs, outputs, stride):
        super().__init__()
        self.layer = nn.Sequential(Block(inputs, outputs, stride),
                                   *(Block(outputs, outputs, 1) for _ in range(blocks - 1)))

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, depth, width):
        super().__init__()
        blocks = (depth - 4) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.block1 = Stage(blocks, 16, 16 * width, 1)
        self.block2 = Stage(blocks, 16 * width, 32 * width, 2)
        self.block3 = Stage(blocks, 32 * width, 64 * width, 2)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.fc = nn.Linear(64 * width, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.block3(self.block2(self.block1(self.conv1(x))))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def checkpoint(network, shape):
    """What a training run leaves. Tensors overlap in two storages of noise, so that the file is small."""
    around_zero = torch.from_numpy(noise("storage", 1024)).float() / 10
    around_one = 1 + torch.from_numpy(noise("ones", 1024)).float() / 4
    state = {}
    for number, (name, tensor) in enumerate(network.state_dict().items()):
        one = tensor.dim() == 1 and name.endswith(("weight", "running_var"))
        state[name] = tensor + 3910 if tensor.dim() == 0 else torch.as_strided(
            around_one if one else around_zero, tensor.shape, (7, 5, 3, 1)[:tensor.dim()], number)
    network.load_state_dict(state)
    torch.save({"epoch": 200, "arch": "wrn10_1", "state_dict": state, "best_acc1": 91.25},
               "src/test/resources/torch/wrn10_1.pth")
    images = torch.from_numpy(noise("images", 2, *shape)).float()
    with torch.no_grad():
        logits = network.eval()(images)
    print("wrn10_1", logits[0].numpy().round(3))
    save_file({"images": images, "logits": logits}, "src/test/resources/torch/wrn10_1.safetensors",
              {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/reference.py"})


for depth, width in ((16, 1), (16, 2), (40, 1), (40, 2)):
    network = WideResNet(depth, width)
    write(f"wide-resnet-{depth}-{width}", network, network.fc, (3, 32, 32))
checkpoint(WideResNet(10, 1), (3, 8, 12))
