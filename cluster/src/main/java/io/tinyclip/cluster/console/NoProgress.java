package io.tinyclip.cluster.console;

/** Shows nothing: where there is nothing to wait for. */
public final class NoProgress implements Progress {
    @Override
    public void begin(String name, long total, long done) {}

    @Override
    public void advance(long done, String note) {}

    @Override
    public void close() {}
}
