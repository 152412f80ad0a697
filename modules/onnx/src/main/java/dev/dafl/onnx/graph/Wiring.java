package dev.dafl.onnx.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether every value of a graph is made once, is there before it is read, and is there at all. */
final class Wiring {

    private static final int SHOWN_OF_A_CYCLE = 6;

    private Wiring() {}

    /**
     * @param given values that are there from the start: inputs, initialisers, and what graphs around it have
     * @return the nodes in an order in which they can be computed: that of the file, where that is one
     * @throws OnnxException when values are made twice or missing, or depend on themselves
     */
    static List<Node> ordered(List<Node> nodes, Set<String> given, Set<String> outputs) {
        Map<String, Node> makers = makers(nodes, given);
        Set<String> missing = Stream.concat(nodes.stream().flatMap(node -> node.reads().stream()), outputs.stream())
                .filter(name -> !given.contains(name) && !makers.containsKey(name))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (!missing.isEmpty()) {
            throw new OnnxException("nothing in it makes " + Shown.listed(missing)
                    + ": there is no such input, initialiser or output of a node");
        }
        List<Node> ordered = new ArrayList<>();
        Set<Node> done = identities();
        for (Node node : nodes) {
            visit(node, makers, done, ordered);
        }
        return ordered;
    }

    private static Map<String, Node> makers(List<Node> nodes, Set<String> given) {
        Map<String, Node> makers = new HashMap<>();
        Set<String> twice = new LinkedHashSet<>();
        for (Node node : nodes) {
            for (String output : node.outputs()) {
                if (!output.isEmpty() && (given.contains(output) || makers.putIfAbsent(output, node) != null)) {
                    twice.add(output);
                }
            }
        }
        if (!twice.isEmpty()) {
            throw new OnnxException("it makes " + Shown.listed(twice) + " more than once; a value has one source");
        }
        return makers;
    }

    /** A node on the way to be computed, and what it still waits for. */
    private record Begun(Node node, Iterator<String> waitsFor) {}

    private static void visit(Node start, Map<String, Node> makers, Set<Node> done, List<Node> ordered) {
        if (done.contains(start)) {
            return;
        }
        Deque<Begun> begun = new ArrayDeque<>();
        Set<Node> open = identities();
        begun.push(new Begun(start, start.reads().iterator()));
        open.add(start);
        while (!begun.isEmpty()) {
            Begun top = begun.peek();
            if (!top.waitsFor().hasNext()) {
                begun.pop();
                open.remove(top.node());
                done.add(top.node());
                ordered.add(top.node());
                continue;
            }
            Node maker = makers.get(top.waitsFor().next());
            if (maker == null || done.contains(maker)) {
                continue;
            }
            if (!open.add(maker)) {
                throw new OnnxException("its nodes form a cycle: " + cycle(begun, maker));
            }
            begun.push(new Begun(maker, maker.reads().iterator()));
        }
    }

    private static String cycle(Deque<Begun> begun, Node again) {
        List<Node> nodes = begun.reversed().stream()
                .map(Begun::node)
                .dropWhile(node -> node != again)
                .toList();
        return nodes.stream().limit(SHOWN_OF_A_CYCLE).map(Node::toString).collect(Collectors.joining(" needs "))
                + (nodes.size() > SHOWN_OF_A_CYCLE ? " needs ..." : "") + " needs " + again;
    }

    /** Two nodes that say the same are two all the same. */
    private static Set<Node> identities() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
