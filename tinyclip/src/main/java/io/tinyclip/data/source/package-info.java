/**
 * Where a user's pairs come from: tars, tables, folders, several of them with weights. Decides from the path itself what it is.
 *
 * <p>Must not know settings or commands. Open {@code PairSource} first.
 */
package io.tinyclip.data.source;
