package dev.dafl.engine.plugins;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.GeneratorConfig;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.WeightedComponent;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ListenerFactory;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.spi.TransferSetFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The plugins that an experiment names, each with its options bound.
 *
 * @param dataset none where the teacher was trained elsewhere
 * @param test what is measured on instead of the data's test images; none where that is not said
 * @param distillation none where only a teacher is trained
 * @param listeners whom the run tells of itself, as the file names them, and TensorBoard's where it wants that
 */
public record ExperimentParts(
        Optional<BoundPlugin<DatasetFactory<?>>> dataset,
        Optional<BoundPlugin<DatasetFactory<?>>> test,
        BoundPlugin<ClassifierFactory<?>> teacher,
        Optional<Distilling> distillation,
        List<BoundPlugin<ListenerFactory<?>>> listeners) {

    /** The listener that {@code tracking.tensorboard} is about. */
    private static final String TENSORBOARD = "tensorboard";

    private static final String METHOD = "/method";
    private static final String TRANSFER = "/transfer/set";
    private static final String LOSS = "/distillation/loss";

    /** What an experiment has that trains a student. */
    public record Distilling(BoundPlugin<ClassifierFactory<?>> student, ImageSource images, StudentLoss<?> loss) {}

    /** Where the images come from that the student learns from. */
    public sealed interface ImageSource {

        /** A generator that the terms train. */
        record Generated(BoundPlugin<GeneratorFactory<?>> generator, List<WeightedTerm<?>> terms)
                implements ImageSource {}

        /**
         * A method makes them.
         *
         * @param generator of the method, where it has one
         * @param terms of the method's losses
         */
        record Synthesized(
                BoundMethod<?> method,
                Optional<BoundPlugin<GeneratorFactory<?>>> generator,
                List<WeightedTerm<?>> terms)
                implements ImageSource {}

        /** A set that is there before. */
        record Transferred(
                BoundPlugin<TransferSetFactory<?>> set,
                Map<PluginReference, BoundPlugin<DatasetFactory<?>>> datasets,
                Set<TransferSetFactory.Need> needs)
                implements ImageSource {}
    }

    /** @throws ConfigException for plugins that are not there and options that do not fit, with file and line */
    public static ExperimentParts of(ExperimentFile file, Extensions extensions) {
        PluginResolver resolver = new PluginResolver(file, extensions);
        ExperimentConfig config = file.config();
        return new ExperimentParts(
                config.data().map(data -> dataset(resolver, "/data/dataset", data.dataset())),
                config.test().map(test -> dataset(resolver, "/test/dataset", test.dataset())),
                teacher(resolver, config.teacher().model()),
                config.student()
                        .map(student -> distilling(
                                file,
                                student(resolver, student.model()),
                                images(file, resolver),
                                studentLoss(resolver, config.distillation().loss()))),
                listeners(resolver, config, extensions));
    }

    /** The experiment with the values that suit its method where it has none of its own. */
    public static ExperimentFile suited(ExperimentFile file, Extensions extensions) {
        Optional<Component> method = file.config().method();
        if (method.isEmpty()) {
            return file;
        }
        PluginResolver resolver = new PluginResolver(file, extensions);
        SynthesizerFactory<?> plugin = resolver.find(SynthesizerFactory.class, METHOD, "method", method.get());
        return file.suited(suited(resolver, method.get(), plugin));
    }

    private static <O extends Record> Map<String, Object> suited(
            PluginResolver resolver, Component method, SynthesizerFactory<O> plugin) {
        O options = resolver.options(METHOD, method, plugin);
        return PluginCall.of(resolver.identity("method", plugin), () -> Map.copyOf(plugin.suited(options)));
    }

    /** The plugin of the teacher alone, with its options. */
    public static BoundPlugin<ClassifierFactory<?>> teacher(ExperimentFile file, Extensions extensions) {
        return teacher(
                new PluginResolver(file, extensions), file.config().teacher().model());
    }

    /** Whose code takes part. */
    public List<PluginIdentity> identities() {
        List<PluginIdentity> all = new ArrayList<>();
        dataset.ifPresent(part -> all.add(part.identity()));
        test.ifPresent(part -> all.add(part.identity()));
        all.add(teacher.identity());
        distillation.ifPresent(d -> {
            all.add(d.student().identity());
            switch (d.images()) {
                case ImageSource.Generated(var generator, var terms) -> {
                    all.add(generator.identity());
                    terms.forEach(term -> all.add(term.identity()));
                }
                case ImageSource.Synthesized(var method, var generator, var terms) -> {
                    all.add(method.identity());
                    generator.ifPresent(part -> all.add(part.identity()));
                    terms.forEach(term -> all.add(term.identity()));
                }
                case ImageSource.Transferred transferred -> {
                    all.add(transferred.set().identity());
                    transferred.datasets().values().forEach(other -> all.add(other.identity()));
                }
            }
            all.add(d.loss().identity());
        });
        return List.copyOf(all);
    }

    /** Checks what the losses ask for against what there will be. */
    private static Distilling distilling(
            ExperimentFile file, BoundPlugin<ClassifierFactory<?>> student, ImageSource images, StudentLoss<?> loss) {
        if (images instanceof ImageSource.Generated generated
                && file.config().distillation().schedule() instanceof Schedule.Joint) {
            List<WeightedTerm<?>> terms = generated.terms();
            for (int i = 0; i < terms.size(); i++) {
                if (terms.get(i).needs().contains(LossTerm.Need.STUDENT_LOGITS)) {
                    throw file.mistake(
                            "/generator/losses/" + i,
                            terms.get(i).identity() + " reads the student's logits, and cannot train together with the"
                                    + " student on one batch; use schedule: {kind: alternating, ...}");
                }
            }
        }
        requireSchedule(file, images);
        if (file.config().data().isEmpty()
                && images instanceof ImageSource.Transferred set
                && !set.needs().isEmpty()) {
            throw file.mistake(
                    TRANSFER,
                    set.set().identity() + " needs the images that the teacher was trained on, and there are none; add"
                            + " data: {dataset: ...}, or let a generator make images: take transfer out");
        }
        if (loss.needs().contains(DistillationLoss.Need.LABELS) && !labelled(images)) {
            throw file.mistake(
                    LOSS,
                    loss.identity() + " needs labels, and these images have none; use it with transfer: {set:"
                            + " original-data}");
        }
        return new Distilling(student, images, loss);
    }

    /** A method has rounds, and nothing else has. */
    private static void requireSchedule(ExperimentFile file, ImageSource images) {
        boolean rounds = file.config().distillation().schedule() instanceof Schedule.Rounds;
        boolean method = images instanceof ImageSource.Synthesized;
        if (method && !rounds) {
            throw file.mistake(
                    "/distillation/schedule",
                    "a method wants schedule: {kind: rounds, rounds: 100, round-student-steps: 100}");
        }
        if (!method && file.config().distillation().augment().isPresent()) {
            throw file.mistake(
                    "/distillation/augment",
                    "augment changes the images that a method makes; with a generator it is replay: {distort: ...}, with a"
                            + " transfer set transfer.distort");
        }
        if (images instanceof ImageSource.Generated && rounds) {
            throw file.mistake(
                    "/distillation/schedule",
                    "kind: rounds is for a method; with a generator it is joint, two-stage or alternating");
        }
    }

    private static boolean labelled(ImageSource images) {
        return switch (images) {
            case ImageSource.Generated _ -> false;
            case ImageSource.Synthesized synthesized -> synthesized.method().labelled();
            case ImageSource.Transferred transferred ->
                labelled(transferred.set().plugin(), transferred.set().options());
        };
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> boolean labelled(TransferSetFactory<O> plugin, Record options) {
        return plugin.labelled((O) options);
    }

    private static BoundPlugin<DatasetFactory<?>> dataset(
            PluginResolver resolver, String pointer, Component component) {
        return bound(
                resolver,
                resolver.find(DatasetFactory.class, pointer, "dataset", component),
                pointer,
                "dataset",
                component);
    }

    private static BoundPlugin<ClassifierFactory<?>> teacher(PluginResolver resolver, Component component) {
        String pointer = "/teacher/model";
        return bound(
                resolver,
                resolver.find(TeacherFactory.class, pointer, "teacher", component),
                pointer,
                "teacher",
                component);
    }

    private static BoundPlugin<ClassifierFactory<?>> student(PluginResolver resolver, Component component) {
        String pointer = "/student/model";
        return bound(
                resolver,
                resolver.find(StudentFactory.class, pointer, "student", component),
                pointer,
                "student",
                component);
    }

    private static BoundPlugin<GeneratorFactory<?>> generator(
            PluginResolver resolver, String pointer, Component component) {
        return bound(
                resolver,
                resolver.find(GeneratorFactory.class, pointer, "generator", component),
                pointer,
                "generator",
                component);
    }

    private static <P extends Plugin<?>> BoundPlugin<P> bound(
            PluginResolver resolver, P plugin, String pointer, String kind, Component component) {
        return new BoundPlugin<>(
                plugin,
                resolver.options(pointer, component, (Plugin<?>) plugin),
                pointer,
                resolver.identity(kind, plugin));
    }

    private static List<BoundPlugin<ListenerFactory<?>>> listeners(
            PluginResolver resolver, ExperimentConfig config, Extensions extensions) {
        List<BoundPlugin<ListenerFactory<?>>> listeners = new ArrayList<>();
        for (Component component : config.listeners()) {
            listeners.add(listener(resolver, "/listeners/" + listeners.size(), component));
        }
        boolean named =
                config.listeners().stream().anyMatch(listener -> listener.name().equals(TENSORBOARD));
        boolean known = extensions.all(ListenerFactory.class).stream()
                .anyMatch(listener -> listener.name().equals(TENSORBOARD));
        // It is so by default: whoever has taken its bundle out does not want it.
        if (config.tracking().tensorboard() && !named && known) {
            listeners.add(listener(resolver, "/tracking/tensorboard", Component.named(TENSORBOARD)));
        }
        return List.copyOf(listeners);
    }

    private static BoundPlugin<ListenerFactory<?>> listener(
            PluginResolver resolver, String pointer, Component component) {
        return bound(
                resolver,
                resolver.find(ListenerFactory.class, pointer, "listener", component),
                pointer,
                "listener",
                component);
    }

    private static ImageSource images(ExperimentFile file, PluginResolver resolver) {
        ExperimentConfig config = file.config();
        if (config.transfer().isPresent()) {
            Component set = config.transfer().get().set();
            TransferSetFactory<?> plugin = resolver.find(TransferSetFactory.class, TRANSFER, "transfer set", set);
            return transferred(resolver, set, plugin);
        }
        if (config.method().isPresent()) {
            Component method = config.method().get();
            SynthesizerFactory<?> plugin = resolver.find(SynthesizerFactory.class, METHOD, "method", method);
            return synthesized(resolver, method, plugin);
        }
        GeneratorConfig generator = config.generator().orElseThrow();
        if (generator.losses().isEmpty()) {
            throw file.mistake(
                    "/generator", "generator.losses is missing, such as losses: [{name: one-hot, weight: 1}]");
        }
        return new ImageSource.Generated(
                generator(resolver, "/generator/model", generator.model()),
                terms(resolver, "/generator/losses", generator.losses()));
    }

    private static <O extends Record> ImageSource synthesized(
            PluginResolver resolver, Component method, SynthesizerFactory<O> plugin) {
        O options = resolver.options(METHOD, method, plugin);
        PluginIdentity identity = resolver.identity("method", plugin);
        Optional<Component> generator =
                PluginCall.of(identity, () -> plugin.generator(options)).map(Component::of);
        List<WeightedComponent> losses = PluginCall.of(identity, () -> plugin.losses(options)).stream()
                .map(WeightedComponent::of)
                .toList();
        return new ImageSource.Synthesized(
                new BoundMethod<>(plugin, options, METHOD, identity),
                generator.map(named -> generator(resolver, resolver.within(METHOD, named), named)),
                terms(resolver, METHOD + "/losses", losses));
    }

    private static <O extends Record> ImageSource transferred(
            PluginResolver resolver, Component set, TransferSetFactory<O> plugin) {
        O options = resolver.options(TRANSFER, set, plugin);
        PluginIdentity identity = resolver.identity("transfer set", plugin);
        Map<PluginReference, BoundPlugin<DatasetFactory<?>>> datasets = new LinkedHashMap<>();
        for (PluginReference reference : PluginCall.of(identity, () -> plugin.datasets(options))) {
            datasets.put(
                    reference,
                    dataset(resolver, resolver.within(TRANSFER, Component.of(reference)), Component.of(reference)));
        }
        return new ImageSource.Transferred(
                new BoundPlugin<>(plugin, options, TRANSFER, identity),
                datasets,
                PluginCall.of(identity, () -> Set.copyOf(plugin.needs(options))));
    }

    private static List<WeightedTerm<?>> terms(PluginResolver resolver, String list, List<WeightedComponent> losses) {
        List<WeightedTerm<?>> terms = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            String pointer = list + "/" + i;
            LossTerm<?> term = resolver.find(
                    LossTerm.class, pointer, "loss term", losses.get(i).component());
            terms.add(term(resolver, pointer, losses.get(i), term));
        }
        return terms;
    }

    private static <O extends Record> WeightedTerm<O> term(
            PluginResolver resolver, String pointer, WeightedComponent loss, LossTerm<O> term) {
        return new WeightedTerm<>(
                term,
                resolver.options(pointer, loss.component(), term),
                loss.weight(),
                resolver.identity("loss term", term));
    }

    private static StudentLoss<?> studentLoss(PluginResolver resolver, Component component) {
        DistillationLoss<?> loss = resolver.find(DistillationLoss.class, LOSS, "distillation loss", component);
        return studentLoss(resolver, component, loss);
    }

    private static <O extends Record> StudentLoss<O> studentLoss(
            PluginResolver resolver, Component component, DistillationLoss<O> loss) {
        return new StudentLoss<>(
                loss, resolver.options(LOSS, component, loss), resolver.identity("distillation loss", loss));
    }
}
