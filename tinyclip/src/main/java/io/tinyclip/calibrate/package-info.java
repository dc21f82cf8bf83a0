/**
 * A student that is cut at once: how wide its towers stay, how many heads and neurons each layer keeps, which ones, and what the
 * others' outputs become without them, from what a few batches of training pairs show.
 *
 * <p>Must not know the engine: it asks a {@code Calibration}. Open {@code LeastSquaresCut} first.
 */
package io.tinyclip.calibrate;
