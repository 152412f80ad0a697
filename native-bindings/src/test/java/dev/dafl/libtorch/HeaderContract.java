package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The functions that a C header declares, and those that a class of bindings has, each with its types. */
public final class HeaderContract {

    private static final Pattern FUNCTION =
            Pattern.compile("^([A-Za-z_][\\w\\s*]*?[\\s*])(\\w+)\\(([^)]*)\\);", Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile("(.*?[\\s*])\\w+");

    private HeaderContract() {}

    public static Map<String, List<String>> inHeader(String name) throws IOException {
        String header;
        try (var in = HeaderContract.class.getResourceAsStream("/" + name)) {
            header = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("//.*", "");
        }
        Map<String, List<String>> functions = new TreeMap<>();
        Matcher matcher = FUNCTION.matcher(header);
        while (matcher.find()) {
            List<String> types = new ArrayList<>();
            types.add(kind(matcher.group(1)));
            for (String parameter : matcher.group(3).split(",")) {
                Matcher typed = PARAMETER.matcher(parameter.strip());
                if (!parameter.strip().equals("void") && typed.matches()) {
                    types.add(kind(typed.group(1)));
                }
            }
            functions.put(matcher.group(2), types);
        }
        return functions;
    }

    private static String kind(String cType) {
        String type = cType.strip();
        if (type.contains("*") || type.endsWith("Handle")) {
            return "pointer";
        }
        return switch (type) {
            case "void" -> "void";
            case "bool" -> "boolean";
            case "int32_t", "uint32_t", "AOTITorchError" -> "int";
            case "int64_t", "uint64_t", "size_t", "StableIValue", "MPI_Comm", "MPI_Datatype", "MPI_Op" -> "long";
            case "float" -> "float";
            case "double" -> "double";
            default -> throw new AssertionError("type of the header that the bindings do not know: " + type);
        };
    }

    public static Map<String, List<String>> in(Class<?> bindings) throws ReflectiveOperationException {
        Map<String, List<String>> functions = new TreeMap<>();
        for (Class<?> holder : bindings.getDeclaredClasses()) {
            Field field = holder.getDeclaredField("DESC");
            field.setAccessible(true);
            FunctionDescriptor descriptor = (FunctionDescriptor) field.get(null);
            List<String> types = new ArrayList<>();
            types.add(descriptor.returnLayout().map(HeaderContract::kind).orElse("void"));
            descriptor.argumentLayouts().forEach(layout -> types.add(kind(layout)));
            functions.put(holder.getSimpleName(), types);
            List<String> callable = Arrays.stream(bindings.getDeclaredMethods())
                    .filter(m -> m.getName().equals(holder.getSimpleName()))
                    .map(m -> m.getParameterCount() + " parameters")
                    .collect(Collectors.toList());
            assertEquals(List.of(types.size() - 1 + " parameters"), callable, holder.getSimpleName());
        }
        return functions;
    }

    private static String kind(MemoryLayout layout) {
        Class<?> carrier = ((ValueLayout) layout).carrier();
        return carrier == java.lang.foreign.MemorySegment.class ? "pointer" : carrier.getName();
    }
}
