package io.tinyclip.cluster.judge;

import io.tinyclip.cluster.judge.Judgement.Question;
import io.tinyclip.data.source.TableReader;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judgements as rows with the columns of CLIP_benchmark's table and a few of ours, by RFC 4180. */
final class JudgementCsv {
    private static final List<String> BEFORE =
            List.of("dataset", "model", "pretrained", "task", "language", "split", "model_fullname");
    private static final List<String> BEHIND = List.of("pictures", "badSamples", "key");
    private static final String NOT_A_NUMBER = "nan";

    private JudgementCsv() {}

    static String write(List<Judgement> judgements) {
        Set<String> metrics = new LinkedHashSet<>();
        judgements.forEach(judgement -> metrics.addAll(judgement.metrics().keySet()));
        StringBuilder text = new StringBuilder();
        row(text, Stream.of(BEFORE, metrics, BEHIND).flatMap(each -> each.stream()));
        for (Judgement judgement : judgements) {
            Question question = judgement.question();
            List<String> fields = new ArrayList<>(List.of(
                    question.dataset(),
                    question.model(),
                    question.weights(),
                    question.task(),
                    "en",
                    question.split(),
                    question.model() + " " + question.weights()));
            for (String metric : metrics) {
                fields.add(Optional.ofNullable(judgement.metrics().get(metric))
                        .map(value -> value.isNaN() ? NOT_A_NUMBER : value.toString())
                        .orElse(""));
            }
            fields.add(Long.toString(judgement.pictures()));
            fields.add(Long.toString(judgement.badSamples()));
            fields.add(question.key());
            row(text, fields.stream());
        }
        return text.toString();
    }

    /** @param where names the text in messages */
    static List<Judgement> read(String text, String where) {
        List<Judgement> judgements = new ArrayList<>();
        try {
            TableReader rows =
                    new TableReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), ',', where);
            Optional<List<byte[]>> names = rows.next();
            if (names.isEmpty() || !texts(names.get()).containsAll(BEFORE)) {
                throw new InvalidInputException(where + " is there, and has not the columns " + BEFORE
                        + " of a table that this command writes; name another file");
            }
            for (Optional<List<byte[]>> row = rows.next(); row.isPresent(); row = rows.next()) {
                judgements.add(judgement(texts(names.get()), texts(row.get()), where + " row " + rows.row()));
            }
        } catch (IOException e) {
            throw new InvalidInputException(where + " cannot be read (" + e + ")", e);
        }
        return judgements;
    }

    private static Judgement judgement(List<String> names, List<String> fields, String where) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(names.size(), fields.size()); i++) {
            row.put(names.get(i), fields.get(i));
        }
        try {
            Map<String, Double> metrics = new LinkedHashMap<>();
            row.forEach((name, field) -> {
                if (!BEFORE.contains(name) && !BEHIND.contains(name) && !field.isEmpty()) {
                    metrics.put(name, field.equals(NOT_A_NUMBER) ? Double.NaN : Double.parseDouble(field));
                }
            });
            Question question = new Question(
                    field(row, "dataset"),
                    field(row, "model"),
                    field(row, "pretrained"),
                    field(row, "task"),
                    field(row, "split"),
                    field(row, "key"));
            return new Judgement(
                    question,
                    metrics,
                    Long.parseLong(field(row, "pictures")),
                    Long.parseLong(field(row, "badSamples")));
        } catch (NumberFormatException e) {
            throw new InvalidInputException(where + " has no number where one must be; name another file", e);
        }
    }

    private static String field(Map<String, String> row, String name) {
        return row.getOrDefault(name, "");
    }

    private static List<String> texts(List<byte[]> fields) {
        return fields.stream()
                .map(field -> new String(field, StandardCharsets.UTF_8))
                .toList();
    }

    private static void row(StringBuilder text, Stream<String> fields) {
        text.append(fields.map(JudgementCsv::quoted).collect(Collectors.joining(",")))
                .append('\n');
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
