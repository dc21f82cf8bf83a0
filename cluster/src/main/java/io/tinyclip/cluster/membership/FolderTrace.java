package io.tinyclip.cluster.membership;

import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunPlace;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run has left in its folder by a certain time: two that are equal mean that nobody committed a step, claimed a term or
 * wrote a checkpoint in between.
 *
 * @param files names, sizes and times of change of metrics.jsonl and of what lies in checkpoints, in order
 */
record FolderTrace(List<String> files) {
    private static final Logger LOG = LoggerFactory.getLogger(FolderTrace.class);

    /** What is there; nothing where nobody tells within the limit. */
    static Optional<FolderTrace> of(FreeSettings.Files run, Duration limit) {
        Supplier<FolderTrace> read =
                run.address().isPresent() ? () -> read(RunPlace.shared(run)) : () -> read(run.folder());
        try {
            return CompletableFuture.supplyAsync(() -> Optional.of(read.get()), FolderTrace::onThread)
                    .completeOnTimeout(Optional.empty(), limit.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            LOG.info("the run folder cannot be read", e);
            return Optional.empty();
        }
    }

    /** A thread of its own, since a mount whose server is gone never returns. */
    private static void onThread(Runnable work) {
        Thread thread = new Thread(work, "tinyclip-folder-trace");
        thread.setDaemon(true);
        thread.start();
    }

    /** In a store the steps since the last checkpoint are in what is put beside metrics.jsonl. */
    private static FolderTrace read(SharedFolder folder) {
        List<String> lines = new ArrayList<>(folder.names("checkpoints"));
        try {
            folder.text(RunFolder.METRICS_TAIL).ifPresent(lines::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FolderTrace(lines);
    }

    private static FolderTrace read(Path folder) {
        List<String> lines = new ArrayList<>();
        for (Path part : List.of(folder.resolve("metrics.jsonl"), folder.resolve("checkpoints"))) {
            if (Files.exists(part)) {
                try (Stream<Path> paths = Files.walk(part, 1)) {
                    paths.map(FolderTrace::line).sorted().forEach(lines::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return new FolderTrace(lines);
    }

    private static String line(Path file) {
        try {
            return file + " " + Files.size(file) + " "
                    + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return file + " gone";
        }
    }
}
