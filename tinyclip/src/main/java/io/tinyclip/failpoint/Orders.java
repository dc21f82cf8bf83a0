package io.tinyclip.failpoint;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The orders of this process, and how often each has been met. */
final class Orders {
    /** What a process that was killed ends with. */
    private static final int KILLED = 137;

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String FILE = "@";
    private static final String REACHED = ".reached";

    private final String text;
    private final Optional<Path> file;
    private final Map<Order, Integer> met = new HashMap<>();

    /** @param text as the environment variable has it */
    Orders(String text) {
        this.text = text;
        this.file = text.startsWith(FILE) ? Optional.of(Path.of(text.substring(FILE.length()))) : Optional.empty();
    }

    /** A file of orders need not be there yet, but its folder must. */
    void requireSensible() {
        if (file.isEmpty()) {
            Order.all(text);
        } else if (!Files.isDirectory(file.get().toAbsolutePath().resolveSibling("."))) {
            throw new InvalidInputException(
                    Failpoint.VARIABLE + " [" + text + "] lies in no folder; make it, or unset it");
        }
    }

    void reached(Failpoint point, Order.Moment moment, String detail) {
        for (Order order : current()) {
            if (order.isMetAt(point, moment, detail) && isDue(order)) {
                act(order.action());
            }
        }
    }

    private synchronized boolean isDue(Order order) {
        return met.merge(order, 1, Integer::sum) == order.count();
    }

    private List<Order> current() {
        if (file.isEmpty()) {
            return Order.all(text);
        }
        try {
            return Order.all(Files.readString(file.get()));
        } catch (NoSuchFileException e) {
            forget();
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + file.get() + "]: " + e.getMessage(), e);
        }
    }

    /** The same order, given again, counts anew. */
    private synchronized void forget() {
        met.clear();
    }

    private void act(Order.Action action) {
        file.ifPresent(Orders::mark);
        switch (action) {
            case HALT -> Runtime.getRuntime().halt(KILLED);
            case HANG -> hang();
            case ERROR -> throw new UncheckedIOException(new IOException("a failpoint was told to fail"));
        }
    }

    private static void mark(Path orders) {
        try {
            Files.writeString(orders.resolveSibling(orders.getFileName() + REACHED), "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write beside [" + orders + "]: " + e.getMessage(), e);
        }
    }

    private void hang() {
        while (file.isEmpty() || Files.exists(file.get())) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
