package io.tinyclip.cluster.serve;

import java.util.List;

/** Hears how far a folder's pictures are; called by one thread. */
public interface IndexListener {
    /**
     * Some more were looked at.
     *
     * @param seen files so far
     * @param total all files
     */
    void advanced(int seen, int total);

    /**
     * There will be no more.
     *
     * @param searched pictures that can be found
     * @param leftOut what is wrong with the others
     * @param failure why the rest was not looked at; empty if all were
     */
    void ended(int searched, List<String> leftOut, String failure);
}
