/** From one stage's student to the next: which units a cut keeps, and the new vector from the old. */
package io.tinyclip.inherit;
