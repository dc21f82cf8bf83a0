package io.tinyclip.cluster.judge;

import io.tinyclip.evaluate.JudgedTask;

/**
 * A set that was opened.
 *
 * @param dataset as the user named it, fit to be written down
 * @param task by CLIP_benchmark's name
 * @param split of the set
 */
public record AskedSet(String dataset, String task, String split, JudgedTask questions) {}
