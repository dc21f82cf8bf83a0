/**
 * The program that a user starts: what must be settled before the first class of the tensor library is loaded, and the hand
 * over to the commands. It decides which libtorch is used and where that comes from. Nothing here knows what a command does,
 * and no other package may know this one. Open {@link io.tinyclip.cluster.Main} first, then Platform.
 */
package io.tinyclip.cluster;
