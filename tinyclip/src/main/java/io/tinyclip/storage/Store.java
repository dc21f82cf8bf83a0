package io.tinyclip.storage;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.util.List;

/** Reads and writes what lies at addresses; installed by whoever knows the network. */
public interface Store {
    /**
     * What lies at an address, which is not asked yet.
     *
     * @throws InvalidInputException if the address is malformed
     */
    Blob open(String location);

    /**
     * The addresses that one with {@code *} or {@code ?} stands for, or those of the files below one that ends with a slash.
     *
     * @return sorted
     * @throws InvalidInputException if what is there cannot be listed by nature
     */
    List<String> list(String location) throws IOException;

    /**
     * A folder at an address, to write in, which is not asked yet.
     *
     * @param location without a slash at its end
     * @throws InvalidInputException where nothing can be written by nature
     */
    default SharedFolder folder(String location) {
        throw new InvalidInputException("[" + Location.shown(location) + "] can be read, and not written");
    }
}
