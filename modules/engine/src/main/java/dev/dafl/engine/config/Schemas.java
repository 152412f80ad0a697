package dev.dafl.engine.config;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The pieces that a JSON Schema is made of. */
final class Schemas {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Schemas() {}

    static ObjectNode table() {
        return NODES.objectNode();
    }

    static ObjectNode type(String name) {
        return table().put("type", name);
    }

    static ObjectNode types(String... names) {
        ObjectNode schema = table();
        ArrayNode all = schema.putArray("type");
        for (String name : names) {
            all.add(name);
        }
        return schema;
    }

    static ObjectNode constant(String value) {
        return table().put("const", value);
    }

    static ObjectNode words(String... words) {
        ObjectNode schema = table();
        ArrayNode all = schema.putArray("enum");
        for (String word : words) {
            all.add(word);
        }
        return schema;
    }

    static ObjectNode list(ObjectNode entry) {
        return type("array").set("items", entry);
    }

    static ObjectNode anyOf(ObjectNode... forms) {
        ObjectNode choice = table();
        ArrayNode all = choice.putArray("anyOf");
        for (ObjectNode form : forms) {
            all.add(form);
        }
        return choice;
    }

    static ObjectNode not(ObjectNode schema) {
        return table().set("not", schema);
    }

    /** A table that has a key. */
    static ObjectNode has(String key) {
        ObjectNode has = table();
        has.putArray("required").add(key);
        return has;
    }

    /** Of what stands at a key. */
    static ObjectNode inside(String key, ObjectNode schema) {
        ObjectNode inside = table();
        inside.putObject("properties").set(key, schema);
        return inside;
    }

    /** What holds in a table whose key has a value. Of the forms of a table so only the one that is meant tells what is wrong. */
    static ObjectNode where(String key, String value, ObjectNode then) {
        ObjectNode condition = has(key);
        condition.putObject("properties").set(key, constant(value));
        ObjectNode where = table();
        where.set("if", condition);
        where.set("then", then);
        return where;
    }
}
