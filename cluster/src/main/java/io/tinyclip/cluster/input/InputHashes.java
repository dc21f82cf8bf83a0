package io.tinyclip.cluster.input;

import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.model.InvalidInputException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * SHA-256 of what the settings only point at, by setting: a run goes on with the teachers and data that it began with, wherever
 * they lie now.
 */
public final class InputHashes {
    private static final String TRAIN = "tinyclip.data.train";
    private static final String START = "tinyclip.start";

    private InputHashes() {}

    /** Of the training pairs of a run that recorded these hashes, perhaps with an earlier version. */
    public static Optional<String> train(Map<String, String> before) {
        return Optional.ofNullable(before.get(TRAIN));
    }

    /** Of the models and the pairs. What is built in has none for evaluation: its name says what it is. */
    public static Map<String, String> of(ComputeInput input, EvaluationSet evaluation) {
        Start start = input.start();
        Map<String, String> hashes = new TreeMap<>();
        hashes.put(TRAIN, input.data().contentHash());
        evaluation.contentHash().ifPresent(hash -> hashes.put("tinyclip.data.evaluate", hash));
        for (int number = 0; number < start.teachers().size(); number++) {
            String key = number == 0 ? "tinyclip.teacher" : "tinyclip.further-teachers " + number;
            hashes.put(key, ModelHash.of(start.teachers().get(number)));
        }
        if (!input.stored().isEmpty()) {
            hashes.put(TeacherStore.INPUT, TeacherStore.hash(input.stored()));
        }
        start.source()
                .filter(model -> !input.settings().compression().start().isTeacher())
                .ifPresent(model -> hashes.put(START, ModelHash.of(model)));
        return hashes;
    }

    /**
     * Inputs that the earlier process did not know are as they should be.
     *
     * @param before of the run when it began, in {@code folder}
     * @throws InvalidInputException if one has changed
     */
    public static void requireSame(Map<String, String> before, Map<String, String> now, String folder) {
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(now.keySet());
        // Where the teacher has changed, so may have what is made of it.
        keys.remove(START);
        Set<String> startLast = new LinkedHashSet<>(keys);
        startLast.add(START);
        for (String key : startLast) {
            String hash = now.getOrDefault(key, "");
            if (!hash.equals(before.getOrDefault(key, hash))) {
                throw new InvalidInputException("what " + key + " points at has changed since the run in [" + folder
                        + "] began; put it back, or set tinyclip.run.folder to another folder");
            }
        }
    }
}
