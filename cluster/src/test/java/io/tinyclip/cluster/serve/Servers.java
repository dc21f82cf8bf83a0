package io.tinyclip.cluster.serve;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;

/** Servers of tests, and what they serve. */
public final class Servers {
    static final Limits USUAL = new Limits(1_000_000, 8, 20_000, 4, 16, Duration.ofSeconds(30));

    private Servers() {}

    /** A small model of random weights. */
    public static Model model() {
        ModelShape shape = new ModelShape(
                16,
                Activation.GELU,
                new VisionTransformer(16, 8, 16, 8, List.of(new LayerShape(2, 24))),
                new TextTower(12, 49_408, 16, 8, List.of(new LayerShape(2, 32))));
        return Model.of(
                shape,
                FloatVector.of(Initialization.random(Model.layoutOf(shape), 3)),
                Preprocessing.clip(16),
                new JsonObject());
    }

    /** A picture of a size, its colours by a number. */
    public static byte[] png(int width, int height, int number) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(number * 67 & 0xff, number * 151 & 0xff, number * 29 & 0xff));
        pen.fillRect(0, 0, width, height);
        pen.setColor(Color.WHITE);
        pen.fillOval(number * 5 % width, number * 3 % height, width / 2, height / 3);
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    /** Pictures, a bad one among them, and a file beside the folder that nobody may see. */
    public static Path folder(Path place, int pictures) throws IOException {
        Path folder = Files.createDirectories(place.resolve("pictures/inner"));
        for (int i = 0; i < pictures; i++) {
            Files.write(folder.resolve("p" + i + ".png"), png(30 + i, 20, i));
        }
        Files.writeString(folder.resolveSibling("broken.jpg"), "no picture");
        Files.write(place.resolve("secret.png"), png(20, 20, 99));
        return place.resolve("pictures");
    }

    /** On any port of loopback. */
    public static Server.Place loopback() {
        return new Server.Place("127.0.0.1", 0, Optional.empty(), new HostNames("127.0.0.1", List.of("proxy.example")));
    }

    /** A server of the small model's shape. */
    static Server start(Embedder embedder, Limits limits, boolean gathers) {
        return Server.start(
                new Server.Content(new Served("small", model().shape()), embedder, 1, gathers, Optional.empty()),
                loopback(),
                limits,
                new Heard());
    }

    /** Keeps what it hears. */
    public static final class Heard implements IndexListener {
        /** What is left out, once all was looked at. */
        public final CompletableFuture<List<String>> leftOut = new CompletableFuture<>();

        @Override
        public void advanced(int seen, int total) {}

        @Override
        public void ended(int searched, List<String> complaints, String failure) {
            if (failure.isEmpty()) {
                leftOut.complete(complaints);
            } else {
                leftOut.completeExceptionally(new IllegalStateException(failure));
            }
        }
    }
}
