package io.tinyclip.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.files.Model;
import io.tinyclip.formats.torchscript.TorchScriptExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of tensors without a config. */
class WeightsAloneTest {
    @TempDir
    Path folder;

    private final Model model = SmallModels.uniform();

    @Test
    void refusesAHeadWidthThatTheArchiveDoesNotSay() {
        Path archive = folder.resolve("archive.pt");
        TorchScriptExport.writeFile(model, archive);
        ReadOptions told = new ReadOptions(Optional.empty(), OptionalInt.of(2), OptionalInt.empty());
        ModelsTest.assertRefused(() -> Models.read(archive, told), "archive.pt", "head width [4]", "[2]");
    }

    @Test
    void refusesNamesOfTooManyWrappings() {
        Path file = folder.resolve("weights");
        SmallModels.write(file, model, name -> "module.".repeat(12) + name);
        ModelsTest.assertSame(model, Models.read(file, ModelsTest.TOLD));
        SmallModels.write(file, model, name -> "module.".repeat(80) + name);
        ModelsTest.assertRefused(() -> Models.read(file, ModelsTest.TOLD), "more than 16 times one of");
    }

    @Test
    void readsSafetensorsWhoseLengthBeginsLikeJson() throws IOException {
        Path file = folder.resolve("weights");
        SmallModels.write(file, model, name -> name);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer old = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) old.getLong(0);
        int padded = length + Math.floorMod('{' - length, 256);
        ByteBuffer changed = ByteBuffer.allocate(bytes.length + padded - length).order(ByteOrder.LITTLE_ENDIAN);
        changed.putLong(padded)
                .put(bytes, Long.BYTES, length)
                .put(" ".repeat(padded - length).getBytes(US_ASCII));
        changed.put(bytes, Long.BYTES + length, bytes.length - Long.BYTES - length);
        Files.write(file, changed.array());
        assertEquals('{', changed.get(0));
        ModelsTest.assertSame(model, Models.read(file, ModelsTest.TOLD));
    }

    @Test
    void refusesAVarianceBelowZero() {
        Model resNet = SmallModels.resNet();
        int variance = resNet.layout().segment("visual.bn1.running_var").offset();
        resNet.vector().floats().put(variance, -0.5f);
        Path file = folder.resolve("weights");
        SmallModels.write(file, resNet, name -> name);
        ModelsTest.assertRefused(
                () -> Models.read(file, ModelsTest.TOLD), "visual.bn1.running_var", "[-0.5]", "not negative");
    }

    @Test
    void namesTheTypeOfTensorsThatAreNoFloats() throws IOException {
        Path file = folder.resolve("weights");
        SmallModels.write(file, model, name -> name);
        byte[] bytes = Files.readAllBytes(file);
        String header = new String(bytes, ISO_8859_1);
        Files.write(file, header.replace("\"F32\"", "\"I32\"").getBytes(ISO_8859_1));
        ModelsTest.assertRefused(() -> Models.read(file, ModelsTest.TOLD), "expected F32, F16, BF16 or F64, found I32");
    }
}
