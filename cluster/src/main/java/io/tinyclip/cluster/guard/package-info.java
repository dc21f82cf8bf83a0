/**
 * What stands before the port of actors' messages: bytes that are no frames of members never get to where members' are read. Decides
 * whether a connection, and each frame on it, is passed on, and who may ask what people ask; must not know what messages say, or who a
 * member is. Open {@code FrontDoor} first.
 */
package io.tinyclip.cluster.guard;
