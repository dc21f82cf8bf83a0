package io.tinyclip.cluster;

import io.tinyclip.cluster.settings.ThisUser;
import io.tinyclip.engine.GpuEnvironment;
import io.tinyclip.engine.NativeMemory;
import io.tinyclip.engine.Torch;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The machine this process runs on, as the native engine sees it.
 *
 * @param system the name of the operating system, as in the property {@code os.name}
 * @param processor the name of the architecture, as in the property {@code os.arch}
 */
record Platform(String system, String processor) {
    /** Turns off the engine's downloads, and the report about itself that it would send at the first start. */
    private static final String OFFLINE = "ai.djl.offline";

    /** Where JNA unpacks its library, and deletes it at the end; otherwise below the home folder. */
    private static final String JNA_FOLDER = "jna.tmpdir";

    /** Asked by DJL where the first one is not set, or empty. */
    private static final String SECOND_VARIABLE = "DJL_CACHE_DIR";

    private static final String ARM = "linux-aarch64";

    /** Returns the platform of this process. */
    static Platform current() {
        return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * Prepares this process for the engine: no network for it, no window system, buffers kept, its bits fixed. Call it first in {@code
     * main}, before any class of the engine loads.
     *
     * @throws InvalidInputException if the jar carries no engine for this platform, has nowhere to unpack it, or cannot
     *     use the one that the environment names instead
     */
    static void prepare() {
        current().requireSupported();
        OtherLibtorch.require(Platform::variable, Torch::seesGpus).forEach(System::setProperty);
        unpackInto(EngineFolder.choose(namedFolder(), usualFolders(), EngineFolder::look));
        System.setProperty(OFFLINE, "true");
        System.setProperty("java.awt.headless", "true");
        NativeMemory.keepLargeBuffers();
        GpuEnvironment.complete();
    }

    /**
     * Checks that the jar carries an engine for this platform.
     *
     * @throws InvalidInputException if not, naming this platform and what to do
     */
    void requireSupported() {
        requireSupported(carried());
    }

    /** @param carried the platforms that the jar has a libtorch for, as DJL calls them */
    void requireSupported(List<String> carried) {
        String name = system.toLowerCase(Locale.ROOT) + "-" + (processor.equals("amd64") ? "x86_64" : processor);
        if (!carried.contains(name)) {
            throw new InvalidInputException("this jar carries libtorch for " + String.join(", ", carried)
                    + " only, and this is " + system + "-" + processor
                    + "; run it on such a machine, or in a container as deploy/README.md shows"
                    + (name.equals(ARM) ? "; mvn -Paarch64 -DskipTests package builds a jar for this one" : ""));
        }
    }

    private static List<String> carried() {
        return Stream.of("linux-x86_64", ARM)
                .filter(name -> Platform.class.getResource("/pytorch/cpu/" + name + "/libtorch.so") != null)
                .toList();
    }

    /**
     * Moves what JNA unpacks beside the engine. Models of commands without the engine lie in memory that JNA gives, so it
     * is due before any command that may load a library.
     *
     * @throws InvalidInputException if no folder serves
     */
    static void placeScratch() {
        useScratch(EngineFolder.choose(namedFolder(), usualFolders(), EngineFolder::look));
    }

    private static void useScratch(EngineFolder folder) {
        if (System.getProperty(JNA_FOLDER) == null) {
            System.setProperty(JNA_FOLDER, folder.requireScratch().toString());
        }
    }

    private static Optional<Path> namedFolder() {
        return Stream.of(EngineFolder.VARIABLE, SECOND_VARIABLE)
                .map(name -> value(Platform::variable, name))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).toAbsolutePath())
                .findFirst();
    }

    private static List<Path> usualFolders() {
        return EngineFolder.usual(
                System.getProperty("user.home", ""),
                System.getProperty("java.io.tmpdir", ""),
                System.getProperty("user.dir", ""),
                ThisUser.number());
    }

    /** One variable moves everything that is unpacked: DJL's libraries and JNA's. */
    private static void unpackInto(EngineFolder folder) {
        folder.note().ifPresent(System.err::println);
        useEngine(folder.path(), Torch::folder);
        useScratch(folder);
    }

    /**
     * Has DJL unpack into a folder. Its variables win over its properties, even where they are empty.
     *
     * @param used what DJL makes of it
     * @throws InvalidInputException if both variables are empty
     */
    static void useEngine(Path folder, Supplier<Path> used) {
        System.setProperty(EngineFolder.VARIABLE, folder.toString());
        System.setProperty(SECOND_VARIABLE, folder.toString());
        if (!used.get().equals(folder)) {
            throw new InvalidInputException(EngineFolder.VARIABLE + " and " + SECOND_VARIABLE
                    + " are set but empty, and libtorch would be unpacked into [" + used.get() + "] instead of ["
                    + folder + "]; unset them, or name a writable folder with 500 MB free");
        }
    }

    /** As DJL reads it: a property serves where the environment has none of the name. */
    private static @Nullable String variable(String name) {
        String value = System.getenv(name);
        return value == null ? System.getProperty(name) : value;
    }

    private static String value(Function<String, @Nullable String> environment, String name) {
        String value = environment.apply(name);
        return value == null ? "" : value;
    }
}
