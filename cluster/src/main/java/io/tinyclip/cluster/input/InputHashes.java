package io.tinyclip.cluster.input;

import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 of what the settings only point at, by setting: a run goes on with the teachers and data that it began with. */
public final class InputHashes {
    private InputHashes() {}

    /** Of the models and the training pairs. */
    public static Map<String, String> of(ComputeInput input) {
        Start start = input.start();
        Map<String, String> hashes = new TreeMap<>();
        hashes.put("tinyclip.data.train", input.data().contentHash());
        for (int number = 0; number < start.teachers().size(); number++) {
            String key = number == 0 ? "tinyclip.teacher" : "tinyclip.further-teachers " + number;
            hashes.put(key, ModelHash.of(start.teachers().get(number)));
        }
        start.source()
                .filter(model -> !input.settings().compression().start().isTeacher())
                .ifPresent(model -> hashes.put("tinyclip.start", ModelHash.of(model)));
        return hashes;
    }

    /**
     * Inputs that the earlier process did not know are as they should be.
     *
     * @param before of the run when it began, in {@code folder}
     * @throws InvalidInputException if one has changed
     */
    public static void requireSame(Map<String, String> before, Map<String, String> now, Path folder) {
        now.forEach((key, hash) -> {
            if (!hash.equals(before.getOrDefault(key, hash))) {
                throw new InvalidInputException("what " + key + " points at has changed since the run in [" + folder
                        + "] began; put it back, or set tinyclip.run.folder to another folder");
            }
        });
    }
}
