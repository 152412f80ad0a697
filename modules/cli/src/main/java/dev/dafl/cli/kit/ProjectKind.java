package dev.dafl.cli.kit;

import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.TransferSetFactory;
import java.util.Locale;

/** What a project of a plugin's author provides. Each has a folder of templates, by its {@linkplain #toString() name}. */
public enum ProjectKind {
    LOSS("loss term", LossTerm.class),
    /** Teacher and student at once; of one name, so that the students are asked for both. */
    NETWORK("network", StudentFactory.class),
    GENERATOR("generator", GeneratorFactory.class),
    SYNTHESIZER("method", SynthesizerFactory.class),
    DATASET("dataset", DatasetFactory.class),
    TRANSFER_SET("transfer set", TransferSetFactory.class),
    DISTILLATION_LOSS("distillation loss", DistillationLoss.class);

    private final String words;
    private final Class<? extends Plugin<?>> type;

    @SuppressWarnings("unchecked") // a class object knows no type arguments
    ProjectKind(String words, Class<?> type) {
        this.words = words;
        this.type = (Class<? extends Plugin<?>>) type;
    }

    /** As people call it. */
    public String words() {
        return words;
    }

    /** What its plugin provides. */
    public Class<? extends Plugin<?>> type() {
        return type;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
