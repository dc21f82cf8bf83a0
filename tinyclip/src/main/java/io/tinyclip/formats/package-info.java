/**
 * Models of other libraries: read whatever their format, and written for those libraries to read. Decides of a folder or
 * file whose it is, which tensor of it is which of ours, and what has to be inferred or asked.
 *
 * <p>Must not know training. Open {@code Models} first for reading, {@code OpenClipExport} for writing.
 */
package io.tinyclip.formats;
