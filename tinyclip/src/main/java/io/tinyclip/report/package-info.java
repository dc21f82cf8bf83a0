/** What a person reads after a run: the table, the curves and the picture grid, as text, as a page and as pictures. */
package io.tinyclip.report;
