package io.tinyclip.cluster.remote;

import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What lies at a place. What it is, is asked once: from then on it must not change. */
final class HttpBlob implements Blob {
    private final HttpRanges ranges;
    private final Place place;
    private Optional<HttpRanges.Found> found = Optional.empty();

    HttpBlob(HttpRanges ranges, Place place) {
        this.ranges = ranges;
        this.place = place;
    }

    @Override
    public String location() {
        return place.location();
    }

    @Override
    public long size() throws IOException {
        return found().size();
    }

    @Override
    public String version() throws IOException {
        return found().version();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        ranges.read(place, found(), offset, into);
    }

    private synchronized HttpRanges.Found found() throws IOException {
        if (found.isEmpty()) {
            found = Optional.of(ranges.find(place));
        }
        return found.get();
    }
}
