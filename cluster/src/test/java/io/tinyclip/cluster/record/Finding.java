package io.tinyclip.cluster.record;

import io.tinyclip.cluster.record.Sample.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One comparison of a claim.
 *
 * @param where which comparison
 * @param claimed what should be above
 */
record Finding(String where, Sample claimed, Sample other) {
    /** A verdict for all, and the difference in each. */
    static String sentence(String what, List<Finding> findings) {
        String each = findings.stream()
                .map(it -> String.format(Locale.ROOT, "%+.1f ", it.claimed.above(it.other)) + it.where + " ("
                        + it.verdict().words() + ")")
                .collect(Collectors.joining(", "));
        List<Verdict> verdicts =
                findings.stream().map(Finding::verdict).distinct().toList();
        String all = verdicts.size() == 1 ? verdicts.get(0).words() : "in parts";
        return "**" + Character.toUpperCase(all.charAt(0)) + all.substring(1) + "**: " + what + ", points: " + each
                + ".";
    }

    private Verdict verdict() {
        return claimed.isAbove(other);
    }
}
