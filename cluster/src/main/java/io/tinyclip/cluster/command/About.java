package io.tinyclip.cluster.command;

import io.tinyclip.cluster.membership.Build;
import io.tinyclip.engine.Processor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** What this program is, and what it runs on, without starting the engine: for --version and the first line of a log. */
final class About {
    private static final String PROGRAM = "TinyCLIP on Akka";

    /** Of the bridge between Java and libtorch that the jar carries: both versions, as {@code 2.7.1-0.36.0}. */
    private static final String BRIDGE = "/jnilib/pytorch.properties";

    private About() {}

    /** A line each. */
    static List<String> lines() {
        Processor processor = Processor.ofThisMachine();
        return List.of(
                PROGRAM + " "
                        + Optional.ofNullable(About.class.getPackage().getImplementationVersion())
                                .orElse("(not packaged)"),
                "build:        " + Build.name(),
                "engine:       " + engine(),
                "java:         " + java(),
                "system:       " + system(),
                "processor:    " + processor.model(),
                "instructions: " + processor.list());
    }

    /** All in one. */
    static String line() {
        Processor processor = Processor.ofThisMachine();
        return PROGRAM + " " + Build.name() + ", " + engine() + ", Java " + java() + ", " + system() + ", "
                + processor.model() + " (" + processor.list() + "), process "
                + ProcessHandle.current().pid();
    }

    private static String engine() {
        Properties bridge = new Properties();
        try (InputStream in = About.class.getResourceAsStream(BRIDGE)) {
            if (in == null) {
                return "none in this jar";
            }
            bridge.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return engine(bridge.getProperty("jni_version", ""), System.getenv("PYTORCH_LIBRARY_PATH") != null);
    }

    /**
     * @param versions of libtorch and DJL, with a dash between them
     * @param other whether the environment names another libtorch of that version
     */
    static String engine(String versions, boolean other) {
        int dash = versions.lastIndexOf('-');
        return "libtorch " + versions.substring(0, Math.max(0, dash)) + (other ? " of PYTORCH_LIBRARY_PATH" : "")
                + " by DJL " + versions.substring(dash + 1);
    }

    private static String java() {
        return Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }
}
