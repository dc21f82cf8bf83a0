package io.tinyclip.cluster.membership;

/**
 * Where this machine is among others.
 *
 * @param announced host by which others reach it, as {@link io.tinyclip.actors.plane.tcp.HostText} writes it
 * @param listening host to listen at
 * @param why it is this one, for the log
 */
record OwnPlace(String announced, String listening, String why) {}
