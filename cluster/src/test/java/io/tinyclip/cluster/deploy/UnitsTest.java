package io.tinyclip.cluster.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What deploy/systemd's units say of the program that they start. */
final class UnitsTest {
    private static final Path FOLDER = Path.of("..", "deploy", "systemd");
    /** After leave-within a process has 10 s to end; the rest is for a machine that is busy. */
    private static final Duration SPARE = Duration.ofSeconds(30);

    private static final Pattern OPTION = Pattern.compile("-D([^=\\s]+)=(\\S+)");

    @ParameterizedTest
    @ValueSource(strings = {"tinyclip-node.service", "tinyclip-coordinator@.service"})
    void startsAgainWhatFailedAndNothingElse(String unit) throws Exception {
        assertEquals("on-failure", value(unit, "Restart"));
        assertEquals(String.valueOf(ExitCode.WRONG_USE), value(unit, "RestartPreventExitStatus"));
        assertEquals(String.valueOf(ExitCode.SIGTERM), value(unit, "SuccessExitStatus"));
        assertEquals("0", value(unit, "StartLimitIntervalSec"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tinyclip-node.service", "tinyclip-coordinator@.service"})
    void hasTheTimeToLeave(String unit) throws Exception {
        Duration leaves = SettingsFile.defaults(Map.of()).leaveWithin();
        Duration given = Duration.ofSeconds(Long.parseLong(value(unit, "TimeoutStopSec")));
        assertTrue(given.compareTo(leaves.plus(SPARE)) >= 0, given + " for " + leaves);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tinyclip-node.service", "tinyclip-coordinator@.service"})
    void givesSettingsThatThereAre(String unit) throws Exception {
        Map<String, String> given = new HashMap<>();
        OPTION.matcher(value(unit, "ExecStart")).results().forEach(found -> given.put(found.group(1), found.group(2)));
        assertTrue(given.containsKey("tinyclip.cluster.tls.certificate"), given.toString());
        SettingsFile.defaults(given);
    }

    /** The one value of a key. */
    private static String value(String unit, String key) throws IOException {
        String text = Files.readString(FOLDER.resolve(unit)).replaceAll("\\\\\n\\s*", "");
        List<String> found = text.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
        assertEquals(1, found.size(), unit + " has " + key + " " + found);
        return found.get(0);
    }
}
