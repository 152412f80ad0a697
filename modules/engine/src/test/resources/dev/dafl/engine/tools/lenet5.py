"""lenet5 for the 10 classes of stroke-digits, as dafl VERSION has written it for PyTorch.

    from safetensors.torch import load_file

    network = Network()
    network.load_state_dict(load_file("student.safetensors"))
    with torch.inference_mode():
        logits = network(prepare(pixels))    # pixels: uint8 [n, 1, height, width]
"""

import torch
from torch import nn
from torch.nn import functional

CLASSES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
CHANNELS = 1
SIZE = (32, 32)
MEAN = [0.14]
STD = [0.3]

aten = torch.ops.aten


def prepare(pixels):
    """Images of any size, [n, 1, height, width] from 0 to 255, as the network takes them."""
    images = pixels.to(torch.float32)
    if images.shape[2:] != SIZE:
        images = functional.interpolate(images, SIZE, mode="bilinear", align_corners=False)
    mean = torch.tensor(MEAN, device=images.device).reshape(1, -1, 1, 1)
    std = torch.tensor(STD, device=images.device).reshape(1, -1, 1, 1)
    return (images / 255 - mean) / std


class Network(nn.Module):
    """Computes as in evaluation, also in training mode."""

    def __init__(self):
        super().__init__()
        self._add("conv1.weight", nn.Parameter(torch.zeros([6, 1, 5, 5])))
        self._add("conv1.bias", nn.Parameter(torch.zeros([6])))
        self._add("conv2.weight", nn.Parameter(torch.zeros([16, 6, 5, 5])))
        self._add("conv2.bias", nn.Parameter(torch.zeros([16])))
        self._add("conv3.weight", nn.Parameter(torch.zeros([120, 16, 5, 5])))
        self._add("conv3.bias", nn.Parameter(torch.zeros([120])))
        self._add("fc1.weight", nn.Parameter(torch.zeros([84, 120])))
        self._add("fc1.bias", nn.Parameter(torch.zeros([84])))
        self._add("fc2.weight", nn.Parameter(torch.zeros([10, 84])))
        self._add("fc2.bias", nn.Parameter(torch.zeros([10])))

    def forward(self, images):
        """Logits [n, 10] of what prepare() gives."""
        x1 = aten.conv2d(images, self["conv1.weight"], self["conv1.bias"], [1, 1], [0, 0], [1, 1], 1)
        x2 = aten.max_pool2d(x1, [2, 2], [2, 2], [0, 0], [1, 1], False)
        x3 = aten.relu(x2)
        x4 = aten.conv2d(x3, self["conv2.weight"], self["conv2.bias"], [1, 1], [0, 0], [1, 1], 1)
        x5 = aten.max_pool2d(x4, [2, 2], [2, 2], [0, 0], [1, 1], False)
        x6 = aten.relu(x5)
        x7 = aten.conv2d(x6, self["conv3.weight"], self["conv3.bias"], [1, 1], [0, 0], [1, 1], 1)
        x8 = aten.relu(x7)
        x9 = aten.flatten.using_ints(x8, 1, -1)
        x10 = aten.linear(x9, self["fc1.weight"], self["fc1.bias"])
        x11 = aten.relu(x10)
        x12 = aten.linear(x11, self["fc2.weight"], self["fc2.bias"])
        return x12

    def __getitem__(self, name):
        """The parameter or buffer of that name in the state dict."""
        module, _, own = name.rpartition(".")
        return getattr(self.get_submodule(module), own)

    def _add(self, name, tensor):
        *modules, own = name.split(".")
        module = self
        for part in modules:
            if part not in dict(module.named_children()):
                module.add_module(part, nn.Module())
            module = module.get_submodule(part)
        if isinstance(tensor, nn.Parameter):
            module.register_parameter(own, tensor)
        else:
            module.register_buffer(own, tensor)
