package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers cost here, as a file that a recipe includes. */
final class CostsOptionTest {
    @TempDir
    private Path folder;

    private final CommandRun commands = CommandRun.quiet();

    @Test
    void theFileIsABudgetInSeconds() throws IOException {
        Path file = folder.resolve("costs.conf");
        assertEquals(ExitCode.DONE, commands.execute("bench", "--tiny", "--costs", file.toString()), commands.err());
        assertTrue(commands.out().matches("(?s)fit of 20 shapes, the quickest of 1 rounds: image tower .* % off .*"));
        Path recipe = Files.writeString(folder.resolve("mine.conf"), "include \"costs.conf\"\n");
        BudgetPlan budget =
                SettingsFile.read(recipe, Map.of()).compression().mask().budget();
        assertEquals(Unit.SECONDS, budget.unit());
        assertTrue(budget.image().inner().toString().matches(".*[1-9].*"), budget.toString());
        String text = Files.readString(file);
        assertTrue(text.startsWith("# What layers of [builtin] cost, in seconds of a pair"), text);
        assertTrue(text.contains("# Processor ") && text.contains("# libtorch "), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--teacher builtin | --teacher [builtin] says whose layers --costs measures; name a file by --costs, too",
                "--costs DIR/there.conf | there.conf] exists; name a new file in a folder that exists",
                "--costs DIR/nowhere/costs.conf | costs.conf] is in no folder; name a new file in a folder that exists",
                "--costs DIR/new.conf --json | --costs measures nothing else; leave --json, --full and --only out",
                "--costs DIR/new.conf --only bytes | --costs measures nothing else; leave --json, --full and --only out",
                "--costs DIR/new.conf --teacher DIR/none | none] does not exist; name a model's folder or file, or builtin"
            })
    void refusesInOneLineBeforeItMeasures(String options, String message) throws IOException {
        Files.writeString(folder.resolve("there.conf"), "");
        String[] words = ("bench --tiny " + options.replace("DIR", folder.toString())).split(" ");
        assertEquals(ExitCode.WRONG_USE, commands.execute(words));
        assertEquals(1, commands.err().lines().count(), commands.err());
        assertTrue(commands.err().contains(message), commands.err());
        assertFalse(Files.exists(folder.resolve("new.conf")));
    }
}
