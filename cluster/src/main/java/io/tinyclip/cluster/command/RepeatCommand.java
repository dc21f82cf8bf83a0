package io.tinyclip.cluster.command;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.bench.KernelDistances;
import io.tinyclip.cluster.bench.Repeats;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.MachineParts;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.MemoryUse;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code repeat}: what scripts/compare and scripts/gpu-check hold against other programs. Prints one line of JSON. */
@Command(
        name = "repeat",
        hidden = true,
        description = "Does one piece of work again and again, for scripts/compare and scripts/gpu-check.",
        mixinStandardHelpOptions = true)
final class RepeatCommand {
    /** The processor, with arrays that are filled elsewhere and copied, as a GPU's are. */
    private static final String COPYING = "copying";
    /** Threads: as many as a run takes. */
    private static final int AS_A_RUN = 0;

    private static final int MOST_THREADS = 1024;

    private final Tools tools;

    RepeatCommand(Tools tools) {
        this.tools = tools;
    }

    /** What all have in common. */
    static final class Rounds {
        @Option(names = "--rounds", defaultValue = "3", description = "Rounds that count.")
        private int rounds;

        @Option(
                names = "--threads",
                defaultValue = "2",
                description = "Threads that compute, to 1024; 0 for as many as a run takes on the device.")
        private int threads;

        Repeats repeats(ComputeDevice device) {
            return new Repeats(threads(device), rounds);
        }

        int threads(ComputeDevice device) {
            if (threads < AS_A_RUN || threads > MOST_THREADS) {
                throw new InvalidInputException("--threads [" + threads + "] must be 1 to " + MOST_THREADS + ", or "
                        + AS_A_RUN + " for as many as a run takes");
            }
            return threads == AS_A_RUN ? device.threads() : threads;
        }

        /** Whether pairs are loaded ahead, as in a run: on a GPU, and where threads are a run's; else as scripts/compare wants it. */
        boolean loadsAhead(ComputeDevice device) {
            return device.isGpu() || threads == AS_A_RUN;
        }
    }

    /** Where it is computed. */
    static final class Place {
        @Option(
                names = "--device",
                defaultValue = "cpu",
                description = "cpu, cuda:N, or copying: the processor by the way of a GPU's arrays.")
        private String device = "";

        ComputeDevice device() {
            if (device.equals(COPYING)) {
                return new ComputeDevice(OptionalInt.empty(), true);
            }
            return ComputeDevice.parse(device)
                    .orElseThrow(() ->
                            new InvalidInputException("--device [" + device + "] must be cpu, cuda:N or copying"));
        }
    }

    /** What a step is. */
    static final class StepOptions {
        @Option(names = "--shape", required = true, description = "small, 40m (of ViT-B/32) or l14 (ViT-L/14 to B/32).")
        private String shape = "";

        @Option(names = "--precision", required = true)
        private Precision precision = Precision.FP32;

        @Option(names = "--batch", required = true, description = "Pairs.")
        private int batch;

        @Option(names = "--partitions", required = true)
        private int partitions;

        @Option(
                names = "--teacher",
                defaultValue = "known",
                description = "Its embeddings are known, or it is asked in every step, or both, one after the other.")
        private Repeats.Teaching teaching = Repeats.Teaching.KNOWN;

        @Option(names = "--whole", description = "Steps of a run by its actors, with one worker and one server.")
        private boolean whole;

        Repeats.Step step() {
            return new Repeats.Step(shape.toLowerCase(Locale.ROOT), precision, batch, partitions);
        }
    }

