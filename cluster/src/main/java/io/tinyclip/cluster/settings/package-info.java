/**
 * Every setting: which keys there are, their bounds, and which of them decide the bits of a run. It decides what is refused
 * and in which words; defaults are in {@code reference.conf} alone. It must not read a model or a data set, nor know any other
 * package of this module. Open {@link io.tinyclip.cluster.settings.Settings} first, then SettingsReader, which calls a reader
 * for each part.
 */
package io.tinyclip.cluster.settings;
