package dev.dafl.tensor.torch;

import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.pickle.Value;
import dev.dafl.tensor.pickle.Value.Built;
import dev.dafl.tensor.pickle.Value.Dictionary;
import dev.dafl.tensor.pickle.Value.Sequence;
import dev.dafl.tensor.pickle.Value.Tuple;
import dev.dafl.tensor.words.PythonLines;
import dev.dafl.tensor.words.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tables of tensors by name in what was saved: the value itself, or what lies deeper in it, in the order of the file.
 *
 * @param all each once, also where two names lead to it
 * @param modules whole networks
 */
record Tables(List<Table> all, List<Module> modules, Value root) {

    /** The name of the value itself. */
    static final String ITSELF = ".";

    private static final int DEEPEST = 16;
    /** Values that are looked at. */
    private static final int MOST = 4_000_000;
    /** Characters of a name behind which tables are looked for. */
    private static final int LONGEST_NAME = 200;

    /** Where weights lie by custom, the likeliest first. */
    private static final List<String> CUSTOMARY = List.of(
            "state_dict",
            "model_state_dict",
            "model_state",
            "model",
            "net",
            "network",
            "net_state_dict",
            "module",
            "params",
            "weights",
            "teacher",
            "student",
            "backbone");

    /**
     * Tensors by their names.
     *
     * @param key the way to it, with dots
     * @param others names under which something else than a tensor stands
     * @param largestAround how many tensors the largest table has in which this one lies; 0 where it lies in none
     */
    record Table(String key, Map<String, PickledTensor> tensors, List<String> others, int largestAround) {

        /** {@code state_dict (62 tensors)}. */
        String described() {
            return (key.equals(ITSELF) ? "the file itself" : Quoted.of(key)) + " (" + tensors.size()
                    + (tensors.size() == 1 ? " tensor)" : " tensors)");
        }

        /** The last name of the way. */
        private String name() {
            return key.substring(key.lastIndexOf('.') + 1);
        }

        /** What lies in a table with as many tensors is a part of that. */
        private boolean isPart() {
            return largestAround >= tensors.size();
        }

        /** What an optimizer keeps of each parameter is as large as the weights, and no weights. */
        private boolean isOfOptimizer() {
            return key.contains("optim");
        }

        /** The mean of the last steps' weights, of which the others are what was trained. */
        private boolean isAverage() {
            return Arrays.stream(key.split("[._]")).anyMatch("ema"::equals);
        }

        private int custom() {
            int place = CUSTOMARY.indexOf(name());
            return place < 0 ? CUSTOMARY.size() : place;
        }
    }

    /**
     * A whole network, which is a program.
     *
     * @param key the way to it, with dots
     * @param python the same in Python's spelling, such as {@code ["model"]}
     * @param type its class
     */
    record Module(String key, String python, String type) {}

    static Tables in(Value root) {
        Search search = new Search();
        search.walk(root, new Way("", "", 0, 0));
        return new Tables(List.copyOf(search.tables), List.copyOf(search.modules), root);
    }

    /**
     * The table under a key, or the likeliest where it is empty.
     *
     * @throws RefusedFileException when there is none, saying what there is
     */
    Table chosen(Optional<String> key, PythonLines python) {
        Optional<Table> chosen = key.isPresent()
                ? all.stream().filter(table -> table.key().equals(key.get())).findFirst()
                : likeliest();
        return chosen.orElseThrow(() -> {
            Optional<Module> module = modules.stream()
                    .filter(one -> key.isEmpty() || key.get().equals(one.key()))
                    .findFirst();
            if (module.isPresent()) {
                return new RefusedFileException(
                        "holds a whole network, " + module.get().type()
                                + ", which is a pickled program and not weights; save its weights, "
                                + python.saveWeightsOfModule(module.get().python()));
            }
            if (all.isEmpty()) {
                return new RefusedFileException(
                        "holds no tensors by name: it is " + root.described() + "; save the state_dict() of a network");
            }
            return new RefusedFileException("has no tensors under " + Quoted.of(key.orElseThrow()) + "; there are "
                    + Quoted.list(all.stream().map(Table::described).toList()));
        });
    }

