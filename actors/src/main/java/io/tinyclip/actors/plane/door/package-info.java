/**
 * Connections that others open to a port of this machine: how many there may be, how long each may stay, and what is said of
 * those that are closed. Decides whom to let wait and whom to send away; must not know what is said on a connection, nor what a
 * key is. Open {@code Incoming} first.
 */
package io.tinyclip.actors.plane.door;
