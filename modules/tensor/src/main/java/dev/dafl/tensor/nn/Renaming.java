package dev.dafl.tensor.nn;

import dev.dafl.tensor.words.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Other names for tensors: what names begin with is put in place of what they began with.
 *
 * <pre>
 * backbone: encoder            backbone.conv.weight   -> encoder.conv.weight
 * backbone: ""                 backbone.conv.weight   -> conv.weight
 * "": net                      conv.weight            -> net.conv.weight
 * layer*.*.conv: stage*.*.c    layer1.0.conv.weight   -> stage1.0.c.weight
 * </pre>
 *
 * <p>A rule is for whole parts between dots, and {@code *} stands for one or more characters of one part. Each name is changed
 * once, by the first rule that it begins with. A rule that no name begins with is for what follows the parts that all names have
 * in front, which stay: {@code fc: head} makes {@code module.head.weight} of {@code module.fc.weight}.
 */
public final class Renaming {

    /** Changes nothing. */
    public static final Renaming NONE = new Renaming(List.of());

    private static final Pattern STAR = Pattern.compile("\\*");

    private final List<Rule> rules;

    private record Rule(String from, Pattern pattern, String to) {

        Matcher at(int start, String name) {
            return pattern.matcher(name).region(Math.min(start, name.length()), name.length());
        }
    }

    private Renaming(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Rules in the order of the map.
     *
     * @param rules from what to what; a dot at the end of either changes nothing
     * @throws IllegalArgumentException when a rule has two {@code *} side by side, or more of them behind than in front
     */
    public static Renaming of(Map<String, String> rules) {
        List<Rule> parsed = new ArrayList<>();
        rules.forEach((from, to) -> parsed.add(rule(withoutDot(from), withoutDot(to))));
        return new Renaming(List.copyOf(parsed));
    }

    private static Rule rule(String from, String to) {
        String shown = "rename: " + Quoted.of(from) + ": " + Quoted.of(to);
        if (from.contains("**")) {
            throw new IllegalArgumentException(shown + " has two * side by side");
        }
        long given = STAR.matcher(from).results().count();
        long taken = STAR.matcher(to).results().count();
        if (taken > given) {
            throw new IllegalArgumentException(shown + " has " + taken + " of * behind the colon and " + given
                    + " before it, which they stand for");
        }
        StringBuilder pattern = new StringBuilder();
        for (String part : from.split("((?<=\\*)|(?=\\*))")) {
            pattern.append(part.equals("*") ? "([^.]+)" : Pattern.quote(part));
        }
        return new Rule(from, Pattern.compile(pattern + (from.isEmpty() ? "" : "(?=\\.|$)")), to);
    }

    private static String withoutDot(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * The same values under other names, in the same order.
     *
     * @throws IllegalArgumentException when a rule fits no name, or two tensors would have one name, or one none
     */
    public <T> Map<String, T> applied(Map<String, T> values) {
        List<Placed> placed = new ArrayList<>();
        Set<Rule> used = new LinkedHashSet<>();
        for (Rule rule : rules) {
            placed.add(new Placed(rule, start(rule, values.keySet())));
        }
        Map<String, String> origins = new LinkedHashMap<>();
        Map<String, T> renamed = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            String next = name(name, placed, used);
            if (next.isEmpty()) {
                throw new IllegalArgumentException("rename leaves nothing of the name " + Quoted.of(name));
            }
            if (renamed.put(next, value) != null) {
                throw new IllegalArgumentException("rename gives " + Quoted.of(String.valueOf(origins.get(next)))
                        + " and " + Quoted.of(name) + " one name, " + Quoted.of(next));
            }
            origins.put(next, name);
        });
        rules.stream().filter(rule -> !used.contains(rule)).findFirst().ifPresent(rule -> {
            throw unused(rule, values.keySet());
        });
        return renamed;
    }

    /** @param start where in names the rule is looked for */
    private record Placed(Rule rule, int start) {}

    /** Where names have the rule's beginning: in front, or behind what all have in front. */
    private static int start(Rule rule, Set<String> names) {
        for (int start : SharedPrefix.lengths(names)) {
            if (names.stream().anyMatch(name -> rule.at(start, name).lookingAt())) {
                return start;
            }
        }
        return 0;
    }

    private static IllegalArgumentException unused(Rule rule, Set<String> names) {
        int shared = SharedPrefix.lengths(names).getLast();
        List<String> begins = names.stream()
                .map(name -> name.substring(0, (name + ".").indexOf('.', shared)))
                .distinct()
                .toList();
        return new IllegalArgumentException("rename: no name that is left begins with " + Quoted.of(rule.from())
                + "; they begin with " + Quoted.list(begins));
    }

    private static String name(String name, List<Placed> rules, Set<Rule> used) {
        for (Placed placed : rules) {
            Rule rule = placed.rule();
            Matcher matcher = rule.at(placed.start(), name);
            if (matcher.lookingAt()) {
                used.add(rule);
                String front = name.substring(0, placed.start());
                String rest = name.substring(matcher.end());
                if (rule.to().isEmpty()) {
                    return front + withoutDotInFront(rest);
                }
                return front
                        + filled(rule.to(), matcher)
                        + (rest.isEmpty() || rest.startsWith(".") ? rest : "." + rest);
            }
        }
        return name;
    }

    private static String filled(String to, Matcher matched) {
        StringBuilder filled = new StringBuilder();
        int star = 0;
        for (char c : to.toCharArray()) {
            filled.append(c == '*' ? matched.group(++star) : String.valueOf(c));
        }
        return filled.toString();
    }

    private static String withoutDotInFront(String rest) {
        return rest.startsWith(".") ? rest.substring(1) : rest;
    }
}
