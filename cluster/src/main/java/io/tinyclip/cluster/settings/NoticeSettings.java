package io.tinyclip.cluster.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How this machine is told that it will be taken away; {@code reference.conf} says what each one means.
 *
 * @param file whose appearance says so
 * @param source that is asked
 * @param every between two looks
 */
public record NoticeSettings(Optional<Path> file, Optional<Source> source, Duration every) {
    /**
     * What is asked over HTTP.
     *
     * @param header with which it is asked
     * @param body what an answer has to contain
     * @param tokens where the token comes from with which it is asked
     */
    public record Source(URI url, Optional<Header> header, String body, Optional<URI> tokens) {}

    /** A header of a request. */
    public record Header(String name, String value) {}

    public boolean isWatched() {
        return file.isPresent() || source.isPresent();
    }
}
