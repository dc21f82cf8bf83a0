package io.tinyclip.cluster.settings;

import io.tinyclip.cluster.settings.EvaluationSettings.Labelled;
import io.tinyclip.storage.Location;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code tinyclip.evaluation}. */
final class EvaluationReader {
    /** What a set may say. */
    static final Set<String> KEYS = Set.of("name", "data", "split", "samples");

    private static final String SETS = "evaluation.sets";
    private static final String BEST = "evaluation.best";
    private static final String EVERY = "evaluation.every";
    private static final String USUAL_SPLIT = "test";
    private static final int MOST_SETS = 64;
    private static final int LONGEST_NAME = 40;
    private static final Duration LONGEST = Duration.ofDays(7);

    private EvaluationReader() {}

    static EvaluationSettings read(SettingValues values) {
        List<Labelled> sets = sets(values);
        boolean pairs = values.flag("evaluation.pairs");
        int every = values.whole(EVERY, 0, StepReader.MOST_STEPS);
        String best = values.text(BEST);
        boolean asks = !sets.isEmpty() || pairs;
        if (!asks && every > 0) {
            throw values.refusal(EVERY, "must be 0 where tinyclip." + SETS + " is empty and pairs are not judged");
        }
        boolean ofSet = sets.stream().anyMatch(set -> best.startsWith(set.name() + "."));
        if (!best.isEmpty() && !ofSet && !pairs) {
            throw values.refusal(
                    BEST,
                    "must be a figure of one of tinyclip." + SETS + ", such as "
                            + (sets.isEmpty() ? "NAME" : sets.get(0).name())
                            + ".acc1, or of the pairs where these are judged");
        }
        return new EvaluationSettings(
                every, sets, pairs, best, values.duration("evaluation.within", Duration.ofSeconds(1), LONGEST));
    }

    private static List<Labelled> sets(SettingValues values) {
        List<Labelled> sets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SettingValues set : values.list(SETS)) {
            String name = set.filled("name", "name the set, as its figures will be");
            if (!name.matches("[A-Za-z0-9_-]{1," + LONGEST_NAME + "}") || name.equals("pairs") || name.equals("t2i")) {
                throw set.refusal(
                        "name",
                        "must be letters, digits, dashes and underscores, at most " + LONGEST_NAME
                                + ", and neither pairs nor t2i");
            }
            if (!names.add(name)) {
                throw set.refusal("name", "must be another set's no more");
            }
            String place = Location.readable(
                    set.filled("data", "name the set's folder or address"), "tinyclip." + SETS + " [" + name + "]");
            String split = set.has("split") ? set.filled("split", "name a split such as test") : USUAL_SPLIT;
            int samples = set.has("samples") ? set.whole("samples", 0, Integer.MAX_VALUE) : 0;
            sets.add(new Labelled(name, place, split, samples));
        }
        if (sets.size() > MOST_SETS) {
            throw values.refusal(SETS, "must be at most " + MOST_SETS + " sets");
        }
        return sets;
    }
}
