/**
 * What stands before the plain port of actors' messages: bytes that are no frames of members never get to where members' are read.
 * Decides whether a connection, and each frame on it, is passed on; must not know what messages say, or who a member is. Open
 * {@code FrontDoor} first.
 */
package io.tinyclip.cluster.guard;
