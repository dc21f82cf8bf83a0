package io.tinyclip.compute;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.step.Embedded;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A step's pairs as arrays, with what the teachers say of them. Neither depends on the student, so that both can be made
 * while its weights are on their way; made ahead or not, the bits are the same.
 *
 * <p>Kept ahead is at most one step's arrays a partition, which are the arrays that the step holds later anyway.
 */
final class Pairs {
    private final TensorScope home;
    private final ComingPairs coming;
    private final TeacherAnswers teachers;
    private final Map<Integer, Ahead> ahead = new HashMap<>();

    /**
     * @param home of the partitions' own scopes
     * @param coming pairs of the same loader
     */
    Pairs(TensorScope home, ComingPairs coming, TeacherAnswers teachers) {
        this.home = home;
        this.coming = coming;
        this.teachers = teachers;
    }

    /** A partition's arrays, and their scope, which is the taker's to close. */
    record Loaded(TensorScope scope, BatchLoader.Arrays arrays, List<Embedded> taught) {}

    private record Ahead(long step, CompletableFuture<Loaded> loaded) {
        /** Frees what was made, or will have been. */
        void drop() {
            loaded.thenAccept(made -> made.scope.close());
        }
    }

    /** Has a partition's pairs loaded by other threads, which will probably be asked for. */
    void expect(long step, int partition) {
        coming.expect(step, partition);
    }

    /** Makes a partition's arrays, unless that is under way; what was made of it for another step is freed. */
    void prepare(long step, int partition) {
        Optional<Ahead> claimed = claim(step, partition);
        if (claimed.isEmpty()) {
            return;
        }
        CompletableFuture<Loaded> mine = claimed.get().loaded;
        try {
            mine.complete(load(step, partition));
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private synchronized Optional<Ahead> claim(long step, int partition) {
        Ahead before = ahead.get(partition);
        if (before != null && before.step == step) {
            return Optional.empty();
        }
        if (before != null) {
            before.drop();
        }
        Ahead mine = new Ahead(step, new CompletableFuture<>());
        ahead.put(partition, mine);
        return Optional.of(mine);
    }

    /** A partition's arrays, made ahead or now; waits for who is making them. */
    Loaded take(long step, int partition) {
        Optional<Ahead> made = claimed(step, partition);
        if (made.isEmpty()) {
            return load(step, partition);
        }
        try {
            return made.get().loaded.join();
        } catch (CompletionException e) {
            return load(step, partition); // fails in its own name, if it fails again
        }
    }

    private synchronized Optional<Ahead> claimed(long step, int partition) {
        Ahead made = ahead.get(partition);
        if (made == null || made.step != step) {
            return Optional.empty();
        }
        ahead.remove(partition);
        return Optional.of(made);
    }

    /** Frees what was made for other steps. */
    synchronized void keepOnly(long step) {
        coming.keepFrom(step);
        for (Iterator<Ahead> all = ahead.values().iterator(); all.hasNext(); ) {
            Ahead each = all.next();
            if (each.step != step) {
                each.drop();
                all.remove();
            }
        }
    }

    private Loaded load(long step, int partition) {
        TensorScope scope = home.newScope();
        try {
            BatchLoader.Arrays arrays = coming.arrays(scope, step, partition);
            return new Loaded(scope, arrays, teachers.of(step, partition, arrays));
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }
}
