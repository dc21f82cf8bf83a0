package io.tinyclip.evaluate;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One task of an evaluation set, to be embedded in parts by whomever. Its figures are those of {@link Retrieval}. */
public final class JudgedPairs implements JudgedTask {
    private final RetrievalTask task;
    private final Texts texts = new Texts();
    /** The number of each of the task's texts. */
    private final int[] numbers;

    private final String contentHash;

    /** @param index of the task, in the order of the set */
    public JudgedPairs(EvaluationSet set, int index) {
        this.task = set.tasks().get(index);
        this.numbers = task.texts().stream().mapToInt(texts::number).toArray();
        ContentHash hash = new ContentHash("tinyclip judged pairs 1")
                .add(index)
                .add(set.contentHash().orElse(""))
                .add(task.prefix());
        task.texts().forEach(hash::add);
        if (set.contentHash().isEmpty()) {
            task.images().forEach(image -> hash.add(image.rgb()));
        }
        this.contentHash = hash.hex();
    }

    @Override
    public int pictures() {
        return task.images().size();
    }

    /** As it was made for the models of this run. */
    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return task.images().get(index);
    }

    @Override
    public SampleLabel name(int index) {
        return new SampleLabel("", "pair " + index);
    }

    @Override
    public List<String> texts() {
        return texts.all();
    }

    @Override
    public Map<String, Double> figures(TaskEmbeddings embeddings) {
        int width = embeddings.width();
        float[] rows = new float[numbers.length * width];
        for (int text = 0; text < numbers.length; text++) {
            System.arraycopy(embeddings.texts(), numbers[text] * width, rows, text * width, width);
        }
        return Retrieval.metrics(embeddings.images(), rows, width, task);
    }

    /** Names of the figures. */
    public Set<String> figureNames() {
        return Retrieval.names(task.prefix());
    }

    @Override
    public String contentHash() {
        return contentHash;
    }
}
