package io.tinyclip.cluster.board;

import io.tinyclip.cluster.http.HostNames;
import io.tinyclip.cluster.settings.HttpPlace;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The page's server: reads only, two requests at a time. */
public final class Board implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int WAITING = 64;

    private final Served served;
    private final ExecutorService reading;

    private Board(Served served, ExecutorService reading) {
        this.served = served;
        this.reading = reading;
    }

    /**
     * Listens at the settings' port, or at any free one where that is taken.
     *
     * @param live empty in a process that has no run
     * @throws InvalidInputException if it cannot listen at that host at all
     */
    public static Board open(HttpPlace place, RunFolders folders, Optional<LiveRun> live) {
        ExecutorService reading = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "board");
                    thread.setDaemon(true);
                    return thread;
                });
        HostNames names = new HostNames(place.host(), List.of());
        try {
            Served served = Served.at(
                    place,
                    "board",
                    system -> new BoardRequests(new BoardAnswers(folders, live), system, reading, names)::answer);
            return new Board(served, reading);
        } catch (RuntimeException e) {
            reading.shutdownNow();
            throw e;
        }
    }

    /** Where a browser finds it. */
    public String address() {
        return served.address();
    }

    /** Waits a little for answers that are under way. */
    @Override
    public void close() {
        reading.shutdown();
        served.close();
    }
}
