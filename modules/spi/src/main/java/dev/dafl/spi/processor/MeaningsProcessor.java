package dev.dafl.spi.processor;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.annotation.processing.SupportedOptions;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;

/**
 * Writes what the documentation comments say of options beside their classes, so that {@code dafl plugins describe}, the JSON
 * Schema and the reference can say it too: of each record that is a plugin's options, and of what its components are made of, a
 * file {@code META-INF/dafl/meanings/CLASS.properties} with a line for each component or constant, and one for the type itself
 * under the empty key. Other modules name their records by {@code -Adafl.meanings=NAME}.
 *
 * <p>javac finds it on the class path by {@code -proc:full} (in Maven the property {@code maven.compiler.proc}); a plugin that
 * is compiled without it works, and its options are described without their meanings.
 */
@SupportedAnnotationTypes("*")
@SupportedOptions(MeaningsProcessor.ROOTS)
public final class MeaningsProcessor extends AbstractProcessor {

    static final String ROOTS = "dafl.meanings";
    private static final String PLUGIN = "dev.dafl.spi.Plugin";
    private static final String FOLDER = "META-INF/dafl/meanings/";

    private final Set<String> written = new LinkedHashSet<>();

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Set<TypeElement> documented = new LinkedHashSet<>();
        String roots =
                Optional.ofNullable(processingEnv.getOptions().get(ROOTS)).orElse("");
        everyType(round.getRootElements().stream()).forEach(type -> {
            options(type.asType()).ifPresent(options -> collect(options, documented));
            if (Set.of(roots.split(",")).contains(type.getQualifiedName().toString())) {
                collect(type, documented);
            }
        });
        documented.forEach(this::write);
        return false;
    }

    private static Stream<TypeElement> everyType(Stream<? extends Element> elements) {
        return ElementFilter.typesIn(elements.toList()).stream()
                .flatMap(type -> Stream.concat(Stream.of(type), everyType(type.getEnclosedElements().stream())));
    }

    /** What a type names as its options, where it is a plugin. */
    private Optional<TypeElement> options(TypeMirror type) {
        if (type instanceof DeclaredType declared
                && declared.asElement() instanceof TypeElement element
                && element.getQualifiedName().contentEquals(PLUGIN)) {
            return declared.getTypeArguments().stream().findFirst().flatMap(MeaningsProcessor::element);
        }
        return processingEnv.getTypeUtils().directSupertypes(type).stream()
                .flatMap(above -> options(above).stream())
                .findFirst();
    }

    /** A record or an enum, and what it is made of. */
    private void collect(TypeElement type, Set<TypeElement> documented) {
        if (!Set.of(ElementKind.RECORD, ElementKind.ENUM, ElementKind.INTERFACE).contains(type.getKind())
                || !documented.add(type)) {
            return;
        }
        type.getRecordComponents().forEach(component -> collect(component.asType(), documented));
        type.getPermittedSubclasses().forEach(permitted -> collect(permitted, documented));
    }

    private void collect(TypeMirror type, Set<TypeElement> documented) {
        element(type).ifPresent(element -> collect(element, documented));
        if (type instanceof DeclaredType declared) {
            declared.getTypeArguments().forEach(argument -> collect(argument, documented));
        }
    }

    private static Optional<TypeElement> element(TypeMirror type) {
        return type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement element
                ? Optional.of(element)
                : Optional.empty();
    }

    private void write(TypeElement type) {
        Map<String, String> meanings = meanings(type);
        String name = processingEnv.getElementUtils().getBinaryName(type).toString();
        if (meanings.isEmpty() || !written.add(name)) {
            return;
        }
        try (Writer out = processingEnv
                .getFiler()
                .createResource(StandardLocation.CLASS_OUTPUT, "", FOLDER + name + ".properties", type)
                .openWriter()) {
            for (Map.Entry<String, String> meaning : meanings.entrySet()) {
                out.write(meaning.getKey() + "=" + escaped(meaning.getValue()) + "\n");
            }
        } catch (IOException e) {
            processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, "meanings of " + name + ": " + e, type);
        }
    }

    /** Nothing for a type of another module, whose comments the compiler has not. */
    private Map<String, String> meanings(TypeElement type) {
        Map<String, String> meanings = new LinkedHashMap<>();
        comment(type).ifPresent(comment -> {
            if (!comment.description().isEmpty()) {
                meanings.put("", comment.description());
            }
            meanings.putAll(comment.parameters());
        });
        for (Element inside : type.getEnclosedElements()) {
            if (inside.getKind() == ElementKind.ENUM_CONSTANT) {
                comment(inside)
                        .ifPresent(
                                comment -> meanings.put(inside.getSimpleName().toString(), comment.description()));
            }
        }
        return meanings;
    }

    private Optional<DocComment> comment(Element element) {
        return Optional.ofNullable(processingEnv.getElementUtils().getDocComment(element))
                .map(DocComment::of);
    }

    /** As {@link java.util.Properties} reads it, from a text in ISO 8859-1. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (c == '\\') {
                escaped.append("\\\\");
            } else if (c < 127) {
                escaped.append((char) c);
            } else {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
            }
        });
        return escaped.toString();
    }
}
