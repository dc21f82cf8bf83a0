/**
 * Bulk data between actors: announced by a message, fetched by the receiver, range by range. Decides how long published
 * floats live, when a fetch ends before its time, and in which encoding they travel. Must not know what the floats are,
 * nor any message or actor. Open {@code DataPlane} first.
 */
package io.tinyclip.actors.plane;
