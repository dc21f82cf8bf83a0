package io.tinyclip.cluster.record;

import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.checkpoint.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers a run's checkpoints and terms in its run.json, which lies outside their folder. */
public record CheckpointJournal(RunFolder folder, Ledger ledger) implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointJournal.class);

    /** The folder's checkpoints, in the term that its process leads in. */
    public CheckpointStore store() {
        CheckpointStore led = folder.store().remembered(this);
        led.term().ifPresent(term -> claimed(term.number()));
        return led;
    }

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
    public void committing(long steps) {
        folder.publish(steps);
    }

    @Override
    public void newest(long steps) {
        ledger.change(record -> record.keeping(steps));
        if (steps > 0) {
            LOG.info("checkpoint after step {} written", steps);
        }
    }
}
