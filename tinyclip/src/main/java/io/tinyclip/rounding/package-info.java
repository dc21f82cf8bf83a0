/**
 * Numbers of 16 bits that values are rounded to at their source, so that they can travel in half the bytes. Decides how
 * and to what.
 *
 * <p>Must not know what travels, nor how. Open {@code Rounding}, the only file.
 */
package io.tinyclip.rounding;
