/** Numbers of 16 bits that values are rounded to at their source, so that they can travel in half the bytes. */
package io.tinyclip.rounding;
