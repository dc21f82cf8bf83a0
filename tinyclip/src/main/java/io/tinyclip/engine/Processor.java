package io.tinyclip.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * This machine's processor as Linux tells of it; other systems tell nothing, and then nothing is known of it.
 *
 * @param model its name
 * @param instructions for vectors and matrices, in a fixed order
 */
public record Processor(String model, SortedSet<String> instructions) {
    private static final Path LIST = Path.of("/proc/cpuinfo");
    private static final String UNKNOWN = "unknown";
    private static final int LINES = 100;

    /** Of x86-64 and of aarch64. */
    private static final Pattern VECTOR = Pattern.compile("avx.*|amx.*|fma|asimd.*|sve.*|sme\\d?|i8mm|bf16");

    /** In oneDNN's own order of asking: the second is the older name. */
    private static final List<String> LIMITS = List.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA");

    /** What oneDNN may be limited to so that it has no instruction for products of bf16; it ignores words it does not know. */
    private static final Pattern BELOW_BF16 =
            Pattern.compile("sse41|avx|avx2|avx2_vnni|avx2_vnni_2|avx512_core|avx512_core_vnni");

    /** The same, where it has those for vectors and not those for tiles. */
    private static final Pattern BELOW_TILES = Pattern.compile("avx512_core_(bf16|fp16)|avx10_1_512");

    public Processor {
        instructions = Collections.unmodifiableSortedSet(new TreeSet<>(instructions));
    }

    /** The one that this process runs on. */
    public static Processor ofThisMachine() {
        if (!Files.isReadable(LIST)) {
            return of(List.of());
        }
        try (Stream<String> lines = Files.lines(LIST)) {
            return of(lines.limit(LINES).takeWhile(line -> !line.isBlank()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param lines of /proc/cpuinfo, of its first processor */
    static Processor of(List<String> lines) {
        TreeSet<String> vector = new TreeSet<>();
        String all = value(lines, "flags").or(() -> value(lines, "Features")).orElse("");
        for (String flag : all.split(" ")) {
            if (VECTOR.matcher(flag).matches()) {
                vector.add(flag);
            }
        }
        return new Processor(value(lines, "model name").orElse(UNKNOWN), vector);
    }

    private static Optional<String> value(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith(key)).findFirst().map(line -> line.substring(
                        line.indexOf(':') + 1)
                .strip());
    }

    /** The instructions in one line. */
    public String list() {
        return instructions.isEmpty() ? UNKNOWN : String.join(" ", instructions);
    }

    /**
     * What of this processor oneDNN, which multiplies bf16 there, will use: AVX512-BF16, AMX, or aarch64's own.
     *
     * @param environment of the process, which may limit it
     */
    Capabilities under(Map<String, String> environment) {
        Optional<String> limit = LIMITS.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .findFirst();
        String most = limit.map(environment::get).orElse("").toLowerCase(Locale.ROOT);
        boolean vectors = instructions.contains("avx512_bf16");
        boolean tiles = instructions.contains("amx_bf16")
                && instructions.contains("amx_tile")
                && !BELOW_TILES.matcher(most).matches();
        boolean limited = BELOW_BF16.matcher(most).matches();
        String told = list()
                + limit.map(name -> ", limited by " + name + "=" + environment.get(name))
                        .orElse("");
        return new Capabilities(told, instructions.contains("bf16") || (vectors || tiles) && !limited);
    }
}
