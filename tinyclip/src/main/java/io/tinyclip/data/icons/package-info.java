/**
 * The built-in data: five families of icons, drawn from SVG to maps of coverage, which become pictures in any two
 * colours with captions that say what is drawn in which colours. Four families train, the fifth is never seen in
 * training and evaluates.
 *
 * <p>Decides which icons there are, in which order, and what they are called; knows no file but its own resources. Open
 * {@code IconFamily} first.
 */
package io.tinyclip.data.icons;
