package io.tinyclip.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    private static final String LIBRARY = "libtorch.so";

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

    /** The folder of libraries that PYTORCH_LIBRARY_PATH names, which may be a list of folders or of files in them. */
    public static Optional<Path> library(String named) {
        return Arrays.stream(named.split(File.pathSeparator))
                .map(Path::of)
                .map(path -> path.endsWith(LIBRARY) ? path.resolveSibling("") : path)
                .filter(folder -> Files.exists(folder.resolve(LIBRARY)))
                .findFirst();
    }

    /** The version, whatever it was built for. */
    public String release() {
        return version.replaceFirst("\\+.*", "");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + file + "]", e);
        }
    }
}
