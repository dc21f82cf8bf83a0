package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tinyclip.cluster.bench.CostBench;
import io.tinyclip.cluster.bench.CostBench.Effort;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Memory;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.files.Architectures;
import io.tinyclip.fit.CostFit;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.BudgetPlan.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

    @Test
    void refusesAModelThatTheMachineCannotHoldWithBothNumbers() {
        Memory machine = new Memory(1L << 30, 4L << 30, 0);
        ModelShape large = Architectures.shape("ViT-L-14-336");
        long bytes = new CostBench(Effort.usual(), 1).bytes(large);
        String message = assertThrows(
                        InvalidInputException.class, () -> CostsOption.requireMemory(machine, bytes, "large"))
                .getMessage();
        assertTrue(
                message.matches(
                        "--costs of --teacher \\[large] needs about [0-9.]+ GiB of memory, the machine has 4.0 GiB;"
                                + " name a smaller model, or measure on a larger machine"),
                message);
        CostsOption.requireMemory(
                machine,
                new CostBench(Effort.tiny(), 1).bytes(Teachers.read("builtin").shape()),
                "builtin");
    }

    @Test
    void refusesWhatIsFurtherOffThanATenthOfEitherTower() {
        TowerSeconds any = new TowerSeconds(LayerSeconds.NONE, LayerSeconds.NONE);
        CostFit good = new CostFit(any, 0.1, 0.5);
        CostFit bad = new CostFit(any, 0.124, 0.3);
        CostsOption.requireFit(good, good);
        for (int i = 0; i < 2; i++) {
            CostFit image = i == 0 ? bad : good;
            CostFit text = i == 0 ? good : bad;
            String message = assertThrows(InvalidInputException.class, () -> CostsOption.requireFit(image, text))
                    .getMessage();
            assertEquals(
                    "the costs are [12.4] % off in the mean, more than [10] %, and were not written; leave the machine alone"
                            + " meanwhile and try again",
                    message);
        }
    }

    @Test
    void leavesAFileThatWasMadeMeanwhile() throws IOException {
        Path file = Files.writeString(folder.resolve("costs.conf"), "mine");
        String message = assertThrows(InvalidInputException.class, () -> CostsOption.make(file, "measured"))
                .getMessage();
        assertTrue(message.startsWith("--costs [" + file + "] was made by somebody else meanwhile"), message);
        assertEquals("mine", Files.readString(file));
        CostsOption.make(folder.resolve("other.conf"), "measured");
        assertEquals("measured", Files.readString(folder.resolve("other.conf")));
    }

    /** Of what a user may not write to; the superuser may write everywhere. */
    @Test
    void refusesAFolderThatCannotBeWrittenBeforeItMeasures() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
        assumeFalse(Files.isWritable(closed));
        assertEquals(
                ExitCode.WRONG_USE,
                commands.execute(
                        "bench",
                        "--tiny",
                        "--costs",
                        closed.resolve("costs.conf").toString()));
        assertTrue(commands.err().contains("nothing can be written in [" + closed + "]"), commands.err());
    }
}
