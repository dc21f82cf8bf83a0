package io.tinyclip.cluster.board;

import io.tinyclip.cluster.console.Progress;

/** Shows nothing. */
final class NoProgress implements Progress {
    @Override
    public void begin(String name, long total, long done) {}

    @Override
    public void advance(long done, String note) {}

    @Override
    public void close() {}
}
