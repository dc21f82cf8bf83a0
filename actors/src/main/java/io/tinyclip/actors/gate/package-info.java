/**
 * Who may tell the coordinator what: doors that are given at admission, one for each member and term, under names that nobody can
 * guess. Decides by roles, numbers and shards; must not know what a message does. Open {@code Entrance} first.
 */
package io.tinyclip.actors.gate;
