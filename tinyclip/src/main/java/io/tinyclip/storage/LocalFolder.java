package io.tinyclip.storage;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of a disk, which need not exist yet. */
public record LocalFolder(Path path) implements SharedFolder {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFolder.class);

    @Override
    public String shown(String name) {
        return path(name).toString();
    }

    @Override
    public SharedFolder folder(String name) {
        return new LocalFolder(path.resolve(name));
    }

    @Override
    public boolean create(String name) throws IOException {
        AtomicFile.createFolders(path);
        return AtomicFile.createNew(path(name));
    }

    /** A rename is one attempt, at once: whoever asked whether it is allowed need not ask again. */
    @Override
    public void write(String name, Content content, Runnable allowed) {
        AtomicFile.write(path(name), content::writeTo);
    }

    /** Exclusive creation is a disk's own. */
    @Override
    public void probe() throws IOException {
        AtomicFile.createFolders(path);
        Path file = Files.createTempFile(path, "probe", AtomicFile.TEMPORARY);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]));
            channel.force(true);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public Optional<String> text(String name) throws IOException {
        try {
            return Optional.of(Files.readString(path(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public Blob open(String name) {
        return new LocalBlob(path(name));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    @Override
    public List<String> names(String below) {
        Path folder = path(below);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list [" + folder + "]: " + e + "; check its permissions", e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(path(name));
        } catch (IOException e) {
            LOG.warn("cannot remove [{}]: {}; it may be removed by hand", path(name), e.toString());
        }
    }

    @Override
    public void removeLeftovers(String below) {
        names(below).stream()
                .filter(name -> name.endsWith(AtomicFile.TEMPORARY))
                .forEach(name -> delete(below.isEmpty() ? name : below + "/" + name));
    }

    /** A disk that gives no bytes has lost them. */
    @Override
    public RuntimeException unreadable(String name, IOException failure) {
        return new InvalidInputException("cannot read [" + path(name) + "]: " + failure, failure);
    }

    private Path path(String name) {
        return name.isEmpty() ? path : path.resolve(name);
    }
}
