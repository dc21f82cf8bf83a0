package io.tinyclip.actors.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.judge.PartLeases.Patience;
import io.tinyclip.actors.judge.PartLeases.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PartLeasesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Patience PATIENCE =
            new Patience(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(1_000));
    private static final long SEEDS = 2_000;

    @Test
    void givesWhoeverHasRoomTheNextPart() {
        PartLeases leases = leases(0, 0, 0);
        assertEquals(List.of(new Request(7, 0), new Request(7, 1)), leases.joined(7, 0));
        assertEquals(List.of(new Request(8, 2)), leases.joined(8, 0));
        assertTrue(leases.answered(8, 2));
        assertTrue(leases.here(2));
        assertEquals(List.of(), leases.deal(SECOND), "nothing is open, and nobody is late");
        leases.here(0);
        leases.here(1);
        assertTrue(leases.ended());
    }

    @Test
    void dealsPartsEvenlyToThoseWhoAreThere() {
        PartLeases leases = new PartLeases(List.of(0, 0, 0), List.of(4, 5), PATIENCE, 0);
        assertEquals(List.of(new Request(4, 0), new Request(5, 1), new Request(4, 2)), leases.deal(0));
    }

    @Test
    void leasesAgainWhatALostWorkerHad() {
        PartLeases leases = leases(0);
        leases.joined(1, 0);
        leases.joined(2, 0);
        assertEquals(List.of(new Request(2, 0)), leases.lost(1, SECOND));
    }

    @Test
    void leasesAgainWhatCouldNotBeFetched() {
        PartLeases leases = leases(0);
        leases.joined(1, 0);
        assertTrue(leases.answered(1, 0));
        assertFalse(leases.answered(1, 0), "it is fetched once");
        assertEquals(List.of(new Request(1, 0)), leases.gone(1, 0, SECOND));
    }

    @Test
    void asksAgainForWhatIsNotAnsweredAndAnotherWorkerForWhatIsLate() {
        PartLeases leases = leases(0);
        leases.joined(1, 0);
        leases.joined(2, 0);
        assertEquals(List.of(), leases.tick(9 * SECOND));
        assertEquals(List.of(new Request(1, 0)), leases.tick(10 * SECOND));
        assertEquals(List.of(new Request(1, 0), new Request(2, 0)), leases.tick(60 * SECOND));
        assertTrue(leases.here(0));
        assertFalse(leases.here(0), "the first answer counts");
    }

    @Test
    void givesUpASetThatNobodyHasAndNoOther() {
        PartLeases leases = leases(0, 1);
        leases.joined(1, 0);
        leases.joined(2, 0);
        leases.refused(1, 0, "no folder [/a]", SECOND);
        assertEquals(Optional.empty(), leases.givenUp(0));
        leases.refused(2, 0, "no folder [/b]", SECOND);
        assertEquals(Optional.of("no folder [/a]; no folder [/b]"), leases.givenUp(0));
        assertFalse(leases.ended());
        leases.here(1);
        assertTrue(leases.ended());
    }

    @Test
    void givesUpWhatIsNotThereInTime() {
        PartLeases leases = leases(0);
        leases.tick(999 * SECOND);
        assertFalse(leases.ended());
        leases.tick(1_000 * SECOND);
        assertEquals(Optional.of("no worker was there within 1000 s"), leases.givenUp(0));
    }

    /** Requests and answers that are lost, doubled and late, workers that come, die and lack sets: all ends, each part once. */
    @Test
    void everyScheduleEndsWithEachPartOnceOrAReason() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Schedule(seed).run();
        }
    }

    private static PartLeases leases(Integer... setOfPart) {
        return new PartLeases(List.of(setOfPart), List.of(), PATIENCE, 0);
    }

    private static final class Schedule {
        private record Event(long at, long order, Runnable what) {}

        private final Random random;
        private final long seed;
        private final int sets;
        private final List<Integer> setOfPart = new ArrayList<>();
        private final Map<Integer, Set<Integer>> lacking = new HashMap<>();
        private final Set<Integer> alive = new TreeSet<>();
        private final Map<Integer, Integer> counted = new HashMap<>();
        private final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
        private final PartLeases leases;
        private long now;
        private long order;

        Schedule(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.sets = 1 + random.nextInt(3);
            for (int set = 0; set < sets; set++) {
                setOfPart.addAll(Collections.nCopies(1 + random.nextInt(8), set));
            }
            this.leases = new PartLeases(setOfPart, List.of(), PATIENCE, 0);
        }

        void run() {
            int workers = 1 + random.nextInt(4);
            for (int worker = 0; worker < workers; worker++) {
                int number = worker;
                Set<Integer> lacks = new TreeSet<>();
                for (int set = 0; set < sets; set++) {
                    if (random.nextInt(4) == 0) {
                        lacks.add(set);
                    }
                }
                lacking.put(number, lacks);
                at(random.nextInt(30), () -> {
                    alive.add(number);
                    send(leases.joined(number, now));
                });
                if (random.nextInt(3) == 0) {
                    at(random.nextInt(200), () -> {
                        alive.remove(number);
                        send(leases.lost(number, now));
                    });
                }
            }
            tick();
            while (!leases.ended()) {
                Event next = events.remove();
                now = next.at;
                next.what.run();
            }
            for (int part = 0; part < setOfPart.size(); part++) {
                boolean missing = leases.givenUp(setOfPart.get(part)).isPresent();
                int times = counted.getOrDefault(part, 0);
                assertTrue(missing ? times <= 1 : times == 1, "seed " + seed + ", part " + part + ": " + times);
            }
            assertTrue(now <= 1_003 * SECOND, "seed " + seed + " ended at " + now);
        }

        private void tick() {
            at(2, () -> {
                send(leases.tick(now));
                tick();
            });
        }

        private void at(long seconds, Runnable what) {
            events.add(new Event(now + seconds * SECOND, order++, what));
        }

        private void send(List<Request> requests) {
            for (Request request : requests) {
                Set<Integer> lacks = lacking.getOrDefault(request.worker(), Set.of());
                for (int copies = copies(); copies > 0; copies--) {
                    at(1 + random.nextInt(40), () -> {
                        if (!alive.contains(request.worker())) {
                            return;
                        }
                        if (lacks.contains(setOfPart.get(request.part()))) {
                            send(leases.refused(request.worker(), request.part(), "has it not", now));
                        } else {
                            answer(request);
                        }
                    });
                }
            }
            Map<Integer, Integer> has = new HashMap<>();
            for (int part = 0; part < setOfPart.size(); part++) {
                leases.holders(part).forEach(worker -> has.merge(worker, 1, Integer::sum));
            }
            assertTrue(has.values().stream().allMatch(count -> count <= 2), "seed " + seed + ": " + has);
        }

        private void answer(Request request) {
            for (int copies = copies(); copies > 0; copies--) {
                at(1 + random.nextInt(20), () -> {
                    if (leases.answered(request.worker(), request.part())) {
                        at(1 + random.nextInt(5), () -> fetched(request));
                    }
                });
            }
        }

        private void fetched(Request request) {
            if (random.nextInt(10) == 0) {
                send(leases.gone(request.worker(), request.part(), now));
                return;
            }
            if (leases.here(request.part())) {
                counted.merge(request.part(), 1, Integer::sum);
            }
            send(leases.deal(now));
        }

        /** Lost, whole or doubled. */
        private int copies() {
            int drawn = random.nextInt(10);
            return drawn == 0 ? 0 : drawn == 1 ? 2 : 1;
        }
    }
}
