package dev.dafl.plugins.csv;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Listener;
import dev.dafl.spi.ListenerFactory;
import java.io.IOException;

/** One table of all numbers of a run, which grows while the run goes on. */
@ServiceProvider(ListenerFactory.class)
public final class Csv implements ListenerFactory<Csv.Options> {

    private static final int LONGEST = 100;

    /** @param file its name, in {@code listeners/csv} of the run's folder; {@code numbers.csv} */
    public record Options(String file) {

        public Options {
            if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || file.length() > LONGEST) {
                throw new IllegalArgumentException("file is a name without folders of at most " + LONGEST
                        + " letters, digits, '.', '_' and '-', such as numbers.csv");
            }
        }
    }

    @Override
    public String name() {
        return "csv";
    }

    @Override
    public String description() {
        return "all numbers of a run in one CSV file while it goes on: phase, step, seconds, name, value";
    }

    @Override
    public Options defaults() {
        return new Options("numbers.csv");
    }

    @Override
    public Listener start(Listener.Start run, Options options) throws IOException {
        return NumbersTable.of(run.own().resolve(options.file()), run.continued());
    }
}
