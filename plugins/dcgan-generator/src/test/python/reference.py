"""Writes src/test/resources/golden/sigmoid.safetensors: a conditional generator with a sigmoid by PyTorch, for DcganGeneratorTest.

Needs torch and safetensors; run it from plugins/dcgan-generator as `python src/test/python/reference.py`. The build and the
tests need only the file. It holds the state dict as `state.NAME`, vectors `z` with classes behind them, the images in training
as `train`, the length of each parameter's gradient of sum(images^2) as `gradient.NAME`, and then the images in evaluation as
`evaluate`.
"""
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

LATENT, CLASSES, WIDTH, SIZE = 4, 3, 8, 8


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(LATENT + CLASSES, WIDTH * (SIZE // 4) ** 2))
        self.conv_blocks0 = nn.Sequential(nn.BatchNorm2d(WIDTH))
        self.conv_blocks1 = nn.Sequential(nn.Conv2d(WIDTH, WIDTH, 3, padding=1), nn.BatchNorm2d(WIDTH), nn.LeakyReLU(0.2))
        self.conv_blocks2 = nn.Sequential(OrderedDict({
            "0": nn.Conv2d(WIDTH, WIDTH // 2, 3, padding=1), "1": nn.BatchNorm2d(WIDTH // 2), "2": nn.LeakyReLU(0.2),
            "3": nn.Conv2d(WIDTH // 2, 3, 3, padding=1), "4": nn.Sigmoid()}))

    def forward(self, z):
        x = self.conv_blocks0(self.l1(z).view(-1, WIDTH, SIZE // 4, SIZE // 4))
        for block in (self.conv_blocks1, self.conv_blocks2):
            x = block(F.interpolate(x, scale_factor=2))
        return x


torch.manual_seed(1)
generator = Generator()
with torch.no_grad():
    for name, parameter in generator.named_parameters():
        parameter.copy_(torch.randn(parameter.shape) * 0.3 + (1 if parameter.dim() == 1 and "weight" in name else 0))
out = {f"state.{name}": tensor.clone() for name, tensor in generator.state_dict().items()}
z = torch.cat((torch.randn(5, LATENT), F.one_hot(torch.tensor([0, 2, 1, 1, 0]), CLASSES)), 1)
out["z"] = z
images = generator.train()(z)
out["train"] = images.detach()
images.square().sum().backward()
for name, parameter in generator.named_parameters():
    out[f"gradient.{name}"] = parameter.grad.double().norm().float()
    print(name, out[f"gradient.{name}"].item())
with torch.no_grad():
    out["evaluate"] = generator.eval()(z)
save_file({name: tensor.contiguous() for name, tensor in out.items()}, "src/test/resources/golden/sigmoid.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed 1, src/test/python/reference.py"})
