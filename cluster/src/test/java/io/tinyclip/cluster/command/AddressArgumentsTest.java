package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigRenderOptions;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses where none can stand: one line and exit code 2, and no folder of that name. */
final class AddressArgumentsTest {
    private static final String TINY = Path.of("..", "conf", "tiny.conf").toString();

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tinyclip.run.folder=https://h/run",
                "tinyclip.run.folder=s3://b",
                "tinyclip.run.folder=gs://b/run",
                "tinyclip.cache.folder=hf://o/n",
                "tinyclip.storage.cache=s3://b/c",
                "tinyclip.notice.file=https://h/x",
                "tinyclip.data.train=gs://b/x.tar",
                "tinyclip.data.evaluate=/data/x.tar::foo://b/x.tar",
                "tinyclip.teacher=foo://b/m",
                "tinyclip.start.image=gs://b/m",
                "tinyclip.further-teachers=[{model = \"gs://b/m\"}]"
            })
    void aSettingRefusesAnAddressThatItCannotRead(String setting) {
        requireRefusal(setting.substring(0, setting.indexOf('=')), "run", TINY, "-D" + setting);
        assertFalse(Files.exists(Path.of("s3:")), "a folder was made");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--images|embed builtin --images s3://b/x.tar --out x.safetensors",
                "--texts|embed builtin --texts gs://b/x.txt --out x.safetensors",
                "--out|embed builtin --texts x --out s3://b/x.safetensors",
                "--out|export builtin --format hf --out s3://b/x",
                "--data|evaluate builtin --data gs://b/x.tar",
                "model|evaluate gs://b/m --data icons:unseen",
                "model|export foo://b/m --format hf --out nowhere",
                "model|inspect gs://b/m",
                "recipe|inspect s3://b/x.conf",
                "CONF|run s3://b/x.conf",
                "CONF|pretrain gs://b/x.conf"
            })
    void anArgumentRefusesAnAddressThatItCannotRead(String line) {
        String[] parts = line.split("\\|");
        requireRefusal(parts[0], parts[1].split(" "));
    }

    @Test
    void aSignatureIsNeitherWrittenDownNorMakesAnotherRun() {
        Settings first = settings("?X-Amz-Signature=0a1b2c");
        assertEquals("https://h/a.tar?X-Amz-Signature=0a1b2c", first.data().train());
        String written = first.used().root().render(ConfigRenderOptions.concise()) + BitKeys.json(first.effective());
        assertFalse(written.contains("0a1b2c"), "a signature is written down");
        assertTrue(written.contains("https://h/a.tar"));
        Settings second = settings("?X-Amz-Signature=3d4e5f");
        assertEquals(List.of(), BitKeys.differences(first.effective(), second.effective(), Set.of()));
    }

    private static Settings settings(String query) {
        return SettingsFile.defaults(Map.of(
                "tinyclip.data.train",
                "https://h/a.tar" + query,
                "tinyclip.teacher",
                "https://h/m.safetensors" + query));
    }

    private void requireRefusal(String what, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        assertEquals(ExitCode.WRONG_USE, execute(all.toArray(String[]::new)), this::text);
        assertEquals(1, text().lines().count(), this::text);
        assertTrue(text().startsWith("error: " + what + " ["), this::text);
    }

    private int execute(String... arguments) {
        PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        Tools tools = new Tools(
                NoEngine::new,
                () -> {
                    throw new AssertionError("nothing may begin");
                },
                quiet,
                errors);
        return CommandLineTool.execute(tools, arguments);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
