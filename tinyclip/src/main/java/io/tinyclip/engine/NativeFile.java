package io.tinyclip.engine;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A native library of the jar as a file, which the system can load; beside libtorch, in the engine's cache, or, where that
 * cannot be written, where JNA unpacks its own.
 */
public final class NativeFile {
    private static final String SCRATCH = "jna.tmpdir";

    private NativeFile() {}

    /**
     * Unpacks a library unless it lies there already, as any number of processes may do at the same time.
     *
     * @param resource its path in the jar, from the root
     * @param folder where to, in the engine's cache; names the version
     * @throws InvalidInputException if the jar does not have it, or it cannot be written anywhere
     */
    public static Path unpack(String resource, String folder) {
        URL packed = NativeFile.class.getResource(resource);
        if (packed == null) {
            throw new InvalidInputException("this jar does not carry [" + resource
                    + "]; run it on a machine of the kind that it was built for");
        }
        String name = resource.substring(resource.lastIndexOf('/') + 1);
        Path file = Torch.folder().resolve(folder).resolve(name);
        String scratch = System.getProperty(SCRATCH, "");
        try {
            return unpack(packed, file);
        } catch (IOException e) {
            if (!scratch.isEmpty()) {
                try {
                    return unpack(packed, Path.of(scratch, folder, name));
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw new InvalidInputException(
                    "cannot unpack [" + file + "] (" + e
                            + "); set ENGINE_CACHE_DIR to a writable folder with 500 MB free",
                    e);
        }
    }

    private static Path unpack(URL packed, Path file) throws IOException {
        URLConnection connection = packed.openConnection();
        connection.setUseCaches(false);
        long length = connection.getContentLengthLong();
        try (InputStream in = connection.getInputStream()) {
            if (!Files.exists(file) || Files.size(file) != length) {
                write(in, file);
            }
        }
        return file;
    }

    /** By another name first: nobody must load a half of it. */
    private static void write(InputStream in, Path file) throws IOException {
        Path folder = Files.createDirectories(file.getParent());
        Path part = Files.createTempFile(folder, file.getFileName().toString(), ".part");
        try {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
