/**
 * The way to libtorch through DJL, the only package that knows it. Decides how tensors, scopes and calls of the neighbouring
 * {@code engine} become DJL's. Must not know what is computed. Open {@code DjlLibtorch} first.
 */
package io.tinyclip.engine.djl;
