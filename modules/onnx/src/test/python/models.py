"""Writes ONNX classifiers and what PyTorch computes with them.

    python models.py small ../resources/models    # the files that are committed
    python models.py large FOLDER                 # for KnownClassifiersTest and the engine's KnownWeightsTest; about 2 GB
    python models.py step FOLDER                  # for StepTimes of plugins/onnx

Needs torch 2.13, torchvision 0.29, onnx 1.23, onnxscript and safetensors. Weights are random from a seed, with statistics of
batch norms that are none of the defaults. Beside NAME.EXPORTER.onnx lies NAME.safetensors with

    images      [n, c, h, w]
    logits      [n, classes], in evaluation
    gradient    [n, c, h, w], of sum(logits * weights) to the images
    rounding    [1], of the large ones: how far PyTorch's own gradients in float32 are from those in float64, by their lengths,
                the larger of those in both memory formats: rounding moves values across the kinks of ReLUs
    weights     [n, classes]

and of the resnet, whose batch norms are in resnet.preserve.onnx,

    train       [n, classes], the logits in training, where batch norms use the batch's statistics
    train.NAME  the parameters and buffers after that, and
    grad.NAME   the gradients of sum(train * weights) to the parameters

The exporters: `script` is that of TorchScript for batches of any size, `fixed` the same for batches of one, `dynamo` the newer
one for batches of any size, `dynamo-fixed` the newer one for batches of one. `helper` are graphs made node by node as other
converters make them.
"""

import copy
import pathlib
import sys
import warnings

import numpy
import onnx
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file
from torch import nn

warnings.filterwarnings("ignore")


