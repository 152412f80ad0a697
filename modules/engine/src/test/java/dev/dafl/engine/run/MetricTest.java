package dev.dafl.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.run.Metric.Group;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {

    @ParameterizedTest
    @EnumSource(Group.class)
    void aKeyIsReadAsItWasWritten(Group group) {
        String key = new Metric(group, "one-hot", 0.5).key();
        assertEquals(Optional.of(new Metric.Key(group, "one-hot")), Metric.parse(key));
    }

    @Test
    void theGroupStandsBeforeTheFirstSlash() {
        assertEquals("student-loss/logit-matching", new Metric(Group.STUDENT_LOSS, "logit-matching", 1).key());
        assertEquals("class-share/0", new Metric(Group.CLASS_SHARE, "0", 1).key());
        assertEquals(Optional.of(new Metric.Key(Group.LOSS, "mine/too")), Metric.parse("loss/mine/too"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "step", "loss", "loss/", "/loss", "Loss/x", "student_loss/x", "back-to"})
    void whatIsNoMetricIsNone(String key) {
        assertEquals(Optional.empty(), Metric.parse(key));
    }
}
