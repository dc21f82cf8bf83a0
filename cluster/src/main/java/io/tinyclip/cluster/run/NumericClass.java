package io.tinyclip.cluster.run;

import io.tinyclip.kernel.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The name of what must be equal for two runs to have the same bits: engine build, JDK build, processor and its vector
 * instructions, threads inside a partition (always one), and precision.
 */
final class NumericClass {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String UNKNOWN = System.getProperty("os.arch") + ", flags unknown";

    private NumericClass() {}

    /** @param engine name and version of the tensor library */
    static String name(String engine, Precision precision) {
        return String.join(
                "; ",
                engine,
                "jdk " + Runtime.version(),
                processor(processorLines()),
                "1 thread a partition",
                precision.name().toLowerCase(Locale.ROOT));
    }

    /** Model and vector instructions of the first processor listed. */
    static String processor(List<String> lines) {
        String model = value(lines, "model name");
        TreeSet<String> vector = new TreeSet<>();
        for (String flag : value(lines, "flags").split(" ")) {
            if (flag.startsWith("avx") || flag.startsWith("amx") || flag.equals("fma")) {
                vector.add(flag);
            }
        }
        return model.isEmpty() ? UNKNOWN : model + " " + String.join(" ", vector);
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("");
    }

    private static List<String> processorLines() {
        if (!Files.isReadable(PROCESSORS)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.takeWhile(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
