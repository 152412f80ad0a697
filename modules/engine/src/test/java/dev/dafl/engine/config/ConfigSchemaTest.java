package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.spi.Plugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigSchemaTest {

    private final JsonNode schema = new JsonMapper().readTree(ConfigSchema.of(ConfigSchemaTest::plugins));

    /** Of a kind, all that are on the class path. */
    static List<Plugin<?>> plugins(Class<?> kind) {
        return ClassPathExtensions.with().all(kind.asSubclass(Plugin.class)).stream()
                .<Plugin<?>>map(plugin -> plugin)
                .toList();
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
                top.at("/distillation/properties/schedule/properties/kind/enum").toString());
    }

    @Test
    void optionsOfEachPluginAreKnownWithTheirDefaults() {
        JsonNode dcgan = schema.at("/$defs/GeneratorFactory/then/allOf/0");
        assertEquals("dcgan", dcgan.at("/if/properties/name/const").asString());
        JsonNode latent = dcgan.at("/then/properties/latent");
        assertEquals(100, latent.path("default").asInt());
        assertEquals(1, latent.path("minimum").asInt());
        assertEquals(
                "length of the latent vectors; the paper takes 100 for MNIST and 1000 for CIFAR (at least 1; default 100)",
                latent.path("description").asString());
        assertFalse(dcgan.at("/then/additionalProperties").asBoolean(true));
        JsonNode terms = schema.at("/$defs/LossTerm");
        Set<String> names = new TreeSet<>();
        terms.at("/else/enum").forEach(name -> names.add(name.asString()));
        assertTrue(names.containsAll(Set.of("one-hot", "activation")), names.toString());
        assertEquals(1, terms.at("/then/allOf/0/then/properties/weight/default").asInt());
    }

    @Test
    void aDefaultIsThatOfThePlace() {
        JsonNode top = schema.path("properties");
        assertEquals(
                0.001,
                top.at("/teacher/properties/optimizer/default/learning-rate").asDouble());
        assertEquals(
                0.2,
                top.at("/generator/properties/optimizer/default/learning-rate").asDouble());
        assertEquals(9, top.at("/teacher/properties/epochs/default").asInt());
        assertEquals(
                "over the training images (at least 1; default 9)",
                top.at("/teacher/properties/epochs/description").asString());
    }

    /** Of ours each key has a meaning, in the records of a file as in the options of all plugins. */
    @Test
    void everyKeyHasAMeaning() {
        List<String> without = new ArrayList<>();
        requireMeanings(schema, "", without);
        assertEquals(List.of(), without);
    }

    private static void requireMeanings(JsonNode node, String place, List<String> without) {
        node.path("properties").properties().forEach(key -> {
            boolean condition =
                    place.endsWith("/if") || node.path("additionalProperties").isMissingNode();
            if (!condition
                    && !key.getKey().equals("kind")
                    && key.getValue().path("description").asString("").isBlank()) {
                without.add(place + "/" + key.getKey());
            }
        });
        node.properties().forEach(entry -> requireMeanings(entry.getValue(), place + "/" + entry.getKey(), without));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            requireMeanings(node.get(i), place + "/" + i, without);
        }
    }
}
