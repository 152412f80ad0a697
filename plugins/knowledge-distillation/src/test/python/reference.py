"""Writes src/test/resources/golden/attention.safetensors: the loss by PyTorch, for AttentionTransferTest.

Needs torch and safetensors; run it from plugins/knowledge-distillation as `python src/test/python/reference.py`. The build and
the tests need only the file. It holds for the networks N = student and teacher logits `N` and layers `N.0` and `N.1`, the loss
`default`, that with T = 4 and a weight of 10 as `other`, and of both the gradients such as `default.student.0`.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(1)
SIZES = ((5, 3), (2, 4))
student = [torch.randn(4, 6)] + [torch.randn(4, c, *size).relu() for c, size in zip((2, 5), SIZES)]
teacher = [torch.randn(4, 6)] + [torch.randn(4, c, *size).relu() for c, size in zip((7, 3), SIZES)]
out = {}
for network, tensors in (("student", student), ("teacher", teacher)):
    for name, tensor in zip((network, f"{network}.0", f"{network}.1"), tensors):
        out[name] = tensor.clone()
for tensor in student:
    tensor.requires_grad_()


def attention(x):
    return F.normalize(x.pow(2).mean(1).flatten(1))


for name, temperature, weight in (("default", 1, 250), ("other", 4, 10)):
    loss = temperature**2 * F.kl_div(F.log_softmax(student[0] / temperature, 1), F.softmax(teacher[0] / temperature, 1),
                                     reduction="batchmean")
    for s, t in zip(student[1:], teacher[1:]):
        loss = loss + weight * (attention(s) - attention(t)).pow(2).mean()
    out[name] = loss.detach()
    gradients = torch.autograd.grad(loss, student)
    out[f"{name}.student"], out[f"{name}.student.0"], out[f"{name}.student.1"] = gradients
    print(name, loss.item())
save_file({name: tensor.contiguous() for name, tensor in out.items()}, "src/test/resources/golden/attention.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed 1, src/test/python/reference.py"})
