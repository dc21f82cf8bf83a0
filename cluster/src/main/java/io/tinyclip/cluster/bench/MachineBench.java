package io.tinyclip.cluster.bench;

import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.compute.ProductBenchmark;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;

/** What this machine can do at the most, by the plainest code for it: multiply, move memory, decode pictures. */
final class MachineBench {
    private static final double MEGA = 1e6;
    /** One float read and written, another read. */
    private static final double UPDATE_BYTES = 3 * Float.BYTES;

    private static final float FACTOR = 0.5f;
    static final int WIDTH = 640;
    static final int HEIGHT = 480;
    private static final int INPUT = 224;
    private static final int PICTURES = 8;
    /** Until the loops are compiled. */
    private static final int WARMING = 5;

    private final int threads;
    private final Sizes sizes;
    private final int narrowProduct;

    /** @param narrowProduct rows of the products in bf16 */
    MachineBench(int threads, Sizes sizes, int narrowProduct) {
        this.threads = threads;
        this.sizes = sizes;
        this.narrowProduct = narrowProduct;
    }

    List<Figure> run() {
        List<Figure> figures = new ArrayList<>(products());
        figures.addAll(memory());
        figures.addAll(pictures());
        return figures;
    }

    private List<Figure> products() {
        List<Double> wide = new ArrayList<>();
        List<Double> narrow = new ArrayList<>();
        for (int round = 0; round < sizes.rounds(); round++) {
            wide.add(ProductBenchmark.gigaflops(Precision.FP32, sizes.product(), threads, 1));
            narrow.add(ProductBenchmark.gigaflops(Precision.BF16, narrowProduct, threads, 1));
        }
        Figure floats =
                Figure.of(Section.MACHINE, name(sizes.product(), Precision.FP32), median(wide), KernelBench.UNIT);
        Limit limit = new Limit("products in fp32", floats.value());
        String name = name(narrowProduct, Precision.BF16);
        return List.of(floats, Figure.of(Section.MACHINE, name, median(narrow), KernelBench.UNIT, limit));
    }

    private String name(int size, Precision precision) {
        return "products of " + size + " x " + size + ", " + threads + " threads, " + precision.word();
    }

    private List<Figure> memory() {
        float[] target = new float[sizes.floats()];
        float[] other = new float[sizes.floats()];
        Arrays.fill(other, 1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            double[] seconds = Medians.seconds(
                    WARMING,
                    sizes.rounds(),
                    () -> update(target, other, 0, target.length),
                    () -> onAll(target, other, pool));
            double all = rate(seconds[1]);
            return List.of(
                    Figure.of(Section.MACHINE, "memory, " + threads + " threads", all, "MB/s"),
                    Figure.of(
                            Section.MACHINE,
                            "memory, one thread",
                            rate(seconds[0]),
                            "MB/s",
                            new Limit("all threads", all)));
        } finally {
            pool.shutdown();
        }
    }

    private double rate(double seconds) {
        return UPDATE_BYTES * sizes.floats() / seconds / MEGA;
    }

    private void onAll(float[] target, float[] other, ExecutorService pool) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int from = (int) ((long) target.length * i / threads);
            int to = (int) ((long) target.length * (i + 1) / threads);
            running.add(CompletableFuture.runAsync(() -> update(target, other, from, to), pool));
        }
        running.forEach(CompletableFuture::join);
    }

    private static void update(float[] target, float[] other, int from, int to) {
        for (int i = from; i < to; i++) {
            target[i] = FACTOR * target[i] + other[i];
        }
    }

    private List<Figure> pictures() {
        byte[] jpeg = jpeg();
        Preprocessing preprocessing = Preprocessing.clip(INPUT);
        double[] seconds = Medians.seconds(
                WARMING,
                sizes.rounds(),
                () -> repeat(
                        seed -> ImageDecoder.decode(jpeg, "of the benchmark").rgb()),
                () -> repeat(seed -> preprocessing
                        .training(ImageDecoder.decode(jpeg, "of the benchmark"), seed)
                        .rgb()));
        double pixels = (double) PICTURES * WIDTH * HEIGHT / MEGA;
        double decoded = pixels / seconds[0];
        String of = " a JPEG of " + WIDTH + " x " + HEIGHT + ", one thread";
        String unit = "Mpixel/s";
        return List.of(
                Figure.of(Section.MACHINE, "decoding" + of, decoded, unit),
                Figure.of(
                        Section.MACHINE,
                        "decoding, cropping and resizing" + of,
                        pixels / seconds[1],
                        unit,
                        new Limit("decoding alone", decoded)));
    }

    private interface Work {
        byte[] pixels(long seed);
    }

    private static void repeat(Work work) {
        for (int i = 0; i < PICTURES; i++) {
            if (work.pixels(i).length == 0) {
                throw new IllegalStateException("a picture without pixels");
            }
        }
    }

    /** Smooth colours with some grain, which has about as many bytes a pixel as a photo. */
    static byte[] jpeg() {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int grain = (x * 31 + y * 17 + x * y) & 0xf;
                image.setRGB(x, y, (x * 239 / WIDTH + grain) << 16 | (y * 239 / HEIGHT + grain) << 8 | 0x70 + grain);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("no memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    private static double median(List<Double> values) {
        return Medians.of(values.stream().mapToDouble(it -> it).toArray());
    }
}
