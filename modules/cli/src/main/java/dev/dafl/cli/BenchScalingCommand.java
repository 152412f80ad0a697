package dev.dafl.cli;

import dev.dafl.benchmarks.CostModel;
import dev.dafl.benchmarks.NamedNetwork;
import dev.dafl.benchmarks.NetworkStep;
import dev.dafl.engine.tools.NetworkBenchmark.Work;
import dev.dafl.host.PluginHost;
import dev.dafl.host.ranks.Crew;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MpiRanks;
import dev.dafl.tensor.MpiRanks.Traffic;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "scaling",
        description =
                "Times a training step of one process, and, started by mpirun -n RANKS, of one rank and then of all"
                        + " together; tells what they exchange, how fast that is here, and what larger machines would make of it.")
final class BenchScalingCommand implements Callable<Integer> {

    private static final int WARM_UP = 2;

    /** Of a GPU in such a step, which is an assumption: small convolutions in bf16 with their batch norms. */
    private static final double GPU_FLOPS = 30e12;

    private static final CostModel.Network GPUS = new CostModel.Network(8, 300e9, 10e-6);
    private static final CostModel.Network NODES = new CostModel.Network(64, 25e9 / 8, 20e-6);

    @ParentCommand
    private BenchCommand bench;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--network",
            paramLabel = "NAME[:OPTION=VALUE...]",
            converter = BenchStepCommand.NetworkConverter.class,
            description = "The network, on images of CIFAR-10's shape; ${DEFAULT-VALUE}.",
            defaultValue = "wide-resnet:depth=16:width=2")
    private NamedNetwork network;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Images a step, of all ranks together; ${DEFAULT-VALUE}.")
    private int batch = 256;

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Timed steps of each round; ${DEFAULT-VALUE}.")
    private int steps = 5;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "How often one rank and all are timed in turn; ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Threads of each rank; ${DEFAULT-VALUE}.")
    private int threads = 1;

    @Option(names = "--precision", paramLabel = "P", description = "fp32 or bf16; ${DEFAULT-VALUE}.")
    private String precision = "fp32";

    @Option(
            names = "--batch-norm",
            paramLabel = "B",
            description = "sync: over the whole batch; local: over each rank's images; ${DEFAULT-VALUE}.")
    private Ranks.BatchNorm batchNorm = Ranks.BatchNorm.SYNC;

    @Override
    public Integer call() throws IOException {
        Optional<Crew> crew = Crew.join(System.getenv());
        PrintWriter out = spec.commandLine().getOut();
        try (PluginHost plugins = bench.dafl().plugins()) {
            NetworkStep step = NetworkStep.with(
                    network,
                    Map.of(
                            "precision",
                            precision,
                            "device",
                            "cpu",
                            "threads",
                            Integer.toString(threads),
                            "teacher.batch",
                            Integer.toString(batch)),
                    plugins);
            if (crew.isEmpty()) {
                out.printf(Locale.ROOT, "%s%n%-24s %8.3f s a step%n", heading(), "one process", median(alone(step)));
            } else {
                together(crew.get(), step, out);
            }
            out.flush();
        } finally {
            crew.ifPresent(Crew::close);
        }
        return 0;
    }

    private String heading() {
        return network + ", batch " + batch + ", " + precision + ", " + threads
                + (threads == 1 ? " thread" : " threads");
    }

    private List<Double> alone(NetworkStep step) {
        return timed(step.seconds(Work.TRAINING, WARM_UP + steps));
    }

    private static List<Double> timed(List<Double> seconds) {
        return seconds.subList(WARM_UP, seconds.size());
    }

    /** In turn in each round, as a machine is faster at one time than at another. */
    private void together(Crew crew, NetworkStep step, PrintWriter out) {
        MpiRanks ranks = crew.ranks().with(batchNorm);
        List<Double> ofOne = new ArrayList<>();
        List<Double> ofAll = new ArrayList<>();
        Traffic traffic = new Traffic(0, 0, 0);
        for (int round = 0; round < rounds; round++) {
            if (crew.tells()) {
                ofOne.addAll(alone(step));
            }
            ranks.any(false);
            Traffic before = ranks.traffic();
            ofAll.addAll(timed(step.seconds(Work.TRAINING, WARM_UP + steps, ranks)));
            traffic = ranks.traffic().since(before);
        }
        double[] small = reduction(ranks, 64);
        double[] large = reduction(ranks, 1 << 20);
        if (!crew.tells()) {
            return;
        }
        double one = median(ofOne);
        double all = median(ofAll);
        double each = WARM_UP + steps;
        out.printf(Locale.ROOT, "%s a rank, batch norm %s, %s%n", heading(), lower(batchNorm), crew.text());
        out.printf(Locale.ROOT, "%-24s %8.3f s a step%n", "one rank", one);
        out.printf(
                Locale.ROOT,
                "%-24s %8.3f s a step, %.2f times one rank%n",
                ranks.size() + " ranks together",
                all,
                one / all);
        out.printf(
                Locale.ROOT,
                "  each rank exchanges %.0f times and %.2f MB a step, and waits %.3f s in it%n",
                traffic.calls() / each,
                traffic.bytes() / each / 1e6,
                traffic.seconds() / each);
        out.printf(
                Locale.ROOT,
                "  a reduction of %.0f bytes takes %.0f us here, one of %.1f MB %.1f ms (%.2f GB/s)%n",
                small[0],
                small[1] * 1e6,
                large[0] / 1e6,
                large[1] * 1e3,
                large[0] / large[1] / 1e9);
        model(out, new CostModel(one, traffic.calls() / each, traffic.bytes() / each), step.multiplyAdds());
    }

    private void model(PrintWriter out, CostModel here, long multiplyAdds) {
        out.println(
                "computed, not measured; exchanges are taken one after the other, with nothing hidden behind computing:");
        row(out, "64 nodes, 25 Gbit/s, 20 us a message", here, NODES);
        double onGpu = 3.0 * 2 * multiplyAdds * batch / GPU_FLOPS;
        row(
                out,
                String.format(Locale.ROOT, "8 GPUs of %.0f TFLOP/s, 300 GB/s, 10 us", GPU_FLOPS / 1e12),
                new CostModel(onGpu, here.exchanges(), here.bytes()),
                GPUS);
    }

    private void row(PrintWriter out, String where, CostModel model, CostModel.Network joined) {
        out.printf(
                Locale.ROOT,
                "  %-38s this batch divided %.4f s a step (%.1f times one); %d images each %.1f times one%n",
                where,
                model.divided(joined),
                model.computing() / model.divided(joined),
                batch,
                model.speedupOfGrowing(joined));
    }

    /** Bytes, and the median of the seconds that adding up so many floats takes. */
    private static double[] reduction(MpiRanks ranks, int floats) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor own = Tensor.zeros(DType.FLOAT32, Device.CPU, floats);
            double[] seconds = new double[21];
            for (int i = 0; i < seconds.length; i++) {
                Traffic before = ranks.traffic();
                ranks.sum(own).close();
                seconds[i] = ranks.traffic().since(before).seconds();
            }
            Arrays.sort(seconds);
            return new double[] {4.0 * floats, seconds[seconds.length / 2]};
        }
    }

    private static String lower(Ranks.BatchNorm batchNorm) {
        return batchNorm.name().toLowerCase(Locale.ROOT);
    }

    private static double median(List<Double> seconds) {
        List<Double> sorted = seconds.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
