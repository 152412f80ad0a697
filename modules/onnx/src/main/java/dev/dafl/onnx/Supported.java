package dev.dafl.onnx;

import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.operators.OperatorTable;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Whether all that a graph needs is computed here; what is not is told at once, before anything runs. */
final class Supported {

    private static final Set<String> LOOPS = Set.of("Loop", "Scan", "SequenceMap");

    private Supported() {}

    /** @throws OnnxException naming all operators that are not */
    static void require(Graph graph) {
        Set<String> quantised = new TreeSet<>();
        Set<String> loops = new TreeSet<>();
        Set<String> foreign = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        all(graph).forEach(node -> {
            if (isQuantised(node)) {
                quantised.add(node.operatorName());
            } else if (node.domain().isEmpty() && LOOPS.contains(node.operator())) {
                loops.add(node.operatorName());
            } else if (!node.is("If") && OperatorTable.find(node).isEmpty()) {
                (node.domain().isEmpty() ? unknown : foreign).add(node.operatorName());
            }
        });
        StringBuilder problems = new StringBuilder();
        add(problems, quantised, "it is quantised or made for one runtime alone", "export the network in float32");
        add(problems, loops, "it has loops", "export it so that they are unrolled");
        add(problems, foreign, "it uses operators of other domains than ONNX's", "export it without them");
        add(problems, unknown, "it uses operators that are not computed here", "");
        if (!problems.isEmpty()) {
            throw new OnnxException(problems.toString());
        }
        all(graph).filter(Supported::isTraining).findFirst().ifPresent(node -> {
            throw new OnnxException("it was exported in training mode (" + node
                    + "); export it in evaluation mode: model.eval(), and without training=TrainingMode.TRAINING");
        });
    }

    private static void add(StringBuilder problems, Set<String> operators, String problem, String advice) {
        if (!operators.isEmpty()) {
            problems.append(problems.isEmpty() ? "" : "; and ")
                    .append(problem)
                    .append(": ")
                    .append(Shown.listed(operators))
                    .append(advice.isEmpty() ? "" : " (" + advice + ")");
        }
    }

    private static Stream<Node> all(Graph graph) {
        return graph.nodes().stream()
                .flatMap(node -> Stream.concat(
                        Stream.of(node),
                        node.attributes().graphs().values().stream().flatMap(Supported::all)));
    }

    private static boolean isQuantised(Node node) {
        String operator = node.operator();
        return node.domain().startsWith("com.microsoft")
                || operator.contains("QuantizeLinear")
                || operator.startsWith("QLinear")
                || operator.equals("ConvInteger")
                || operator.equals("MatMulInteger");
    }

    private static boolean isTraining(Node node) {
        // A dropout's mode is an input, which is looked at where it is computed.
        return node.is("BatchNormalization")
                && (node.attributes().flag("training_mode", false)
                        || node.outputs().stream().skip(1).anyMatch(name -> !name.isEmpty()));
    }
}