def seeded(build, seed=1):
    """A network whose every weight and statistic has a value of its own."""
    torch.manual_seed(seed)
    net = build().eval()
    for module in net.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
            nn.init.normal_(module.running_mean, 0, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
        elif isinstance(module, nn.LayerNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
    for name, parameter in net.named_parameters():
        if parameter.dim() == 1 and bool((parameter == parameter[0]).all()):
            nn.init.normal_(parameter, 0, 0.1)
        if name.endswith(("class_token", "heads.head.weight")):
            nn.init.normal_(parameter, 0, 0.2)
    return net


def gradient(net, images, weights, layout=torch.contiguous_format):
    images = images.clone().contiguous(memory_format=layout).requires_grad_(True)
    (net(images) * weights).sum().backward()
    return images.grad.double()


def rounding(net, images, weights):
    exact = gradient(copy.deepcopy(net).double(), images.double(), weights.double())
    last = torch.channels_last
    found = gradient(net, images, weights), gradient(copy.deepcopy(net).to(memory_format=last), images, weights, last)
    return torch.stack([(one - exact).norm() / exact.norm() for one in found]).max().float().reshape(1)


def golden(net, images, path, large=False):
    images = images.clone().requires_grad_(True)
    logits = net(images)
    torch.manual_seed(3)
    weights = torch.randn_like(logits)
    (logits * weights).sum().backward()
    more = {"rounding": rounding(net, images.detach(), weights)} if large else {}
    if isinstance(net, TinyResNet):
        net = copy.deepcopy(net).train()
        net.zero_grad()
        more["train"] = net(images.detach())
        (more["train"] * weights).sum().backward()
        more |= {f"grad.{name}": parameter.grad for name, parameter in net.named_parameters()}
        more |= {f"train.{name}": value.float() for name, value in net.state_dict().items()}
    save_file(
        {"images": images.detach(), "logits": logits.detach(), "gradient": images.grad, "weights": weights, **more},
        path,
        {"torch": torch.__version__, "torchvision": torchvision.__version__},
    )


def export(net, images, folder, name, exporters):
    for exporter in exporters:
        fixed = exporter.endswith("fixed")
        given = images[:1] if fixed else images
        path = folder / f"{name}.{exporter}.onnx"
        options = {"input_names": ["images"], "output_names": ["logits"], "verbose": False}
        if exporter.startswith("dynamo"):
            shapes = None if fixed else ({0: torch.export.Dim("batch", min=1, max=4096)},)
            torch.onnx.export(
                net, (given,), path, dynamo=True, dynamic_shapes=shapes, external_data=False, optimize=True, **options
            )
        else:
            axes = None if fixed else {"images": {0: "batch"}, "logits": {0: "batch"}}
            training = torch.onnx.TrainingMode.PRESERVE if exporter == "preserve" else torch.onnx.TrainingMode.EVAL
            torch.onnx.export(net, (given,), path, dynamo=False, dynamic_axes=axes, training=training, **options)
        model = onnx.load(path)
        strip(model)
        onnx.save(model, path)


def strip(model):
    """Takes out what only takes room: stack traces, names of source files, shapes that follow from others."""
    model.doc_string = ""
    model.graph.doc_string = ""
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    for thing in [*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output]:
        thing.doc_string = ""
        del thing.metadata_props[:]


ALL = ("script", "fixed", "dynamo", "dynamo-fixed")


# ---- small ones


class Block(nn.Module):
    def __init__(self, size, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(size, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = nn.Sequential(nn.Conv2d(size, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (y + self.downsample(x)).relu()


class TinyResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(4, 4, 1))
        self.layer2 = nn.Sequential(Block(4, 6, 2))
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        x = self.layer2(self.layer1(x))
        return self.fc(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


class TinySqueezeNet(nn.Module):
    def __init__(self):
        super().__init__()
        fire = torchvision.models.squeezenet.Fire
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 3, 2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            fire(6, 2, 3, 3),
            fire(6, 2, 4, 4),
        )
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Conv2d(8, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1))
        )

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


class TinyMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        block = torchvision.models.mobilenetv2.InvertedResidual
        self.features = nn.Sequential(
            torchvision.ops.Conv2dNormActivation(3, 4, 3, 2, activation_layer=nn.ReLU6),
            block(4, 6, 1, 1),
            block(6, 6, 1, 2),
            block(6, 8, 2, 2),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(8, 5))

    def forward(self, x):
        x = nn.functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(x, 1))


class TinyEfficientNet(nn.Module):
    """Squeeze and excitation, SiLU, depthwise convolutions; its own way to flatten, and a Softmax that exporters keep."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.SiLU())
        self.depth = nn.Conv2d(4, 4, 5, 1, 2, groups=4)
        self.se = torchvision.ops.SqueezeExcitation(4, 2, nn.SiLU)
        self.act = nn.Hardswish()
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        x = self.act(self.se(self.depth(self.stem(x))))
        return self.head(x.mean([2, 3]))


class TinyMixed(nn.Module):
    """Layers that exporters write in several nodes."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 4, 4)
        self.norm = nn.GroupNorm(2, 8)
        self.prelu = nn.PReLU(8)
        self.up = nn.ConvTranspose2d(8, 4, 3, 2, 1, output_padding=1)
        self.inst = nn.InstanceNorm2d(4, affine=True)
        self.scale = nn.Parameter(torch.full((4, 1, 1), 0.5))
        self.fc = nn.Linear(4 * 4, 8)
        self.out = nn.Linear(8, 3, bias=False)

    def forward(self, x):
        x = self.prelu(self.norm(self.conv(x)))
        x = nn.functional.elu(self.inst(self.up(x))) * self.scale
        x = nn.functional.interpolate(x, scale_factor=0.5, mode="bilinear")
        x = nn.functional.pad(x, (1, 0, 0, 1), mode="replicate")
        x = nn.functional.avg_pool2d(x[:, :, :4, 1:], 3, 2, 1, count_include_pad=False)
        n, c = x.shape[0], x.shape[1]
        x = x.view(n, c, -1).permute(0, 2, 1).reshape(n, -1)
        return self.out(nn.functional.gelu(self.fc(x)))


def shuffle():
    net = torchvision.models.ShuffleNetV2([1, 2, 1], [4, 8, 12, 16, 20], num_classes=5)
    return net


SMALL = {
    "resnet": (TinyResNet, (3, 16, 16)),
    "mobilenet": (TinyMobileNet, (3, 16, 16)),
    "vgg": (
        lambda: nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(4, 6, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.AvgPool2d(2, 2),
            nn.Flatten(),
            nn.Linear(6 * 9, 16),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(16, 5),
        ),
        (1, 12, 12),
    ),
    "squeezenet": (TinySqueezeNet, (3, 19, 19)),
    "shufflenet": (shuffle, (3, 16, 16)),
    "densenet": (
        lambda: torchvision.models.DenseNet(
            growth_rate=3, block_config=(2, 2), num_init_features=4, bn_size=2, num_classes=5
        ),
        (3, 16, 16),
    ),
    "efficientnet": (TinyEfficientNet, (1, 12, 12)),
    "vit": (
        lambda: torchvision.models.VisionTransformer(8, 4, 1, 2, 8, 12, num_classes=4),
        (3, 8, 8),
    ),
    "mixed": (TinyMixed, (3, 16, 16)),
}


# ---- node by node


def tensor(name, value):
    return numpy_helper.from_array(numpy.asarray(value), name)


def keras(channels, size, classes, width, seed=5):
    """As tf2onnx writes a network of Keras: images [n, h, w, c], kernels turned beforehand, padding "same", dense layers as
    MatMul and Add, a Softmax at the end; beside it the same in PyTorch, on [n, c, h, w]."""
    torch.manual_seed(seed)
    conv = nn.Conv2d(channels, width, 3, 2, bias=True)
    depth = nn.Conv2d(width, width, 3, 1, 1, groups=width, bias=False)
    norm = seeded(lambda: nn.BatchNorm2d(width), seed)
    dense1 = nn.Linear(width * (size // 2) ** 2, 2 * width)
    dense2 = nn.Linear(2 * width, classes)

    class Peer(nn.Module):
        def forward(self, x):
            x = conv(nn.functional.pad(x, (0, 1, 0, 1))).clamp(0, 6)
            x = nn.functional.leaky_relu(norm(depth(x)), 0.3)
            x = x.permute(0, 2, 3, 1).flatten(1)
            return dense2(torch.tanh(dense1(x)))

    f = lambda t: t.detach().numpy()
    nodes = [
        helper.make_node("Transpose", ["input_1"], ["t1"], "model/conv1/Conv2D__6", perm=[0, 3, 1, 2]),
        helper.make_node(
            "Conv", ["t1", "model/conv1/kernel:0"], ["c1"], "model/conv1/Conv2D", strides=[2, 2], auto_pad="SAME_UPPER"
        ),
        helper.make_node("Add", ["c1", "model/conv1/bias:0"], ["a1"]),
        helper.make_node("Clip", ["a1", "zero", "six"], ["r1"]),
        helper.make_node("Conv", ["r1", "model/depthwise/kernel:0"], ["c2"], pads=[1, 1, 1, 1], group=width),
        helper.make_node(
            "BatchNormalization",
            ["c2", "model/bn/gamma:0", "model/bn/beta:0", "model/bn/moving_mean:0", "model/bn/moving_variance:0"],
            ["b2"],
            epsilon=1e-5,
        ),
        helper.make_node("LeakyRelu", ["b2"], ["r2"], alpha=0.3),
        helper.make_node("Transpose", ["r2"], ["t2"], perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["t2", "flat"], ["f"]),
        helper.make_node("MatMul", ["f", "model/dense/MatMul/ReadVariableOp:0"], ["m1"]),
        helper.make_node("Add", ["m1", "model/dense/BiasAdd/ReadVariableOp:0"], ["d1"]),
        helper.make_node("Tanh", ["d1"], ["h1"]),
        helper.make_node("MatMul", ["h1", "model/dense_1/MatMul/ReadVariableOp:0"], ["m2"]),
        helper.make_node("Add", ["model/dense_1/BiasAdd/ReadVariableOp:0", "m2"], ["d2"]),
        helper.make_node("Softmax", ["d2"], ["Identity:0"], axis=-1),
    ]
    weights = [
        tensor("model/conv1/kernel:0", f(conv.weight)),
        tensor("model/conv1/bias:0", f(conv.bias).reshape(1, width, 1, 1)),
        tensor("model/depthwise/kernel:0", f(depth.weight)),
        tensor("model/bn/gamma:0", f(norm.weight)),
        tensor("model/bn/beta:0", f(norm.bias)),
        tensor("model/bn/moving_mean:0", norm.running_mean.numpy()),
        tensor("model/bn/moving_variance:0", norm.running_var.numpy()),
        tensor("model/dense/MatMul/ReadVariableOp:0", f(dense1.weight).T.copy()),
        tensor("model/dense/BiasAdd/ReadVariableOp:0", f(dense1.bias)),
        tensor("model/dense_1/MatMul/ReadVariableOp:0", f(dense2.weight).T.copy()),
        tensor("model/dense_1/BiasAdd/ReadVariableOp:0", f(dense2.bias)),
        tensor("zero", numpy.float32(0)),
        tensor("six", numpy.float32(6)),
        tensor("flat", numpy.array([-1, dense1.in_features], dtype=numpy.int64)),
    ]
    graph = helper.make_graph(
        nodes,
        "keras",
        [helper.make_tensor_value_info("input_1", TensorProto.FLOAT, ["unk__1", size, size, channels])],
        [helper.make_tensor_value_info("Identity:0", TensorProto.FLOAT, ["unk__2", classes])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8, producer_name="tf2onnx")
    onnx.checker.check_model(model)
    return model, Peer().eval()


def scikit_learn(pixels, classes, width, seed=6):
    """As skl2onnx writes an MLPClassifier: labels and a ZipMap of probabilities beside what is wanted."""
    torch.manual_seed(seed)
    one, two = nn.Linear(pixels, width), nn.Linear(width, classes)
    f = lambda t: t.detach().numpy()
    ml = "ai.onnx.ml"
    nodes = [
        helper.make_node("Cast", ["X"], ["cast_input"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["cast_input", "coefficient"], ["mul_result"]),
        helper.make_node("Add", ["mul_result", "intercepts"], ["add_result"]),
        helper.make_node("Relu", ["add_result"], ["next_activations"]),
        helper.make_node("MatMul", ["next_activations", "coefficient1"], ["mul_result1"]),
        helper.make_node("Add", ["mul_result1", "intercepts1"], ["add_result1"]),
        helper.make_node("Softmax", ["add_result1"], ["out_activations_result"], axis=1),
        helper.make_node("ArgMax", ["out_activations_result"], ["argmax_output"], axis=1),
        helper.make_node("ArrayFeatureExtractor", ["classes", "argmax_output"], ["array_feature"], domain=ml),
        helper.make_node("Cast", ["array_feature"], ["cast_result"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["cast_result", "shape_tensor"], ["output_label"]),
        helper.make_node(
            "ZipMap",
            ["out_activations_result"],
            ["output_probability"],
            domain=ml,
            classlabels_strings=[f"digit {i}" for i in range(classes)],
        ),
    ]
    probabilities = helper.make_sequence_type_proto(
        helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    )
    graph = helper.make_graph(
        nodes,
        "skl",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, pixels])],
        [
            helper.make_tensor_value_info("output_label", TensorProto.INT64, [None]),
            helper.make_value_info("output_probability", probabilities),
        ],
        [
            tensor("coefficient", f(one.weight).T.copy()),
            tensor("intercepts", f(one.bias).reshape(1, -1)),
            tensor("coefficient1", f(two.weight).T.copy()),
            tensor("intercepts1", f(two.bias).reshape(1, -1)),
            tensor("classes", numpy.arange(classes)),
            tensor("shape_tensor", numpy.array([-1], dtype=numpy.int64)),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(ml, 1)], ir_version=8
    )
    return model, nn.Sequential(nn.Flatten(), one, nn.ReLU(), two).eval()


def small(folder):
    for name, (build, shape) in SMALL.items():
        net = seeded(build)
        torch.manual_seed(2)
        images = torch.randn(2, *shape)
        golden(net, images, folder / f"{name}.safetensors")
        export(net, images, folder, name, ALL if name in ("shufflenet", "vit", "mixed") else ALL[:3])
        if name == "resnet":
            export(net, images, folder, name, ["preserve"])
    torch.manual_seed(2)
    images = torch.randn(2, 3, 8, 8)
    model, peer = keras(3, 8, 4, 6)
    onnx.save(model, folder / "keras.helper.onnx")
    golden(peer, images, folder / "keras.safetensors")
    torch.manual_seed(2)
    images = torch.randn(2, 1, 6, 6)
    model, peer = scikit_learn(36, 4, 8)
    onnx.save(model, folder / "scikit-learn.helper.onnx")
    golden(peer, images, folder / "scikit-learn.safetensors")


# ---- large ones

LARGE = ("resnet18", "resnet50", "mobilenet_v2", "vgg11", "squeezenet1_1", "shufflenet_v2_x1_0", "densenet121")
MORE = ("efficientnet_b0", "convnext_tiny", "swin_t", "regnet_y_400mf", "mobilenet_v3_small", "googlenet", "mnasnet1_0")


def large(folder, names):
    for name in names:
        build = getattr(torchvision.models, name)
        extra = {"init_weights": True, "aux_logits": False} if name == "googlenet" else {}
        net = seeded(lambda: build(num_classes=10, **extra))
        torch.manual_seed(2)
        images = torch.randn(2, 3, 224, 224)
        golden(net, images, folder / f"{name}.safetensors", large=True)
        torch.save({"state_dict": {f"module.{key}": value for key, value in net.state_dict().items()}}, folder / f"{name}.pth")
        export(net, images, folder, name, ("fixed", "dynamo") if name in MORE else ("script", "dynamo"))
        print(name, flush=True)


def step(folder):
    """The ResNet-18 for small images that plugins/resnet has."""
    net = torchvision.models.resnet18(num_classes=10)
    net.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    net.maxpool = nn.Identity()
    net = seeded(lambda: net)
    torch.manual_seed(2)
    images = torch.randn(2, 3, 32, 32)
    golden(net, images, folder / "resnet18-small.safetensors")
    export(net, images, folder, "resnet18-small", ("preserve", "script", "dynamo"))


def others(folder):
    vit = seeded(lambda: torchvision.models.VisionTransformer(224, 16, 12, 3, 192, 768, num_classes=10))
    torch.manual_seed(2)
    images = torch.randn(2, 3, 224, 224)
    golden(vit, images, folder / "vit_tiny.safetensors")
    export(vit, images, folder, "vit_tiny", ALL)
    model, peer = keras(3, 96, 10, 32)
    onnx.save(model, folder / "keras.helper.onnx")
    golden(peer, images[:, :, :96, :96].contiguous(), folder / "keras.safetensors")


if __name__ == "__main__":
    kind, where = sys.argv[1], pathlib.Path(sys.argv[2])
    where.mkdir(parents=True, exist_ok=True)
    if kind == "small":
        small(where)
    elif kind == "step":
        step(where)
    elif kind == "large":
        others(where)
        large(where, sys.argv[3:] or LARGE + MORE)
    else:
        sys.exit(__doc__)
