package dev.dafl.tensor.pickle;

import dev.dafl.tensor.pickle.Value.Global;
import java.util.Map;

/** What Python 3 calls what Python 2 called otherwise. */
final class PythonNames {

    private static final Map<String, String> MODULES = Map.of(
            "__builtin__", "builtins",
            "copy_reg", "copyreg",
            "exceptions", "builtins");

    private PythonNames() {}

    static Global global(String module, String name) {
        return new Global(MODULES.getOrDefault(module, module), name);
    }
}
