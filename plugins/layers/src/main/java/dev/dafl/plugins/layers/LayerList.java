package dev.dafl.plugins.layers;

import dev.dafl.spi.OptionException;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/** Layers one after another, named by their numbers from 0, as in PyTorch's {@code Sequential}. */
record LayerList(List<Spec> layers) implements Spec {

    /** The plugin's list itself. */
    static LayerList read(List<?> entries) {
        return read(entries, "", "layers");
    }

    /**
     * The list that is an option of a layer.
     *
     * @param name what its parameters have before their numbers
     */
    static LayerList read(Entry around, String key, String name) {
        if (!(around.required(key) instanceof List<?> entries)) {
            throw around.mistake(key, "expected a list of layers");
        }
        if (entries.isEmpty()) {
            throw around.mistake(key, "needs a layer at least");
        }
        return read(entries, around.at() + "." + name + ".", around.placeOf(key));
    }

    private static LayerList read(List<?> entries, String at, String place) {
        List<Spec> layers = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String here = place + "/" + i;
            if (entries.get(i) == null) {
                throw OptionException.at(here, "layer " + at + i + " is empty");
            }
            Entry entry = Entry.of(entries.get(i), at + i, here);
            layers.add(entry.kind().read(entry));
        }
        return new LayerList(List.copyOf(layers));
    }

    @Override
    public Built build(ParameterPath path, Shape input) {
        List<Layer> built = new ArrayList<>();
        Shape shape = input;
        for (int i = 0; i < layers.size(); i++) {
            Built next = layers.get(i).build(path.sub(i), shape);
            built.add(next.layer());
            shape = next.output();
        }
        return new Built(new Sequential(built), shape);
    }
}
