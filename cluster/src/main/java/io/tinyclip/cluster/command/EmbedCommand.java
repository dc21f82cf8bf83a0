package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.PictureFiles;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.SafetensorsWriter;
import io.tinyclip.files.SafetensorsWriter.Tensor;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code embed}: embeddings of pictures and texts into a file. */
@Command(
        name = "embed",
        description = {
            "Writes unit-length embeddings of pictures and texts to a safetensors file.",
            "Rows of tensor images: the picture files sorted by path, listed in FILE.images.txt.",
            "Files that are no pictures are left out, and said.",
            "Rows of tensor texts: the lines of the texts file."
        },
        mixinStandardHelpOptions = true)
final class EmbedCommand implements Callable<Integer> {
    private static final int BATCH = 256;

    private final Tools tools;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(names = "--images", paramLabel = "DIR|TAR", description = "Pictures: a folder, or a WebDataset tar.")
    private Optional<Path> images = Optional.empty();

    @Option(
            names = "--texts",
            paramLabel = "FILE",
            description = "Texts in UTF-8, one a line; empty lines are left out.")
    private Optional<Path> texts = Optional.empty();

    @Option(names = "--out", required = true, paramLabel = "FILE.safetensors", description = "The file to write.")
    private Path output = Path.of("");

    @Mixin
    private final CacheOption cache = new CacheOption();

    EmbedCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        if (images.isEmpty() && texts.isEmpty()) {
            throw new InvalidInputException("nothing to embed; give --images, --texts or both");
        }
        AtomicFile.requireWritable(output, "--out");
        cache.open(false, tools.err());
        Model read = model.read();
        Optional<PictureFiles> pictures = images.map(PictureFiles::open);
        List<String> lines = texts.map(EmbedCommand::lines).orElse(List.of());
        List<Tensor> tensors = new ArrayList<>();
        List<String> embedded = new ArrayList<>();
        try (Engine.Loaded loaded = tools.engine().get().load(read)) {
            pictures.ifPresent(files -> tensors.add(images(files, loaded.embedder(), embedded)));
            if (!lines.isEmpty()) {
                tensors.add(texts(lines, loaded.embedder()));
            }
        }
        SafetensorsWriter.write(output, tensors, StoredFloat.F32, Map.of("model", Location.shown(model.name())));
        pictures.ifPresent(files -> AtomicFile.writeText(
                output.resolveSibling(output.getFileName() + ".images.txt"), String.join("\n", embedded) + "\n"));
        tensors.forEach(tensor -> tools.out().println(tensor.name() + " " + tensor.shape()));
        return ExitCode.DONE;
    }

    private static List<String> lines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (lines.isEmpty()) {
                throw new InvalidInputException("texts file [" + file + "] has no text; give one a line");
            }
            return lines;
        } catch (IOException e) {
            throw new InvalidInputException("cannot read texts [" + file + "]: " + e + "; give a file in UTF-8", e);
        }
    }

    /** @param embedded gets the names of those that were pictures, in the order of the rows */
    private Tensor images(PictureFiles files, Embedder embedder, List<String> embedded) {
        requireHeld("--images", files.names().size(), embedder.embedding());
        List<float[]> parts = new ArrayList<>();
        List<RgbImage> batch = new ArrayList<>();
        for (int i = 0; i < files.names().size(); i++) {
            try {
                batch.add(files.picture(i, embedder.preprocessing()));
                embedded.add(files.names().get(i));
            } catch (BadPictureException e) {
                tools.err().println("left out: " + e.getMessage());
            }
            if (batch.size() == BATCH || i == files.names().size() - 1 && !batch.isEmpty()) {
                parts.add(embedder.images(batch));
                batch.clear();
            }
        }
        int left = files.names().size() - embedded.size();
        if (embedded.isEmpty()) {
            throw new InvalidInputException("none of the [" + left + "] pictures of --images can be used; give others");
        }
        if (left > 0) {
            tools.err().println("left out [" + left + "] of [" + files.names().size() + "] pictures");
        }
        float[] rows = new float[embedded.size() * embedder.embedding()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, rows, at, part.length);
            at += part.length;
        }
        return tensor("images", rows, embedder.embedding());
    }

    /**
     * Refuses, before hours of work, what has more numbers than an array of Java.
     *
     * @param option that named it
     */
    static void requireHeld(String option, long rows, int embedding) {
        long most = Integer.MAX_VALUE / embedding;
        if (rows > most) {
            throw new InvalidInputException(option + " has [" + rows + "] inputs, of whose embeddings with ["
                    + embedding + "] channels a file holds at most [" + most + "]; embed them in several parts");
        }
    }

    private static Tensor texts(List<String> lines, Embedder embedder) {
        requireHeld("--texts", lines.size(), embedder.embedding());
        float[] rows = new float[lines.size() * embedder.embedding()];
        for (int from = 0; from < lines.size(); from += BATCH) {
            float[] part = embedder.texts(lines.subList(from, Math.min(from + BATCH, lines.size())));
            System.arraycopy(part, 0, rows, from * embedder.embedding(), part.length);
        }
        return tensor("texts", rows, embedder.embedding());
    }

    private static Tensor tensor(String name, float[] rows, int embedding) {
        return new Tensor(name, List.of(rows.length / embedding, embedding), rows, 0);
    }
}
