package io.tinyclip.cluster.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.report.SpeedUp;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Models that take a known time, by a clock that only they move. */
final class ModelSpeedTest {
    private static final long MILLISECOND = 1_000_000;
    private static final int PAIRS = 256;

    private final AtomicLong clock = new AtomicLong();
    private final ModelSpeed speed = new ModelSpeed(new Set(), clock::get);

    @Test
    void pairsASecondAreThoseOfTheFastestRound() {
        assertEquals(1000, speed.pairsPerSecond(model(1, round -> round == 1 ? 1 : 3)), 1e-6);
    }

    /** A machine that is three times as slow in some rounds is so for both. */
    @Test
    void whatSlowsBothChangesNothing() {
        LongUnaryOperator busy = call -> call / 8 % 2 == 0 ? 1 : 3;
        AtomicLong calls = new AtomicLong();
        LongUnaryOperator shared = call -> busy.applyAsLong(calls.getAndIncrement());
        SpeedUp found = speed.speedUp(model(1, shared), model(4, shared));
        assertEquals(4, found.median(), 1e-9);
        assertTrue(found.tells());
    }

    @Test
    void roundsThatDoNotAgreeAreNotTold() {
        AtomicLong turns = new AtomicLong();
        SpeedUp found = speed.speedUp(model(1, call -> 1), model(1, call -> 1 + turns.getAndIncrement() / 2 % 3));
        assertFalse(found.tells(), found.toString());
    }

    /** So that a large model's turn takes no minute, and a small one's is more than a tick of a clock. */
    @Test
    void turnsAreNeitherLongNorShort() {
        long before = clock.get();
        speed.speedUp(model(40, call -> 1), model(40, call -> 1));
        assertTrue(clock.get() - before < 40_000 * MILLISECOND, "[" + clock.get() + "] ns");
        AtomicLong calls = new AtomicLong();
        speed.speedUp(
                model(0.1, call -> {
                    calls.incrementAndGet();
                    return 1;
                }),
                model(0.1, call -> 1));
        assertTrue(calls.get() > 7 * 5, calls + " times in 7 turns");
    }

    /** @param factor by which the model is slower at a call, from 0 on */
    private Embedder model(double millisecondsAPair, LongUnaryOperator factor) {
        AtomicLong calls = new AtomicLong();
        return new Embedder() {
            @Override
            public int embedding() {
                return 1;
            }

            @Override
            public Preprocessing preprocessing() {
                return Preprocessing.clip(1);
            }

            @Override
            public float[] images(List<RgbImage> images) {
                long slow = factor.applyAsLong(calls.getAndIncrement());
                clock.addAndGet((long) (slow * images.size() * millisecondsAPair * MILLISECOND));
                return new float[images.size()];
            }

            @Override
            public float[] texts(List<String> texts) {
                return new float[texts.size()];
            }
        };
    }

    private static final class Set implements EvaluationSet {
        @Override
        public List<RetrievalTask> tasks() {
            return List.of(new RetrievalTask(
                    "",
                    Collections.nCopies(PAIRS, new RgbImage(1, 1, new byte[3])),
                    Collections.nCopies(PAIRS, "a"),
                    Collections.nCopies(PAIRS, new int[] {0})));
        }

        @Override
        public Map<String, Double> baseline() {
            return Map.of();
        }
    }
}
