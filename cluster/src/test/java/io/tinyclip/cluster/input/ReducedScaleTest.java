package io.tinyclip.cluster.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.data.WebDataset;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReducedScaleTest {
    private static final String KEY = "tinyclip.data.reduced-scale";
    private static final int BLOCK = 512;

    @TempDir
    Path folder;

    @Test
    void trainingSeesOtherContentOnlyWhereItIsAskedFor() throws IOException {
        Path tar = folder.resolve("0.tar");
        try (OutputStream out = Files.newOutputStream(tar)) {
            member(out, "a.jpg", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
            member(out, "a.txt", "a word".getBytes(StandardCharsets.UTF_8));
            out.write(new byte[2 * BLOCK]);
        }
        WebDataset whole = WebDataset.open(tar.toString(), "tinyclip.data.train");
        assertEquals(whole.contentHash(), trained(tar, "false"));
        assertEquals(whole.atReducedScale().contentHash(), trained(tar, "true"));
    }

    private static String trained(Path tar, String reduced) {
        Settings settings = SettingsFile.defaults(Map.of("tinyclip.data.train", tar.toString(), KEY, reduced));
        try (Progress progress =
                new ProgressLines(new PrintStream(OutputStream.nullOutputStream()), System::nanoTime)) {
            return Sources.of(settings, progress).train(settings.data()).contentHash();
        }
    }

    @Test
    void belongsToTheResult() {
        Settings before = SettingsFile.defaults(Map.of());
        Settings now = SettingsFile.defaults(Map.of(KEY, "true"));
        assertEquals(
                List.of(KEY + ": false -> true"), BitKeys.differences(before.effective(), now.effective(), Set.of()));
        String refusal = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(Map.of(KEY, "perhaps")))
                .getMessage();
        assertTrue(refusal.contains(KEY) && refusal.contains("true or false"), refusal);
    }

    private static void member(OutputStream out, String name, byte[] content) throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 263, "00");
        put(header, 148, "        ");
        int sum = 0;
        for (byte each : header) {
            sum += each;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        out.write(header);
        out.write(Arrays.copyOf(content, BLOCK));
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
