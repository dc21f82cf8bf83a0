package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.NoProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** What the command line says of itself, and of a line that it cannot understand. */
final class CommandLineWordsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    static Stream<String> commands() {
        return all().keySet().stream();
    }

    @Test
    void helpNamesEveryCommandThatExists() {
        assertEquals(ExitCode.DONE, execute("--help"));
        assertTrue(shown().size() > 16, shown().keySet().toString());
        shown().keySet().forEach(command -> assertTrue(text(out).contains("\n  " + command + " "), text(out)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasWholeHelp(String command) {
        assertEquals(ExitCode.DONE, execute(command, "--help"));
        String help = text(out);
        assertTrue(help.startsWith("Usage: coordinator.jar " + command), help);
        assertEquals("", text(err));
        assertTrue(help.lines().allMatch(line -> line.length() <= 80), help);
        CommandLine line = all().get(command);
        String[] description = line.getCommandSpec().usageMessage().description();
        assertTrue(description[0].endsWith("."), "the list of commands shows this line alone: " + description[0]);
        for (ArgSpec argument : line.getCommandSpec().args()) {
            String words = String.join(" ", argument.description());
            assertTrue(words.endsWith(".") && words.length() > 10, command + " " + argument + ": " + words);
        }
    }

    @Test
    void versionTellsProgramBuildEngineJavaAndProcessor() {
        assertEquals(ExitCode.DONE, execute("--version"));
        List<String> lines = text(out).lines().toList();
        assertTrue(lines.get(0).startsWith("TinyCLIP on Akka "), text(out));
        for (String key : List.of("build: ", "engine: ", "java: ", "system: ", "processor: ", "instructions: ")) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(key)), text(out));
        }
        assertTrue(text(out).matches("(?s).*engine: +libtorch 2\\.[0-9.]+ by DJL 0\\.[0-9.]+\n.*"), text(out));
        assertTrue(text(out).contains(Runtime.version().toString()), text(out));
    }

    @Test
    void theEngineOfTheEnvironmentIsCalledSo() {
        assertEquals("libtorch 2.7.1 by DJL 0.36.0", About.engine("2.7.1-0.36.0", false));
        assertEquals("libtorch 2.7.1 of PYTORCH_LIBRARY_PATH by DJL 0.36.0", About.engine("2.7.1-0.36.0", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "inspect",
                "run --colour",
                "evaluate x",
                "embed x",
                "evaluate x --data y --task z",
                "run a b",
                "serve x --port many"
            })
    void wrongUseIsTwoAndOneLineWithTheWayToTheHelp(String line) {
        assertEquals(ExitCode.WRONG_USE, execute(line.split(" ")));
        assertEquals(1, text(err).lines().count(), text(err));
        String command = line.split(" ")[0];
        assertTrue(text(err).startsWith("error: "), text(err));
        assertTrue(text(err).endsWith("; help: java -jar coordinator.jar " + command + " --help\n"), text(err));
        assertEquals("", text(out));
    }

    @Test
    void aWrongCommandIsTwoAndNamesANeighbour() {
        assertEquals(ExitCode.WRONG_USE, execute("pretrian"));
        assertEquals(1, text(err).lines().count(), text(err));
        assertTrue(text(err).contains("'pretrian'; did you mean pretrain"), text(err));
    }

    @Test
    void aRecipeWithSpacesAndLettersOfAnyScriptIsRead() throws IOException {
        Path recipe = Files.writeString(
                Files.createDirectory(folder.resolve("Rezepte f\u00FCr \u30E2\u30C7\u30EB"))
                        .resolve("mein Modell \u00E4.conf"),
                "tinyclip.bach = 1");
        assertEquals(ExitCode.WRONG_USE, execute("run", recipe.toString()));
        assertTrue(text(err).startsWith("error: unknown setting [tinyclip.bach]"), text(err));
        assertTrue(text(err).contains("mein Modell \u00E4.conf: 1"), text(err));
        assertEquals(1, text(err).lines().count());
    }

    @Test
    void completionKnowsAllCommandsAndIsAScript() throws Exception {
        assertEquals(ExitCode.DONE, execute("completion", "--name", "tc"));
        String script = text(out);
        String commands = script.lines()
                .filter(line -> line.contains("local commands="))
                .findFirst()
                .orElseThrow();
        shown().keySet().forEach(command -> assertTrue(commands.matches(".*[\" ]" + command + "[\" ].*"), command));
        assertTrue(script.contains("--head-width") && script.contains("ZSH_VERSION"), script);
        assertTrue(script.lines().anyMatch(line -> line.matches("complete -F \\S+ .*tc.*")), script);
        Path file = Files.writeString(folder.resolve("completion"), script);
        Process bash = new ProcessBuilder("bash", "-n", file.toString())
                .redirectErrorStream(true)
                .start();
        assertEquals("", new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, bash.waitFor());
    }

    @Test
    void theCommandOfTheShellRunsTheJarWhereverItLies() throws Exception {
        String function = CompletionCommand.function("tc", Path.of("/o'brien/a jar/coordinator.jar"));
        Process bash = new ProcessBuilder(
                        "bash", "-c", "java() { printf '<%s>' \"$@\"; }; " + function + "; tc run 'a b.conf'")
                .start();
        assertEquals(
                "<-jar></o'brien/a jar/coordinator.jar><run><a b.conf>",
                new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(ExitCode.WRONG_USE, execute("completion", "--name", "a;b"));
        assertFalse(text(err).contains("\n\n"));
    }

    private static Map<String, CommandLine> all() {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        return CommandLineTool.line(new Tools(NoEngine::new, NoProgress::new, nowhere, nowhere))
                .getSubcommands();
    }

    /** But for those that only scripts use. */
    private static Map<String, CommandLine> shown() {
        Map<String, CommandLine> shown = new TreeMap<>(all());
        shown.values().removeIf(line -> line.getCommandSpec().usageMessage().hidden());
        return shown;
    }

    private int execute(String... arguments) {
        Tools tools = new Tools(NoEngine::new, NoProgress::new, print(out), print(err));
        return CommandLineTool.execute(tools, arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
