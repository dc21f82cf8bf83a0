package io.tinyclip.cluster.settings;

import io.tinyclip.cluster.settings.NoticeSettings.Header;
import io.tinyclip.cluster.settings.NoticeSettings.Source;
import io.tinyclip.storage.Location;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads {@code tinyclip.notice}. */
final class NoticeReader {
    private static final String FILE = "notice.file";
    private static final String URL = "notice.url";
    private static final String HEADER = "notice.header";
    private static final String BODY = "notice.body";
    private static final String TOKEN_URL = "notice.token-url";
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Some providers give no more than 30 s. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private NoticeReader() {}

    static NoticeSettings read(SettingValues values) {
        return new NoticeSettings(file(values), source(values), values.duration("notice.every", SHORTEST, LONGEST));
    }

    private static Optional<Path> file(SettingValues values) {
        try {
            return Optional.of(values.text(FILE))
                    .filter(it -> !it.isEmpty())
                    .map(file -> Location.local(file, "tinyclip." + FILE));
        } catch (InvalidPathException e) {
            throw values.refusal(FILE, "must be a path, or empty");
        }
    }

    private static Optional<Source> source(SettingValues values) {
        Optional<URI> url = url(values, URL);
        Optional<Header> header = header(values);
        Optional<URI> tokens = url(values, TOKEN_URL);
        if (url.isEmpty()) {
            requireNone(values, HEADER);
            requireNone(values, BODY);
            requireNone(values, TOKEN_URL);
        }
        return url.map(it -> new Source(it, header, values.text(BODY), tokens));
    }

    private static void requireNone(SettingValues values, String key) {
        if (!values.text(key).isEmpty()) {
            throw values.refusal(key, "must be empty where tinyclip.notice.url is");
        }
    }

    private static Optional<URI> url(SettingValues values, String key) {
        String text = values.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String rule = "must be an URL such as http://169.254.169.254/latest/meta-data/spot/instance-action, or empty";
        try {
            URI url = new URI(text);
            HttpRequest.newBuilder(url);
            return Optional.of(url);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw values.refusal(key, rule);
        }
    }

    private static Optional<Header> header(SettingValues values) {
        String text = values.text(HEADER);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.indexOf(':');
        String name = text.substring(0, Math.max(0, colon)).strip();
        String value = text.substring(colon + 1).strip();
        try {
            HttpRequest.newBuilder().header(name, value);
            return Optional.of(new Header(name, value));
        } catch (IllegalArgumentException e) {
            throw values.refusal(HEADER, "must be NAME: VALUE, such as Metadata-Flavor: Google, or empty");
        }
    }
}
