/**
 * What a person reads after a run: the table, the curves and the picture grid, as text, as parts of a page and as pictures. Decides
 * how results are laid out and drawn.
 *
 * <p>Must not know how a result came about: rows and points come in. Open {@code RunReport} first.
 */
package io.tinyclip.report;
