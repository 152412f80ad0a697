package dev.dafl.engine.config;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * A number that a file spells otherwise than Java would, such as {@code 1234e56}. Only the type that it is bound to tells
 * whether it is meant as a number or as a text, a name for example, which keeps its spelling.
 */
final class SpelledNumber extends StringNode {

    private static final long serialVersionUID = 1L;

    private final transient JsonNode number;

    SpelledNumber(String text, JsonNode number) {
        super(text);
        this.number = number;
    }

    JsonNode number() {
        return number;
    }
}
