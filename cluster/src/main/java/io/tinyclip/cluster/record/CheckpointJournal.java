package io.tinyclip.cluster.record;

import io.tinyclip.checkpoint.Journal;

/** Remembers a run's checkpoints and terms in its run.json, which lies outside their folder. */
public record CheckpointJournal(RunFolder folder, Ledger ledger) implements Journal {
    /** @throws io.tinyclip.model.InvalidInputException where the folder has become another run's */
    @Override
    public long term() {
        RunRecord own = ledger.record();
        return folder.recordOf(own).orElse(own).course().trail().term();
    }

    @Override
    public void claimed(long term) {
        ledger.change(record -> record.led(term));
    }

    @Override
    public void newest(long steps) {
        ledger.change(record -> record.keeping(steps));
    }
}
