/**
 * What all need who meet strangers: names that these can't guess, and complaints about them that can't fill a log. Decides when
 * something is said again; must not know about what. Open {@code OnceAMinute} first.
 */
package io.tinyclip.actors.stranger;
