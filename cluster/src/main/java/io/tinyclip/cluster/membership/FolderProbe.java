package io.tinyclip.cluster.membership;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk of the run folder gets on, as seen from here: a mount whose server is gone never returns from a write, and
 * whoever leads with such a one holds all others up.
 */
final class FolderProbe {
    private static final Logger LOG = LoggerFactory.getLogger(FolderProbe.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final CountDownLatch answered = new CountDownLatch(1);

    /** Something that is done to the disk. */
    @FunctionalInterface
    interface Access {
        void run() throws IOException;
    }

    /** Writes to the folder, on a thread of its own. A store that gives no answer is waited for as a disk is that hangs. */
    static FolderProbe of(SharedFolder folder) {
        return of(() -> untilAnswered(folder));
    }

    private static void untilAnswered(SharedFolder folder) throws IOException {
        while (true) {
            try {
                folder.probe();
                return;
            } catch (IOException e) {
                if (folder.unreadable("", e) instanceof InvalidInputException) {
                    throw e;
                }
                LOG.info("[{}] gives no answer yet: {}", folder.shown(""), e.toString());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    static FolderProbe of(Access access) {
        FolderProbe probe = new FolderProbe();
        Thread thread = new Thread(() -> probe.run(access), "tinyclip-folder-probe");
        thread.setDaemon(true);
        thread.start();
        return probe;
    }

    /** A disk that refuses gets on: what is wrong with it is told by whoever opens the folder. */
    private void run(Access access) {
        try {
            access.run();
        } catch (IOException | InvalidInputException e) {
            LOG.info("the run folder cannot be written", e);
        } finally {
            answered.countDown();
        }
    }

    boolean answersWithin(Duration limit) {
        try {
            return answered.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
