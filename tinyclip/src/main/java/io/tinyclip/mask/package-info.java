/** Learned masks: what a mask is worth, how many parameters the masks are expected to leave, and the pressure on them. */
package io.tinyclip.mask;
