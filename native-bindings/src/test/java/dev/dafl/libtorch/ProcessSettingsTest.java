package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessSettingsTest {

    @Test
    void waitingThreadsSleepSoon() {
        assertEquals(
                Map.of("OPENBLAS_NUM_THREADS", "1", "GOMP_SPINCOUNT", "20000"),
                ProcessSettings.defaults(Set.of("PATH", "OMP_NUM_THREADS")));
    }

    /** libgomp takes a spin count before a wait policy. */
    @Test
    void aWaitPolicyOfTheUsersIsNotOverruled() {
        assertEquals(Map.of("OPENBLAS_NUM_THREADS", "1"), ProcessSettings.defaults(Set.of("OMP_WAIT_POLICY")));
    }
}
