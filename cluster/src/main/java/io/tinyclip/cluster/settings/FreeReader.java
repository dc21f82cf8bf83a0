package io.tinyclip.cluster.settings;

import io.tinyclip.compute.Hold;
import io.tinyclip.engine.Devices;
import io.tinyclip.hash.Sha256;
import io.tinyclip.numeric.Numerics;
import io.tinyclip.storage.Location;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;

/** Reads what may differ between two runs with the same digest. */
final class FreeReader {
    /** More would only hold memory. */
    private static final int MOST_STEPS_AHEAD = 64;

    private static final int MOST_ACTORS = 256;
    /** In a cluster, unless it is said how many. */
    private static final int CLUSTER_WORKERS = 2;

    /** Letters and digits of any script, among others: a run is called as its recipe's file is. */
    private static final String IN_NAMES = "\\p{L}\\p{M}\\p{N} ._-";

    private static final int HASH_LETTERS = 16;
    private static final long LARGEST_TEACHER_CACHE = 64L << 30;

    private final SettingValues values;
    private final Map<String, String> environment;
    private final String recipe;

    private FreeReader(SettingValues values, Map<String, String> environment, String recipe) {
        this.values = values;
        this.environment = environment;
        this.recipe = recipe;
    }

    /**
     * @param environment of the process, for the cache's default
     * @param recipe the run's name where none is set
     */
    static FreeSettings read(SettingValues values, Map<String, String> environment, String recipe) {
        return new FreeReader(values, environment, recipe).read();
    }

    private FreeSettings read() {
        String name = name();
        int asked = values.whole("workers", 0, MOST_ACTORS);
        int workers = asked > 0 ? asked : usualWorkers();
        int servers = values.whole("servers", 1, MOST_ACTORS);
        FreeSettings.Machine machine = machine();
        FreeSettings.Files files = files(name);
        return new FreeSettings(
                files,
                machine,
                workers,
                servers,
                values.choice("numerics", EnumSet.allOf(Numerics.class)),
                NoticeReader.read(values),
                values.within("data.bad-share", 0, 1),
                StorageReader.read(values, files.cache(), environment),
                EvaluationReader.read(values));
    }

    /** Workers of one process share its threads, so that a second one there only holds the vector once more. */
    private int usualWorkers() {
        ClusterSettings.Mode mode = values.choice("cluster.mode", EnumSet.allOf(ClusterSettings.Mode.class));
        return mode == ClusterSettings.Mode.EMBEDDED ? 1 : CLUSTER_WORKERS;
    }

    private String name() {
        String name = values.text("run.name");
        if (name.isEmpty()) {
            String fit = recipe.replaceAll("[^" + IN_NAMES + "]", "_").strip();
            return fit.startsWith(".") || fit.isEmpty() ? "run" + fit : fit;
        }
        if (!name.matches("[" + IN_NAMES + "]+") || name.startsWith(".")) {
            throw values.refusal(
                    "run.name",
                    "must be letters, digits, spaces, dots, dashes and underscores, and not start with a dot");
        }
        return name;
    }

    private FreeSettings.Files files(String name) {
        String folder = values.text("run.folder");
        Path cache = cache();
        Optional<String> address = Location.writable(folder, "tinyclip.run.folder");
        Path local = folder.isEmpty() ? Path.of("runs", name) : Location.path(address.isEmpty() ? folder : "");
        return new FreeSettings.Files(
                name,
                address.map(it -> copyOf(it, cache)).orElse(local),
                address,
                cache,
                values.whole("checkpoint.steps", 1, StepReader.MOST_STEPS),
                values.choice("checkpoint.if-lost", EnumSet.allOf(FreeSettings.IfLost.class)));
    }

    /** Two runs of one name in two places are two folders. */
    private static Path copyOf(String address, Path cache) {
        String hash = Sha256.hex(address.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_LETTERS);
        return cache.resolve("runs").resolve(address.substring(address.lastIndexOf('/') + 1) + "-" + hash);
    }

    private FreeSettings.Machine machine() {
        Devices devices = devices();
        return new FreeSettings.Machine(
                devices,
                threads(devices),
                values.bytes("teacher-cache", LARGEST_TEACHER_CACHE),
                values.choice("hold", EnumSet.allOf(Hold.class)),
                loading());
    }

    private FreeSettings.Loading loading() {
        int threads = values.whole("loading.threads", 0, StepReader.MOST_PARTITIONS);
        return new FreeSettings.Loading(
                threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
                values.whole("loading.steps", 0, MOST_STEPS_AHEAD));
    }

    private Devices devices() {
        return Devices.parse(values.text("device"))
                .orElseThrow(
                        () -> values.refusal(
                                "device",
                                "must be cpu or cuda:N, such as cuda:0; or several of one kind, such as cuda:0,cuda:1, or cuda:all"));
    }

    private int threads(Devices devices) {
        int threads = values.whole("threads", 0, StepReader.MOST_PARTITIONS);
        if (threads > 0) {
            return threads;
        }
        return devices.threads();
    }

    private Path cache() {
        String folder = values.text("cache.folder");
        if (!folder.isEmpty()) {
            return Location.local(folder, "tinyclip.cache.folder");
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        return xdg.isEmpty() ? CacheHome.of(environment).resolve("tinyclip") : Path.of(xdg, "tinyclip");
    }
}
