/**
 * Files that lie beside a class in its jar: tables, sources and pictures of ours. Decides that one that is missing is a
 * fault of the build, and how texts are read.
 *
 * <p>Must not know what is in them. Open {@code Resource}, the only file.
 */
package io.tinyclip.resource;
