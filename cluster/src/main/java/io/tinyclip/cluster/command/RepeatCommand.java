package io.tinyclip.cluster.command;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.bench.Repeats;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.kernel.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code repeat}: what scripts/compare holds against other programs. Prints one line of JSON. */
@Command(
        name = "repeat",
        hidden = true,
        description = "Does one piece of work again and again, for scripts/compare.",
        mixinStandardHelpOptions = true)
final class RepeatCommand {
    private final Tools tools;

    RepeatCommand(Tools tools) {
        this.tools = tools;
    }

    /** What all have in common. */
    static final class Rounds {
        @Option(names = "--rounds", defaultValue = "3", description = "Rounds that count.")
        private int rounds;

        @Option(names = "--threads", defaultValue = "2", description = "Threads that compute.")
        private int threads;

        Repeats repeats() {
            return new Repeats(threads, rounds);
        }
    }

    @Command(name = "step", description = "The student's forward, loss and backward.")
    int step(
            @Mixin Rounds rounds,
            @Option(names = "--shape", required = true) String shape,
            @Option(names = "--precision", required = true) Precision precision,
            @Option(names = "--batch", required = true) int batch,
            @Option(names = "--partitions", required = true) int partitions) {
        Engine unused = tools.engine().get();
        Repeats.Step step = new Repeats.Step(shape.toLowerCase(Locale.ROOT), precision, batch, partitions);
        JsonObject json = new JsonObject();
        json.addProperty("tokens", Repeats.tokens(step));
        return print(json, rounds.repeats().step(step));
    }

    @Command(name = "loss", description = "The affinity loss from features.")
    int loss(
            @Mixin Rounds rounds,
            @Option(names = "--pairs", required = true) int pairs,
            @Option(names = "--partitions", required = true) int partitions) {
        Engine unused = tools.engine().get();
        return print(new JsonObject(), rounds.repeats().loss(pairs, partitions));
    }

    @Command(name = "pictures", description = "Files of a folder to pixels.")
    int pictures(
            @Mixin Rounds rounds,
            @Option(names = "--folder", required = true) Path folder,
            @Option(names = "--reduced") boolean reduced) {
        return print(new JsonObject(), rounds.repeats().pictures(folder, reduced));
    }

    private int print(JsonObject json, List<Repeats.Round> rounds) {
        json.add("rounds", new Gson().toJsonTree(rounds));
        tools.out().println(json);
        return ExitCode.DONE;
    }
}
