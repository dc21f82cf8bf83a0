/**
 * The folder of a run's authority, certificates and keys. Decides what lies in it and who may read it; must not know what they are
 * used for. Open {@code KeyFolder} first.
 */
package io.tinyclip.cluster.keys;
