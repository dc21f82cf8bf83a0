/**
 * A run as messages, whole: in this process ({@code EmbeddedRun}), or led from here while machines join ({@code
 * LedRun}). Decides which actors a process has, and what its end is. Must not know command line, settings or files
 * other than through {@code tinyclip}. Open {@code EmbeddedRun} first, then {@code run.RunState}; docs/map.md follows a
 * step through all packages.
 */
package io.tinyclip.actors;
