/** Learned masks: how they are drawn, how many parameters they are expected to leave, and the pressure on them. */
package io.tinyclip.mask;
