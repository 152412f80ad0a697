package dev.dafl.engine.plugins;

import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ListenerFactory;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.spi.TransferSetFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The built-in plugins from the class path, and those of a test. */
public record ClassPathExtensions(List<Plugin<?>> more) implements Extensions {

    public static ClassPathExtensions with(Plugin<?>... plugins) {
        return new ClassPathExtensions(List.of(plugins));
    }

    @Override
    public <T extends Plugin<?>> List<T> all(Class<T> point) {
        return Stream.concat(loaded(), more.stream())
                .filter(point::isInstance)
                .map(point::cast)
                .distinct()
                .toList();
    }

    private static Stream<Plugin<?>> loaded() {
        Map<Class<?>, Plugin<?>> byClass = new LinkedHashMap<>();
        Stream.<Class<?>>of(
                        TeacherFactory.class,
                        StudentFactory.class,
                        GeneratorFactory.class,
                        LossTerm.class,
                        DistillationLoss.class,
                        DatasetFactory.class,
                        TransferSetFactory.class,
                        SynthesizerFactory.class,
                        ListenerFactory.class)
                .flatMap(type -> ServiceLoader.load(type).stream())
                .forEach(provider -> byClass.putIfAbsent(provider.type(), (Plugin<?>) provider.get()));
        return byClass.values().stream();
    }
}
