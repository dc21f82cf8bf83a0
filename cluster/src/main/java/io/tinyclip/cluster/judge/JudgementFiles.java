package io.tinyclip.cluster.judge;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The files that judgements are kept in. They are written anew after each set, whole or not at all, with all that was in them.
 *
 * @param json list of judgements
 * @param csv table of judgements
 */
public record JudgementFiles(Optional<Path> json, Optional<Path> csv) {
    /**
     * What is in them; of two judgements of the same set and model the one in {@code json}.
     *
     * @throws InvalidInputException if one is there, and is something else
     */
    List<Judgement> read() {
        List<Judgement> all = new ArrayList<>(read(csv, "--csv", JudgementCsv::read));
        read(json, "--json", JudgementJson::read).forEach(judgement -> put(all, judgement));
        return all;
    }

    /** @throws InvalidInputException if one cannot be made where it is to lie, or is there, and is something else */
    public void requireUsable() {
        read();
        json.ifPresent(file -> AtomicFile.requireWritable(file, "--json"));
        csv.ifPresent(file -> AtomicFile.requireWritable(file, "--csv"));
    }

    void write(List<Judgement> all) {
        json.ifPresent(file -> AtomicFile.writeText(file, JudgementJson.write(all) + "\n"));
        csv.ifPresent(file -> AtomicFile.writeText(file, JudgementCsv.write(all)));
    }

    /** Adds one, in the place of an earlier one of the same set and model. */
    static void put(List<Judgement> all, Judgement judgement) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).question().isOfTheSame(judgement.question())) {
                all.set(i, judgement);
                return;
            }
        }
        all.add(judgement);
    }

    private static List<Judgement> read(
            Optional<Path> file, String option, BiFunction<String, String, List<Judgement>> reader) {
        if (file.isEmpty() || !Files.exists(file.get())) {
            return List.of();
        }
        String where = option + " [" + file.get() + "]";
        try {
            return reader.apply(Files.readString(file.get(), StandardCharsets.UTF_8), where);
        } catch (MalformedInputException e) {
            throw new InvalidInputException(where + " is there, and is no text; name another file", e);
        } catch (IOException e) {
            throw new InvalidInputException(where + " is there, and cannot be read (" + e + "); name another file", e);
        }
    }
}
