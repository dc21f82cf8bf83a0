/**
 * What a model is: the shapes of its towers, and one flat vector in which each tensor has its place and name. Decides the
 * order of the tensors, their blocks and how they begin.
 *
 * <p>Must not know tensors of any engine, files or training; all others know it. Open {@code ModelShape} first, then
 * {@code Layout}.
 */
package io.tinyclip.model;
