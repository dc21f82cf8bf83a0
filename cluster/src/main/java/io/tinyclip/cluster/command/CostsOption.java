package io.tinyclip.cluster.command;

import io.tinyclip.cluster.bench.CostBench;
import io.tinyclip.cluster.bench.CostBench.Effort;
import io.tinyclip.cluster.bench.CostsFile;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Teachers;
import io.tinyclip.cluster.machine.Memory;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.fit.CostFit;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code bench --costs}: a file of what layers cost on this machine, for budgets in seconds. */
final class CostsOption {
    /** Of the times that prices explain; above, the machine had other work, or layers do not cost by their sizes there. */
    static final double MOST_MEAN_ERROR = 0.1;

    private static final double PERCENT = 100;
    private static final String BUILTIN = "builtin";

    @Option(
            names = "--costs",
            paramLabel = "FILE",
            description =
                    "Measures what layers cost here, in a minute or two, and writes it into this new file, which a recipe includes"
                            + " for tinyclip.budget.unit = seconds; nothing else is measured. Nothing is written where the costs"
                            + " are more than 10 %% off in the mean.")
    private Optional<String> file = Optional.empty();

    @Option(
            names = "--teacher",
            paramLabel = "MODEL",
            description =
                    "Of which model's layers: a folder or file as for inspect, or builtin, which it is if not said.")
    private Optional<String> teacher = Optional.empty();

    /** Whether nothing but costs is asked for. */
    boolean isGiven() {
        if (file.isEmpty() && teacher.isPresent()) {
            throw new InvalidInputException("--teacher [" + teacher.get()
                    + "] says whose layers --costs measures; name a file by --costs, too");
        }
        return file.isPresent();
    }

    /** @param machine that measures, for people */
    void write(Tools tools, List<String> machine, boolean tiny) {
        Path target = target();
        String name = teacher.orElse(BUILTIN);
        RemoteModels.install(SettingsFile.defaults(Map.of()).free().storage());
        ModelShape shape = Teachers.read(name).shape();
        if (!(shape.image() instanceof VisionTransformer)) {
            throw new InvalidInputException("the image tower of [" + name
                    + "] is a residual network, whose blocks are no layers with heads and neurons; name another model");
        }
        Effort effort = tiny ? Effort.tiny() : Effort.usual();
        CostBench bench = new CostBench(effort, Runtime.getRuntime().availableProcessors());
        requireMemory(Memory.ofThisMachine(ComputeDevice.CPU), bench.bytes(shape), name);
        CostBench.Found found;
        try (Progress progress = tools.progress().get()) {
            found = bench.run(shape, listener(progress, effort));
        }
        tools.out().println(CostsFile.fit(found));
        if (!tiny) {
            requireFit(found.image(), found.text());
        }
        make(target, CostsFile.text(name, machine, found));
        tools.out()
                .println("written to " + target + "; include \"" + target.getFileName() + "\" in a recipe beside it");
    }

    private Path target() {
        Path target = Location.local(file.orElseThrow(), "--costs");
        Path folder = target.toAbsolutePath().getParent();
        if (Files.exists(target) || folder == null || !Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "--costs [" + target + "] " + (Files.exists(target) ? "exists" : "is in no folder")
                            + "; name a new file in a folder that exists");
        }
        AtomicFile.requireWritable(target, "--costs");
        return target;
    }

    static void requireMemory(Memory here, long bytes, String name) {
        here.require(
                "--costs of --teacher [" + name + "]", bytes, "name a smaller model, or measure on a larger machine");
    }

    /** Whole or not at all, and only where nobody has made one meanwhile. */
    static void make(Path target, String text) {
        try {
            if (!AtomicFile.createNew(target)) {
                throw new InvalidInputException("--costs [" + target
                        + "] was made by somebody else meanwhile, and is left as it is; name a new file and try again");
            }
            try {
                AtomicFile.writeText(target, text);
            } catch (UncheckedIOException e) {
                Files.deleteIfExists(target);
                throw e;
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot write --costs [" + target + "] (" + e.getMessage() + "); name another place", e);
        }
    }

    static void requireFit(CostFit image, CostFit text) {
        double error = Math.max(image.meanError(), text.meanError());
        if (error > MOST_MEAN_ERROR) {
            throw new InvalidInputException(String.format(
                    Locale.ROOT,
                    "the costs are [%.1f] %% off in the mean, more than [%.0f] %%, and were not written; leave the machine alone"
                            + " meanwhile and try again",
                    PERCENT * error,
                    PERCENT * MOST_MEAN_ERROR));
        }
    }

    private static CostBench.Listener listener(Progress progress, Effort effort) {
        return new CostBench.Listener() {
            private boolean measuring;

            @Override
            public void made(int shapes, int all) {
                if (shapes == 1) {
                    progress.begin("making towers", all, 0);
                }
                progress.advance(shapes, "");
            }

            @Override
            public void measured(int rounds, double seconds) {
                long all = Math.max(1, (long) effort.seconds());
                if (!measuring) {
                    progress.begin("measuring, in seconds", all, 0);
                    measuring = true;
                }
                progress.advance(Math.min(all, (long) seconds), "round " + rounds);
            }
        };
    }
}
