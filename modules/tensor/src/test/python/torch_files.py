"""Writes src/test/resources/torch/: files as PyTorch and its users write them, for the tests of the readers of weights.

Needs torch, numpy and safetensors; run it from modules/tensor as `python src/test/python/torch_files.py`. The build and the
tests need only the files. `tensors.safetensors` has the values of `tensors.pt`, `tensors-legacy.pt` and the others of that
name, each tensor contiguous.
"""
import argparse
import collections
import datetime
import enum
import io
import os
import pathlib
import pickle
import zipfile

import numpy as np
import torch
from safetensors.torch import save_file

FOLDER = "src/test/resources/torch/"
ORIGIN = f"PyTorch {torch.__version__}, CPU, src/test/python/torch_files.py"
os.makedirs(FOLDER, exist_ok=True)
os.umask(0o022)
torch.manual_seed(20)

# ---- tensors of every type and layout

BASE = torch.arange(24.0).reshape(4, 6) / 4
TYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int64": torch.int64,
    "int32": torch.int32,
    "int16": torch.int16,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
}
NEWER_TYPES = {
    "uint16": torch.uint16,
    "uint32": torch.uint32,
    "uint64": torch.uint64,
    "float8_e4m3fn": torch.float8_e4m3fn,
    "float8_e5m2": torch.float8_e5m2,
}


def tensors(types):
    table = collections.OrderedDict()
    for name, dtype in types.items():
        table["type." + name] = BASE[1].to(dtype)
    table["layout.transposed"] = BASE.t()
    table["layout.row"] = BASE[2]
    table["layout.column"] = BASE[:, 3]
    table["layout.steps"] = BASE[1:, ::2]
    table["layout.shared"] = BASE
    table["layout.expanded"] = BASE[0, 1:3].expand(3, 2)
    table["layout.channels_last"] = (
        torch.arange(24.0).reshape(1, 3, 4, 2).contiguous(memory_format=torch.channels_last)
    )
    table["layout.scalar"] = torch.tensor(7)
    table["layout.empty"] = torch.zeros(0, 4)
    table["parameter"] = torch.nn.Parameter(BASE[3] + 1)
    marked = torch.nn.Parameter(BASE[3] + 2)
    marked.of = "an attribute"
    table["parameter.marked"] = marked
    return table


def expected(table):
    return {name: tensor.detach().clone().contiguous() for name, tensor in table.items()}


ALL = tensors({**TYPES, **NEWER_TYPES})
save_file(expected(ALL), FOLDER + "tensors.safetensors", {"origin": ORIGIN})
torch.save(ALL, FOLDER + "tensors.pt")
torch.save(ALL, FOLDER + "tensors-protocol-4.pt", pickle_protocol=4)
torch.save(ALL, FOLDER + "tensors-protocol-5.pt", pickle_protocol=5)
torch.save(tensors(TYPES), FOLDER + "tensors-legacy.pt", _use_new_zipfile_serialization=False)
torch.serialization.set_crc32_options(False)
torch.save(ALL, FOLDER + "tensors-no-checksums.pt")
torch.serialization.set_crc32_options(True)

# ---- what checkpoints hold beside weights


class Mode(enum.Enum):
    """Its values are pickled as calls of this class."""

    TRAIN = 1


class Settings:
    """Its values are pickled as an object with attributes."""

    def __init__(self):
        self.rate = 0.1
        self.names = ["a", "b"]


def network():
    return torch.nn.Sequential(
        collections.OrderedDict(
            conv=torch.nn.Conv2d(1, 2, 3),
            norm=torch.nn.BatchNorm2d(2),
            relu=torch.nn.ReLU(),
            flat=torch.nn.Flatten(),
            fc=torch.nn.Linear(2 * 2 * 2, 3),
        )
    )


net = network()
optimizer = torch.optim.SGD(net.parameters(), lr=np.float64(0.1), momentum=0.9)
net(torch.randn(4, 1, 4, 4)).sum().backward()
optimizer.step()
state = net.state_dict()
save_file(expected(state), FOLDER + "network.safetensors", {"origin": ORIGIN})
checkpoint = {
    "epoch": 3,
    "arch": "small",
    "args": argparse.Namespace(rate=0.1, out=pathlib.PurePosixPath("out"), when=datetime.date(2026, 1, 1)),
    "best_acc1": torch.tensor(91.5),
    "accuracy": np.float64(0.915),
    "history": np.arange(5),
    "random": np.random.RandomState(1),
    "settings": Settings(),
    "classes": {"a", "b"},
    "frozen": frozenset({1}),
    "counts": collections.Counter("aab"),
    "options": collections.defaultdict(list, a=[1]),
    "size": torch.Size((2, 3)),
    "device": torch.device("cpu"),
    "dtype": torch.float16,
    "complex": 1 + 2j,
    "large": 1 << 80,
    "bytes": b"abc",
    "state_dict": torch.nn.DataParallel(net).state_dict(),
    "optimizer": optimizer.state_dict(),
    "rng_state": torch.get_rng_state()[:16],
}
torch.save(checkpoint, FOLDER + "checkpoint.pth.tar")
del checkpoint["random"]
torch.save(checkpoint, FOLDER + "checkpoint-legacy.pth.tar", _use_new_zipfile_serialization=False)
torch.save({"net": state, "run": {"ema": {"state_dict": {"module." + k: v for k, v in state.items()}, "decay": 0.9}}},
           FOLDER + "averaged.pt")
