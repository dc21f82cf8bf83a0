package io.tinyclip.cluster.record;

import io.tinyclip.checkpoint.Journal;
import java.util.Optional;
import java.util.function.Supplier;

/** What run.json says of the terms that were claimed, should their files be lost. */
record RecordedTerms(Supplier<Optional<RunRecord>> record) implements Journal {
    @Override
    public long term() {
        return record.get().map(it -> it.course().trail().term()).orElse(0L);
    }

    @Override
    public void claimed(long term) {
        // Whoever leads writes it with the rest of its record.
    }

    @Override
    public void newest(long steps) {
        // Nothing is committed before the run's own journal is there.
    }
}
