package io.tinyclip.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files are read or refused in one line; nothing else comes of them. The long form is
 * {@code -Dtinyclip.fuzz=200000}, the number of files in all; {@code -Dtinyclip.fuzz.seed=K} makes other files, and
 * {@code -Dtinyclip.fuzz.first=I} begins each format at its file I, to replay one.
 */
class FuzzTest {
    private static final int FILES = Integer.getInteger("tinyclip.fuzz", 3000);
    private static final long SEED = Long.getLong("tinyclip.fuzz.seed", 1);
    private static final int FIRST = Integer.getInteger("tinyclip.fuzz.first", 0);
    private static final long SECONDS_FOR_ONE = 20;
    private static final int ENOUGH_FOR_BOTH = 200;

    @TempDir
    static Path folder;

    private static List<Target> targets;
    private static ExecutorService reader;

    private volatile int current;
    private int refused;

    static List<Target> targets() {
        return targets;
    }

    @BeforeAll
    static void prepare() throws IOException {
        targets = Targets.all(folder);
        reader = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fuzz");
            thread.setDaemon(true);
            return thread;
        });
    }

    @AfterAll
    static void stopReader() {
        reader.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void readsSeeds(Target target) {
        for (byte[] seed : target.seeds()) {
            target.reader().accept(seed);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void readsOrRefusesDamagedFiles(Target target) throws InterruptedException {
        int count = Math.max(1, FILES / targets.size());
        readAll(target, count);
        boolean both = refused > 0 && refused < count;
        assertTrue(both || count < ENOUGH_FOR_BOTH, target + " refused " + refused + " of " + count);
    }

    @Test
    void tellsHowToReplayAFileThatIsNeitherReadNorRefused() {
        Target broken = new Target("broken", List.of(new byte[9]), bytes -> {
            throw new StackOverflowError();
        });
        String message =
                assertThrows(AssertionError.class, () -> readAll(broken, 1)).getMessage();
        assertTrue(message.contains("ended in java.lang.StackOverflowError"), message);
        assertTrue(message.contains("-Dtinyclip.fuzz.seed=" + SEED + " -Dtinyclip.fuzz.first=" + FIRST), message);
    }

    private void readAll(Target target, int count) throws InterruptedException {
        Future<?> done = reader.submit(() -> {
            for (current = FIRST; current < FIRST + count; current++) {
                read(target, current);
            }
        });
        int watched = -1;
        boolean finished = false;
        while (!finished) {
            try {
                done.get(SECONDS_FOR_ONE, TimeUnit.SECONDS);
                finished = true;
            } catch (TimeoutException e) {
                assertTrue(watched != current, replay(target, "is read for over " + SECONDS_FOR_ONE + " seconds"));
                watched = current;
            } catch (ExecutionException e) {
                fail(replay(target, "ended in " + e.getCause()), e.getCause());
            }
        }
    }

    private void read(Target target, int number) {
        byte[] damaged = Mutations.of(target.seeds(), key(target, number));
        try {
            target.reader().accept(damaged);
        } catch (InvalidInputException e) {
            refused++;
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }

    private String replay(Target target, String what) {
        return target + " file " + current + " " + what + "; replay with mvn -pl tinyclip test -Dtest=FuzzTest"
                + " -Dtinyclip.fuzz=" + targets.size() + " -Dtinyclip.fuzz.seed=" + SEED + " -Dtinyclip.fuzz.first="
                + current;
    }

    private static long key(Target target, int number) {
        return Counter.key(SEED, target.name().hashCode(), number);
    }

    @Test
    void damagesTheSameFileTheSameWay() {
        for (Target target : targets) {
            byte[] once = Mutations.of(target.seeds(), key(target, 5));
            assertArrayEquals(once, Mutations.of(target.seeds(), key(target, 5)));
        }
    }

    @Test
    void damagesNearlyEveryFileInAWayOfItsOwn() {
        for (Target target : targets) {
            Set<String> different = IntStream.range(0, 200)
                    .mapToObj(i -> Arrays.toString(Mutations.of(target.seeds(), key(target, i))))
                    .collect(Collectors.toSet());
            assertTrue(different.size() > 180, target + " has " + different.size());
        }
    }
}
