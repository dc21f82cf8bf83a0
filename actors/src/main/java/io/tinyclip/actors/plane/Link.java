package io.tinyclip.actors.plane;

/**
 * What has gone over the wire between this data plane and another since both are up.
 *
 * @param peer address of the other data plane
 * @param sentBytes payload that the peer has fetched from here
 * @param receivedBytes payload fetched from the peer
 * @param receivingNanos time during which at least one fetch from the peer was under way
 */
public record Link(String peer, long sentBytes, long receivedBytes, long receivingNanos) {}
