package io.tinyclip.storage;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Opens blobs by what a user calls them, whether they lie on a disk or elsewhere. */
public final class Storage {
    private static final Pattern MANY = Pattern.compile("[^?]*(\\*.*|/)", Pattern.DOTALL);

    private static volatile Optional<Installed> installed = Optional.empty();

    /** @param windows what was read ahead of all blobs of the store */
    private record Installed(Store store, ReadAhead windows) {}

    private Storage() {}

    /**
     * From now on addresses are read by this store.
     *
     * @param readAheadBytes memory for what is read ahead of them, all together
     */
    public static void install(Store store, long readAheadBytes) {
        installed = Optional.of(new Installed(store, new ReadAhead(readAheadBytes)));
    }

    /** Whether it is an address rather than a path of this machine. */
    public static boolean isRemote(String location) {
        return Location.isRemote(location);
    }

    /**
     * A blob, whether it exists or not. One at an address is read ahead where it is read in order.
     *
     * @param setting names it in messages
     * @throws InvalidInputException if its scheme is unknown, or the address malformed
     */
    public static Blob open(String location, String setting) {
        Location.readable(location, setting);
        Location.requireWhole(location, setting);
        if (!isRemote(location)) {
            return new LocalBlob(Path.of(location));
        }
        Installed there = installed(location, setting);
        return there.windows.ahead(there.store.open(location));
    }

    /**
     * The addresses that an address with stars stands for, or those of the files below one that ends with a slash.
     *
     * @param setting names it in messages
     * @return sorted, at least one; an address that names one file is returned unasked
     * @throws InvalidInputException if it stands for nothing, or what is there cannot be listed
     */
    public static List<String> list(String location, String setting) {
        Location.readable(location, setting);
        Location.requireWhole(location, setting);
        if (!MANY.matcher(location).matches()) {
            return List.of(location);
        }
        String shown = setting + " [" + Location.shown(location) + "]";
        try {
            List<String> found = installed(location, setting).store.list(location);
            if (found.isEmpty()) {
                throw new InvalidInputException(shown + " stands for nothing that is there; check the address");
            }
            return found;
        } catch (IOException e) {
            throw new InvalidInputException(shown + " cannot be listed (" + e.getMessage() + ")", e);
        }
    }

    /**
     * A folder at an address, to write in.
     *
     * @param setting names it in messages
     * @throws InvalidInputException where nothing can be written there by nature
     */
    public static SharedFolder folder(String location, String setting) {
        return installed(location, setting).store.folder(location);
    }

    private static Installed installed(String location, String setting) {
        return installed.orElseThrow(() -> new InvalidInputException(
                setting + " [" + Location.shown(location) + "] is an address, and this program reads paths alone"));
    }
}
