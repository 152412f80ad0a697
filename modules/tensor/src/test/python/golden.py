"""Writes src/test/resources/golden/*.safetensors: what PyTorch computes, for the tests of this module.

Needs torch, numpy and safetensors; run it from modules/tensor as `python src/test/python/golden.py`. The build and the
tests need only the files. Keys: NAME.in.I, NAME.out, and for differentiable cases NAME.weight (what the output is
multiplied by before it is summed up) and NAME.grad.I.
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

META = {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/golden.py"}
FOLDER = "src/test/resources/golden/"
generator = torch.Generator().manual_seed(20)


def normal(*shape):
    return torch.randn(*shape, generator=generator)


def away(*shape):
    """Away from zero, so that kinks do not lie between x - h and x + h."""
    x = normal(*shape)
    return x.sign() * (x.abs() + 0.2)


def positive(*shape):
    return torch.rand(*shape, generator=generator) + 0.3


def integers(high, *shape):
    return torch.randint(0, high, shape, generator=generator)


def distinct(*shape):
    """Values that are all at least 0.1 apart, so that the largest one is clear."""
    n = 1
    for s in shape:
        n *= s
    return (torch.randperm(n, generator=generator).float() / 10 - n / 20).reshape(shape)


OPERATORS = {
    "abs": (torch.abs, away(3, 4)),
    "neg": (torch.neg, normal(3, 4)),
    "exp": (torch.exp, normal(3, 4)),
    "log": (torch.log, positive(3, 4)),
    "log10": (torch.log10, positive(3, 4)),
    "sqrt": (torch.sqrt, positive(3, 4)),
    "rsqrt": (torch.rsqrt, positive(3, 4)),
    "square": (torch.square, normal(3, 4)),
    "sin": (torch.sin, normal(3, 4)),
    "cos": (torch.cos, normal(3, 4)),
    "tanh": (torch.tanh, normal(3, 4)),
    "sigmoid": (torch.sigmoid, normal(3, 4)),
    "relu": (torch.relu, away(3, 4)),
    "silu": (F.silu, normal(3, 4)),
    "sign": (torch.sign, away(3, 4)),
    "floor": (torch.floor, distinct(3, 4) + 0.05),
    "round": (torch.round, distinct(3, 4) + 0.05),
    "reciprocal": (torch.reciprocal, away(3, 4)),
    "isnan": (torch.isnan, torch.tensor([1.0, float("nan"), float("inf")])),
    "isfinite": (torch.isfinite, torch.tensor([1.0, float("nan"), float("inf")])),
    "logicalNot": (torch.logical_not, integers(2, 5).bool()),
    "logSigmoid": (F.logsigmoid, normal(3, 4)),
    "add": (torch.add, normal(3, 4), normal(3, 4)),
    "add.broadcast": (torch.add, normal(3, 1), normal(4)),
    "add.channelsLast": (torch.add, normal(2, 3, 2, 2).contiguous(memory_format=torch.channels_last),
                         normal(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)),
    "add.scalar": (lambda x: x + 1.25, normal(3, 4)),
    "sub": (torch.sub, normal(3, 4), normal(3, 4)),
    "sub.broadcast": (torch.sub, normal(2, 3, 1), normal(3, 4)),
    "sub.scalar": (lambda x: x - 1.25, normal(3, 4)),
    "mul": (torch.mul, normal(3, 4), normal(4)),
    "mul.scalar": (lambda x: x * -2.5, normal(3, 4)),
    "div": (torch.div, normal(3, 4), away(3, 1)),
    "div.scalar": (lambda x: x / 3.5, normal(3, 4)),
    "pow": (torch.pow, positive(3, 4), normal(3, 4)),
    "pow.scalar": (lambda x: x ** 2.5, positive(3, 4)),
    "addScaled": (lambda a, b: a + 0.75 * b, normal(3, 4), normal(3, 4)),
    "maximum": (torch.maximum, distinct(3, 4), distinct(3, 4) + 0.05),
    "minimum": (torch.minimum, distinct(3, 4), distinct(3, 4) + 0.05),
    "eq": (torch.eq, integers(3, 8).float(), integers(3, 8).float()),
    "lt": (torch.lt, normal(3, 4), normal(3, 4)),
    "gt": (torch.gt, normal(3, 4), normal(3, 4)),
    "logicalAnd": (torch.logical_and, integers(2, 8).bool(), integers(2, 8).bool()),
    "matmul": (torch.matmul, normal(2, 3, 4), normal(4, 2)),
    "mm": (torch.mm, normal(3, 4), normal(4, 2)),
    "bmm": (torch.bmm, normal(2, 3, 4), normal(2, 4, 2)),
    "dot": (torch.dot, normal(5), normal(5)),
    "clamp": (lambda x: x.clamp(-0.52, 0.73), distinct(3, 4)),
    "lerp": (torch.lerp, normal(3, 4), normal(3, 4), normal(3, 4)),
    "where": (torch.where, integers(2, 3, 4).bool(), normal(3, 4), normal(3, 4)),
    "sum": (torch.sum, normal(3, 4)),
    "mean": (torch.mean, normal(3, 4)),
    "max": (torch.max, distinct(3, 4)),
    "min": (torch.min, distinct(3, 4)),
    "all": (torch.all, integers(2, 8).bool()),
    "any": (torch.any, integers(2, 8).bool()),
    "sum.dims": (lambda x: x.sum((0, 2)), normal(2, 3, 4)),
    "mean.dims": (lambda x: x.mean((0, 2), keepdim=True), normal(2, 3, 4)),
    "variance": (lambda x: x.var((0, 2), unbiased=True), normal(2, 3, 4)),
    "variance.biased": (lambda x: x.var((0,), unbiased=False, keepdim=True), normal(2, 3, 4)),
    "std": (lambda x: x.std((1,), unbiased=True), normal(2, 3, 4)),
    "amax": (lambda x: x.amax((1,)), distinct(2, 3, 4)),
    "amin": (lambda x: x.amin((0, 1), keepdim=True), distinct(2, 3, 4)),
    "logsumexp": (lambda x: x.logsumexp((1,)), normal(3, 4)),
    "argmax": (lambda x: x.argmax(1), distinct(3, 4)),
    "cumsum": (lambda x: x.cumsum(1), normal(3, 4)),
    "softmax": (lambda x: x.softmax(1), normal(3, 4)),
    "logSoftmax": (lambda x: x.log_softmax(1), normal(3, 4)),
    "view": (lambda x: x.view(2, -1), normal(3, 4)),
    "reshape": (lambda x: x.reshape(4, 3), normal(3, 4)),
    "permute": (lambda x: x.permute(2, 0, 1), normal(2, 3, 4)),
    "repeat": (lambda x: x.repeat(2, 3), normal(2, 2)),
    "flip": (lambda x: x.flip(0, 1), normal(2, 3)),
    "expand": (lambda x: x.expand(3, -1), normal(1, 4)),
    "flatten": (lambda x: x.flatten(1), normal(2, 3, 2)),
    "transpose": (lambda x: x.transpose(0, 1), normal(2, 3)),
    "squeeze": (lambda x: x.squeeze(1), normal(2, 1, 3)),
    "unsqueeze": (lambda x: x.unsqueeze(1), normal(2, 3)),
    "narrow": (lambda x: x.narrow(1, 1, 2), normal(2, 4)),
    "select": (lambda x: x.select(1, -1), normal(2, 4)),
    "indexSelect": (lambda x, i: x.index_select(0, i), normal(4, 2), torch.tensor([2, 0, 2])),
    "gather": (lambda x, i: x.gather(1, i), normal(3, 4), torch.tensor([[1, 1], [0, 3], [2, 0]])),
    "to": (lambda x: x.to(torch.float64), normal(3, 4)),
    "contiguous": (lambda x: x.t().contiguous(), normal(3, 4)),
    "copy": (torch.clone, normal(3, 4)),
    "cat": (lambda a, b: torch.cat([a, b], 1), normal(2, 3), normal(2, 2)),
    "stack": (lambda a, b: torch.stack([a, b], 1), normal(2, 3), normal(2, 3)),
    "weightedSum": (lambda a, b: 0.5 * a - 2 * b, normal(1).squeeze(), normal(1).squeeze()),
    "linear": (F.linear, normal(3, 4), normal(2, 4), normal(2)),
    "conv2d": (lambda x, w, b: F.conv2d(x, w, b, 2, 1), normal(2, 2, 5, 5), normal(3, 2, 3, 3), normal(3)),
    "conv2d.grouped": (lambda x, w: F.conv2d(x, w, None, 1, 0, 2, 2), normal(1, 2, 5, 5), normal(2, 1, 2, 2)),
    "convTranspose2d": (lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1, 1), normal(2, 2, 3, 3), normal(2, 3, 3, 3),
                        normal(3)),
    "batchNorm": (lambda x, w, b: F.batch_norm(x, None, None, w, b, True, 0.1, 1e-5), normal(3, 2, 2, 2), normal(2),
                  normal(2)),
    "batchNorm.running": (lambda x, m, v: F.batch_norm(x, m, v, None, None, False, 0.1, 1e-5), normal(3, 2, 2, 2),
                          normal(2), positive(2)),
    "maxPool2d": (lambda x: F.max_pool2d(x, 2, 2), distinct(1, 2, 4, 4)),
    "avgPool2d": (lambda x: F.avg_pool2d(x, 3, 2, 1), normal(1, 2, 4, 4)),
    "adaptiveAvgPool2d": (lambda x: F.adaptive_avg_pool2d(x, (2, 1)), normal(1, 2, 4, 4)),
    "upsampleNearest2d": (lambda x: F.interpolate(x, scale_factor=2), normal(1, 2, 2, 3)),
    "upsampleBilinear2d": (lambda x: F.interpolate(x, (5, 4), mode="bilinear"), normal(1, 2, 2, 3)),
    "pad2d": (lambda x: F.pad(x, (1, 0, 2, 1)), normal(1, 2, 2, 3)),
    "affineGrid": (lambda theta: F.affine_grid(theta, (2, 3, 4, 5), align_corners=False), normal(2, 2, 3)),
    "gridSample": (lambda x, g: F.grid_sample(x, g, padding_mode="border", align_corners=False), normal(2, 2, 3, 4),
                   torch.rand(2, 5, 3, 2, generator=generator) * 1.1 - 0.6),
    "prelu": (F.prelu, away(2, 3), positive(3)),
    "leakyRelu": (lambda x: F.leaky_relu(x, 0.2), away(3, 4)),
    "gelu": (F.gelu, normal(3, 4)),
    "crossEntropy": (F.cross_entropy, normal(4, 3), integers(3, 4)),
    "crossEntropy.smoothed": (lambda x, t: F.cross_entropy(x, t, reduction="sum", label_smoothing=0.1), normal(4, 3),
                              integers(3, 4)),
    "nllLoss": (lambda x, t: F.nll_loss(x, t, reduction="none"), normal(4, 3), integers(3, 4)),
    "klDiv": (lambda x, t: F.kl_div(x, t, reduction="sum"), normal(4, 3), positive(4, 3)),
    "klDiv.logTarget": (lambda x, t: F.kl_div(x, t, reduction="mean", log_target=True), normal(4, 3), normal(4, 3)),
    "mseLoss": (F.mse_loss, normal(4, 3), normal(4, 3)),
    "l1Loss": (lambda x, t: F.l1_loss(x, t, reduction="sum"), distinct(4, 3), distinct(4, 3) + 0.05),
    "smoothL1Loss": (lambda x, t: F.smooth_l1_loss(x, t, beta=0.52), distinct(4, 3), distinct(4, 3) + 0.05),
    "oneHot": (lambda x: F.one_hot(x, 4), integers(4, 5)),
    "relu6": (F.relu6, torch.tensor([[-1.3, 0.4, 5.5], [6.6, 8.1, -0.2]])),
    "hardswish": (F.hardswish, torch.tensor([[-4.1, -2.7, -0.4], [0.6, 2.5, 3.8]])),
    "pad": (lambda x: F.pad(x, (0, 1, 2, 0, 1, -1)), normal(1, 2, 2, 3)),
    "conv2d.rectangular": (lambda x, w, b: F.conv2d(x, w, b, (2, 1), (0, 2), (1, 2), 2), normal(2, 2, 5, 6),
                           normal(4, 1, 2, 3), normal(4)),
    "maxPool2d.rectangular": (lambda x: F.max_pool2d(x, (3, 2), (2, 1), (1, 0), (1, 2)), distinct(1, 2, 5, 6)),
    "maxPool2d.ceil": (lambda x: F.max_pool2d(x, (2, 3), (2, 2), ceil_mode=True), distinct(1, 2, 5, 6)),
    "avgPool2d.rectangular": (lambda x: F.avg_pool2d(x, (3, 2), (2, 1), (1, 0), count_include_pad=False),
                              normal(1, 2, 5, 6)),
    "avgPool2d.ceil": (lambda x: F.avg_pool2d(x, (2, 3), (2, 2), (0, 1), ceil_mode=True), normal(1, 2, 5, 6)),
    "groupNorm": (lambda x, w, b: F.group_norm(x, 2, w, b, 1e-3), normal(2, 4, 2, 3), normal(4), normal(4)),
    "layerNorm": (lambda x, w, b: F.layer_norm(x, (2, 3), w, b, 1e-3), normal(2, 4, 2, 3), normal(2, 3), normal(2, 3)),
    "batchNormLeakyRelu": (lambda x, w, b: F.leaky_relu(F.batch_norm(x, None, None, w, b, True, 0.1, 0.8), 0.2),
                           normal(3, 2, 2, 2), normal(2), normal(2)),
    "relu_": (lambda x: (x + 1).relu_(), torch.tensor([[-1.7, -0.4, 0.3], [1.2, -2.6, 0.9]])),
    "mul_": (lambda x, y: (x + 1).mul_(y), torch.tensor([[-1.7, -0.4, 0.3], [1.2, -2.6, 0.9]]),
             torch.tensor([0.7, -1.4, 2.1])),
}


def later_operators():
    """Drawn behind everything else, so that the numbers of the others stay as they are."""
    return {
        "embedding": (F.embedding, integers(5, 2, 3), normal(5, 4)),
        "scaledDotProductAttention": (F.scaled_dot_product_attention, normal(2, 2, 3, 4), normal(2, 2, 5, 4),
                                      normal(2, 2, 5, 4)),
        "scaledDotProductAttention.causal": (lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
                                             normal(2, 3, 4), normal(2, 3, 4), normal(2, 3, 4)),
        "scaledDotProductAttention.masked": (lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m),
                                             normal(2, 2, 3, 4), normal(2, 2, 5, 4), normal(2, 2, 5, 4), normal(3, 5)),
    }


NO_GRADIENT = {"sign", "floor", "round", "isnan", "isfinite", "logicalNot", "eq", "lt", "gt", "logicalAnd", "all", "any",
               "argmax", "oneHot"}
CONSTANT_INPUTS = {"batchNorm.running": {1, 2}, "klDiv": {1}, "klDiv.logTarget": {1}}


def operators(cases):
    tensors = {}
    for name, (function, *inputs) in cases.items():
        for i, x in enumerate(inputs):
            tensors[f"{name}.in.{i}"] = x.contiguous().clone()
        constant = CONSTANT_INPUTS.get(name, set())
        leaves = [x.clone().requires_grad_(name not in NO_GRADIENT and x.is_floating_point() and i not in constant)
                  for i, x in enumerate(inputs)]
        out = function(*leaves)
        tensors[f"{name}.out"] = out.detach().contiguous().clone()
        if name not in NO_GRADIENT:
            weight = normal(*out.shape) if out.dim() else normal(1).squeeze()
            tensors[f"{name}.weight"] = weight
            (out * weight).sum().backward()
            for i, leaf in enumerate(leaves):
                if leaf.grad is not None:
                    tensors[f"{name}.grad.{i}"] = leaf.grad.contiguous().clone()
    return tensors


def optimizers():
    """Five steps on a quadratic with each optimizer; the parameters after each step."""
    start, target = normal(3, 2), normal(3, 2)
    tensors = {"start": start, "target": target}
    makers = {
        "adam": lambda p: torch.optim.Adam(p, lr=0.1, fused=True),
        "adam.weightDecay": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.2, fused=True),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.3, fused=True),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.05, fused=True),
        "sgd.momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1, fused=True),
        "sgd.nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, fused=True),
        "adam.clipped": lambda p: torch.optim.Adam(p, lr=0.1, fused=True),
    }
    for name, make in makers.items():
        parameter = start.clone().requires_grad_()
        optimizer = make([parameter])
        for step in range(5):
            optimizer.zero_grad()
            ((parameter - target) ** 2).sum().backward()
            if name.endswith("clipped"):
                torch.nn.utils.clip_grad_norm_([parameter], 0.5)
            optimizer.step()
            tensors[f"{name}.{step}"] = parameter.detach().clone()
    save_file(tensors, FOLDER + "optimizers.safetensors", META)


class Small(torch.nn.Module):
    """Every layer that has parameters, under names that a state dict shows."""

    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3, stride=2, padding=1, bias=False),
                                        torch.nn.BatchNorm2d(4, eps=0.8), torch.nn.ReLU())
        self.up = torch.nn.ConvTranspose2d(4, 4, 4, stride=2, padding=1)
        self.widen = torch.nn.Sequential(torch.nn.Upsample(scale_factor=2), torch.nn.Conv2d(4, 3, 3, padding=1))
        self.plain = torch.nn.BatchNorm2d(3, affine=False)
        self.head = torch.nn.Linear(12, 5)

    def forward(self, x):
        x = self.widen(self.up(self.stem(x)))
        return self.head(F.avg_pool2d(torch.tanh(self.plain(x)), 8).flatten(1))


class Separable(torch.nn.Module):
    """Rectangular and grouped convolutions, and the layers that do not look at other images."""

    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(2, 6, (3, 2), stride=(1, 2), padding=(1, 0), bias=False)
        self.norm = torch.nn.GroupNorm(3, 6, eps=0.01)
        self.depthwise = torch.nn.Conv2d(6, 6, 3, padding=2, dilation=2, groups=6)
        self.layer_norm = torch.nn.LayerNorm([6, 4, 2], eps=0.01)
        self.head = torch.nn.Linear(12, 5)

    def forward(self, x):
        x = F.hardswish(self.norm(self.stem(x)))
        x = self.layer_norm(F.max_pool2d(F.silu(self.depthwise(x)), 3, 2, 1))
        x = F.relu6(8 * F.avg_pool2d(F.gelu(x), 3, 1, 1))
        return self.head(F.adaptive_avg_pool2d(x, (2, 1)).flatten(1))


class Attending(torch.nn.Module):
    """Attention in both orders of batch and length, of a sequence to itself and to another, and what stands around it."""

    def __init__(self):
        super().__init__()
        self.positions = torch.nn.Embedding(5, 8, padding_idx=2)
        self.norm = torch.nn.LayerNorm(8)
        self.attention = torch.nn.MultiheadAttention(8, 2, batch_first=True)
        self.other = torch.nn.MultiheadAttention(8, 4, bias=False)
        self.head = torch.nn.Linear(8, 5)

    def forward(self, x):
        x = x + self.positions(torch.tensor([0, 3, 1, 4, 1, 2]))
        y = self.norm(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        x = x.transpose(0, 1)
        y = x[:2]
        return self.head(self.other(y, x, x, need_weights=False)[0].mean(0))


def network(file, model, *shape):
    x, target = normal(4, *shape), integers(5, 4)
    tensors = {"x": x, "target": target}
    tensors.update({f"before.{k}": v.clone() for k, v in model.state_dict().items()})
    loss = F.cross_entropy(model(x), target)
    loss.backward()
    tensors["loss"] = loss.detach()
    tensors.update({f"grad.{k}": p.grad.clone() for k, p in model.named_parameters()})
    tensors.update({f"after.{k}": v.clone() for k, v in model.state_dict().items()})
    model.eval()
    tensors["evaluated"] = model(x).detach()
    save_file(tensors, FOLDER + file + ".safetensors", META)


tensors = operators(OPERATORS)
optimizers()
torch.manual_seed(3)
network("network", Small(), 1, 8, 8)
torch.manual_seed(4)
network("separable", Separable(), 2, 7, 8)
tensors |= operators(later_operators())
save_file(tensors, FOLDER + "operators.safetensors", META)
torch.manual_seed(5)
network("attention", Attending(), 6, 8)
