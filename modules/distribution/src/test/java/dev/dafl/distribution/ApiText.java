package dev.dafl.distribution;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodSignature;
import java.lang.classfile.Signature;
import java.lang.classfile.Signature.ArrayTypeSig;
import java.lang.classfile.Signature.BaseTypeSig;
import java.lang.classfile.Signature.ClassTypeSig;
import java.lang.classfile.Signature.TypeArg;
import java.lang.classfile.Signature.TypeParam;
import java.lang.classfile.Signature.TypeVarSig;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parts of class files in words much like Java's. */
final class ApiText {

    private ApiText() {}

    /** A class by the name that an import has. */
    static String name(String internal) {
        return internal.replace('/', '.').replace('$', '.');
    }

    static String field(FieldModel field, String words) {
        Signature type = field.findAttribute(Attributes.signature())
                .map(attribute -> attribute.asTypeSignature())
                .orElseGet(() -> Signature.of(field.fieldTypeSymbol()));
        String value = field.findAttribute(Attributes.constantValue())
                .map(constant -> " = " + constant.constant().constantValue())
                .orElse("");
        return words + type(type) + " " + field.fieldName().stringValue() + value;
    }

    static String method(MethodModel method, String words) {
        MethodSignature signature = method.findAttribute(Attributes.signature())
                .map(attribute -> attribute.asMethodSignature())
                .orElseGet(() -> MethodSignature.of(method.methodTypeSymbol()));
        String name = method.methodName().stringValue();
        String result = name.equals("<init>") ? "new" : type(signature.result()) + " " + name;
        String thrown = method.findAttribute(Attributes.exceptions())
                .map(attribute -> attribute.exceptions().stream()
                        .map(one -> name(one.asInternalName()))
                        .sorted()
                        .collect(Collectors.joining(", ", " throws ", "")))
                .orElse("");
        String variables = parameters(signature.typeParameters());
        return words
                + (variables.isEmpty() ? "" : variables + " ")
                + result
                + signature.arguments().stream().map(ApiText::type).collect(Collectors.joining(", ", "(", ")"))
                + thrown;
    }

    static String parameters(ClassModel type) {
        return type.findAttribute(Attributes.signature())
                .map(attribute -> parameters(attribute.asClassSignature().typeParameters()))
                .orElse("");
    }

    /** What it extends and implements, the superclass first. */
    static List<String> supertypes(ClassModel type) {
        return type.findAttribute(Attributes.signature())
                .map(attribute -> Stream.concat(
                                Stream.of(attribute.asClassSignature().superclassSignature()),
                                attribute.asClassSignature().superinterfaceSignatures().stream())
                        .map(ApiText::type)
                        .toList())
                .orElseGet(() -> Stream.concat(type.superclass().stream(), type.interfaces().stream())
                        .map(entry -> name(entry.asInternalName()))
                        .toList());
    }

    static String type(ClassDesc type) {
        return type(Signature.of(type));
    }

    static String type(Signature signature) {
        return switch (signature) {
            case BaseTypeSig base ->
                ClassDesc.ofDescriptor(String.valueOf(base.baseType())).displayName();
            case ArrayTypeSig array -> type(array.componentSignature()) + "[]";
            case TypeVarSig variable -> variable.identifier();
            case ClassTypeSig named ->
                named.outerType().map(outer -> type(outer) + ".").orElse("")
                        + name(named.className())
                        + listed(named.typeArgs().stream().map(ApiText::argument));
        };
    }

    private static String argument(TypeArg argument) {
        return switch (argument) {
            case TypeArg.Unbounded _ -> "?";
            case TypeArg.Bounded bounded ->
                switch (bounded.wildcardIndicator()) {
                            case NONE -> "";
                            case EXTENDS -> "? extends ";
                            case SUPER -> "? super ";
                        }
                        + type(bounded.boundType());
        };
    }

    private static String parameters(List<TypeParam> parameters) {
        return listed(parameters.stream()
                .map(parameter -> parameter.identifier()
                        + Stream.concat(parameter.classBound().stream(), parameter.interfaceBounds().stream())
                                .map(ApiText::type)
                                .filter(bound -> !bound.equals("java.lang.Object"))
                                .collect(Collectors.joining(" & ", " extends ", ""))
                                .replaceFirst(" extends $", "")));
    }

    private static String listed(Stream<String> parts) {
        List<String> all = parts.toList();
        return all.isEmpty() ? "" : all.stream().collect(Collectors.joining(", ", "<", ">"));
    }

    /** The words before a field or a method. */
    static String words(AccessFlags flags, String... more) {
        return Stream.concat(
                        flags.flags().stream()
                                .map(flag -> flag.name().toLowerCase(Locale.ROOT))
                                .filter(List.of("public", "protected", "static")::contains),
                        Stream.of(more))
                .filter(word -> !word.isEmpty())
                .map(word -> word + " ")
                .collect(Collectors.joining());
    }
}