    @Command(name = "step", description = "The student's forward, loss and backward.")
    int step(@Mixin Rounds rounds, @Mixin Place place, @Mixin StepOptions options) {
        ComputeDevice device = place.device();
        Repeats repeats = rounds.repeats(device);
        Engine engine = tools.engine().get().on(device);
        Repeats.Step step = options.step();
        Repeats.Place where = new Repeats.Place(device, options.teaching, rounds.loadsAhead(device));
        JsonObject json = on(place, engine);
        json.addProperty("threads", rounds.threads(device));
        json.addProperty("tokens", Repeats.tokens(step));
        json.add("forwardOperations", new Gson().toJsonTree(Repeats.Operations.of(step)));
        List<? extends Repeats.Counted<?>> found =
                options.whole ? repeats.wholeSteps(step, where) : repeats.step(step, where);
        add(json, found.get(0), name -> name);
        if (options.teaching == Repeats.Teaching.BOTH) {
            add(json, found.get(1), RepeatCommand::asked);
        }
        return print(json);
    }

    private static void add(JsonObject json, Repeats.Counted<?> counted, UnaryOperator<String> named) {
        json.add(named.apply("rounds"), new Gson().toJsonTree(counted.rounds()));
        json.addProperty(named.apply("endedAt"), counted.endedAt());
        json.addProperty(named.apply("deviceBytes"), counted.memory().deviceBytes());
        json.addProperty(named.apply("hostBytes"), counted.memory().hostBytes());
    }

    /** The name beside that of the other way to teach, such as askedRounds. */
    private static String asked(String name) {
        return "asked" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    @Command(name = "loss", description = "The affinity loss from features.")
    int loss(
            @Mixin Rounds rounds,
            @Option(names = "--pairs", required = true) int pairs,
            @Option(names = "--partitions", required = true) int partitions) {
        Engine unused = tools.engine().get();
        return print(new JsonObject(), rounds.repeats(ComputeDevice.CPU).loss(pairs, partitions));
    }

    @Command(name = "pictures", description = "JPEGs to pixels: a folder's files by one thread, or its own by all.")
    int pictures(
            @Mixin Rounds rounds,
            @Option(names = "--folder") Optional<Path> folder,
            @Option(names = "--reduced") boolean reduced) {
        Repeats repeats = rounds.repeats(ComputeDevice.CPU);
        if (folder.isPresent()) {
            return print(new JsonObject(), repeats.pictures(folder.get(), reduced));
        }
        JsonObject json = new JsonObject();
        json.addProperty("pictures", repeats.pictures());
        return print(json, repeats.madePictures(reduced));
    }

    @Command(name = "probe", description = "The answers of the numeric probe, once.")
    int probe(@Mixin Place place, @Option(names = "--precision", required = true) Precision precision) {
        Engine engine = tools.engine().get().on(place.device());
        NumericClass found = MachineParts.numericClass(engine, precision, System.getenv());
        JsonObject json = on(place, engine);
        json.addProperty("class", found.name());
        json.add("answers", new Gson().toJsonTree(found.answers()));
        json.addProperty("deviceBytes", MemoryUse.now(place.device()).deviceBytes());
        return print(json);
    }

    @Command(name = "kernels", description = "How far each tensor lies from the processor's.")
    int kernels(@Mixin Place place) {
        ComputeDevice device = place.device();
        Engine engine = tools.engine().get().on(device);
        JsonObject json = on(place, engine);
        JsonArray tensors = new JsonArray();
        for (KernelDistances.Distance found : KernelDistances.of(device, EnumSet.of(Precision.FP32, Precision.BF16))) {
            JsonObject tensor = new Gson().toJsonTree(found).getAsJsonObject();
            tensor.addProperty("precision", found.precision().word());
            tensor.addProperty("holds", found.holds());
            tensors.add(tensor);
        }
        json.add("tensors", tensors);
        json.addProperty("deviceBytes", MemoryUse.now(device).deviceBytes());
        return print(json);
    }

    private static JsonObject on(Place place, Engine engine) {
        JsonObject json = new JsonObject();
        json.addProperty("device", place.device);
        json.addProperty("model", engine.device());
        json.addProperty("engine", engine.version());
        return json;
    }

    private int print(JsonObject json, List<Repeats.Round> rounds) {
        json.add("rounds", new Gson().toJsonTree(rounds));
        return print(json);
    }

    private int print(JsonObject json) {
        tools.out().println(json);
        return ExitCode.DONE;
    }
}