torch.save({"mode": Mode.TRAIN, "state_dict": state}, FOLDER + "enumeration.pt")
torch.save({"generator": {"a": BASE[0]}, "critic": {"a": BASE[0], "b": BASE[1]}, "optim_all": tensors(TYPES)},
           FOLDER + "several.pt")

# ---- programs


class Evil:
    """Would run a command when it is unpickled."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


torch.save({"state_dict": state, "x": Evil(os.system, "touch /tmp/dafl-was-here")}, FOLDER + "evil.pt")
torch.save({"state_dict": state, "x": Evil(eval, "1")}, FOLDER + "evil-legacy.pt", _use_new_zipfile_serialization=False)
torch.save({"state_dict": state, "x": Evil(np.load, "x.npy", None, True)}, FOLDER + "evil-call.pt")
torch.save(net, FOLDER + "module.pt")


class Own(torch.nn.Module):
    """As a user's own network."""

    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 2)
        self.activation = torch.relu


torch.save({"epoch": 1, "model": Own()}, FOLDER + "module-own.pt")
torch.save(Own(), FOLDER + "module-legacy.pt", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Linear(2, 2)).save(FOLDER + "script.pt")
torch.export.save(torch.export.export(torch.nn.Linear(2, 2), (torch.zeros(1, 2),)), FOLDER + "program.pt2")

# ---- what is not read

torch.save(
    {
        "sparse": {"a": BASE.to_sparse()},
        "complex": {"a": torch.complex(BASE, BASE)},
        "quantised": {"a": torch.quantize_per_tensor(BASE, 0.1, 0, torch.qint8)},
        "negated": {"a": torch.complex(BASE, BASE).conj().imag},
        "meta": {"a": torch.zeros(2, device="meta")},
        "scales": {"a": torch.ones(2).to(torch.float8_e8m0fnu)},
        "sound": {"a": BASE[0]},
    },
    FOLDER + "unreadable.pt",
)
torch.save([BASE, BASE], FOLDER + "list.pt")
torch.save(BASE, FOLDER + "one-tensor.pt")
with open(FOLDER + "arrays.pkl", "wb") as file:
    pickle.dump({"a": np.arange(3)}, file)


def rewritten(to, change, compression=zipfile.ZIP_STORED):
    """tensors.pt with other content of some entries."""
    with zipfile.ZipFile(FOLDER + "tensors.pt") as source, zipfile.ZipFile(FOLDER + to, "w", compression) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            target.writestr(info, change(name, source.read(name)))


# With the 64-bit records that archives of 4 GB and more have.
zipfile.ZIP64_LIMIT = 3
rewritten("tensors-wide.pt", lambda name, content: content)
zipfile.ZIP64_LIMIT = (1 << 31) - 1
rewritten("big-endian.pt", lambda name, content: b"big" if name.endswith("byteorder") else content)
rewritten("deflated.pt", lambda name, content: content, zipfile.ZIP_DEFLATED)

# ---- shards

SHARDS = FOLDER + "shards/"
os.makedirs(SHARDS, exist_ok=True)
save_file({"a.weight": BASE[0].clone(), "a.bias": BASE[1].clone()}, SHARDS + "model-00001-of-00002.safetensors")
save_file({"b.weight": BASE[2].clone()}, SHARDS + "model-00002-of-00002.safetensors")
with open(SHARDS + "model.safetensors.index.json", "w") as file:
    file.write(
        """{
  "metadata": {"total_size": 72},
  "weight_map": {
    "a.weight": "model-00001-of-00002.safetensors",
    "a.bias": "model-00001-of-00002.safetensors",
    "b.weight": "model-00002-of-00002.safetensors"
  }
}
"""
    )
torch.save({"a.weight": BASE[0].clone()}, SHARDS + "pytorch_model-00001-of-00001.bin")
with open(SHARDS + "pytorch_model.bin.index.json", "w") as file:
    file.write('{"metadata": {}, "weight_map": {"a.weight": "pytorch_model-00001-of-00001.bin"}}\n')
