/** A run's models as figures, and the table and report that show them. */
package io.tinyclip.cluster.result;
