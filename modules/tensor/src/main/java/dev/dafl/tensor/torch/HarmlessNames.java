package dev.dafl.tensor.torch;

import dev.dafl.tensor.pickle.Value.Global;
import java.util.Set;

/** Which names of Python's may stand in a file beside what tensors are built from. */
final class HarmlessNames {

    /**
     * What checkpoints hold beside weights and pickle as calls: they make a value and do nothing else, and what they would make
     * is not made here either.
     */
    private static final Set<String> CALLS = Set.of(
            "builtins.bool",
            "builtins.bytearray",
            "builtins.bytes",
            "builtins.complex",
            "builtins.float",
            "builtins.frozenset",
            "builtins.int",
            "builtins.list",
            "builtins.object",
            "builtins.range",
            "builtins.set",
            "builtins.slice",
            "builtins.str",
            "builtins.tuple",
            "builtins.type",
            "_codecs.encode",
            "argparse.Namespace",
            "collections.Counter",
            "collections.deque",
            "copyreg.__newobj__",
            "copyreg.__newobj_ex__",
            "copyreg._reconstructor",
            "datetime.date",
            "datetime.datetime",
            "datetime.time",
            "datetime.timedelta",
            "datetime.timezone",
            "decimal.Decimal",
            "fractions.Fraction",
            "functools.partial",
            "numpy.dtype",
            "numpy.ndarray",
            "numpy._core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar",
            "numpy._core.numeric._frombuffer",
            "numpy.core.multiarray._reconstruct",
            "numpy.core.multiarray.scalar",
            "numpy.core.numeric._frombuffer",
            "numpy.random.__RandomState_ctor",
            "numpy.random._pickle.__bit_generator_ctor",
            "numpy.random._pickle.__generator_ctor",
            "numpy.random._pickle.__randomstate_ctor",
            "pathlib.Path",
            "pathlib.PosixPath",
            "pathlib.PurePath",
            "pathlib.PurePosixPath",
            "pathlib.PureWindowsPath",
            "pathlib.WindowsPath",
            "pathlib._local.Path",
            "pathlib._local.PosixPath",
            "pathlib._local.WindowsPath",
            "torch.device",
            "torch.fx.graph_module.reduce_deploy_graph_module",
            "torch.fx.graph_module.reduce_graph_module",
            "torch.fx.graph_module.reduce_package_graph_module",
            "torch.nn.parameter.Buffer",
            "torch.nn.parameter.UninitializedBuffer",
            "torch.nn.parameter.UninitializedParameter",
            "torch.serialization._get_layout",
            "torch.torch_version.TorchVersion",
            "types.SimpleNamespace",
            "uuid.UUID");

    /** Modules of Python itself whose name alone tells that a file is not what it seems. */
    private static final Set<String> PROGRAM_MODULES = Set.of(
            "_pickle",
            "bdb",
            "code",
            "ctypes",
            "importlib",
            "marshal",
            "nt",
            "os",
            "pdb",
            "pickle",
            "posix",
            "pty",
            "runpy",
            "shutil",
            "socket",
            "subprocess",
            "sys",
            "webbrowser");

    private static final Set<String> BUILT_IN_TYPES = Set.of(
            "BaseException",
            "Ellipsis",
            "Exception",
            "NotImplemented",
            "bool",
            "bytearray",
            "bytes",
            "complex",
            "dict",
            "float",
            "frozenset",
            "getattr",
            "int",
            "list",
            "object",
            "range",
            "set",
            "slice",
            "str",
            "tuple",
            "type");

    private HarmlessNames() {}

    /** Whether a call of it makes a plain value. */
    static boolean mayBeCalled(Global function) {
        return CALLS.contains(function.fullName());
    }

    /** Whether no file of weights names it, called or not. */
    static boolean isOfPrograms(Global named) {
        String module = named.module();
        return module.equals("builtins")
                ? !BUILT_IN_TYPES.contains(named.name())
                : PROGRAM_MODULES.contains(module.substring(0, (module + ".").indexOf('.')));
    }
}
