package io.tinyclip.actors.plane.door;

import java.time.Duration;

/**
 * How many connections others may have open here, and for how long.
 *
 * @param all at a time
 * @param byAddress from one address
 * @param strangers that have not shown yet that they are members'
 * @param idle how long one may stay open on which nothing is awaited
 */
public record Guests(int all, int byAddress, int strangers, Duration idle) {}
