package io.tinyclip.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StretchesTest {
    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "262144,1", "262145,1", "1000000,1", "1000000,65536", "1000000,100000", "900001,300000"})
    void everyFloatIsMetOnceAndStretchesBeginWithABlock(int length, int block) {
        AtomicIntegerArray met = new AtomicIntegerArray(length);
        Stretches.each(length, block, (from, to) -> {
            assertEquals(0, from % block);
            for (int i = from; i < to; i++) {
                met.incrementAndGet(i);
            }
        });
        for (int i = 0; i < length; i++) {
            assertEquals(1, met.get(i));
        }
    }
}
