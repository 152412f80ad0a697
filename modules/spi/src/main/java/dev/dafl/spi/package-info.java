/**
 * The extension points of dafl. A plugin implements one of {@link dev.dafl.spi.TeacherFactory},
 * {@link dev.dafl.spi.StudentFactory}, {@link dev.dafl.spi.GeneratorFactory}, {@link dev.dafl.spi.LossTerm},
 * {@link dev.dafl.spi.DistillationLoss}, {@link dev.dafl.spi.DatasetFactory},
 * {@link dev.dafl.spi.TransferSetFactory}, {@link dev.dafl.spi.SynthesizerFactory} or
 * {@link dev.dafl.spi.ListenerFactory}, says so with bnd's {@code @ServiceProvider}, and is named in a YAML file by its
 * {@link dev.dafl.spi.Plugin#name() name}.
 *
 * <p>Tensors that the engine hands to a plugin stay the engine's: a plugin does not close them. Tensors that a plugin
 * makes belong to the innermost scope, which the engine closes after the step; a plugin closes none of them either. The
 * engine calls a plugin from one thread at a time.
 *
 * <p>What is marked with {@link org.osgi.annotation.versioning.ProviderType} comes from dafl, and may get more methods in a minor
 * version; nothing else that a plugin implements does before the next major version.
 */
@Export
@Version("1.1.0")
@NullMarked
package dev.dafl.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
