/** Durable copies of a run's state: written in ranges by many, read as one vector. */
package io.tinyclip.checkpoint;
