package dev.dafl.benchmarks;

/**
 * What a training step of several ranks takes: the computing of their rows, and the exchanges, which nothing hides.
 *
 * @param computing seconds in which one rank computes a whole batch
 * @param exchanges of one step
 * @param bytes that one rank gives in them
 */
public record CostModel(double computing, double exchanges, double bytes) {

    /**
     * What ranks are joined by.
     *
     * @param ranks how many
     * @param bytesPerSecond that leave one rank
     * @param latency seconds of one message
     */
    public record Network(int ranks, double bytesPerSecond, double latency) {}

    /**
     * Seconds of the exchanges of one step: each takes twice the logarithm of the ranks in messages, and moves nearly twice its bytes
     * through each rank, as recursive doubling and a ring do it.
     */
    public double exchanging(Network network) {
        int ranks = network.ranks();
        if (ranks == 1) {
            return 0;
        }
        double messages = 2 * Math.ceil(Math.log(ranks) / Math.log(2));
        return exchanges * messages * network.latency() + 2 * bytes * (ranks - 1) / ranks / network.bytesPerSecond();
    }

    /** Seconds of a step whose batch the ranks divide. */
    public double divided(Network network) {
        return computing / network.ranks() + exchanging(network);
    }

    /** How many times as many images a second there are as of one rank, where each has as many as that one. */
    public double speedupOfGrowing(Network network) {
        return network.ranks() * computing / (computing + exchanging(network));
    }
}
