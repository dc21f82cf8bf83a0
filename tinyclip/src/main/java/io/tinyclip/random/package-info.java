/**
 * Random numbers as pure functions of key and index. Decides the generator and how keys are joined.
 *
 * <p>Must not know what is drawn with them, and has no state. Open {@code Counter}, the only file.
 */
package io.tinyclip.random;
