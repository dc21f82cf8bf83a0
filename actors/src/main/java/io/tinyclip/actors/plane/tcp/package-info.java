/**
 * The data plane over TCP: frames, checksums, connections, TLS, what strangers get, and what it measures. Decides when
 * a transfer is torn and what is fetched again. Must not know what the floats are, nor any message or actor. Open
 * {@code NettyDataPlane} first, then {@code Frames} for the bytes.
 */
package io.tinyclip.actors.plane.tcp;
