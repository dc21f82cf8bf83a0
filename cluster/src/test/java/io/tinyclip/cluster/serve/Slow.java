package io.tinyclip.cluster.serve;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** Embeds texts once it may; tells the sizes of its batches. An embedding is the text's length and a one. */
class Slow implements Embedder {
    final BlockingQueue<Integer> batches = new LinkedBlockingQueue<>();
    final CountDownLatch may = new CountDownLatch(1);

    @Override
    public int embedding() {
        return 2;
    }

    @Override
    public int together() {
        return 64;
    }

    @Override
    public Preprocessing preprocessing() {
        return Preprocessing.clip(8);
    }

    @Override
    public float[] images(List<RgbImage> images) {
        throw new IllegalStateException("no pictures are embedded here");
    }

    @Override
    public float[] texts(List<String> texts) {
        batches.add(texts.size());
        try {
            may.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        float[] rows = new float[2 * texts.size()];
        for (int i = 0; i < texts.size(); i++) {
            rows[2 * i] = texts.get(i).length();
            rows[2 * i + 1] = 1;
        }
        return rows;
    }
}
