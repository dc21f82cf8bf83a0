package io.tinyclip.formats.torchscript;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.files.torch.TorchFile;
import io.tinyclip.formats.Models;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Shapes;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.random.Counter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TorchScriptExportTest {
    private static final int BOUND = 64;
    /** Bytes of an entry's header before its name, and where the lengths of name and extra field lie in it. */
    private static final int HEADER = 30;

    private static final int NAME_LENGTH = 26;
    private static final int EXTRA_LENGTH = 28;

    @TempDir
    Path folder;

    static Stream<ModelShape> shapes() {
        return Stream.of(Shapes.cut(), Shapes.cut().withTokenRank(3), SmallShapes.uneven(), SmallShapes.resnet());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void readerOfPyTorchFilesFindsTheSameBitsUnderOpenClipsNames(ModelShape shape) {
        Model model = model(shape);
        Layout layout = model.layout();
        try (TorchFile file = TorchFile.open(write(model, "a"))) {
            assertEquals(layout.segments().stream().map(Segment::name).collect(Collectors.toSet()), file.names());
            for (Segment segment : layout.segments()) {
                FloatBuffer values = FloatBuffer.allocate(segment.count());
                file.read(segment.name(), values);
                assertArrayEquals(model.vector().range(segment.offset(), segment.end()), values.array());
                assertEquals(
                        segment.shape(),
                        file.shape(segment.name()).stream().map(Long::intValue).toList());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void modelReadBackIsTheModelWritten(ModelShape shape) {
        Model model = model(shape);
        Model read = Models.read(write(model, "a"));
        assertEquals(shape, read.shape());
        JsonObject provenance = read.provenance().getAsJsonObject("read");
        assertEquals("[]", provenance.get("assumed").toString());
        assertEquals(model.preprocessing(), read.preprocessing());
        for (Segment segment : model.layout().segments()) {
            assertArrayEquals(
                    model.vector().range(segment.offset(), segment.end()),
                    read.vector().range(segment.offset(), segment.end()));
        }
    }

    @Test
    void saysWhatAUserMustKnow() {
        try (TorchFile file = TorchFile.open(write(model(Shapes.cut()), "a"))) {
            Map<String, Object> numbers = file.scalars();
            assertEquals(8L, numbers.get("input_resolution"));
            assertEquals(7L, numbers.get("context_length"));
            assertEquals(11L, numbers.get("vocab_size"));
            assertEquals(3L, numbers.get("embed_dim"));
            assertEquals(11L, numbers.get("resize"));
            assertEquals("shortest_floor", numbers.get("resize_mode"));
            assertEquals("bilinear", numbers.get("interpolation"));
            assertEquals(0.3, numbers.get("image_mean.2"));
            assertEquals(false, numbers.get("training"));
            assertEquals(2L, numbers.get("visual.transformer.resblocks.0.attn.heads"));
            assertEquals(4L, numbers.get("visual.transformer.resblocks.0.attn.head_width"));
        }
    }

    @Test
    void everyEntryIsStoredOnABoundOf64Bytes() throws IOException {
        Path file = write(model(SmallShapes.middling()), "a");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            int at = 0;
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                assertEquals(ZipEntry.STORED, entry.getMethod());
                int content = at + HEADER + bytes.getShort(at + NAME_LENGTH) + bytes.getShort(at + EXTRA_LENGTH);
                assertEquals(0, content % BOUND, entry.getName());
                byte[] stored = new byte[(int) entry.getSize()];
                bytes.get(content, stored);
                assertArrayEquals(zip.getInputStream(entry).readAllBytes(), stored);
                at = content + stored.length;
            }
        }
    }

    @Test
    void sourceHasEachClassOnce() throws IOException {
        for (ModelShape shape : shapes().toList()) {
            try (ZipFile zip = new ZipFile(write(model(shape), "a").toFile())) {
                byte[] source = zip.getInputStream(zip.getEntry("model/code/__torch__.py"))
                        .readAllBytes();
                List<String> classes = new String(source, StandardCharsets.UTF_8)
                        .lines()
                        .filter(l -> l.startsWith("class "))
                        .toList();
                assertEquals(Set.copyOf(classes).size(), classes.size());
            }
        }
    }

    @Test
    void sameModelGivesTheSameFileInEveryTimeZone() throws IOException {
        TimeZone here = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            Path a = write(model(Shapes.cut()), "a");
            TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
            assertEquals(-1, Files.mismatch(a, write(model(Shapes.cut()), "b")));
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Test
    void leavesNothingWhereItCannotWrite() throws IOException {
        Path notAFolder = Files.createFile(folder.resolve("file"));
        assertThrows(UncheckedIOException.class, () -> write(model(Shapes.cut()), "file/a"));
        assertEquals(0, Files.size(notAFolder));
        Model model = model(Shapes.cut());
        assertThrows(UncheckedIOException.class, () -> TorchScriptExport.write(model, folder.resolve("file/a")));
        assertThrows(InvalidInputException.class, () -> TorchScriptExport.write(model, notAFolder));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(notAFolder), left.toList());
        }
    }

    @Test
    void theFolderHoldsTheSameArchiveAlone() throws IOException {
        Model model = model(Shapes.cut());
        TorchScriptExport.write(model, folder.resolve("out"));
        Path archive = folder.resolve("out").resolve(TorchScriptExport.FILE);
        try (Stream<Path> written = Files.list(folder.resolve("out"))) {
            assertEquals(List.of(archive), written.toList());
        }
        assertEquals(-1, Files.mismatch(write(model, "a"), archive));
    }

    private Path write(Model model, String name) {
        Path file = folder.resolve(name);
        TorchScriptExport.writeFile(model, file);
        return file;
    }

    private static Model model(ModelShape shape) {
        FloatVector vector = FloatVector.allocate(Model.layoutOf(shape).size());
        for (Segment segment : Model.layoutOf(shape).segments()) {
            boolean positive = segment.name().endsWith(".running_var");
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector.floats().put(i, (float) (positive ? Counter.uniform(7, i) : Counter.normal(7, i)));
            }
        }
        int size = shape.image().imageSize();
        Preprocessing preprocessing = new Preprocessing(
                size,
                size + 3,
                ResizeMode.SHORTEST_FLOOR,
                Interpolation.BILINEAR,
                List.of(0.1, 0.2, 0.3),
                List.of(0.5, 1.0, 2.0));
        return Model.of(shape, vector, preprocessing, new JsonObject());
    }
}
