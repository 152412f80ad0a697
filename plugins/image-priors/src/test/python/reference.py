"""Writes src/test/resources/golden/total-variation.safetensors: the term by PyTorch, for TotalVariationTest.

Needs torch and safetensors; run it from plugins/image-priors as `python src/test/python/reference.py`. The build and the
tests need only the file, which holds `images`, the loss `value` and its `gradient`.
"""
import torch
from safetensors.torch import save_file

torch.manual_seed(1)
x = torch.randn(2, 3, 4, 5, requires_grad=True)
value = sum(torch.nn.functional.l1_loss(a, b) for a, b in (
    (x[:, :, :, :-1], x[:, :, :, 1:]),
    (x[:, :, :-1, :], x[:, :, 1:, :]),
    (x[:, :, :-1, :-1], x[:, :, 1:, 1:]),
    (x[:, :, :-1, 1:], x[:, :, 1:, :-1]),
))
value.backward()
print(value.item())
save_file({"images": x.detach(), "value": value.detach(), "gradient": x.grad},
          "src/test/resources/golden/total-variation.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed 1, src/test/python/reference.py"})
