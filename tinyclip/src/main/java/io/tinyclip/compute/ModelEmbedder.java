package io.tinyclip.compute;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Embeds with a model, a fixed number of inputs at a time, so that the bits do not depend on the threads. */
public final class ModelEmbedder implements Embedder, AutoCloseable {
    /** Inputs embedded in one go. */
    static final int CHUNK = 64;

    private final TensorScope home;
    private final int embedding;
    /** Of the tokenizer that the model was made for. */
    private final int vocabulary;

    private final BatchLoader.Inputs inputs;
    private final ClipKernel kernel;
    private final Tensor weights;
    private final ExecutorService threads;

    /** Embeds on the processor. */
    public ModelEmbedder(Model model, Precision precision, int threads) {
        this(model, precision, threads, ComputeDevice.CPU);
    }

    /** @param threads chunks embedded at a time */
    public ModelEmbedder(Model model, Precision precision, int threads, ComputeDevice device) {
        this.home = Torch.newScope(device);
        this.embedding = model.shape().embedding();
        this.vocabulary = model.cut().isPresent()
                ? Tokenizer.VOCABULARY
                : model.shape().text().vocabulary();
        this.inputs = BatchLoader.Inputs.of(model, PictureTensors.on(home, device.copies(), model.preprocessing()));
        this.kernel = ClipKernel.compile(home, model.layout(), precision);
        FloatVector vector = model.vector();
        this.weights = home.over(vector.bytes(), vector.size());
        this.threads = Executors.newFixedThreadPool(threads);
    }

    @Override
    public int embedding() {
        return embedding;
    }

    @Override
    public int together() {
        return CHUNK;
    }

    @Override
    public Preprocessing preprocessing() {
        return inputs.preprocessing();
    }

    @Override
    public float[] images(List<RgbImage> images) {
        return images(images, more -> {});
    }

    @Override
    public float[] texts(List<String> texts) {
        return texts(texts, more -> {});
    }

    @Override
    public float[] images(List<RgbImage> images, IntConsumer done) {
        return chunks(images, this::embedImages, done);
    }

    @Override
    public float[] texts(List<String> texts, IntConsumer done) {
        Tokenizer.requireVocabulary(vocabulary);
        return chunks(texts, this::embedTexts, done);
    }

    private float[] embedImages(List<RgbImage> images) {
        Torch.gradients(false);
        try (TensorScope scope = home.newScope()) {
            return kernel.image(weights, inputs.images(scope, images)).floats();
        }
    }

    private float[] embedTexts(List<String> texts) {
        Torch.gradients(false);
        TextBatch batch = inputs.texts(texts);
        try (TensorScope scope = home.newScope()) {
            Tensor tokens = scope.longs(batch.rows(), texts.size(), batch.length());
            return kernel.text(weights, tokens, scope.longs(batch.ends())).floats();
        }
    }

    private <T> float[] chunks(List<T> inputs, Function<List<T>, float[]> embed, IntConsumer done) {
        List<Future<float[]>> parts = new ArrayList<>();
        for (int from = 0; from < inputs.size(); from += CHUNK) {
            List<T> chunk = inputs.subList(from, Math.min(inputs.size(), from + CHUNK));
            parts.add(threads.submit(() -> embed.apply(chunk)));
        }
        float[] all = new float[inputs.size() * embedding];
        for (int i = 0; i < parts.size(); i++) {
            float[] part = result(parts.get(i));
            System.arraycopy(part, 0, all, i * CHUNK * embedding, part.length);
            done.accept(part.length / embedding);
        }
        return all;
    }

    private static float[] result(Future<float[]> part) {
        try {
            return part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while embedding", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("embedding failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        home.close();
    }
}
