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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReducedScaleTest {
    private static final String KEY = "tinyclip.data.reduced-scale";

    @TempDir
    Path folder;

    @Test
    void trainingSeesOtherContentOnlyWhereItIsAskedFor() throws IOException {
        Path tar = folder.resolve("0.tar");
        try (OutputStream out = Files.newOutputStream(tar)) {
            TarMember.write(out, "a.jpg", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
            TarMember.write(out, "a.txt", "a word".getBytes(StandardCharsets.UTF_8));
            TarMember.end(out);
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
}
