package io.tinyclip.cluster.result;

import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.files.Model;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.GridRow.Found;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Some queries in words, and the pictures that teacher and student find nearest to them. */
final class PictureGrid {
    private static final int QUERIES = 8;
    private static final int FOUND = 5;
    private static final int SHORT_PART = 8;

    private PictureGrid() {}

    /** Queries of every task, captions in colours and bare names alike, alike. */
    static List<GridRow> of(Judge judge, Model teacher, Model student) {
        List<RetrievalTask> tasks = judge.evaluation().tasks();
        List<GridRow> rows = new ArrayList<>();
        for (RetrievalTask task : tasks) {
            rows.addAll(rows(judge, task, QUERIES / tasks.size(), List.of(teacher, student)));
        }
        return rows;
    }

    private static List<GridRow> rows(Judge judge, RetrievalTask task, int most, List<Model> models) {
        List<Integer> queries = queries(task.texts(), most);
        List<List<Found>> byTeacher = found(judge.engine(), models.get(0), task, queries);
        List<List<Found>> byStudent = found(judge.engine(), models.get(1), task, queries);
        List<GridRow> rows = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            rows.add(new GridRow(task.texts().get(queries.get(i)), byTeacher.get(i), byStudent.get(i)));
        }
        return rows;
    }

    /** Evenly from the part of the texts with the fewest words: everyday things have short names. */
    private static List<Integer> queries(List<String> texts, int most) {
        List<Integer> shortest = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(text -> texts.get(text).split(" ").length)
                        .thenComparing(Comparator.naturalOrder()))
                .limit(Math.max(most, texts.size() / SHORT_PART))
                .sorted()
                .toList();
        int count = Math.min(most, shortest.size());
        return IntStream.range(0, count)
                .mapToObj(i -> shortest.get((int) ((2L * i + 1) * shortest.size() / (2L * count))))
                .toList();
    }

    private static List<List<Found>> found(Engine engine, Model model, RetrievalTask task, List<Integer> queries) {
        try (Engine.Loaded loaded = engine.load(model)) {
            Embedder embedder = loaded.embedder();
            float[] images = embedder.images(task.images());
            float[] texts =
                    embedder.texts(queries.stream().map(task.texts()::get).toList());
            List<List<Found>> found = new ArrayList<>();
            for (int i = 0; i < queries.size(); i++) {
                double[] similarity = similarity(images, texts, i, embedder.embedding());
                int query = queries.get(i);
                found.add(IntStream.range(0, similarity.length)
                        .boxed()
                        .sorted(Comparator.<Integer>comparingDouble(image -> -similarity[image])
                                .thenComparing(Comparator.naturalOrder()))
                        .limit(FOUND)
                        .map(image -> new Found(
                                task.images().get(image),
                                IntStream.of(task.textsOfImage().get(image)).anyMatch(text -> text == query)))
                        .toList());
            }
            return found;
        }
    }

    /** Inner products of one text with every image. */
    private static double[] similarity(float[] images, float[] texts, int text, int embedding) {
        double[] similarity = new double[images.length / embedding];
        for (int image = 0; image < similarity.length; image++) {
            for (int e = 0; e < embedding; e++) {
                similarity[image] += (double) images[image * embedding + e] * texts[text * embedding + e];
            }
        }
        return similarity;
    }
}
