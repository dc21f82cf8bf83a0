package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Aftermath;
import io.tinyclip.cluster.chaos.plan.Tally;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.SufferedFault;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Trials of several seeds, one after another; what came of each is kept, so that a list can be resumed and lengthened. */
public final class Trials {
    private static final double MILLIS = 1000;

    private final Setup setup;
    private final PrintStream out;

    public Trials(Setup setup, PrintStream out) {
        this.setup = setup;
        this.out = out;
    }

    /**
     * @param digest that all must come to; empty for that of an undisturbed run, which is done first
     * @return whether all seeds are passed, now or before
     */
    public boolean of(List<Long> seeds, Optional<String> digest) throws InterruptedException {
        ResultsFile results = new ResultsFile(setup.out().resolve("results.jsonl"), setup);
        List<Long> open =
                seeds.stream().filter(seed -> !results.hasPassed(seed)).toList();
        if (open.size() < seeds.size()) {
            out.println(seeds.size() - open.size() + " of " + seeds.size() + " seeds are passed already");
        }
        if (open.isEmpty()) {
            return true;
        }
        String expected = digest.isPresent() ? digest.get() : undisturbed();
        List<Aftermath> all = new ArrayList<>();
        boolean passed = true;
        for (long seed : open) {
            Trial.Result result = new Trial(setup, seed, out::println).run(expected);
            if (result.finished()) {
                RunFolder.suffered(result.folder(), suffered(result.faults()));
            }
            results.add(result);
            report(result);
            all.addAll(result.faults());
            passed &= result.verdict().passed();
        }
        Tally.of(all.stream().map(it -> it.happened().fault().card()).toList())
                .table()
                .forEach(out::println);
        return passed;
    }

    private String undisturbed() throws InterruptedException {
        out.println("an undisturbed run, for its digest");
        String digest = Undisturbed.digest(setup);
        out.println("undisturbed: " + digest);
        return digest;
    }

    private void report(Trial.Result result) {
        out.println("seed " + result.seed() + ": pause in seconds, steps redone, fault");
        for (Aftermath fault : result.faults()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %6.1f %4d  %s (%s, step %d)",
                    fault.pauseMillis() / MILLIS,
                    fault.redone(),
                    fault.happened().fault().words(),
                    fault.happened().target(),
                    fault.happened().step()));
        }
        result.surprises().forEach(line -> out.println("  " + line));
        result.verdict().offences().forEach(line -> out.println("  FAILED: " + line));
        if (result.verdict().passed()) {
            out.println(String.format(
                    Locale.ROOT,
                    "seed %d: all %d faults happened in %.0f s, and the digest is that of the undisturbed run",
                    result.seed(),
                    result.faults().size(),
                    result.seconds()));
        }
    }

    private static List<SufferedFault> suffered(List<Aftermath> faults) {
        return faults.stream()
                .map(it -> new SufferedFault(
                        it.happened().fault().card().kind().word(),
                        it.happened().fault().card().role().word(),
                        it.happened().target(),
                        it.happened().fault().card().point(),
                        it.happened().step(),
                        it.pauseMillis() / MILLIS,
                        it.redone()))
                .toList();
    }
}
