package io.tinyclip.cluster.command;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.TorchEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Commands of a test, by real tensor work; what they print is kept. */
final class CommandRun {
    private final Supplier<Progress> progress;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private CommandRun(Supplier<Progress> progress) {
        this.progress = progress;
    }

    /** Whose bars nobody sees. */
    static CommandRun quiet() {
        return new CommandRun(
                () -> new ProgressLines(new PrintStream(PrintStream.nullOutputStream()), System::nanoTime));
    }

    /** Of commands that show no bar. */
    static CommandRun withoutBar() {
        return new CommandRun(() -> {
            throw new AssertionError("there is no bar to redraw");
        });
    }

    /** @return the exit code */
    int execute(String... words) {
        return CommandLineTool.execute(new Tools(TorchEngine::new, progress, print(out), print(err)), words);
    }

    /**
     * Runs a recipe.
     *
     * @param folder of the run
     * @param settings further ones, {@code key=value}
     */
    int run(Path conf, Path folder, String... settings) {
        List<String> words = new ArrayList<>(List.of("run", conf.toString(), "-Dtinyclip.run.folder=" + folder));
        for (String setting : settings) {
            words.add("-D" + setting);
        }
        return execute(words.toArray(String[]::new));
    }

    /** What was printed as results since they were last forgotten. */
    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What else was printed. */
    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    void forgetOut() {
        out.reset();
    }

    void forgetErr() {
        err.reset();
    }

    /** run.json. @param folder of the run */
    static JsonObject record(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("run.json")))
                .getAsJsonObject();
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
