"""Writes src/test/resources/golden/batches.safetensors: the term by PyTorch, for BatchNormStatisticsTest.

Needs torch and safetensors; run it from plugins/batch-norm-statistics as `python src/test/python/reference.py`. The build
and the tests need only the file. It holds, for layers l and batches b that come in rounds:
  mean.l, var.l            what a layer remembers
  round.b                  of a batch
  input.b.l                what enters a layer
  plain.b, smooth.b        the term, alone and with momentum 0.9
  plain.b.l, smooth.b.l    its gradient with respect to the input
"""
import torch
from safetensors.torch import save_file

MOMENTUM = 0.9
SHAPES = ((4, 2, 3, 5), (4, 3, 2, 2))
ROUNDS = (0, 0, 1, 1, 3, 4)

torch.manual_seed(1)
out = {}
layers = []
for l, shape in enumerate(SHAPES):
    layers.append((torch.randn(shape[1]), torch.rand(shape[1]) + 0.5))
    out[f"mean.{l}"], out[f"var.{l}"] = layers[l]


def term(statistics):
    return sum(torch.linalg.vector_norm(mean - m) + torch.linalg.vector_norm(var - v)
               for (mean, var), (m, v) in zip(layers, statistics))


def of(inputs):
    return [(x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)) for x in inputs]


def put(name, value, inputs):
    out[name] = value.detach()
    for l, gradient in enumerate(torch.autograd.grad(value, inputs)):
        out[f"{name}.{l}"] = gradient


earlier = last = None
for b, now in enumerate(ROUNDS):
    if b > 0 and now > ROUNDS[b - 1]:
        earlier = last
    inputs = [(torch.randn(shape) * 1.5 + b / 4).requires_grad_() for shape in SHAPES]
    out[f"round.{b}"] = torch.tensor(now)
    for l, x in enumerate(inputs):
        out[f"input.{b}.{l}"] = x.detach()
    put(f"plain.{b}", term(of(inputs)), inputs)
    statistics = of(inputs)
    if earlier is not None:
        statistics = [tuple(MOMENTUM * old + (1 - MOMENTUM) * new for old, new in zip(*pair))
                      for pair in zip(earlier, statistics)]
    put(f"smooth.{b}", term(statistics), inputs)
    last = [tuple(value.detach() for value in pair) for pair in statistics]
    print(b, now, float(out[f"plain.{b}"]), float(out[f"smooth.{b}"]))

save_file({name: tensor.contiguous() for name, tensor in out.items()}, "src/test/resources/golden/batches.safetensors",
          {"origin": f"PyTorch {torch.__version__}, CPU, seed 1, src/test/python/reference.py"})
