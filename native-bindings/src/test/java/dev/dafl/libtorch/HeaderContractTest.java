package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;

/** The header is the contract: each function in it is bound with the same name, arity and types, and nothing else is. */
class HeaderContractTest {

    private static final Pattern FUNCTION =
            Pattern.compile("^([A-Za-z_][\\w\\s*]*?[\\s*])(\\w+)\\(([^)]*)\\);", Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile("(.*?[\\s*])\\w+");

    @Test
    void bindingsHaveTheNamesAndTypesOfTheHeader() throws Exception {
        Map<String, List<String>> header = headerFunctions();
        assertTrue(header.size() > 30, "functions found in the header: " + header.keySet());
        Map<String, List<String>> bound = boundFunctions();
        assertEquals(header, bound);
    }

    @Test
    void everyFunctionExistsInTheLoadedLibrary() throws Exception {
        Libtorch.load();
        List<String> missing = headerFunctions().keySet().stream()
                .filter(name -> libtorch_c_h.SYMBOL_LOOKUP.find(name).isEmpty())
                .toList();
        assertEquals(List.of(), missing);
    }

    private static Map<String, List<String>> headerFunctions() throws IOException {
        String header;
        try (var in = HeaderContractTest.class.getResourceAsStream("/libtorch_c.h")) {
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
            case "int64_t", "uint64_t", "size_t", "StableIValue" -> "long";
            case "float" -> "float";
            case "double" -> "double";
            default -> throw new AssertionError("type of the header that the bindings do not know: " + type);
        };
    }

    private static Map<String, List<String>> boundFunctions() throws ReflectiveOperationException {
        Libtorch.load();
        Map<String, List<String>> functions = new TreeMap<>();
        for (Class<?> holder : libtorch_c_h.class.getDeclaredClasses()) {
            Field field = holder.getDeclaredField("DESC");
            field.setAccessible(true);
            FunctionDescriptor descriptor = (FunctionDescriptor) field.get(null);
            List<String> types = new ArrayList<>();
            types.add(descriptor.returnLayout().map(HeaderContractTest::kind).orElse("void"));
            descriptor.argumentLayouts().forEach(layout -> types.add(kind(layout)));
            functions.put(holder.getSimpleName(), types);
            List<String> callable = Arrays.stream(libtorch_c_h.class.getDeclaredMethods())
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
