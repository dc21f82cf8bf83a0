package io.tinyclip.actors.lead;

import io.tinyclip.actors.judge.Judges.Answer;
import io.tinyclip.actors.judge.Judges.AskedSet;
import io.tinyclip.actors.judge.PartLeases;
import io.tinyclip.actors.message.CoordinatorCommand.PartEmbedded;
import io.tinyclip.evaluate.SetPart;
import io.tinyclip.evaluate.TaskEmbedder;
import io.tinyclip.evaluate.TaskEmbeddings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Cuts sets into parts, and puts what came of them together. */
final class SetParts {
    private record Part(int set, SetPart what) {}

    private record Kept(PartEmbedded answer, float[] rows) {}

    private final List<AskedSet> asked;
    private final List<Part> parts = new ArrayList<>();
    private final TreeMap<Integer, Kept> kept = new TreeMap<>();
    private OptionalInt width = OptionalInt.empty();

    SetParts(List<AskedSet> asked) {
        this.asked = asked;
        for (int set = 0; set < asked.size(); set++) {
            cut(set, true, asked.get(set).texts());
            cut(set, false, asked.get(set).pictures());
        }
    }

    private void cut(int set, boolean texts, int count) {
        for (int from = 0; from < count; from += TaskEmbedder.BATCH) {
            int to = Math.min(count, from + TaskEmbedder.BATCH);
            parts.add(new Part(set, new SetPart(asked.get(set).set(), texts, from, to)));
        }
    }

    /** The set of each part, by its number. */
    List<Integer> sets() {
        return parts.stream().map(Part::set).toList();
    }

    SetPart part(int number) {
        return parts.get(number).what;
    }

    /** Whether an answer may be one: as many rows as it says, as wide as others', of pictures that the part has. */
    boolean fits(PartEmbedded answer) {
        if (answer.part() < 0 || answer.part() >= parts.size()) {
            return false;
        }
        SetPart what = part(answer.part());
        int inputs = what.to() - what.from();
        int[] pictures = answer.pictures();
        boolean inside = pictures.length == 0 || pictures[pictures.length - 1] < inputs;
        int rows = what.texts() ? inputs : pictures.length;
        boolean whole = what.texts() || rows + answer.leftOut().count() == inputs;
        int floats = answer.rows().length();
        boolean even = rows == 0
                ? floats == 0
                : floats > 0 && floats % rows == 0 && (width.isEmpty() || width.getAsInt() == floats / rows);
        return inside && whole && even;
    }

    void keep(PartEmbedded answer, float[] rows) {
        kept.put(answer.part(), new Kept(answer, rows));
        SetPart what = part(answer.part());
        int inputs = what.texts() ? what.to() - what.from() : answer.pictures().length;
        width = inputs == 0 ? width : OptionalInt.of(rows.length / inputs);
    }

    List<Answer> answers(PartLeases leases) {
        List<Answer> answers = new ArrayList<>();
        for (int set = 0; set < asked.size(); set++) {
            Optional<String> reason = leases.givenUp(set);
            Optional<TaskEmbeddings> embeddings = reason.isPresent() ? Optional.empty() : Optional.of(embeddings(set));
            answers.add(new Answer(embeddings, reason.orElse(""), nanos(set)));
        }
        return answers;
    }

    private long nanos(int set) {
        return kept.values().stream()
                .filter(it -> parts.get(it.answer.part()).set == set)
                .mapToLong(it -> it.answer.nanos())
                .sum();
    }

    private TaskEmbeddings embeddings(int set) {
        List<Kept> own = kept.values().stream()
                .filter(it -> parts.get(it.answer.part()).set == set)
                .toList();
        List<Kept> ofTexts = own.stream().filter(this::isText).toList();
        float[] texts =
                new float[ofTexts.stream().mapToInt(it -> it.rows.length).sum()];
        int width = texts.length / asked.get(set).texts();
        List<TaskEmbeddings> pictures = new ArrayList<>();
        int at = 0;
        for (Kept it : ofTexts) {
            System.arraycopy(it.rows, 0, texts, at, it.rows.length);
            at += it.rows.length;
        }
        for (Kept it : own) {
            if (!isText(it)) {
                int from = part(it.answer.part()).from();
                int[] numbers = Arrays.stream(it.answer.pictures())
                        .map(picture -> from + picture)
                        .toArray();
                pictures.add(new TaskEmbeddings(
                        width,
                        numbers,
                        it.rows,
                        new float[0],
                        it.answer.leftOut().named()));
            }
        }
        return TaskEmbeddings.join(width, pictures, texts);
    }

    private boolean isText(Kept it) {
        return part(it.answer.part()).texts();
    }
}
