/** The settings of a run: read from a recipe, checked, and compared with those of an earlier run. */
package io.tinyclip.cluster.settings;
