package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.evaluate.Retrieval;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What models are judged on at the ends of stages.
 *
 * @param tasks all of them; of a stand-in one, of as many pairs as a run judges at the most
 * @param fixed what takes time whatever the model: the baseline, once
 * @param ranking what takes time with each model, however it embeds
 */
record Judged(List<RetrievalTask> tasks, Cost fixed, Cost ranking) {
    /** Of a user's own pairs. */
    private static final int MOST_PAIRS = 5_000;

    /**
     * What the settings name, or a stand-in.
     *
     * @param notes gets a line where it is one
     */
    static Judged of(Subject subject, Progress progress, List<String> notes) {
        Settings settings = subject.settings();
        Preprocessing preprocessing = subject.start().preprocessing();
        String source = settings.data().evaluate();
        int embedding = subject.start().shape().embedding();
        try {
            EvaluationSet set = Sources.of(settings, progress)
                    .evaluation(
                            source,
                            "tinyclip.data.evaluate",
                            preprocessing,
                            settings.data().source().evaluation());
            List<RetrievalTask> tasks = set.tasks();
            Stopwatch fixed = new Stopwatch();
            set.baseline();
            Cost baseline = fixed.read();
            Stopwatch ranking = new Stopwatch();
            set.metrics(new AnyEmbedder(preprocessing, embedding));
            return new Judged(tasks, baseline, ranking.read());
        } catch (InvalidInputException e) {
            if (Sources.areBuiltIn(source)) {
                throw e;
            }
            notes.add("the pairs for evaluation cannot be opened (" + e.getMessage() + "): as if there were ["
                    + MOST_PAIRS + "]");
            return standIn(preprocessing, embedding);
        }
    }

    private static Judged standIn(Preprocessing preprocessing, int embedding) {
        StandInPairs pairs = new StandInPairs(MOST_PAIRS);
        RgbImage picture = pairs.view(0, 0, preprocessing).image();
        RetrievalTask task = new RetrievalTask(
                "",
                IntStream.range(0, MOST_PAIRS).mapToObj(i -> picture).toList(),
                IntStream.range(0, MOST_PAIRS).mapToObj(StandInPairs::caption).toList(),
                IntStream.range(0, MOST_PAIRS).mapToObj(i -> new int[] {i}).toList());
        Stopwatch ranking = new Stopwatch();
        Retrieval.metrics(new AnyEmbedder(preprocessing, embedding), task);
        return new Judged(List.of(task), Cost.NONE, ranking.read());
    }

    long images() {
        return tasks.stream().mapToLong(task -> task.images().size()).sum();
    }

    long texts() {
        return tasks.stream().mapToLong(task -> task.texts().size()).sum();
    }

    /** Says anything, at once. */
    private record AnyEmbedder(Preprocessing preprocessing, int embedding) implements Embedder {
        @Override
        public float[] images(List<RgbImage> images) {
            return any(1, images.size());
        }

        @Override
        public float[] texts(List<String> texts) {
            return any(2, texts.size());
        }

        private float[] any(long seed, int rows) {
            float[] floats = new float[rows * embedding];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) (Counter.uniform(seed, i) - 0.5);
            }
            return floats;
        }
    }
}
