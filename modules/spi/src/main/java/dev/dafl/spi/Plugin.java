package dev.dafl.spi;

/**
 * What every extension says of itself. An extension has no state: everything that a call needs comes with the call, and
 * one instance may serve several runs.
 *
 * @param <O> the options: a record whose components are the YAML keys (in kebab-case), bound by type. A key that is
 *     absent takes the value that the record's canonical constructor is given by {@link #defaults()}. Ranges are checked
 *     in the compact constructor, whose {@link IllegalArgumentException} is shown to the user with file and line; an
 *     {@link OptionException} names a place inside an option.
 */
public sealed interface Plugin<O extends Record>
        permits ClassifierFactory,
                GeneratorFactory,
                LossTerm,
                DistillationLoss,
                DatasetFactory,
                TransferSetFactory,
                SynthesizerFactory,
                ListenerFactory {

    /** The name in YAML files: lower-case words with hyphens, such as {@code information-entropy}. */
    String name();

    /** One line for {@code dafl plugins list}. */
    String description();

    /** The options where the user gives none. */
    O defaults();

    /** The options of an extension that has none. */
    record NoOptions() {

        public static final NoOptions INSTANCE = new NoOptions();
    }
}
