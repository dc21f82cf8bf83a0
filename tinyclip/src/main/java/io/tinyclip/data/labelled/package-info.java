/**
 * Pictures that belong to classes, in the layouts of torchvision and CLIP_benchmark. Decides which picture is of which class.
 *
 * <p>Must not know models, nor how classes are asked for. Open {@code LabelledPictures} first, then
 * {@code BenchmarkFolder}.
 */
package io.tinyclip.data.labelled;
