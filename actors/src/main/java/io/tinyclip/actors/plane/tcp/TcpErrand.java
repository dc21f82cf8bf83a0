package io.tinyclip.actors.plane.tcp;

import io.tinyclip.actors.plane.AbandonedException;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.plane.Publications;
import java.nio.FloatBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/** Fetches over TCP; what is published in this process is handed out as it is. */
final class TcpErrand implements Errand {
    /** This data plane's own part. @param copying where arrays are made */
    record Own(String address, Publications publications, Executor copying) {}

    private final Own own;
    private final Peers peers;
    private final Set<Fetch> underWay = ConcurrentHashMap.newKeySet();
    private final LongAdder received = new LongAdder();
    private volatile boolean over;

    TcpErrand(Own own, Peers peers) {
        this.own = own;
        this.peers = peers;
    }

    @Override
    public CompletionStage<float[]> fetch(Handle handle, int from, int to) {
        if (from < 0 || from > to || to > handle.length()) {
            return CompletableFuture.failedStage(outOfRange(handle, from, to));
        }
        if (isOwn(handle)) {
            return over ? abandoned(handle) : own.publications.fetch(handle, from, to);
        }
        return CompletableFuture.supplyAsync(() -> new float[to - from], own.copying)
                .thenCompose(target ->
                        fetchInto(handle, from, to, FloatBuffer.wrap(target), 0).thenApply(nothing -> target));
    }

    @Override
    public CompletionStage<Void> fetchInto(Handle handle, int from, int to, FloatBuffer target, int at) {
        if (from < 0 || from > to || to > handle.length() || at < 0 || at > target.limit() - (to - from)) {
            return CompletableFuture.failedStage(outOfRange(handle, from, to));
        }
        if (isOwn(handle)) {
            return over ? abandoned(handle) : own.publications.fetchInto(handle, from, to, target, at);
        }
        Fetch fetch = new Fetch(handle, target, at - from, received);
        underWay.add(fetch);
        if (over) { // whoever closes looks at what is under way after it has said so
            underWay.remove(fetch);
            return abandoned(handle);
        }
        return peers.begin(fetch, from, to).whenComplete((nothing, failure) -> underWay.remove(fetch));
    }

    private boolean isOwn(Handle handle) {
        return handle.address().equals(own.address);
    }

    private static IllegalArgumentException outOfRange(Handle handle, int from, int to) {
        return new IllegalArgumentException("[" + from + ", " + to + ") of " + handle);
    }

    private static <T> CompletionStage<T> abandoned(Handle handle) {
        return CompletableFuture.failedStage(new AbandonedException(handle));
    }

    @Override
    public long received() {
        return received.sum();
    }

    @Override
    public void close() {
        over = true;
        underWay.forEach(fetch -> fetch.fail(new AbandonedException(fetch.handle())));
        underWay.stream().map(fetch -> fetch.handle().address()).distinct().forEach(peers::sweep);
    }
}
