package io.tinyclip.cluster.machine;

import io.tinyclip.engine.Processor;
import io.tinyclip.kernel.Precision;
import io.tinyclip.numeric.NumericClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a machine's bits probably depend on, for people: the probe's answers decide. */
public final class MachineParts {
    private static final Path SYSTEM = Path.of("/etc/os-release");
    private static final String UNKNOWN = "unknown";
    private static final int LINES = 100;

    /**
     * Variables by which libtorch, its math libraries and the C library choose how to compute. Where libtorch lies, what it was
     * built for, and which of a machine's GPUs a container sees change no bit, and differ from one to the next.
     */
    private static final Pattern STEERING =
            Pattern.compile("(?!(PYTORCH_(LIBRARY_PATH|FLAVOR|VERSION)|TORCH_(HOME|CUDA_ARCH_LIST))$)"
                    + "((ATEN|TORCH|PYTORCH|ONEDNN|DNNL|MKL|OMP|GOMP|KMP|CUBLAS|CUDNN|GLIBC)_[A-Z0-9_]+"
                    + "|NVIDIA_TF32_OVERRIDE)");

    private static final int MOST_VARIABLES = 32;

    private MachineParts() {}

    /**
     * The class of this process.
     *
     * @param environment of the process
     */
    public static NumericClass numericClass(Engine engine, Precision precision, Map<String, String> environment) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("engine", engine.version());
        parts.put("jdk", Runtime.version() + " " + System.getProperty("java.vendor"));
        parts.put("system", value(lines(SYSTEM), "PRETTY_NAME").replace("\"", ""));
        Processor processor = Processor.ofThisMachine();
        parts.put("processor", processor.model());
        parts.put("instructions", processor.list());
        parts.put("device", engine.device());
        parts.put(NumericClass.PRECISION, precision.word());
        parts.put("threads a partition", "1");
        steering(environment).forEach(parts::put);
        parts.replaceAll((name, value) -> cut(value));
        return new NumericClass(parts, engine.answers(precision));
    }

    /** Those variables of the environment that can change bits, in the order of their names. */
    static Map<String, String> steering(Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (STEERING.matcher(name).matches() && found.size() < MOST_VARIABLES) {
                found.put(cut(name), value);
            }
        });
        return found;
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), NumericClass.LONGEST_TEXT));
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .orElse(UNKNOWN);
    }

    private static List<String> lines(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.limit(LINES).takeWhile(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
