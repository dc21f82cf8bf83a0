package io.tinyclip.cluster;

import ai.djl.util.Utils;
import io.tinyclip.kernel.NativeMemory;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The machine this process runs on, as the native engine sees it.
 *
 * @param system the name of the operating system, as in the property {@code os.name}
 * @param processor the name of the architecture, as in the property {@code os.arch}
 */
record Platform(String system, String processor) {
    /** Turns off the engine's downloads, and the report about itself that it would send at the first start. */
    private static final String OFFLINE = "ai.djl.offline";

    /** Returns the platform of this process. */
    static Platform current() {
        return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * Prepares this process for the engine: no network for it, no window system, buffers kept. Call it first in {@code
     * main}, before any class of the engine loads.
     *
     * @throws InvalidInputException if the jar carries no engine for this platform, or has nowhere to unpack it
     */
    static void prepare() {
        current().requireSupported();
        requireUnpackable(Utils.getEngineCacheDir());
        System.setProperty(OFFLINE, "true");
        System.setProperty("java.awt.headless", "true");
        NativeMemory.keepLargeBuffers();
    }

    /**
     * Checks that the jar carries an engine for this platform.
     *
     * @throws InvalidInputException if not, naming this platform and what to do
     */
    void requireSupported() {
        boolean linux = system.toLowerCase(Locale.ROOT).equals("linux");
        boolean x86 = processor.equals("amd64") || processor.equals("x86_64");
        if (!(linux && x86)) {
            throw new InvalidInputException("this jar carries libtorch for linux-x86_64 only, and this is " + system
                    + "-" + processor + "; run it on such a machine, or in a container as deploy/README.md shows");
        }
    }

    /**
     * Checks that the engine can be unpacked into a folder, or lies there already.
     *
     * @throws InvalidInputException if neither, naming the folder and the variable that moves it
     */
    static void requireUnpackable(Path cache) {
        try {
            Files.createDirectories(cache);
            if (Files.isWritable(cache) || Files.isDirectory(cache.resolve("pytorch"))) {
                return;
            }
        } catch (IOException e) {
            // A folder that cannot be made and one that cannot be written have the same remedy.
        }
        throw new InvalidInputException("cannot unpack libtorch into [" + cache
                + "]; set ENGINE_CACHE_DIR to a writable folder with 500 MB free");
    }
}
