package dev.dafl.spi.test;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * {@link Ranks} that are threads of one process: what MPI does, without MPI. By them a test shows that a network or a method gives in
 * several ranks what it gives in one.
 */
public final class ThreadRanks {

    private final int size;
    private final CyclicBarrier barrier;
    private final double[][] given;
    private final String[] texts;

    private ThreadRanks(int size) {
        this.size = size;
        this.barrier = new CyclicBarrier(size);
        this.given = new double[size][];
        this.texts = new String[size];
    }

    /**
     * What the work gives in each rank, rank 0's first.
     *
     * @param size how many ranks there are; 1 is {@link Ranks#ALONE}
     */
    public static <T> List<T> run(int size, Function<Ranks, T> work) {
        ThreadRanks world = new ThreadRanks(size);
        try (ExecutorService threads = Executors.newFixedThreadPool(size)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                Ranks mine = size == 1 ? Ranks.ALONE : world.new Rank(rank);
                Callable<T> task = () -> {
                    try {
                        return work.apply(mine);
                    } catch (RuntimeException | Error e) {
                        world.barrier.reset();
                        throw e;
                    }
                };
                futures.add(threads.submit(task));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("another rank has failed", e);
        }
    }

    private final class Rank implements Ranks {

        private final int rank;

        Rank(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int size() {
            return size;
        }

        private double[] numbers(Tensor tensor) {
            try (TensorScope _ = TensorScope.open()) {
                return tensor.detach().contiguous(MemoryFormat.CONTIGUOUS).toDoubles();
            }
        }

        @Override
        public Tensor sum(Tensor own) {
            given[rank] = numbers(own);
            await();
            double[] sum = new double[given[0].length];
            for (double[] one : given) {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += one[i];
                }
            }
            await();
            return of(sum, own, own.shape());
        }

        @Override
        public Tensor gather(Tensor own, long count) {
            given[rank] = numbers(own);
            await();
            List<Double> all = new ArrayList<>();
            for (double[] one : given) {
                for (double value : one) {
                    all.add(value);
                }
            }
            await();
            long[] shape = own.shape();
            shape[0] = count;
            return of(all.stream().mapToDouble(Double::doubleValue).toArray(), own, shape);
        }

        private static Tensor of(double[] values, Tensor like, long[] shape) {
            try (TensorScope _ = TensorScope.open()) {
                return Tensor.of(values, shape).to(like.dtype()).toOuter();
            }
        }

        @Override
        public void broadcast(Tensor tensor) {
            given[rank] = numbers(tensor);
            await();
            try (TensorScope _ = TensorScope.open();
                    GradMode _ = GradMode.disabled()) {
                tensor.copy_(Tensor.of(given[0].clone(), tensor.shape()));
            }
            await();
        }

        @Override
        public String first(String own) {
            texts[rank] = own;
            await();
            String first = texts[0];
            await();
            return first;
        }
    }
}
