package io.tinyclip.cluster.judge;

import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.settings.EvaluationSettings;
import io.tinyclip.cluster.settings.EvaluationSettings.Labelled;
import io.tinyclip.data.Reading;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.evaluate.JudgedPairs;
import io.tinyclip.evaluate.JudgedSet;
import io.tinyclip.evaluate.JudgedTask;
import io.tinyclip.evaluate.ZeroShot;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The sets that a run judges its students on, as this machine has them; each is opened once. */
public final class JudgedSets {
    private static final String PAIRS = "pairs";
    private static final String WHOLE = "";

    private final LabelledSets labelled;
    private final EvaluationSettings settings;
    private final Supplier<EvaluationSet> pairs;
    private final Map<JudgedSet, JudgedTask> open = new HashMap<>();
    private Optional<EvaluationSet> openPairs = Optional.empty();

    /**
     * @param settings this machine's own: where its sets lie
     * @param pairs opens those for evaluation, once they are asked for
     */
    public JudgedSets(Sources sources, EvaluationSettings settings, Supplier<EvaluationSet> pairs) {
        this.labelled = new LabelledSets(sources, Reading.USUAL);
        this.settings = settings;
        this.pairs = pairs;
    }

    /**
     * A set that was opened.
     *
     * @param prefix in front of its figures
     * @param figures their names, prefix included
     */
    public record Opened(JudgedSet set, JudgedTask task, String prefix, Set<String> figures) {
        public Opened {
            figures = Collections.unmodifiableSet(new TreeSet<>(figures));
        }
    }

    /**
     * Opens all that the settings name.
     *
     * @throws InvalidInputException if one is not there, or is something else, or the best student is to be known by a figure of
     *     none
     */
    public synchronized List<Opened> all() {
        List<Opened> all = new ArrayList<>();
        for (Labelled set : settings.sets()) {
            ZeroShot task = own(set);
            JudgedSet known = new JudgedSet(
                    set.name(), Location.shown(set.place()), set.split(), set.samples(), 0, task.contentHash());
            String prefix = set.name() + ".";
            Set<String> figures =
                    task.figureNames().stream().map(prefix::concat).collect(Collectors.toSet());
            all.add(new Opened(known, task, prefix, figures));
        }
        for (int i = 0; settings.pairs() && i < pairs().tasks().size(); i++) {
            JudgedPairs task = new JudgedPairs(pairs(), i);
            JudgedSet known = new JudgedSet(PAIRS, WHOLE, WHOLE, 0, i, task.contentHash());
            all.add(new Opened(known, task, "", task.figureNames()));
        }
        requireBest(all);
        all.forEach(opened -> open.put(opened.set, opened.task));
        return all;
    }

    /** What opening it says is about commands that name a set as an argument. */
    private ZeroShot own(Labelled set) {
        try {
            return labelled.zeroShot(set.place(), set.split(), set.samples());
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "the set [" + set.name() + "] of tinyclip.evaluation.sets, split [" + set.split() + "]: "
                            + e.getMessage(),
                    e);
        }
    }

    private void requireBest(List<Opened> all) {
        Set<String> figures =
                all.stream().flatMap(set -> set.figures.stream()).collect(Collectors.toCollection(TreeSet::new));
        if (!settings.best().isEmpty() && !figures.contains(settings.best())) {
            throw new InvalidInputException(
                    "tinyclip.evaluation.best [" + settings.best() + "] must be one of " + figures);
        }
    }

    private EvaluationSet pairs() {
        if (openPairs.isEmpty()) {
            openPairs = Optional.of(pairs.get());
        }
        return openPairs.get();
    }

    /**
     * A set that whoever leads asks for.
     *
     * @throws InvalidInputException if this machine has not got it, or another one in its place
     */
    public synchronized JudgedTask open(JudgedSet asked) {
        Optional<JudgedTask> known = Optional.ofNullable(open.get(asked));
        if (known.isPresent()) {
            return known.get();
        }
        boolean ofPairs = asked.place().isEmpty();
        Optional<Labelled> own = settings.sets().stream()
                .filter(set -> set.name().equals(asked.name()))
                .findFirst();
        JudgedTask task = ofPairs
                ? new JudgedPairs(pairs(), asked.task())
                : labelled.zeroShot(
                        own.map(Labelled::place).orElse(asked.place()),
                        own.map(Labelled::split).orElse(asked.split()),
                        asked.samples());
        if (!task.contentHash().equals(asked.contentHash())) {
            throw new InvalidInputException("the set [" + asked.name() + "] to judge by has content ["
                    + task.contentHash() + "] here, [" + asked.contentHash()
                    + "] in the run; give this machine the same files, "
                    + "with -Dtinyclip.evaluation.sets=[{name=" + asked.name()
                    + ",data=...}] where they lie elsewhere");
        }
        open.put(asked, task);
        return task;
    }
}
