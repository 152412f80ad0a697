package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.plugins.Extensions;
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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigSchemaTest {

    private static final Extensions ALL = ClassPathExtensions.with();
    private final JsonNode schema = new JsonMapper().readTree(ConfigSchema.of(ConfigSchemaTest::plugins));

    private static List<Plugin<?>> plugins(Class<?> kind) {
        List<?> found = switch (kind.getSimpleName()) {
            case "DatasetFactory" -> ALL.all(DatasetFactory.class);
            case "TeacherFactory" -> ALL.all(TeacherFactory.class);
            case "StudentFactory" -> ALL.all(StudentFactory.class);
            case "GeneratorFactory" -> ALL.all(GeneratorFactory.class);
            case "LossTerm" -> ALL.all(LossTerm.class);
            case "DistillationLoss" -> ALL.all(DistillationLoss.class);
            case "TransferSetFactory" -> ALL.all(TransferSetFactory.class);
            case "SynthesizerFactory" -> ALL.all(SynthesizerFactory.class);
            case "ListenerFactory" -> ALL.all(ListenerFactory.class);
            default -> throw new AssertionError(kind);
        };
        return found.stream().<Plugin<?>>map(plugin -> (Plugin<?>) plugin).toList();
    }

    @Test
    void keysAreThoseOfTheRecords() {
        JsonNode top = schema.path("properties");
        assertTrue(top.propertyNames().containsAll(Set.of("data", "input", "test", "teacher", "student", "matrix")));
        assertFalse(schema.path("additionalProperties").asBoolean(true));
        assertEquals("integer", top.at("/teacher/properties/epochs/type").asString());
        assertEquals(
                "#/$defs/TeacherFactory",
                top.at("/teacher/properties/model/$ref").asString());
        assertEquals("array", top.at("/listeners/type").asString());
        assertEquals("#/$defs/ListenerFactory", top.at("/listeners/items/$ref").asString());
        assertEquals("[\"auto\",\"fp32\",\"bf16\"]", top.at("/precision/enum").toString());
        assertEquals(
                "[\"auto\",\"cpu\",\"cuda\"]", top.at("/device/anyOf/0/enum").toString());
        assertEquals("^cuda:[0-9]{1,3}$", top.at("/device/anyOf/1/pattern").asString());
        assertEquals(
                "[\"joint\",\"two-stage\",\"alternating\",\"rounds\"]",
                kinds(top.at("/distillation/properties/schedule/oneOf")).toString());
    }

    private static List<String> kinds(JsonNode forms) {
        return forms
                .valueStream()
                .map(form -> '"' + form.at("/properties/kind/const").asString() + '"')
                .toList()
                .stream()
                .reduce((a, b) -> a + "," + b)
                .map(all -> List.of(all.split(" ")))
                .orElseThrow();
    }

    @Test
    void optionsOfEachPluginAreKnownWithTheirDefaults() {
        JsonNode generators = schema.at("/$defs/GeneratorFactory/anyOf");
        assertEquals("dcgan", generators.at("/0/enum/0").asString());
        JsonNode dcgan = generators.get(1);
        assertEquals("dcgan", dcgan.at("/properties/name/const").asString());
        assertEquals(100, dcgan.at("/properties/latent/default").asInt());
        assertFalse(dcgan.path("additionalProperties").asBoolean(true));
        JsonNode terms = schema.at("/$defs/LossTerm/anyOf");
        Set<String> names = new TreeSet<>();
        terms.get(0).path("enum").forEach(name -> names.add(name.asString()));
        assertTrue(names.containsAll(Set.of("one-hot", "activation")), names.toString());
        assertEquals(1, terms.get(1).at("/properties/weight/default").asInt());
    }
}
