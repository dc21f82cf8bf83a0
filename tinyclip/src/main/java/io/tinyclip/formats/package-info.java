/** Models of other libraries: read whatever their format, and written for those libraries to read. */
package io.tinyclip.formats;
