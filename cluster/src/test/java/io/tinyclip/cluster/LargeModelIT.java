package io.tinyclip.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.files.Architectures;
import io.tinyclip.files.Model;
import io.tinyclip.model.Segment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of 600 MB in a heap of 200: they never lie in it. */
final class LargeModelIT {
    private static final String HEAP = "-Xmx200m";
    private static final long WEIGHTS = 600_000_000;
    private static final int IMAGE_PARAMETERS = 87_849_216;

    @TempDir
    private static Path folder;

    private static Path weights = Path.of("");

    /** A header and a hole: weights of zero, which take no space and no time to write. */
    @BeforeAll
    static void writeViTB32() throws IOException {
        JsonObject header = new JsonObject();
        long end = 0;
        for (Segment segment : Model.layoutOf(Architectures.shape("ViT-B-32")).segments()) {
            long begin = end;
            end += (long) segment.count() * Float.BYTES;
            header.add(segment.name(), tensor(segment, begin, end));
        }
        assertTrue(end > WEIGHTS, end + " bytes");
        byte[] json = header.toString().getBytes(UTF_8);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        weights = folder.resolve("ViT-B-32.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.write(length.putLong(json.length).array());
            file.write(json);
            file.setLength(Long.BYTES + json.length + end);
        }
    }

    @Test
    void isInspected() throws Exception {
        JsonObject said = JsonParser.parseString(run("inspect", weights.toString(), "--json"))
                .getAsJsonObject();
        assertEquals(
                IMAGE_PARAMETERS, said.getAsJsonObject("params").get("image").getAsInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf", "onnx"})
    void isExported(String format) throws Exception {
        Path out = folder.resolve(format);
        String output = run("export", weights.toString(), "--format", format, "--out", out.toString());
        long written = 0;
        for (String line :
                output.lines().filter(it -> it.startsWith(out.toString())).toList()) {
            Path file = Path.of(line.substring(0, line.lastIndexOf(' ')));
            written += Files.size(file);
            Files.delete(file);
        }
        assertTrue(written > WEIGHTS, output);
        assertTrue(output.contains("assumed"), "weights alone do not say all");
    }

    private static JsonObject tensor(Segment segment, long begin, long end) {
        JsonArray shape = new JsonArray();
        segment.shape().forEach(shape::add);
        JsonArray offsets = new JsonArray();
        offsets.add(begin);
        offsets.add(end);
        JsonObject tensor = new JsonObject();
        tensor.addProperty("dtype", "F32");
        tensor.add("shape", shape);
        tensor.add("data_offsets", offsets);
        return tensor;
    }

    private static String run(String... arguments) throws Exception {
        List<String> command = PackagedJar.command(List.of(HEAP), arguments);
        return PackagedJar.run(command).requireExit(ExitCode.DONE).output();
    }
}
