package io.tinyclip.cluster.run;

import io.tinyclip.cluster.record.Ledger;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunNumerics;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.numeric.NumericClass;
import io.tinyclip.numeric.Numerics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into a run's record of which numeric classes the machines are that compute. */
final class Participants {
    private static final Logger LOG = LoggerFactory.getLogger(Participants.class);

    private Participants() {}

    /**
     * The record in a process that computes itself.
     *
     * @param own class of this process
     * @throws io.tinyclip.model.InvalidInputException if the run is of another class, and the mode is strict
     */
    static RunRecord goingOn(RunRecord record, Numerics mode, NumericClass own) {
        RunRecord now = record.with(record.numerics().goingOn(mode, own));
        warnOfAnother(now, own);
        return now;
    }

    /**
     * Most machines say nothing new, and run.json is not written again for each of a thousand. The first decides the precision
     * where that is open; run.json, which comes first, has the last word on it.
     *
     * @param settings as the folder has them
     */
    static void tookPart(Ledger ledger, NumericClass machine, RunFolder folder, Settings settings) {
        RunNumerics before = ledger.record().numerics();
        if (!before.with(machine).equals(before)) {
            ledger.change(record -> tookPart(record, machine));
            ledger.record()
                    .numerics()
                    .precision()
                    .filter(decided -> settings.step().precision().isEmpty())
                    .ifPresent(decided -> folder.write(settings.in(decided)));
        }
    }

    private static RunRecord tookPart(RunRecord record, NumericClass machine) {
        RunRecord now = record.with(record.numerics().with(machine));
        if (record.numerics().probe().isEmpty()) {
            LOG.info("the run's numeric class is that of its first worker: [{}]", machine.name());
            warnOfAnother(now, machine);
        }
        return now;
    }

    private static void warnOfAnother(RunRecord record, NumericClass machine) {
        String begun = record.numerics().name();
        if (!machine.isNamedBy(begun)) {
            LOG.warn(
                    "began as [{}] and goes on as [{}]: the digest may differ from that of an undisturbed run",
                    begun,
                    machine.name());
        }
    }
}
