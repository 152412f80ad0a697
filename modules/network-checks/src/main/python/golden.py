"""What PyTorch computes with a network whose weights follow from a formula, for NetworkCheck of this module.

The scripts beside the tests of network bundles call write(); they need torch, numpy and safetensors. A file holds results
only, as NetworkCheck makes the same weights and images:
  evaluate, train, after   logits [n, classes] in evaluation, in training, and in evaluation after that
  features                 of the first: the mean of |f| of each image [n]
  features.size            the length of f
  gradient.NAME            the norm of each parameter's gradient in training; 0 where it is rounding alone
and in its metadata names and shapes of the state dict, in order.

Of networks that are too large for that, write_names() writes just these, to a file of text.
"""
import zlib

import numpy as np
import torch
from safetensors.torch import save_file

IMAGES = 4


def noise(name, *shape):
    """Uniform in [-1, 1): an integer hash of each element's index and the name, the same bits everywhere."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(zlib.crc32(name.encode()))
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float64).reshape(shape) / 2**23 - 1


def value(name, shape):
    """Weights keep the size of what passes through them; scales and variances are around 1, the rest around 0."""
    if len(shape) > 1:
        return noise(name, *shape) * np.sqrt(6 / np.prod(shape[1:]))
    if name.endswith("weight") or name.endswith("running_var"):
        return 1 + noise(name, *shape) / 2
    return noise(name, *shape) / 4


def write(file, network, entrance, shape, left_out=lambda name: False, rounding_alone=lambda name: False):
    """
    :param entrance: the module that the features enter
    :param shape: of an image, (c, h, w)
    :param left_out: names of parameters whose gradient is 0 but for rounding, and that get none here
    :param rounding_alone: those whose gradient is 0 but for rounding, here as well
    """
    torch.set_num_threads(1)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if tensor.dtype == torch.float32:
                tensor.copy_(torch.from_numpy(value(name, tuple(tensor.shape)).astype(np.float32)))
    images = torch.from_numpy(noise("images", IMAGES, *shape).astype(np.float32))
    entered = []
    hook = entrance.register_forward_pre_hook(lambda _, arguments: entered.append(arguments[0].detach()))
    with torch.no_grad():
        out = {"evaluate": network.eval()(images)}
    hook.remove()
    out["features"] = entered[0].abs().mean(1)
    out["features.size"] = torch.tensor(entered[0].shape[1])
    logits = network.train()(images)
    out["train"] = logits.detach()
    (logits * torch.from_numpy(noise("loss", *logits.shape).astype(np.float32))).sum().backward()
    # In float64, as float32 loses digits over millions of squares.
    norms = {name: parameter.grad.double().norm().float() for name, parameter in network.named_parameters()}
    for name, norm in norms.items():
        if left_out(name) or rounding_alone(name):
            assert norm < 1e-4 * max(norms.values()), f"{name} has a gradient: {norm}"
        if not left_out(name):
            out[f"gradient.{name}"] = torch.zeros(()) if rounding_alone(name) else norm
    with torch.no_grad():
        out["after"] = network.eval()(images)
    for name in ("evaluate", "train", "after"):
        print(file, name, out[name][0].numpy().round(3))
    print(file, "parameters", sum(p.numel() for p in network.parameters()))
    save_file({k: v.contiguous() for k, v in out.items()}, f"src/test/resources/golden/{file}.safetensors",
              {"origin": f"PyTorch {torch.__version__}, CPU, src/test/python/reference.py", "state": state(network)})


def write_names(file, make):
    """
    :param file: of src/test/resources/torchvision
    :param make: gives the network; its values take no memory
    """
    with torch.device("meta"):
        network = make()
    with open(f"src/test/resources/torchvision/{file}.txt", "w") as names:
        names.write(state(network) + "\n")


def state(network):
    """Names and shapes of the state dict, a line each, in order."""
    return "\n".join(f"{name} {list(tensor.shape)}" for name, tensor in network.state_dict().items())
