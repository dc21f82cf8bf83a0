package io.tinyclip.storage;

import java.io.IOException;
import java.util.List;

/** Reads what lies at addresses; installed by whoever knows the network. */
public interface Store {
    /**
     * What lies at an address, which is not asked yet.
     *
     * @throws io.tinyclip.model.InvalidInputException if the address is malformed
     */
    Blob open(String location);

    /**
     * The addresses that one with {@code *} or {@code ?} stands for, or those of the files below one that ends with a slash.
     *
     * @return sorted
     * @throws io.tinyclip.model.InvalidInputException if what is there cannot be listed by nature
     */
    List<String> list(String location) throws IOException;
}
