package io.tinyclip.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A PyTorch that is installed on this machine.
 *
 * @param version such as 2.7.1+cu126
 * @param hasCuda whether it brings what computes on NVIDIA's GPUs
 */
public record InstalledTorch(String version, boolean hasCuda) {
    /** In version.py of what pip and conda install; libtorch's own archives have a file with nothing else. */
    private static final Pattern VERSION =
            Pattern.compile("(?m)^(?:__version__ = ')?(\\d+\\.\\d+\\.\\d+[^'\\s]*)'?\\s*$");

    /**
     * The one that a folder of libraries belongs to.
     *
     * @param library its torch/lib
     * @return empty where it says nowhere which version it is
     */
    public static Optional<InstalledTorch> at(Path library) {
        boolean cuda = Files.exists(library.resolve("libtorch_cuda.so"));
        return Stream.of("version.py", "build-version")
                .map(name -> library.resolveSibling(name))
                .filter(Files::isRegularFile)
                .map(InstalledTorch::text)
                .map(VERSION::matcher)
                .filter(Matcher::find)
                .map(found -> new InstalledTorch(found.group(1), cuda))
                .findFirst();
    }

    /** Whether it is that version, whatever it was built for. */
    public boolean is(String release) {
        return version.equals(release) || version.startsWith(release + "+");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + file + "]", e);
        }
    }
}
