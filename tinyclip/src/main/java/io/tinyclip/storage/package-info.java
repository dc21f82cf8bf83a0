/**
 * Where bytes lie, on a disk or elsewhere, read by ranges; and folders that machines share. Decides how a place is reached and
 * what is tried again.
 *
 * <p>Must not know what the bytes mean, nor the network: whoever does installs a {@code Store}. Open {@code Blob} first, then
 * {@code SharedFolder}.
 */
package io.tinyclip.storage;
