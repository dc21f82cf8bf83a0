/**
 * When somebody who lives is taken for hung all the same. Decides by what is missing and for how long. Must not know what is
 * missing: no step, no message, no disk. Open {@code ServerPatience} first.
 */
package io.tinyclip.actors.patience;
