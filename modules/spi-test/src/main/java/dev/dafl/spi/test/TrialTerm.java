package dev.dafl.spi.test;

import dev.dafl.spi.LossTerm.Need;
import dev.dafl.spi.LossTerm.Started;
import dev.dafl.spi.Ramp;
import java.util.Set;

/** A loss term in a trial. */
record TrialTerm(String name, Set<Need> needs, Ramp weight, Started started) {}