    /**
     * The one that holds the weights, as far as can be told: of those that lie in no larger one, and are neither an optimizer's nor
     * an average, one under a customary name; else the one with the most tensors; else the first.
     */
    private Optional<Table> likeliest() {
        return all.stream()
                .filter(table -> !table.isPart())
                .min(Comparator.comparing(Table::isOfOptimizer)
                        .thenComparing(Table::isAverage)
                        .thenComparing(Table::custom)
                        .thenComparing(table -> -table.tensors().size()));
    }

    private static final class Search {

        private final List<Table> tables = new ArrayList<>();
        private final List<Module> modules = new ArrayList<>();
        private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private int looked;

        private void walk(Value value, Way way) {
            if (way.depth() > DEEPEST || !seen.add(value)) {
                return;
            }
            if (++looked > MOST) {
                throw new RefusedFileException("cannot be read: it is nested in more than " + MOST + " values");
            }
            switch (value) {
                case Dictionary dictionary -> named(dictionary, way);
                case Sequence list -> numbered(list.items(), way);
                case Tuple(List<Value> items) -> numbered(items, way);
                case Built built -> object(built, way);
                default -> {}
            }
        }

        private void named(Dictionary dictionary, Way way) {
            Map<String, PickledTensor> tensors = new LinkedHashMap<>();
            List<String> others = new ArrayList<>();
            Map<String, Value> named = dictionary.named();
            named.forEach((name, value) -> {
                if (value instanceof PickledTensor tensor) {
                    tensors.put(name, tensor);
                } else {
                    others.add(name);
                }
            });
            if (!tensors.isEmpty()) {
                tables.add(new Table(
                        way.key().isEmpty() ? ITSELF : way.key(), tensors, List.copyOf(others), way.largestAround()));
            }
            Way inside = way.in(tensors.size());
            named.forEach((name, value) -> {
                if (mayHoldTables(value) && name.length() <= LONGEST_NAME) {
                    walk(value, inside.to(name, Quoted.python(name)));
                }
            });
        }

        private void numbered(List<Value> items, Way way) {
            for (int i = 0; i < items.size(); i++) {
                if (mayHoldTables(items.get(i))) {
                    walk(items.get(i), way.to(Integer.toString(i), Integer.toString(i)));
                }
            }
        }

        private void object(Built object, Way way) {
            if (isModule(object)) {
                modules.add(new Module(way.key(), way.python(), object.type().described()));
                return;
            }
            walk(object.items(), way);
            object.state().ifPresent(state -> walk(state, way.deeper()));
        }

        /** Of whatever class: every module of PyTorch's keeps its parts so. */
        private static boolean isModule(Built object) {
            return object.type().module().startsWith("torch.nn.modules.")
                    || object.type().module().startsWith("torch.fx.")
                    || object.state()
                            .filter(Dictionary.class::isInstance)
                            .map(state -> ((Dictionary) state).named().keySet())
                            .filter(names -> names.contains("_parameters") && names.contains("_modules"))
                            .isPresent();
        }

        private static boolean mayHoldTables(Value value) {
            return value instanceof Dictionary
                    || value instanceof Sequence
                    || value instanceof Tuple
                    || value instanceof Built;
        }
    }

    /**
     * The way to a value.
     *
     * @param key with dots
     * @param python in Python's spelling
     * @param largestAround how many tensors the largest table on the way has
     */
    private record Way(String key, String python, int depth, int largestAround) {

        Way to(String name, String index) {
            return new Way(
                    key.isEmpty() ? name : key + "." + name, python + "[" + index + "]", depth + 1, largestAround);
        }

        /** Into a table. */
        Way in(int tensors) {
            return new Way(key, python, depth, Math.max(largestAround, tensors));
        }

        Way deeper() {
            return new Way(key, python, depth + 1, largestAround);
        }
    }
}
