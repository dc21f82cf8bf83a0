package io.tinyclip.fuzz;

import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.ShardedSafetensors;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.files.torch.TorchFile;
import io.tinyclip.formats.HuggingFaceExport;
import io.tinyclip.formats.Models;
import io.tinyclip.formats.OpenClipExport;
import io.tinyclip.formats.TokenizerFiles;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.text.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Every format of {@link FuzzTest}; a new one is a line in {@link #all}. */
final class Targets {
    private static final int MOST_VALUES = 1 << 16;

    private final Path folder;

    private Targets(Path folder) {
        this.folder = folder;
    }

    /** The formats, read in subfolders of an empty folder. */
    static List<Target> all(Path folder) throws IOException {
        Targets in = new Targets(folder);
        return List.of(
                Target.ofFile(
                        in.file("safetensors", "x"), tensors("kinds", "views"), file -> read(Safetensors.open(file))),
                in.header("kinds"),
                Target.ofFile(in.shardedIndex(), List.of(index()), file -> read(ShardedSafetensors.open(file))),
                Target.ofFile(
                        in.file("torch", "zip"), zips("kinds", "views", "protocol4", "training"), Targets::readTorch),
                Target.ofFile(in.file("torch", "script"), zips("scripted", "traced"), Targets::readTorch),
                Target.ofFile(
                        in.file("torch", "legacy"), files("torch/legacy.pt", "torch/legacy4.pt"), Targets::readTorch),
                in.pickle("kinds"),
                in.pickle("training"),
                in.pickle("scripted"),
                in.partOfModel(ModelFolder.CONFIG),
                in.partOfModel(ModelFolder.TENSORS),
                in.partOfExport(HuggingFaceExport::write, "config.json"),
                in.partOfExport(HuggingFaceExport::write, "preprocessor_config.json"),
                in.partOfExport(HuggingFaceExport::write, "model.safetensors"),
                in.partOfExport(OpenClipExport::write, "open_clip_config.json"),
                in.tokenizer("tokenizer.json"),
                in.tokenizer("vocab.json"),
                in.tokenizer("merges.txt"),
                in.tokenizer("tokenizer_config.json"),
                Target.ofFile(in.file("weights", "alone"), files("/io/tinyclip/models/tinyclip-auto.pt"), Models::read),
                new Target("image/jpeg", images("kind_colour.jpg", "kind_grey.jpg"), Targets::readImage),
                new Target(
                        "image/png", images("kind_palette.png", "kind_rgba.png", "kind_bits.png"), Targets::readImage),
                new Target(
                        "image/webp", formats("lossy.webp", "lossless.webp", "moving-offset.webp"), Targets::readImage),
                new Target("image/gif", formats("palette.gif", "offset.gif", "moving.gif"), Targets::readImage),
                new Target(
                        "image/bmp", formats("colour.bmp", "palette.bmp", "565.bmp", "black.bmp"), Targets::readImage),
                new Target(
                        "image/tiff",
                        formats("lzw.tif", "group4.tif", "ink.tif", "colour16.tif", "palette.tif", "jpeg.tif"),
                        Targets::readImage));
    }

    private Path file(String format, String name) throws IOException {
        return Files.createDirectories(folder.resolve(format)).resolve(name);
    }

    private static List<byte[]> tensors(String... names) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : names) {
            seeds.add(resource(TorchFile.class, name + ".safetensors"));
        }
        return seeds;
    }

    private static List<byte[]> files(String... names) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : names) {
            seeds.add(resource(Safetensors.class, name));
        }
        return seeds;
    }

    private static List<byte[]> images(String... names) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : names) {
            seeds.add(resource(ImageDecoder.class, name));
        }
        return seeds;
    }

    private static List<byte[]> formats(String... names) throws IOException {
        return images(Arrays.stream(names).map(name -> "formats/" + name).toArray(String[]::new));
    }

    private Path shardedIndex() throws IOException {
        Path index = file("sharded", ShardedSafetensors.INDEX);
        Files.write(index.resolveSibling("a.safetensors"), resource(TorchFile.class, "views.safetensors"));
        Files.write(index.resolveSibling("b.safetensors"), resource(TorchFile.class, "kinds.safetensors"));
        return index;
    }

    private static byte[] index() {
        return ("{\"metadata\": {\"total_size\": 96}, \"weight_map\": {\"base\": \"a.safetensors\","
                        + " \"row\": \"a.safetensors\", \"float32\": \"b.safetensors\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private Target partOfExport(BiConsumer<Model, Path> export, String part) throws IOException {
        Path whole = folder.resolve("export-with-another-" + part.replace('.', '-'));
        export.accept(smallest(), whole);
        byte[] seed = Files.readAllBytes(whole.resolve(part));
        return Target.ofFile(whole.resolve(part), List.of(seed), file -> Models.read(whole));
    }

    /** A part of a tokenizer of eight tokens. */
    private Target tokenizer(String part) throws IOException {
        Path file = file("tokenizer of " + part.replace('.', '-'), part);
        Vocabulary expected = new Vocabulary(
                List.of("a", "b", "a</w>", "b</w>", "ab", "\u0120</w>", Vocabulary.START, Vocabulary.END),
                List.of("a b", "\u0120 </w>"));
        return Target.ofFile(
                file,
                files("/io/tinyclip/tokenizer/" + part),
                damaged -> TokenizerFiles.require(damaged.resolveSibling(""), expected));
    }

    private static Model smallest() {
        ModelShape shape = SmallShapes.smallest();
        FloatVector vector = FloatVector.of(Initialization.random(Model.layoutOf(shape), 1));
        Preprocessing preprocessing = Preprocessing.clip(shape.image().imageSize());
        return Model.of(shape, vector, preprocessing, new JsonObject());
    }

    private Target partOfModel(String part) throws IOException {
        Path whole = folder.resolve("model-with-another-" + part.replace('.', '-'));
        ModelFolder.write(whole, smallest(), StoredFloat.F32);
        byte[] seed = Files.readAllBytes(whole.resolve(part));
        return Target.ofFile(whole.resolve(part), List.of(seed), file -> ModelFolder.read(whole));
    }

    /** A damaged header of tensors, with the length that it says. */
    private Target header(String name) throws IOException {
        byte[] whole = resource(TorchFile.class, name + ".safetensors");
        int end = Long.BYTES
                + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] data = Arrays.copyOfRange(whole, end, whole.length);
        Path file = file("safetensors", name);
        return new Target("safetensors/header", List.of(Arrays.copyOfRange(whole, Long.BYTES, end)), json -> {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + data.length);
            bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data);
            Target.write(file, bytes.array());
            read(Safetensors.open(file));
        });
    }

    /** A damaged pickle in a zip that is whole. */
    private Target pickle(String name) throws IOException {
        Map<String, byte[]> entries = entries(name);
        String pickle = entries.keySet().stream()
                .filter(entry -> entry.endsWith("/data.pkl"))
                .findFirst()
                .orElseThrow();
        Path file = file("torch", name);
        return new Target("torch/pickle of " + name, List.of(entries.get(pickle)), program -> {
            entries.put(pickle, program);
            Target.write(file, zip(entries));
            readTorch(file);
        });
    }

    private static List<byte[]> zips(String... names) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : names) {
            seeds.add(zip(entries(name)));
        }
        return seeds;
    }

    /** What is in a zip of PyTorch's, but for the code, which is most of its bytes and never looked at. */
    private static Map<String, byte[]> entries(String name) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(path(TorchFile.class, name + ".pt").toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (!entry.getName().matches("[^/]+/(code/|\\.).*")) {
                    entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
                }
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                CRC32 check = new CRC32();
                check.update(content.getValue());
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setSize(content.getValue().length);
                entry.setCrc(check.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void readTorch(Path file) {
        if (TorchFile.looksLike(file)) {
            TorchFile opened = TorchFile.open(file);
            opened.scalars();
            read(opened);
        }
    }

    private static void read(TensorFile file) {
        FloatBuffer target = FloatBuffer.allocate(MOST_VALUES);
        try (file) {
            for (String name : file.names()) {
                boolean small =
                        file.shape(name).stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b)
                                <= MOST_VALUES;
                if (file.isFloat(name) && small) {
                    file.read(name, target.clear());
                }
            }
        }
    }

    private static void readImage(byte[] bytes) {
        ImageDecoder.decode(bytes, "fuzzed");
    }

    private static byte[] resource(Class<?> beside, String name) throws IOException {
        return Files.readAllBytes(path(beside, name));
    }

    private static Path path(Class<?> beside, String name) {
        try {
            return Path.of(beside.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
