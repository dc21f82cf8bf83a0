package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.settings.StorageSettings;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.SharedFolder;
import io.tinyclip.storage.Storage;
import io.tinyclip.storage.Store;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Everything that lies elsewhere on the network, by the schemes of addresses. */
public final class RemoteStore implements Store {
    private final HttpRanges ranges;
    private final HubPlaces hub;
    private final S3Places s3;
    private final S3Folder.Access writing;

    private RemoteStore(StorageSettings settings, Patience.Waiting waiting) {
        Requests requests =
                new Requests(settings.connections(), settings.retries().stall());
        this.ranges = new HttpRanges(requests, settings.retries(), waiting);
        this.hub = new HubPlaces(settings.environment());
        try {
            this.s3 = new S3Places(settings, InstantSource.system());
        } catch (IOException e) {
            throw new InvalidInputException("cannot read the AWS profile (" + e.getMessage() + ")", e);
        }
        this.writing =
                new S3Folder.Access(s3, ranges, new S3Writes(s3, requests, new Attempts(settings.retries(), waiting)));
    }

    /** A store by these settings, which need not be asked for anything. */
    public static RemoteStore of(StorageSettings settings) {
        return new RemoteStore(settings, TimeUnit.MILLISECONDS::sleep);
    }

    /** From now on the process reads addresses by these settings. */
    public static void install(StorageSettings settings) {
        Storage.install(new Lazy(settings), settings.readAheadBytes());
    }

    /** Waits as it is told to. */
    static RemoteStore waiting(StorageSettings settings, Patience.Waiting waiting) {
        return new RemoteStore(settings, waiting);
    }

    /** Most processes never read an address: profiles and the like are looked at by the first that does. */
    private static final class Lazy implements Store {
        private final StorageSettings settings;
        private Optional<RemoteStore> store = Optional.empty();

        private Lazy(StorageSettings settings) {
            this.settings = settings;
        }

        @Override
        public Blob open(String location) {
            return store().open(location);
        }

        @Override
        public List<String> list(String location) throws IOException {
            return store().list(location);
        }

        @Override
        public SharedFolder folder(String location) {
            return store().folder(location);
        }

        private synchronized RemoteStore store() {
            if (store.isEmpty()) {
                store = Optional.of(of(settings));
            }
            return store.get();
        }
    }

    @Override
    public Blob open(String location) {
        return new HttpBlob(ranges, place(location));
    }

    @Override
    public List<String> list(String location) throws IOException {
        return switch (Location.scheme(location).orElse("")) {
            case "s3" -> s3.list(ranges, location);
            case "hf" -> hub.list(ranges, location);
            default ->
                throw new InvalidInputException(
                        "[" + Location.shown(location)
                                + "] names files by a star or a folder, which HTTP cannot list; name each, such as by {000..041}");
        };
    }

    @Override
    public SharedFolder folder(String location) {
        if (!Location.scheme(location).orElse("").equals("s3")) {
            throw new InvalidInputException("[" + Location.shown(location)
                    + "] can be read, and not written; name an address that begins with s3://");
        }
        s3.place(location);
        return new S3Folder(writing, location);
    }

    private Place place(String location) {
        return switch (Location.scheme(location).orElse("")) {
            case "s3" -> s3.place(location);
            case "hf" -> hub.place(location);
            default -> new Place(location, uri(location), Place.Key.NONE);
        };
    }

    private static URI uri(String location) {
        try {
            URI uri = URI.create(location);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "[" + Location.shown(location) + "] is no address; write what is no letter or digit as %XX", e);
        }
        throw new InvalidInputException("[" + Location.shown(location) + "] names no host");
    }
}
