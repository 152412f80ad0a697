package dev.dafl.distribution;

import java.io.IOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The classes of a package, and what others can see of them. Members that a visible type has from a supertype that is not visible
 * itself count as its own.
 *
 * @param byName internal names
 */
record ApiClasses(Map<String, ClassModel> byName) {

    /** Every object has them, whether they are written down or not. */
    private static final List<String> OF_EVERY_OBJECT =
            List.of("equals(Ljava/lang/Object;)Z", "hashCode()I", "toString()Ljava/lang/String;");

    /** @param folder of the class files of one package */
    static ApiClasses in(Path folder) throws IOException {
        Map<String, ClassModel> classes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
                ClassModel parsed = ClassFile.of().parse(Files.readAllBytes(file));
                classes.put(parsed.thisClass().asInternalName(), parsed);
            }
        }
        return new ApiClasses(classes);
    }

    /** A line for each thing that can be seen, sorted: the type's name without its package, a colon, and what it is. */
    TreeSet<String> lines() {
        TreeSet<String> lines = new TreeSet<>();
        for (ClassModel type : byName.values()) {
            if (isVisible(type)) {
                String internal = type.thisClass().asInternalName();
                String name = ApiText.name(internal.substring(internal.lastIndexOf('/') + 1));
                of(type).forEach(line -> lines.add(name + ": " + line));
            }
        }
        return lines;
    }

    private List<String> of(ClassModel type) {
        List<String> lines = new ArrayList<>();
        lines.add(head(type));
        type.findAttribute(Attributes.permittedSubclasses())
                .ifPresent(attribute -> attribute.permittedSubclasses().stream()
                        .filter(this::isVisible)
                        .forEach(entry -> lines.add("permits " + ApiText.name(entry.asInternalName()))));
        type.findAttribute(Attributes.record()).ifPresent(attribute -> {
            List<RecordComponentInfo> components = attribute.components();
            for (int i = 0; i < components.size(); i++) {
                lines.add("component " + i + " "
                        + ApiText.type(components.get(i).descriptorSymbol()) + " "
                        + components.get(i).name().stringValue());
            }
        });
        members(type, isOpen(type), lines);
        return lines;
    }

    private String head(ClassModel type) {
        boolean isInterface = type.flags().has(AccessFlag.INTERFACE);
        String kind = type.flags().has(AccessFlag.ANNOTATION)
                ? "annotation"
                : isInterface
                        ? "interface"
                        : type.flags().has(AccessFlag.ENUM)
                                ? "enum"
                                : type.findAttribute(Attributes.record()).isPresent() ? "record" : "class";
        boolean isSealed = type.findAttribute(Attributes.permittedSubclasses()).isPresent();
        return ApiText.words(
                        type.flags(),
                        type.flags().has(AccessFlag.FINAL) ? "final" : "",
                        isSealed ? "sealed" : "",
                        !isInterface && type.flags().has(AccessFlag.ABSTRACT) ? "abstract" : "")
                + kind
                + ApiText.parameters(type);
    }

    private void members(ClassModel type, boolean open, List<String> lines) {
        ApiText.supertypes(type).stream()
                .filter(name -> !name.equals("java.lang.Object"))
                .filter(name -> !isHidden(name))
                .forEach(name -> lines.add("is " + name));
        type.fields().stream()
                .filter(field -> isSeen(field.flags()))
                .forEach(field -> lines.add(ApiText.field(
                        field, ApiText.words(field.flags(), field.flags().has(AccessFlag.FINAL) ? "final" : ""))));
        type.methods().stream()
                .filter(method -> isSeen(method.flags()))
                .filter(method -> !OF_EVERY_OBJECT.contains(
                        method.methodName().stringValue() + method.methodType().stringValue()))
                .forEach(method -> lines.add(ApiText.method(
                        method,
                        ApiText.words(
                                method.flags(),
                                open && method.flags().has(AccessFlag.ABSTRACT) ? "abstract" : "",
                                open && method.flags().has(AccessFlag.FINAL) ? "final" : ""))));
        Stream.concat(type.superclass().stream(), type.interfaces().stream())
                .map(entry -> byName.get(entry.asInternalName()))
                .filter(hidden -> hidden != null && !isVisible(hidden))
                .forEach(hidden -> members(hidden, open, lines));
    }

    private static boolean isSeen(AccessFlags flags) {
        return (flags.has(AccessFlag.PUBLIC) || flags.has(AccessFlag.PROTECTED)) && !flags.has(AccessFlag.SYNTHETIC);
    }

    /** Whether others may implement or extend it, so that a method which it lacks is theirs to write. */
    private static boolean isOpen(ClassModel type) {
        boolean forProviders = type.findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .anyMatch(annotation -> annotation.className().stringValue().endsWith("/ProviderType;"));
        return !forProviders
                && !type.flags().has(AccessFlag.FINAL)
                && type.findAttribute(Attributes.permittedSubclasses()).isEmpty();
    }

    private boolean isHidden(String name) {
        String plain = name.replaceFirst("<.*", "");
        return byName.values().stream()
                .anyMatch(type -> !isVisible(type)
                        && ApiText.name(type.thisClass().asInternalName()).equals(plain));
    }

    private boolean isVisible(ClassEntry entry) {
        ClassModel type = byName.get(entry.asInternalName());
        return type == null || isVisible(type);
    }

    private boolean isVisible(ClassModel type) {
        Optional<InnerClassInfo> nested = type.findAttribute(Attributes.innerClasses()).stream()
                .flatMap(attribute -> attribute.classes().stream())
                .filter(info -> info.innerClass().equals(type.thisClass()))
                .findFirst();
        if (nested.isEmpty()) {
            return type.flags().has(AccessFlag.PUBLIC);
        }
        InnerClassInfo info = nested.get();
        return (info.has(AccessFlag.PUBLIC) || info.has(AccessFlag.PROTECTED))
                && info.outerClass().map(this::isVisible).orElse(false);
    }
}
