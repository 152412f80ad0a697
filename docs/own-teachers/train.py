"""Trains a small network of one's own on MNIST as people do in PyTorch, and saves it as they do.

    python train.py MNIST_FOLDER            # the folder with train-images-idx3-ubyte.gz and so on

writes teacher.pth.tar, a checkpoint of a DataParallel network with the optimizer's state in it, and teacher.onnx. Needs torch, numpy
and onnx.
"""

import gzip
import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

EPOCHS, BATCH = 3, 128
MEAN, STD = 0.1307, 0.3081
folder = pathlib.Path(sys.argv[1])


def read(name):
    packed = folder / f"{name}.gz"
    raw = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(raw[3])]
    return torch.from_numpy(numpy.frombuffer(raw, numpy.uint8, offset=4 + 4 * len(shape)).reshape(shape).copy())


def images(name):
    return (read(name)[:, None].float() / 255 - MEAN) / STD


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


torch.manual_seed(1)
train, labels = images("train-images-idx3-ubyte"), read("train-labels-idx1-ubyte").long()
test, answers = images("t10k-images-idx3-ubyte"), read("t10k-labels-idx1-ubyte").long()
net = Net()
optimizer = torch.optim.Adam(net.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=EPOCHS * -(-len(train) // BATCH))
for epoch in range(EPOCHS):
    net.train()
    for batch in torch.randperm(len(train)).split(BATCH):
        optimizer.zero_grad()
        functional.cross_entropy(net(train[batch]), labels[batch]).backward()
        optimizer.step()
        schedule.step()
    net.eval()
    with torch.no_grad():
        right = sum((net(x).argmax(1) == y).sum().item() for x, y in zip(test.split(1000), answers.split(1000)))
    print(f"epoch {epoch + 1}: {100 * right / len(test):.2f} %", flush=True)

torch.save(
    {
        "epoch": EPOCHS,
        "arch": "net",
        "state_dict": nn.DataParallel(net).state_dict(),
        "best_acc1": numpy.float64(right / len(test)),
        "optimizer": optimizer.state_dict(),
    },
    "teacher.pth.tar",
)
torch.onnx.export(
    net, test[:2], "teacher.onnx", dynamo=False, input_names=["input"], output_names=["output"],
    dynamic_axes={"input": {0: "n"}, "output": {0: "n"}},
)
