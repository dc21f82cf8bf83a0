package io.tinyclip.cluster.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
    @ParameterizedTest
    @CsvSource({
        "LEADER, 0,   DONE",
        "LEADER, 1,   FAILED",
        "LEADER, 2,   REFUSED",
        "LEADER, 134, AGAIN",
        "LEADER, 137, AGAIN",
        "LEADER, 143, FAILED",
        "HELPER, 0,   DONE",
        "HELPER, 1,   AGAIN",
        "HELPER, 2,   REFUSED",
        "HELPER, 137, AGAIN",
        "HELPER, 130, DONE",
        "HELPER, 143, DONE"
    })
    void followsFromWhatAProcessIsForAndHowItEnded(Post.Kind kind, int exit, Verdict verdict) {
        assertEquals(verdict, Verdict.of(kind, exit));
    }
}
